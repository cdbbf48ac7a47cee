import assert from "node:assert/strict";
import type { JsonObject } from "../json.ts";
import { type HandClient, MemoryRig } from "../memory_rig.ts";

const QUOTE = ["eventSymbol", "bidPrice", "askPrice", "bidSize"];
const COMPACT = { acceptDataFormat: "COMPACT", acceptEventFields: { Quote: QUOTE } };

function subscribe(client: HandClient, add: JsonObject[], more: JsonObject = {}): void {
  client.send({ type: "FEED_SUBSCRIPTION", channel: 1, add, ...more });
}

/** Rows of a type in COMPACT messages, as records of their fields. */
function rows(client: HandClient, type: string, fields: readonly string[]): JsonObject[] {
  return client.ofType("FEED_DATA").flatMap(({ data }) => {
    assert.ok(Array.isArray(data));
    const at = data.indexOf(type);
    if (at < 0) return [];
    const values = data[at + 1] as unknown[];
    assert.equal(values.length % fields.length, 0);
    return Array.from(
      { length: values.length / fields.length },
      (_, n) =>
        Object.fromEntries(fields.map((field, k) => [field, values[n * fields.length + k]])),
    );
  });
}

Deno.test("quotes of a subscription are the world's, before and after they move", () => {
  const rig = new MemoryRig();
  const client = rig.feed(COMPACT);
  subscribe(client, [{ type: "Quote", symbol: "SPY" }, { type: "Quote", symbol: "NOSUCH" }]);
  rig.advance(300);
  const { market } = rig.sim;
  const spy = market.ofStreamer("SPY")!;
  const last = () => rows(client, "Quote", QUOTE).at(-1)!;
  const shown = () => {
    const { bid, ask, bidSize } = market.latest(spy);
    return { eventSymbol: "SPY", bidPrice: bid, askPrice: ask, bidSize };
  };
  assert.deepEqual(last(), shown());
  const first = rows(client, "Quote", QUOTE).length;
  rig.advance(10_000);
  assert.ok(rows(client, "Quote", QUOTE).length > first);
  assert.ok(rows(client, "Quote", QUOTE).every((row) => row.eventSymbol === "SPY"));
  assert.equal((last().bidPrice as number) + (last().askPrice as number), 2 * market.mark(spy));
  rig.close();
});

Deno.test("FEED_CONFIG names granted fields in the order of the data, known ones alone", () => {
  const rig = new MemoryRig();
  const client = rig.feed({ acceptEventFields: { Quote: ["askPrice", "nothing", "eventSymbol"] } });
  const config = client.ofType("FEED_CONFIG")[0];
  assert.deepEqual(config.eventFields, { Quote: ["askPrice", "eventSymbol"] });
  assert.equal(config.dataFormat, "FULL");
  subscribe(client, [{ type: "Quote", symbol: "SPY" }]);
  rig.advance(300);
  const [event] = client.ofType("FEED_DATA")[0].data as JsonObject[];
  assert.deepEqual(Object.keys(event).sort(), ["askPrice", "eventSymbol", "eventType"]);
  rig.close();
});

Deno.test("fields of a type that nobody asked about are announced before its first data", () => {
  const rig = new MemoryRig({ dxlink: { isConfigLazy: true } });
  const client = rig.feed(COMPACT);
  assert.equal(client.ofType("FEED_CONFIG")[0].eventFields, undefined);
  subscribe(client, [{ type: "Trade", symbol: "SPY" }, { type: "Quote", symbol: "SPY" }]);
  rig.advance(300);
  const kinds = client.messages().map((one) => one.type);
  assert.ok(kinds.lastIndexOf("FEED_CONFIG") < kinds.indexOf("FEED_DATA"));
  const fields = client.ofType("FEED_CONFIG").at(-1)?.eventFields as Record<string, string[]>;
  assert.deepEqual(fields.Quote, QUOTE);
  assert.equal(fields.Trade[0], "eventType");
  assert.equal(rows(client, "Trade", fields.Trade)[0].eventSymbol, "SPY");
  rig.close();
});

Deno.test("an index has no quote, and what it lacks in a trade is the string NaN", () => {
  const rig = new MemoryRig();
  const client = rig.feed({ acceptDataFormat: "FULL" });
  const kinds = ["Quote", "Trade", "Summary", "Greeks"];
  subscribe(client, kinds.map((type) => ({ type, symbol: "SPX" })));
  rig.advance(2000);
  const events = client.ofType("FEED_DATA").flatMap(({ data }) => data as JsonObject[]);
  assert.deepEqual([...new Set(events.map((one) => one.eventType))].sort(), ["Summary", "Trade"]);
  const trade = events.find((one) => one.eventType === "Trade")!;
  assert.equal(trade.size, "NaN");
  assert.equal(typeof trade.price, "number");
  rig.close();
});

Deno.test("Greeks carry a 64-bit index whose digits survive the wire", () => {
  const rig = new MemoryRig();
  const option = rig.sim.market.world.instruments().find((one) => one.kind === "option")!;
  const day = option.option!.expiry.slice(2).replaceAll("-", "");
  const symbol = `.${option.root}${day}${option.option!.right === "call" ? "C" : "P"}` +
    `${option.option!.strike}`;
  const client = rig.feed({ acceptDataFormat: "FULL" });
  subscribe(client, [{ type: "Greeks", symbol }]);
  rig.advance(300);
  const text = client.texts.find((one) => one.includes('"Greeks"') && one.includes("FEED_DATA"))!;
  const digits = /"index":(\d+)/.exec(text)![1];
  const [event] = JSON.parse(text).data;
  const seconds = BigInt(Math.floor(event.time / 1000));
  assert.equal(BigInt(digits), (seconds << 32n) | (BigInt(event.time % 1000) << 22n));
  const { greeks } = rig.sim.market.latest(option);
  assert.deepEqual([event.price, event.volatility, event.delta, event.theta], [
    greeks[0],
    greeks[1],
    greeks[2],
    greeks[4],
  ]);
  rig.close();
});

Deno.test("remove and reset end data; reset is applied before the adds of its message", () => {
  const rig = new MemoryRig();
  const client = rig.feed(COMPACT);
  const both = [{ type: "Quote", symbol: "SPY" }, { type: "Quote", symbol: "QQQ" }];
  subscribe(client, both);
  rig.advance(1000);
  client.send({ type: "FEED_SUBSCRIPTION", channel: 1, remove: [both[0]] });
  rig.advance(200);
  client.texts.length = 0;
  rig.advance(10_000);
  const symbols = () => [...new Set(rows(client, "Quote", QUOTE).map((row) => row.eventSymbol))];
  assert.deepEqual(symbols(), ["QQQ"]);
  subscribe(client, [both[0]], { reset: true });
  rig.advance(200);
  client.texts.length = 0;
  rig.advance(10_000);
  assert.deepEqual(symbols(), ["SPY"]);
  rig.close();
});

Deno.test("one aggregation period brings one message per type at most", () => {
  const rig = new MemoryRig({ eventRate: 2000 });
  const client = rig.feed({ ...COMPACT, acceptAggregationPeriod: 2 });
  subscribe(client, ["SPY", "QQQ", "IWM"].map((symbol) => ({ type: "Quote", symbol })));
  rig.advance(10_100);
  const messages = client.ofType("FEED_DATA").length;
  assert.ok(messages >= 4 && messages <= 6, String(messages));
  rig.close();
});

Deno.test("several types come in one message of pairs where that is asked for", () => {
  const rig = new MemoryRig({ dxlink: { hasManyPairs: true } });
  const client = rig.feed({ acceptDataFormat: "COMPACT" });
  subscribe(client, ["Quote", "Trade"].map((type) => ({ type, symbol: "SPY" })));
  rig.advance(300);
  const data = client.ofType("FEED_DATA")[0].data as unknown[];
  assert.deepEqual([data.length, data[0], data[2]], [4, "Quote", "Trade"]);
  rig.close();
});

Deno.test("a coin moves with its fund where other kinds are asked for", () => {
  const rig = new MemoryRig({ rest: { hasOtherKinds: true } });
  const client = rig.feed(COMPACT);
  const symbol = "BTC/USD:CXTALP";
  subscribe(client, [{ type: "Quote", symbol }, { type: "Quote", symbol: "QQQ" }]);
  rig.advance(20_000);
  const own = rows(client, "Quote", QUOTE);
  const coins = own.filter((row) => row.eventSymbol === symbol);
  const funds = own.filter((row) => row.eventSymbol === "QQQ");
  assert.ok(coins.length > 2 && coins.length === funds.length);
  const fund = rig.sim.market.mark(rig.sim.market.ofStreamer("QQQ")!);
  const mid = ((coins.at(-1)!.bidPrice as number) + (coins.at(-1)!.askPrice as number)) / 2;
  assert.ok(Math.abs(mid - 180 * fund) < 0.01);
  rig.close();
});

for (const strictness of ["strict", "lenient"] as const) {
  Deno.test(`a ${strictness} server hears a candle on a TICKER channel`, () => {
    const rig = new MemoryRig({ dxlink: { strictness } });
    const client = rig.feed();
    const parameters = { contract: "TICKER" };
    client.send({ type: "CHANNEL_REQUEST", channel: 3, service: "FEED", parameters });
    const add = [{ type: "Candle", symbol: "SPY{=d}", fromTime: 0 }];
    client.send({ type: "FEED_SUBSCRIPTION", channel: 3, add });
    rig.advance(2000);
    assert.equal(client.ofType("FEED_DATA").length, 0);
    const errors = client.ofType("ERROR").map((one) => [one.channel, one.error]);
    assert.deepEqual(errors, strictness === "strict" ? [[3, "BAD_ACTION"]] : []);
    rig.close();
  });
}

Deno.test("while the market is held a client comes to show all of it; then it goes on", () => {
  const rig = new MemoryRig({ eventRate: 3000 });
  const client = rig.feed({ ...COMPACT, acceptAggregationPeriod: 0.5 });
  const { market } = rig.sim;
  const symbols = ["SPY", "QQQ", "IWM", "AAPL", "/ESM25:XCME"];
  subscribe(client, symbols.map((symbol) => ({ type: "Quote", symbol })));
  rig.advance(5000);
  market.isHeld = true;
  const heldAt = market.now();
  rig.advance(1000);
  assert.equal(market.now(), heldAt);
  const own = rows(client, "Quote", QUOTE);
  for (const symbol of symbols) {
    const last = own.findLast((row) => row.eventSymbol === symbol)!;
    const { bid, ask } = market.latest(market.ofStreamer(symbol)!);
    assert.deepEqual([last.bidPrice, last.askPrice], [bid, ask]);
  }
  market.isHeld = false;
  rig.advance(100);
  assert.ok(market.now() > heldAt + 1000, "it makes up for it");
  rig.close();
});
