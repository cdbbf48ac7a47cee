import assert from "node:assert/strict";
import { official, withOfficial } from "./official.ts";
import { until, withSimulator } from "./rig.ts";

type Body = Record<string, unknown>;

function itemsOf(value: unknown): Body[] {
  assert.ok(Array.isArray(value));
  return value;
}

Deno.test("the official client is refused for its User-Agent where that is checked", async () => {
  await withSimulator({}, async (server) => {
    const services = official(server).accountsAndCustomersService;
    const refused = await services.getCustomerAccounts().then(() => null, (error) => error);
    assert.equal(refused.response.status, 401);
    assert.match(refused.response.headers["content-type"], /html/);
  });
});

Deno.test("the official services read accounts, positions, balances and history", async () => {
  await withOfficial({}, async (client, sim) => {
    const accounts = itemsOf(await client.accountsAndCustomersService.getCustomerAccounts());
    const numbers = accounts.map((one) => (one.account as Body)["account-number"]);
    assert.deepEqual(numbers, sim.accounts.accounts.map((one) => one.number));
    for (const account of sim.accounts.accounts) {
      const service = client.balancesAndPositionsService;
      const positions = itemsOf(await service.getPositionsList(account.number));
      const held = sim.accounts.positions(account);
      assert.deepEqual(
        positions.map((one) => [one.symbol, one.quantity, one["quantity-direction"]]),
        held.map(({ instrument, signedQuantity }) => [
          sim.market.apiSymbol(instrument),
          Math.abs(signedQuantity),
          signedQuantity > 0 ? "Long" : "Short",
        ]),
      );
      const balance = await service.getAccountBalanceValues(account.number) as Body;
      assert.ok(Number(balance["net-liquidating-value"]) > 0);
      const history = itemsOf(
        await client.netLiquidatingValueHistoryService
          .getNetLiquidatingValueHistory(account.number, { "time-back": "1m" }),
      );
      assert.ok(history.length > 20);
      assert.match(String(history[0].time), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00$/);
      const status = await client.accountStatusService.getAccountStatus(account.number) as Body;
      assert.equal(status["account-number"], account.number);
    }
  });
});

Deno.test("the official services read instruments by paths that they do not encode", async () => {
  await withOfficial({}, async (client, sim) => {
    const service = client.instrumentsService;
    const { market } = sim;
    const spy = await service.getSingleEquity("SPY") as Body;
    assert.equal(spy["streamer-symbol"], "SPY");
    const two = itemsOf(await service.getEquityDefinitions({ symbol: ["SPY", "SPX"] }));
    assert.deepEqual(two.map((one) => [one.symbol, one["is-index"]]), [["SPY", false], [
      "SPX",
      true,
    ]]);
    const future = await service.getSingleFuture("/ESM5") as Body;
    assert.equal(future["streamer-symbol"], "/ESM25:XCME");
    const futures = itemsOf(await service.getFutures({ "product-code": ["ES"] }));
    assert.equal(futures[0].symbol, "/ESM5");
    const held = market.world.instruments().filter((one) => one.option !== undefined);
    const option = held.find((one) => one.kind === "option")!;
    const found = itemsOf(await service.getEquityOptions([market.apiSymbol(option)]));
    assert.equal(Number(found[0]["strike-price"]), option.option!.strike);
    const futureOption = held.find((one) => one.kind === "futureOption")!;
    const symbol = market.apiSymbol(futureOption);
    const [one] = itemsOf(await service.getFutureOptions({ symbol: [symbol] }));
    assert.equal(one.symbol, symbol);
    const nested = itemsOf(await service.getNestedOptionChain("SPX"));
    assert.deepEqual(nested.map((item) => item["root-symbol"]), ["SPX", "SPXW"]);
    const compact = itemsOf(await service.getCompactOptionChain("KO"));
    assert.ok((compact[0].symbols as string[]).length > 20);
    const chain = await service.getNestedFutureOptionChains("ES") as Body;
    assert.ok(Array.isArray(chain["option-chains"]));
    assert.equal(itemsOf(await service.getCryptocurrencies())[0].symbol, "BTC/USD");
  });
});

Deno.test("the official services read metrics, transactions, orders; one is dry-run", async () => {
  await withOfficial({}, async (client, sim) => {
    const { market } = sim;
    const metrics = itemsOf(
      await client.marketMetricsService.getMarketMetrics({ symbols: "SPY,KO" }),
    );
    const iv = market.world.atmIv("SPY", 30 / 365);
    assert.ok(Math.abs(Number(metrics[0]["implied-volatility-index"]) - iv) < 1e-3);
    const [account] = sim.accounts.accounts;
    const rows = itemsOf(
      await client.transactionsService.getAccountTransactions(account.number, { "per-page": 5 }),
    );
    assert.ok(rows.length <= 5);
    const live = itemsOf(await client.orderService.getLiveOrders(account.number));
    const working = market.world.orders().filter((one) => one.account === account.worldId);
    assert.equal(live.length, working.length);
    const answer = await client.orderService.postOrderDryRun(account.number, {
      "time-in-force": "Day",
      "order-type": "Limit",
      price: "1.00",
      "price-effect": "Debit",
      legs: [{ "instrument-type": "Equity", symbol: "SPY", quantity: 1, action: "Buy to Open" }],
    }) as Body;
    const order = answer.order as Body;
    assert.deepEqual([order.status, order["updated-at"], "id" in order], ["Received", 0, false]);
  });
});

Deno.test("an error of the service reaches the official client with its code", async () => {
  await withOfficial({}, async (client) => {
    const refused = await client.balancesAndPositionsService.getPositionsList("5WX00000")
      .then(() => null, (error) => error);
    assert.equal(refused.response.status, 404);
    assert.equal(refused.response.data.error.code, "record_not_found");
  });
});

Deno.test("the official account streamer connects, beats and is told of fills", async () => {
  await withOfficial({ eventRate: 0 }, async (client, sim) => {
    const told: Body[] = [];
    client.accountStreamer.addMessageObserver((message) => told.push(message as Body));
    await client.accountStreamer.start();
    const numbers = sim.accounts.accounts.map((one) => one.number);
    assert.equal(await client.accountStreamer.subscribeToAccounts(numbers), "connect");
    // A quarter of an hour of market at once: fills every minute or two.
    sim.market.world.advanceBy(900_000);
    sim.market.publish();
    const types = () => new Set(told.map((one) => one.type));
    await until("a position", () => types().has("CurrentPosition"));
    await until("a balance", () => types().has("AccountBalance"));
    assert.ok(types().has("Order"));
    await until("a heartbeat", () => told.some((one) => one.action === "heartbeat"));
    client.accountStreamer.stop();
    await until("the end", () => sim.openCount("streamer") === 0);
  });
});
