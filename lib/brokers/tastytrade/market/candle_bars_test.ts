import assert from "node:assert/strict";
import { fail, ok } from "../../../base/result.ts";
import type { BarQuery } from "../../../ports/broker.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { listedShare } from "../map/listed_instrument.ts";
import type { Candle, CandleListener } from "../wire/dxlink/candle_series.ts";
import { CandleBars } from "./candle_bars.ts";

const MINUTE = 60_000;
/** A minute and a half past eleven in New York, in session. */
const NOW = Date.UTC(2025, 2, 19, 15, 1, 30);
const FROM = NOW - NOW % MINUTE - 3 * MINUTE;

const SPY = {
  instrument: listedShare("SPY", { kind: "equity", isCoin: false, exchange: "", tickSize: 0.01 }),
  apiSymbol: "SPY",
  instrumentType: "Equity",
  streamerSymbol: "SPY",
  ticks: [],
};

function candle(minute: number, changes: Partial<Candle> = {}): Candle {
  const startsAt = FROM + minute * MINUTE;
  return { startsAt, sequence: 0, open: 10, high: 12, low: 9, close: 11, volume: 5, ...changes };
}

function begin(now = NOW) {
  const time = new VirtualTime(now);
  const wanted = new Map<string, CandleListener>();
  const log: string[] = [];
  const feed = {
    isFull: false,
    addCandles(symbol: string, from: number, listener: CandleListener) {
      if (feed.isFull) return fail("full" as const);
      log.push(`add ${symbol} ${(from - FROM) / MINUTE}`);
      wanted.set(symbol, listener);
      return ok(null);
    },
    removeCandles(symbol: string) {
      log.push(`remove ${symbol}`);
      wanted.delete(symbol);
    },
  };
  const bars = new CandleBars({ feed, clock: time, timers: time });
  const abort = new AbortController();
  const ask = (changes: Partial<BarQuery> = {}) =>
    bars.bars(
      SPY,
      { instrumentKey: "SPY", size: "1m", from: FROM, to: NOW, ...changes },
      abort.signal,
    );
  return { time, wanted, log, feed, bars, abort, ask };
}

Deno.test("R29: in session the newest candle is no bar, however old it is", async () => {
  const run = begin();
  const answer = run.ask();
  await Promise.resolve();
  run.wanted.get("SPY{=1m}")?.replaced([candle(0), candle(1)], "whole");
  const bars = await answer;
  assert.ok(bars.ok);
  assert.deepEqual(bars.value.map(({ startsAt }) => (startsAt - FROM) / MINUTE), [0]);
  assert.deepEqual(run.log, ["add SPY{=1m} 0", "remove SPY{=1m}"]);
  assert.equal(run.time.pendingCount, 0);
});

Deno.test("R29: behind the close the newest candle is complete", async () => {
  const run = begin(Date.UTC(2025, 2, 19, 22));
  const answer = run.ask();
  await Promise.resolve();
  run.wanted.get("SPY{=1m}")?.replaced([candle(0), candle(1)], "whole");
  const bars = await answer;
  assert.equal(bars.ok && bars.value.length, 2);
});

Deno.test("bars lie in the span; one without prices or with a wrong low is none", async () => {
  const run = begin();
  const answer = run.ask({ to: FROM + 3 * MINUTE });
  await Promise.resolve();
  const odd = [candle(1, { close: NaN }), candle(2, { low: 11 })];
  const volume = { volume: NaN };
  run.wanted.get("SPY{=1m}")?.replaced([candle(-1), candle(0, volume), ...odd, candle(3)], "whole");
  const bars = await answer;
  assert.ok(bars.ok);
  assert.deepEqual(bars.value.map(({ volume }) => volume), [0]);
});

Deno.test("two questions about one symbol come one after the other", async () => {
  const run = begin();
  const [first, second] = [run.ask(), run.ask({ from: FROM + MINUTE })];
  await Promise.resolve();
  assert.deepEqual(run.log, ["add SPY{=1m} 0"]);
  run.wanted.get("SPY{=1m}")?.noData();
  assert.deepEqual(await first, ok([]));
  for (let i = 0; i < 5; i++) await Promise.resolve();
  run.wanted.get("SPY{=1m}")?.replaced([candle(1), candle(2), candle(3)], "whole");
  const bars = await second;
  assert.equal(bars.ok && bars.value.length, 2);
  assert.equal(run.time.pendingCount, 0);
});

Deno.test("bars: a mute feed, a full one and an ended call leave nothing", async () => {
  const late = begin();
  const answer = late.ask();
  await Promise.resolve();
  late.time.advance(75_000);
  const said = await answer;
  assert.equal(said.ok ? "" : said.error.code, "timeout");
  const full = begin();
  full.feed.isFull = true;
  const refused = await full.ask();
  assert.equal(refused.ok ? "" : refused.error.code, "rateLimited");
  for (const end of [(run: ReturnType<typeof begin>) => run.abort.abort(), closed]) {
    const run = begin();
    const ended = run.ask();
    await Promise.resolve();
    end(run);
    const canceled = await ended;
    assert.equal(canceled.ok ? "" : canceled.error.code, "canceled");
    for (let i = 0; i < 5; i++) await Promise.resolve();
    assert.deepEqual(run.log, ["add SPY{=1m} 0", "remove SPY{=1m}"]);
    assert.equal(run.time.pendingCount, 0);
  }
});

function closed(run: ReturnType<typeof begin>): void {
  run.bars.close();
}
