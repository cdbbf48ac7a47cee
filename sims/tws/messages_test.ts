import assert from "node:assert/strict";
import { type HandClient, MemoryRig } from "./memory_rig.ts";

/**
 * Every message of the session, the accounts and the contracts against the rows of the protocol
 * page, written out by hand. What the market decides is read from the world, never from a message.
 */
function withClient(
  work: (client: HandClient, rig: MemoryRig) => void,
  options: ConstructorParameters<typeof MemoryRig>[0] = {},
): void {
  const rig = new MemoryRig({ accounts: 1, positions: 12, ...options });
  const client = rig.client();
  client.forget();
  rig.sim.face.market.isHeld = true;
  work(client, rig);
  rig.close();
}

/** Symbol, quantity, cost, mark and id of the first position, from the world alone. */
function firstHeld(rig: MemoryRig) {
  const { market, contracts } = rig.sim.face;
  const [first] = [...market.world.positions("DX10044417")].sort((a, b) =>
    a.instrument - b.instrument
  );
  const instrument = market.world.instruments()[first.instrument];
  const { signedQuantity: quantity, averagePrice } = first;
  // Half a cent a share, a dollar at least.
  const fee = Math.max(1, Math.abs(quantity) * 0.005);
  return {
    symbol: instrument.symbol,
    quantity,
    cost: averagePrice + fee / quantity,
    mark: market.world.mark(first.instrument),
    conId: String(contracts.of(instrument).conId),
  };
}

function near(text: string, value: number): void {
  assert.ok(Math.abs(Number(text) - value) < 1e-6, `${text} is not ${value}`);
}

Deno.test("wire: a position, its cost and the end", () => {
  withClient((client, rig) => {
    client.send(61, 1);
    rig.advance(2);
    const held = firstHeld(rig);
    const [first] = client.messages;
    assert.deepEqual(first.slice(0, 15), [
      ...["61", "3", "DU1044417", held.conId, "SPY", "STK", "", "0", "", "", "ARCA", "USD"],
      ...["SPY", "ARCA", String(held.quantity)],
    ]);
    assert.equal(first.length, 16);
    near(first[15], held.cost);
    assert.deepEqual(client.messages.at(-1), ["62", "1"]);
    assert.equal(client.of(62).length, 1);
  });
});

Deno.test("wire: positions of one account carry request and model", () => {
  withClient((client, rig) => {
    client.send(74, 1, 9, "DU1044417", "");
    rig.advance(2);
    const held = firstHeld(rig);
    const [first] = client.messages;
    assert.deepEqual(first.slice(0, 16), [
      ...["71", "1", "9", "DU1044417", held.conId, "SPY", "STK", "", "0", "", "", "ARCA", "USD"],
      ...["SPY", "ARCA", String(held.quantity)],
    ]);
    near(first[16], held.cost);
    assert.deepEqual(first.slice(17), [""]);
    assert.deepEqual(client.messages.at(-1), ["72", "1", "9"]);
  });
});

Deno.test("wire: account download: values, portfolio, time, end", () => {
  withClient((client, rig) => {
    client.send(6, 2, 1, "DU1044417");
    rig.advance(2);
    assert.deepEqual(client.messages[0], ["6", "2", "AccountCode", "DU1044417", "", "DU1044417"]);
    const netLiq = rig.sim.face.market.world.balances("DX10044417").netLiq.toFixed(2);
    const row = client.of(6).find(([, key]) => key === "NetLiquidation");
    assert.deepEqual(row, ["2", "NetLiquidation", netLiq, "USD", "DU1044417"]);
    const held = firstHeld(rig);
    const [first] = client.of(7);
    assert.deepEqual(first.slice(0, 13), [
      ...["8", held.conId, "SPY", "STK", "", "0", "0", "", "ARCA", "USD", "SPY", "ARCA"],
      String(held.quantity),
    ]);
    near(first[13], held.mark);
    near(first[14], held.mark * held.quantity);
    near(first[15], held.cost);
    near(first[16], (held.mark - held.cost) * held.quantity);
    assert.deepEqual(first.slice(17), ["0", "DU1044417"]);
    assert.deepEqual(client.of(8), [["1", "10:15"]]);
    assert.deepEqual(client.messages.at(-1), ["54", "1", "DU1044417"]);
  });
});

Deno.test("wire: options cost their multiplier, and the portfolio is worth it", () => {
  withClient((client, rig) => {
    client.send(6, 2, 1, "DU1044417");
    rig.advance(2);
    const { world } = rig.sim.face.market;
    const rows = client.of(7).filter(([, , , secType]) => secType === "OPT");
    assert.ok(rows.length > 0);
    for (const row of rows) {
      const [, , , , , , , multiplier, , , local, , quantity, price, value] = row;
      const id = world.instrumentOf(local) ?? -1;
      near(price, world.mark(id));
      near(value, Number(quantity) * Number(multiplier) * world.mark(id));
    }
  }, { positions: 60 });
});

Deno.test("wire: summary and multi updates carry account, tag, value and currency", () => {
  withClient((client, rig) => {
    client.send(62, 1, 9001, "All", "NetLiquidation,$LEDGER:EUR");
    client.send(76, 2, 9002, "DU1044417", "", 1);
    rig.advance(2);
    const { world } = rig.sim.face.market;
    const { netLiq, cash } = world.balances("DX10044417");
    assert.deepEqual(client.messages[0], [
      ...["63", "1", "9001", "DU1044417", "NetLiquidation", netLiq.toFixed(2), "USD"],
    ]);
    const euros = client.of(63).find(([, , , tag]) => tag === "TotalCashBalance");
    assert.deepEqual(euros?.slice(4), [cash.EUR.toFixed(4), "EUR"]);
    assert.deepEqual(client.of(64), [["1", "9001"]]);
    const rate = client.of(73).find((one) => one[4] === "ExchangeRate" && one[6] === "EUR");
    assert.deepEqual(rate, [
      ...["1", "9002", "DU1044417", "", "ExchangeRate", world.fxRate().rate.toFixed(7), "EUR"],
    ]);
    assert.deepEqual(client.of(74), [["1", "9002"]]);
  });
});

Deno.test("wire: P&L is unset doubles, then what the world's prices say", () => {
  withClient((client, rig) => {
    const held = firstHeld(rig);
    client.send(92, 5, "DU1044417", "");
    client.send(94, 6, "DU1044417", "", held.conId);
    rig.advance(2);
    const unset = "1.7976931348623157E308";
    assert.deepEqual(client.messages, [
      ["94", "5", unset, unset, unset],
      ["95", "6", String(held.quantity), unset, unset, unset, unset],
    ]);
    rig.advance(1100);
    const { world } = rig.sim.face.market;
    const close = world.previousCloses()[world.instrumentOf("SPY") ?? -1];
    const [, single] = client.of(95);
    const today = world.fillsToday().filter(({ account, instrument }) =>
      account === "DX10044417" && instrument === world.instrumentOf("SPY")
    );
    const bought = today.reduce((sum, { signedQuantity }) => sum + signedQuantity, 0);
    const paid = today.reduce((sum, one) => sum + one.signedQuantity * one.price + one.fees, 0);
    near(single[2], held.mark * held.quantity - close * (held.quantity - bought) - paid);
    near(single[3], (held.mark - held.cost) * held.quantity);
    assert.equal(single[4], "0");
    near(single[5], held.mark * held.quantity);
    assert.equal(client.of(94)[1].length, 4);
  });
});

const SPX_OPTION = ["", "SPX", "OPT", "202504", "5650", "P", "", "SMART", "", "USD", "", "SPX"];

for (const serverVersion of [178, 193] as const) {
  Deno.test(`wire: contract details at ${serverVersion}, field by field`, () => {
    withClient((client, rig) => {
      client.send(9, 8, 77, ...SPX_OPTION, 0, "", "", "");
      rig.advance(2);
      const [details] = client.messages;
      const { contracts } = rig.sim.face;
      const under = contracts.underlyings().find(({ symbol }) => symbol === "SPX");
      const conId = details[serverVersion === 193 ? 13 : 12];
      const hours = "20250319:0830-20250319:1515;20250320:0830-20250320:1515;" +
        "20250321:0830-20250321:1515;20250322:CLOSED;20250323:CLOSED;" +
        "20250324:0830-20250324:1515";
      const isLater = serverVersion === 193;
      const routes = "SMART,AMEX,CBOE,PHLX,ISE,BOX,NASDAQOM,CBOE2";
      assert.deepEqual(details.filter((_, n) => n !== (isLater ? 16 : 15)), [
        ...["10", "77", "SPX", "OPT", "20250416", ...(isLater ? ["20250416"] : [])],
        ...["5650", "P", "SMART", "USD", "SPX   250417P05650000", "SPX", "SPX", conId],
        ...["0.05", "100", routes, "1", String(under?.conId), "SPX of the simulated market"],
        ...["", "202504", "Indices", "Broad Range Equity Index", "*", "US/Central"],
        ...[hours, hours, "", "", "0", "2", "SPX", "IND"],
        ...["109,109,109,109,109,109,109,109", "20250417", "", "1", "1", "1"],
        ...(isLater ? ["0"] : []),
      ]);
      assert.equal(contracts.byId(Number(conId))?.localSymbol, "SPX   250417P05650000");
      assert.deepEqual(client.of(52), [["1", "77"]]);
    }, { serverVersion });
  });
}

Deno.test("wire: chains, price steps, symbols and families", () => {
  withClient((client, rig) => {
    const { contracts } = rig.sim.face;
    const spx = contracts.underlyings().find(({ symbol }) => symbol === "SPX");
    client.send(78, 3, "SPX", "CBOE", "IND", spx?.conId ?? 0);
    client.send(91, 109);
    client.send(81, 4, "SPX");
    client.send(80);
    client.send(78, 8, "SPX", "", "IND", 1);
    rig.advance(2);
    const [monthly, weekly] = client.of(75);
    assert.deepEqual(monthly.slice(0, 5), ["3", "CBOE", String(spx?.conId), "SPX", "100"]);
    const dates = monthly.slice(6, 6 + Number(monthly[5]));
    assert.deepEqual(dates.slice(0, 2), ["20250320", "20250416"]);
    const strikes = monthly.slice(7 + dates.length);
    assert.equal(String(strikes.length), monthly[6 + dates.length]);
    assert.ok(strikes.includes("5650"));
    assert.equal(weekly[3], "SPXW");
    assert.deepEqual(client.of(76), [["3"], ["8"]], "an unknown underlying has an end alone");
    assert.deepEqual(client.of(93), [["109", "2", "0", "0.05", "3", "0.1"]]);
    assert.deepEqual(client.of(79), [[
      ...["4", "1", String(spx?.conId), "SPX", "IND", "CBOE", "USD", "2", "OPT", "BAG"],
      ...["SPX of the simulated market", ""],
    ]]);
    assert.deepEqual(client.of(78), [["1", "DU1044417", ""]]);
  });
});

Deno.test("wire: a future's chain has a class for each kind of week", () => {
  withClient((client, rig) => {
    const { contracts } = rig.sim.face;
    const es = contracts.underlyings().find(({ secType }) => secType === "FUT");
    client.send(78, 3, "ES", "CME", "FUT", es?.conId ?? 0);
    rig.advance(2);
    const rows = client.of(75);
    assert.deepEqual(rows[0].slice(0, 8), [
      ...["3", "CME", String(es?.conId), "E3C", "50", "1", "20250319"],
      rows[0][7],
    ]);
    assert.ok(rows.some(([, , , tradingClass]) => tradingClass === "EW3"));
    assert.equal(new Set(rows.map((row) => row[3])).size, rows.length);
    assert.deepEqual(client.of(76), [["3"]]);
  });
});

Deno.test("wire: a whole chain comes over several steps and has one end", () => {
  withClient((client, rig) => {
    const spec = ["", "SPX", "OPT", "202504", "", "", "", "SMART", "", "USD", "", "SPX"];
    client.send(9, 8, 77, ...spec, 0, "", "", "");
    rig.advance(2);
    const first = client.of(10).length;
    assert.ok(first > 0 && client.of(52).length === 0);
    rig.advance(1000);
    const { strikes } = rig.sim.face.market.world.chain("SPX")[0];
    assert.equal(client.of(10).length, 2 * strikes.length);
    assert.deepEqual(client.messages.at(-1), ["52", "1", "77"]);
    assert.equal(new Set(client.of(10).map((row) => row[11])).size, 2 * strikes.length);
    client.send(9, 8, 78, ...spec, 0, "", "", "");
    rig.advance(2);
    client.close();
    rig.advance(1000);
    assert.equal(client.of(52).length, 1);
  });
});
