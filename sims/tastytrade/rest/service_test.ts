import assert from "node:assert/strict";
import type { JsonObject } from "../json.ts";
import { MemoryRig } from "../memory_rig.ts";
import { ConnectionLost } from "../sim.ts";

async function accountOf(rig: MemoryRig): Promise<string> {
  const data = await rig.get("/customers/me/accounts") as { items: JsonObject[] };
  return (data.items[0].account as JsonObject)["account-number"] as string;
}

Deno.test("without product/version in User-Agent the answer is 401 and no JSON", async () => {
  const rig = new MemoryRig();
  for (const agent of ["", "tastytrade-sdk-js", "two words"]) {
    const reply = await rig.send("GET", "/customers/me", "", { "user-agent": agent });
    assert.equal(reply.status, 401, agent);
    assert.match(reply.headers["content-type"], /html/);
  }
  rig.close();
});

Deno.test("a refresh has no envelope; no token, an old and a wrong one are 401", async () => {
  const rig = new MemoryRig();
  const token = await rig.accessToken();
  assert.equal((await rig.ask("GET", "/customers/me")).status, 200);
  const status = async (headers: Record<string, string>) => {
    const reply = await rig.send("GET", "/customers/me", "", headers);
    return [reply.status, JSON.parse(reply.body).error?.code];
  };
  assert.deepEqual(await status({}), [401, "unauthorized"]);
  assert.deepEqual(await status({ authorization: token }), [401, "unauthorized"]);
  assert.deepEqual(await status({ authorization: "Bearer x" }), [401, "token_invalid"]);
  rig.advance(900_001);
  assert.deepEqual(await status({ authorization: `Bearer ${token}` }), [401, "token_invalid"]);
  rig.forgetToken();
  assert.equal((await rig.ask("GET", "/customers/me")).status, 200);
  rig.close();
});

Deno.test("a revoked grant is 400 at the token, whatever is still in hand", async () => {
  const rig = new MemoryRig();
  rig.sim.inject({ on: "tokens", do: "revokeRefresh" });
  const reply = await rig.send(
    "POST",
    "/oauth/token",
    JSON.stringify({
      grant_type: "refresh_token",
      client_secret: "sim-client-secret",
      refresh_token: "sim-refresh-token",
    }),
    {},
  );
  assert.deepEqual([reply.status, JSON.parse(reply.body).error.code], [400, "invalid_grant"]);
  rig.close();
});

Deno.test("positions are the world's, unsigned, with direction and effect of closing", async () => {
  const rig = new MemoryRig();
  const number = await accountOf(rig);
  const target = `/accounts/${number}/positions?include-marks=true`;
  const { items } = await rig.get(target) as { items: JsonObject[] };
  const account = rig.sim.accounts.of(number)!;
  const held = rig.sim.accounts.positions(account);
  assert.equal(items.length, held.length);
  items.forEach((item, n) => {
    const { signedQuantity, instrument, averagePrice } = held[n];
    assert.equal(item.quantity, Math.abs(signedQuantity));
    assert.equal(item["quantity-direction"], signedQuantity > 0 ? "Long" : "Short");
    assert.equal(item["cost-effect"], signedQuantity > 0 ? "Credit" : "Debit");
    assert.equal(item.multiplier, instrument.multiplier);
    assert.ok(Math.abs(Number(item["average-open-price"]) - averagePrice) < 1e-9);
    assert.ok(Math.abs(Number(item["mark-price"]) - rig.sim.market.mark(instrument)) < 1e-9);
  });
  const kinds = new Set(items.map((item) => item["instrument-type"]));
  assert.ok(kinds.has("Equity Option") && kinds.has("Equity"));
  rig.close();
});

for (const balanceShape of ["object", "items"] as const) {
  Deno.test(`balances come as ${balanceShape}, by currency always as an object`, async () => {
    const rig = new MemoryRig({ rest: { balanceShape } });
    const number = await accountOf(rig);
    const data = await rig.get(`/accounts/${number}/balances`) as JsonObject;
    const own = balanceShape === "object" ? data : (data.items as JsonObject[])[0];
    const usd = await rig.get(`/accounts/${number}/balances/USD`) as JsonObject;
    const { netLiq } = rig.sim.accounts.balances(rig.sim.accounts.of(number)!);
    assert.equal(Number(own["net-liquidating-value"]), Math.round(netLiq * 100) / 100);
    assert.equal(usd["net-liquidating-value"], own["net-liquidating-value"]);
    rig.close();
  });
}

Deno.test("transactions come in pages, newest first, and pages count from 0", async () => {
  const rig = new MemoryRig({ eventRate: 50 });
  const number = await accountOf(rig);
  for (let n = 0; n < 120; n++) rig.advance(60_000);
  rig.forgetToken();
  const page = async (offset: number) => {
    const target = `/accounts/${number}/transactions?per-page=2&page-offset=${offset}`;
    const body = JSON.parse((await rig.ask("GET", target)).body);
    return [body.data.items, body.pagination];
  };
  const [first, pages] = await page(0);
  const [second] = await page(1);
  assert.ok(pages["total-items"] > 2, "there were fills");
  assert.equal(pages["total-pages"], Math.ceil(pages["total-items"] / 2));
  assert.ok(first[1]["executed-at"] >= second[0]["executed-at"]);
  assert.notEqual(first[0].id, second[0].id);
  const trade = [...first, ...second].find((row) => row["transaction-type"] === "Trade");
  assert.equal(trade["value-effect"], trade.action.startsWith("Buy") ? "Debit" : "Credit");
  rig.close();
});

Deno.test("symbols are found in paths, encoded or not, and unknown ones are 404", async () => {
  const rig = new MemoryRig();
  const status = async (path: string) => (await rig.ask("GET", path)).status;
  assert.equal(await status("/instruments/futures/%2FESM5"), 200);
  assert.equal(await status("/instruments/futures//ESM5"), 200);
  assert.equal(await status("/instruments/equities/SPY"), 200);
  assert.equal(await status("/instruments/equities/NOSUCH"), 404);
  const { items } = await rig.get("/futures-option-chains/ES/nested")
    .then((data) => ({ items: (data as JsonObject)["option-chains"] as JsonObject[] }));
  const expirations = items[0].expirations as JsonObject[];
  const strike = (expirations[0].strikes as JsonObject[])[0];
  const path = `/instruments/future-options/${encodeURIComponent(String(strike.call))}`;
  const option = await rig.get(path) as JsonObject;
  assert.equal(option["streamer-symbol"], strike["call-streamer-symbol"]);
  assert.equal(await status("/accounts/5WX00000/positions"), 404);
  rig.close();
});

Deno.test("a chain has an item per root, AM and PM apart, adjusted ones named", async () => {
  const rig = new MemoryRig();
  const chain = async (symbol: string) =>
    (await rig.get(`/option-chains/${symbol}/nested`) as { items: JsonObject[] }).items;
  const spx = await chain("SPX");
  const settlements = spx.map((item) => {
    const [first] = item.expirations as JsonObject[];
    return [item["root-symbol"], first["settlement-type"]];
  });
  assert.deepEqual(settlements, [["SPX", "AM"], ["SPXW", "PM"]]);
  const amc = await chain("AMC");
  assert.deepEqual(
    amc.map((
      item,
    ) => [item["root-symbol"], item["option-chain-type"], item["shares-per-contract"]]),
    [["AMC", "Standard", 100], ["AMC1", "Non-standard", 10]],
  );
  rig.close();
});

Deno.test("market data is limited to 100 symbols over all types", async () => {
  const rig = new MemoryRig();
  const many = Array.from({ length: 60 }, (_, n) => `A${n}`).join(",");
  const target = `/market-data/by-type?equity=${many}&index=${many}`;
  assert.equal((await rig.ask("GET", target)).status, 400);
  const few = "/market-data/by-type?equity=SPY,QQQ&index=SPX&future=%2FESM5";
  const { items } = await rig.get(few) as { items: JsonObject[] };
  assert.deepEqual(items.map((item) => item["instrument-type"]), [
    "Equity",
    "Equity",
    "Index",
    "Future",
  ]);
  const spy = rig.sim.market.latest(rig.sim.market.ofApi("SPY")!);
  assert.equal(Number(items[0].bid), spy.bid);
  assert.equal("bid" in items[2], false, "an index has no bid, and no key for it");
  rig.close();
});

Deno.test("a dry run answers like an order without an id; what cannot be is 422", async () => {
  const rig = new MemoryRig();
  const number = await accountOf(rig);
  const body = {
    "time-in-force": "Day",
    "order-type": "Limit",
    price: "1.00",
    "price-effect": "Debit",
    legs: [{ "instrument-type": "Equity", symbol: "SPY", quantity: 1, action: "Buy to Open" }],
  };
  const path = `/accounts/${number}/orders/dry-run`;
  const { data } = JSON.parse((await rig.ask("POST", path, body)).body);
  assert.deepEqual([data.order.status, data.order["updated-at"], data.order.id], [
    "Received",
    0,
    undefined,
  ]);
  const dear = await rig.ask("POST", path, { ...body, price: "99999999.0" });
  assert.deepEqual([dear.status, JSON.parse(dear.body).error.code], [
    422,
    "preflight_check_failure",
  ]);
  assert.equal((await rig.ask("POST", path, {})).status, 400);
  const [leg] = body.legs;
  const closing = { ...body, legs: [{ ...leg, symbol: "KO", action: "Buy to Close" }] };
  const strict = { "advanced-instructions": { "strict-position-effect-validation": true } };
  assert.equal((await rig.ask("POST", path, closing)).status, 201, "it opens instead");
  assert.equal((await rig.ask("POST", path, { ...closing, ...strict })).status, 422);
  rig.close();
});

Deno.test("faults of REST: 429 with Retry-After, a page for JSON, a lost connection", async () => {
  const rig = new MemoryRig({
    faults: {
      faults: [
        {
          on: "rest",
          do: "status",
          status: 429,
          retryAfterS: 7,
          when: { path: "/cust", times: 1 },
        },
        { on: "rest", do: "html", when: { path: "/market-metrics", times: 1 } },
        { on: "rest", do: "drop", when: { path: "/api-quote-tokens", times: 1 } },
        { on: "rest", do: "malformed", when: { path: "/symbols", times: 1 } },
      ],
    },
  });
  const limited = await rig.ask("GET", "/customers/me");
  assert.deepEqual([limited.status, limited.headers["retry-after"]], [429, "7"]);
  assert.equal((await rig.ask("GET", "/customers/me")).status, 200);
  const portal = await rig.ask("GET", "/market-metrics?symbols=SPY");
  assert.deepEqual([portal.status, portal.body.startsWith("<!DOCTYPE")], [200, true]);
  await assert.rejects(rig.ask("GET", "/api-quote-tokens"), ConnectionLost);
  assert.equal((await rig.ask("GET", "/api-quote-tokens")).status, 200);
  const broken = await rig.ask("GET", "/symbols/search/SP");
  assert.throws(() => JSON.parse(broken.body));
  rig.close();
});

Deno.test("a failure after acceptance leaves the order working", async () => {
  const rig = new MemoryRig();
  const number = await accountOf(rig);
  rig.sim.inject({
    on: "rest",
    do: "status",
    status: 502,
    body: "html",
    isAfter: true,
    when: { path: `/accounts/${number}/orders`, method: "POST", times: 1 },
  });
  const reply = await rig.ask("POST", `/accounts/${number}/orders`, {
    "time-in-force": "Day",
    "order-type": "Limit",
    price: "1.00",
    "price-effect": "Debit",
    "external-identifier": "mine",
    legs: [{ "instrument-type": "Equity", symbol: "SPY", quantity: 1, action: "Buy to Open" }],
  });
  assert.equal(reply.status, 502);
  const { items } = await rig.get(`/accounts/${number}/orders/live`) as { items: JsonObject[] };
  const own = items.find((item) => item["external-identifier"] === "mine")!;
  assert.equal(own.status, "Live");
  const cancelled = await rig.ask("DELETE", `/accounts/${number}/orders/${own.id}`);
  assert.equal(JSON.parse(cancelled.body).data.status, "Cancel Requested");
  const again = await rig.ask("DELETE", `/accounts/${number}/orders/${own.id}`);
  assert.equal(again.status, 422);
  rig.close();
});

Deno.test("a slow answer waits its time, a mute one until the service ends", async () => {
  const rig = new MemoryRig();
  await rig.accessToken();
  rig.sim.inject({ on: "rest", do: "slow", latencyMs: 500, when: { times: 1 } });
  let answered = false;
  const slow = rig.ask("GET", "/customers/me").then(() => void (answered = true));
  await rig.time.advanceSettling(499, 100);
  assert.equal(answered, false);
  await rig.time.advanceSettling(200, 100);
  await slow;
  rig.sim.inject({ on: "rest", do: "mute" });
  const mute = rig.ask("GET", "/customers/me");
  await rig.time.advanceSettling(60_000, 10_000);
  rig.close();
  await assert.rejects(mute, ConnectionLost);
});

Deno.test("the sandbox lacks what only production serves", async () => {
  const rig = new MemoryRig({ rest: { environment: "sandbox" } });
  assert.equal((await rig.ask("GET", "/market-metrics?symbols=SPY")).status, 502);
  assert.equal((await rig.ask("GET", "/instruments/equity-options?symbol[]=X")).status, 403);
  const token = await rig.get("/api-quote-tokens") as JsonObject;
  assert.equal(token.level, "demo");
  rig.close();
});

Deno.test("holidays are the calendar's, the risk-free rate needs no token", async () => {
  const rig = new MemoryRig();
  const days = await rig.get("/market-time/equities/holidays") as Record<string, string[]>;
  assert.ok(days["market-holidays"].includes("2025-12-25"));
  assert.ok(days["market-half-days"].includes("2025-11-28"));
  const reply = await rig.send("GET", "/margin-requirements-public-configuration", "", {});
  assert.equal(JSON.parse(reply.body).data["risk-free-rate"], "0.043");
  rig.close();
});

Deno.test("a field becomes another kind, a new word or nothing when the script says", async () => {
  const rig = new MemoryRig();
  const number = await accountOf(rig);
  const positions = async () =>
    (await rig.get(`/accounts/${number}/positions`) as { items: JsonObject[] }).items;
  const override = { on: "rest", do: "override", when: { path: "/accounts", times: 1 } } as const;
  rig.sim.inject({ ...override, field: "instrument-type", value: "Event Contract" });
  assert.ok((await positions()).every((one) => one["instrument-type"] === "Event Contract"));
  rig.sim.inject({ ...override, field: "multiplier", value: null });
  assert.ok((await positions()).every((one) => !("multiplier" in one)));
  assert.ok((await positions()).every((one) => typeof one.multiplier === "number"));
  rig.close();
});

Deno.test("the service's clock may be ahead: its header and its tokens say so", async () => {
  const rig = new MemoryRig({ rest: { skewMs: 600_000 } });
  const reply = await rig.ask("GET", "/api-quote-tokens");
  const ahead = Date.parse(reply.headers.date) - rig.time.now();
  assert.ok(ahead > 598_000 && ahead <= 600_000, String(ahead));
  const issued = Date.parse(JSON.parse(reply.body).data["issued-at"]);
  assert.equal(issued - rig.time.now(), 600_000);
  rig.close();
});
