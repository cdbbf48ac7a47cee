import assert from "node:assert/strict";
import { FeedRun } from "./feed/feed_run_fixture_test.ts";
import type { Candle } from "./wire/dxlink/candle_series.ts";

const MINUTE = 60_000;
const FROM = Date.UTC(2025, 2, 19, 14);

function watched(run: FeedRun, symbol: string) {
  const told: string[] = [];
  const short = ({ startsAt, close }: Candle) => `${(startsAt - FROM) / MINUTE}:${close}`;
  assert.ok(
    run.feed.addCandles(symbol, FROM, {
      replaced: (candles, extent) => void told.push(`${extent} ${candles.map(short).join(" ")}`),
      changed: (candle) => void told.push(short(candle)),
      removed: (startsAt) => void told.push(`-${startsAt}`),
      noData: () => void told.push("noData"),
    }).ok,
  );
  return told;
}

function candle(minute: number, close: number, eventFlags = 0) {
  return { eventFlags, time: FROM + minute * MINUTE, sequence: 0, close, open: 1, high: 1, low: 1 };
}

Deno.test("R29: candles go on after a break from the last complete one on", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  const told = watched(run, "SPY{=1m}");
  run.time.advance(2000);
  const [first] = run.peer.sessions;
  assert.equal(first.fromTimes.get("SPY{=1m}"), FROM);
  const publish = (...rows: ReturnType<typeof candle>[]) => {
    for (const row of rows) {
      const fields = ["eventSymbol", "eventFlags", "time", "sequence", "open", "high", "low"];
      const values = ["SPY{=m}", row.eventFlags, row.time, 0, 1, 1, 1, row.close];
      for (const session of run.peer.sessions) {
        const eventFields = { Candle: [...fields, "close"] };
        session.send({ type: "FEED_CONFIG", channel: 3, dataFormat: "COMPACT", eventFields });
        session.send({ type: "FEED_DATA", channel: 3, data: ["Candle", values] });
      }
    }
    run.time.advance(100);
  };
  publish(candle(2, 12, 4), candle(1, 11), candle(0, 10, 8), candle(2, 12.5));
  assert.deepEqual(told, ["whole 0:10 1:11 2:12", "2:12.5"]);

  first.close(1006, "");
  run.time.advance(10_000);
  const [second] = run.peer.sessions;
  assert.equal(second.fromTimes.get("SPY{=1m}"), FROM + MINUTE);
  publish(candle(3, 13, 4), candle(2, 12.9), candle(1, 11, 8));

  assert.equal(told.at(-1), "whole 0:10 1:11 2:12.9 3:13");
  run.feed.removeCandles("SPY{=m}");
  run.time.advance(1000);
  const last = run.requests("FEED_SUBSCRIPTION").at(-1);
  assert.deepEqual(last?.remove, [{ type: "Candle", symbol: "SPY{=1m}", fromTime: 0 }]);
  assert.equal(run.end(), 0);
});

Deno.test("candles: a series that brings nothing is asked for twice, then has no data", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  const told = watched(run, "NOPE{=d}");

  run.time.advance(30_000);

  assert.deepEqual(told, ["noData"]);
  const asked = run.wire.sent.filter((text) => text.includes('"NOPE{=d}"'));
  assert.equal(asked.length, 2);
  assert.equal(run.end(), 0);
});

Deno.test("candles: a closed candle channel is opened anew, the feed stays live", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  watched(run, "SPY{=d}");
  run.time.advance(3000);
  const [session] = run.peer.sessions;
  session.channels.delete(3);
  session.send({ type: "CHANNEL_CLOSED", channel: 3 });
  run.time.advance(2000);

  assert.deepEqual(run.requests("CHANNEL_REQUEST").map(({ channel }) => channel), [1, 3, 5]);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("candles: more series than the bound are refused", () => {
  const run = new FeedRun();
  const listener = { replaced() {}, changed() {}, removed() {}, noData() {} };
  for (let i = 0; i < 64; i++) assert.ok(run.feed.addCandles(`S${i}{=d}`, 0, listener).ok);
  assert.deepEqual(run.feed.addCandles("S64{=d}", 0, listener), { ok: false, error: "full" });
  assert.equal(run.end(), 0);
});
