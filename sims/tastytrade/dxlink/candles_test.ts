import assert from "node:assert/strict";
import type { JsonObject } from "../json.ts";
import { type HandClient, IN_SESSION_MS, MemoryRig } from "../memory_rig.ts";
import { parseCandleSymbol } from "./candle_symbol.ts";

const DAY_MS = 86_400_000;

function candles(client: HandClient): JsonObject[] {
  return client.ofType("FEED_DATA").flatMap(({ data }) => data as JsonObject[]);
}

function ask(rig: MemoryRig, symbol: string, fromTime: number): HandClient {
  const client = rig.feed({ acceptDataFormat: "FULL" });
  const add = [{ type: "Candle", symbol, fromTime }];
  client.send({ type: "FEED_SUBSCRIPTION", channel: 1, add });
  rig.advance(1500);
  return client;
}

Deno.test("daily candles are the world's bars, newest first, from BEGIN to END", () => {
  const rig = new MemoryRig();
  const events = candles(ask(rig, "SPY{=1d}", IN_SESSION_MS - 40 * DAY_MS));
  const end = events.findIndex((one) => one.eventFlags === 8);
  const snapshot = events.slice(0, end + 1);
  assert.equal(snapshot[0].eventFlags, 4);
  assert.ok(snapshot.slice(1, -1).every((one) => one.eventFlags === 0));
  assert.ok(snapshot.every((one) => one.eventSymbol === "SPY{=d}"));
  const spy = rig.sim.market.ofStreamer("SPY")!;
  const bars = rig.sim.market.world.bars(spy.id, 100).reverse();
  snapshot.slice(1).forEach((one, n) => {
    assert.deepEqual([one.open, one.high, one.low, one.close], [
      bars[n].open,
      bars[n].high,
      bars[n].low,
      bars[n].close,
    ]);
    assert.equal(one.time, Date.parse(bars[n].date));
  });
  assert.ok(events.slice(end + 1).every((one) => one.eventFlags === 0));
  rig.close();
});

Deno.test("minute candles of a past day join to its bar, and today's to its range", () => {
  const rig = new MemoryRig();
  const from = Date.parse("2025-03-18T00:00:00Z");
  const client = ask(rig, "SPY{=5m}", from);
  rig.advance(60_000);
  const yesterday = candles(client).filter((one) =>
    (one.time as number) < Date.parse("2025-03-19T04:00:00Z")
  ).reverse();
  const spy = rig.sim.market.ofStreamer("SPY")!;
  const [bar] = rig.sim.market.world.bars(spy.id, 1);
  assert.equal(yesterday.length, 78);
  assert.equal(yesterday[0].open, bar.open);
  assert.equal(yesterday.at(-1)?.close, bar.close);
  assert.equal(Math.max(...yesterday.map((one) => one.high as number)), bar.high);
  assert.equal(Math.min(...yesterday.map((one) => one.low as number)), bar.low);
  const live = candles(client).at(-1)!;
  assert.equal(live.time, Math.floor(rig.time.now() / 300_000) * 300_000);
  rig.close();
});

Deno.test("history that is too long ends with SNIP, what has none is begin, end and remove", () => {
  const rig = new MemoryRig({ dxlink: { candlesMax: 10, candleChunk: 4 } });
  const long = ask(rig, "SPY{=d}", 0);
  const events = candles(long).slice(0, 10);
  assert.deepEqual([events[0].eventFlags, events[9].eventFlags], [4, 16]);
  const sizes = long.ofType("FEED_DATA").slice(0, 3).map(({ data }) => (data as unknown[]).length);
  assert.deepEqual(sizes, [4, 4, 2]);
  const option = rig.sim.market.world.chain("SPY")[3];
  const day = option.expiry.slice(2).replaceAll("-", "");
  const none = candles(ask(rig, `.SPY${day}C${option.strikes[20]}{=d}`, 5));
  assert.deepEqual([none[0].eventFlags, none[0].close], [14, "NaN"]);
  rig.close();
});

Deno.test("candle symbols have one shortest form", () => {
  const shortest = (symbol: string) => parseCandleSymbol(symbol)?.shortest;
  assert.equal(shortest("SPY{=1m}"), "SPY{=m}");
  assert.equal(shortest("AAPL&Q{=5m,tho=true,a=m}"), "AAPL&Q{=5m,tho=true}");
  assert.equal(shortest("/ESM25:XCME{=1h,tho=true,a=s}"), "/ESM25:XCME{=h,a=s,tho=true}");
  assert.equal(shortest("SPY{=1x}"), undefined);
  assert.equal(shortest("SPY"), undefined);
});
