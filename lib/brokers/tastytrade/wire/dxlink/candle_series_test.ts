import assert from "node:assert/strict";
import fc from "fast-check";
import { type CandleEvent, EVENT_FLAG } from "./candle_events.ts";
import { type Candle, CandleSeries, type SnapshotExtent } from "./candle_series.ts";
import { canonicalCandleSymbol } from "./candle_symbol.ts";
import { WireCounters } from "./counters.ts";

const { txPending, remove, snapshotBegin, snapshotEnd, snapshotSnip } = EVENT_FLAG;

function event(startsAt: number, close: number, flags = 0, sequence = 0): CandleEvent {
  const prices = { open: close, high: close, low: close, close, volume: 1 };
  return { symbol: "SPY{=m}", flags, startsAt, sequence, ...prices };
}

function watched(options: { fromTime?: number; isTick?: boolean } = {}) {
  const told: string[] = [];
  const counters = new WireCounters();
  const short = ({ startsAt, close }: Candle) => `${startsAt}:${close}`;
  const series = new CandleSeries({
    fromTime: options.fromTime ?? 0,
    isTick: options.isTick ?? false,
    counters,
    listener: {
      replaced: (candles: readonly Candle[], extent: SnapshotExtent) =>
        void told.push(`${extent} ${candles.map(short).join(" ")}`),
      changed: (candle) => void told.push(short(candle)),
      removed: (startsAt) => void told.push(`-${startsAt}`),
      noData: () => void told.push("noData"),
    },
  });
  return { series, told, counters };
}

Deno.test("candles: a snapshot counts when it is complete, and not before", () => {
  const { series, told } = watched();

  series.apply(event(300, 3, snapshotBegin));
  series.apply(event(200, 2));
  assert.deepEqual(told, []);
  series.apply(event(100, 1, snapshotEnd));
  series.apply(event(300, 3.5));
  series.apply(event(400, 4));

  assert.deepEqual(told, ["whole 100:1 200:2 300:3", "300:3.5", "400:4"]);
});

Deno.test("candles: one event, an empty snapshot and a snipped one", () => {
  const one = watched();
  one.series.apply(event(100, 1, snapshotBegin | snapshotEnd));
  assert.deepEqual(one.told, ["whole 100:1"]);

  const none = watched();
  none.series.apply(event(100, NaN, snapshotBegin | snapshotEnd | remove));
  assert.deepEqual(none.told, ["whole "]);

  const snipped = watched();
  snipped.series.apply(event(200, 2, snapshotBegin));
  snipped.series.apply(event(100, 1, snapshotSnip));
  assert.deepEqual(snipped.told, ["snipped 100:1 200:2"]);
});

Deno.test("R30: a second snapshot replaces the first one and never merges with it", () => {
  const { series, told } = watched();
  series.apply(event(200, 2, snapshotBegin));
  series.apply(event(100, 1, snapshotEnd));
  series.apply(event(300, 3));

  series.apply(event(300, 9, snapshotBegin));
  series.apply(event(150, 8, snapshotEnd));

  assert.equal(told.at(-1), "whole 150:8 300:9");
});

Deno.test("R30: changes marked as pending wait for the one that ends them", () => {
  const { series, told } = watched();
  series.apply(event(100, 1, snapshotBegin | snapshotEnd | txPending));
  assert.deepEqual(told, []);
  series.apply(event(200, 2));
  assert.deepEqual(told, ["whole 100:1 200:2"]);

  series.apply(event(200, 5, txPending));
  series.apply(event(300, 6, txPending));
  assert.equal(told.length, 1);
  series.apply(event(300, 7));

  assert.deepEqual(told.slice(1), ["200:5", "300:6", "300:7"]);
});

Deno.test("R29: after a break the forming candle is replaced by what it became", () => {
  const { series, told } = watched();
  series.apply(event(200, 2, snapshotBegin));
  series.apply(event(100, 1, snapshotEnd));
  series.apply(event(300, 3));

  assert.equal(series.resume(), 200);
  series.apply(event(400, 4.5, snapshotBegin));
  series.apply(event(300, 3.9));
  series.apply(event(200, 2, snapshotEnd));

  assert.equal(told.at(-1), "whole 100:1 200:2 300:3.9 400:4.5");
});

Deno.test("candles: a snapshot without an end is used as far as it came, and said so", () => {
  const { series, told } = watched();
  for (const at of [100, 200, 300]) series.apply(event(at, at));
  series.apply(event(300, 3, snapshotBegin));
  series.apply(event(200, 2));

  assert.ok(series.giveUpWaiting());

  assert.equal(told.at(-1), "partial 100:100 200:2 300:3");
  assert.ok(!series.giveUpWaiting());
});

Deno.test("candles: removals, late corrections and older sequences", () => {
  const { series, told, counters } = watched();
  series.apply(event(200, 2, snapshotBegin));
  series.apply(event(100, 1, snapshotEnd));

  series.apply(event(100, 1.5));
  series.apply(event(200, 2.5, 0, 7));
  series.apply(event(200, 2.1, 0, 6));
  series.apply(event(100, NaN, remove));
  series.apply(event(100, NaN, remove));

  assert.deepEqual(told.slice(1), ["100:1.5", "200:2.5", "-100"]);
  assert.equal(counters.count("candleOrder"), 1);
});

Deno.test("candles: ticks of one instant are told apart by their sequence", () => {
  const { series } = watched({ isTick: true });
  for (const sequence of [2, 1, 2]) series.apply(event(100, sequence, 0, sequence));
  assert.deepEqual(series.candles().map(({ sequence }) => sequence), [1, 2]);
});

Deno.test("candles: whatever comes, they ascend and each time is there once", () => {
  const flags = fc.constantFrom(0, 0, 0, 0, remove, snapshotBegin, snapshotEnd, txPending);
  const any = fc.tuple(fc.nat(30), fc.nat(5), flags);
  fc.assert(fc.property(fc.array(any, { maxLength: 60 }), (events) => {
    const { series } = watched();
    for (const [at, sequence, flag] of events) series.apply(event(at, at, flag, sequence));

    const times = series.candles().map(({ startsAt }) => startsAt);
    assert.deepEqual(times, [...new Set(times)].sort((a, b) => a - b));
  }));
});

Deno.test("candle symbol: spellings of one series are one", () => {
  for (
    const [from, to] of [
      ["SPY{=1m}", "SPY{=m}"],
      ["AAPL&Q{tho=true,=5M,price=last}", "AAPL&Q{=5m,tho=true}"],
      ["/ESZ26:XCME{=1h,a=s,tho=TRUE}", "/ESZ26:XCME{=h,a=s,tho=true}"],
      ["/ES{price=s,=d}", "/ES{=d,price=s}"],
      ["SPY{=15m}", "SPY{=15m}"],
      ["SPY", "SPY"],
    ]
  ) {
    assert.equal(canonicalCandleSymbol(from), to);
    assert.equal(canonicalCandleSymbol(to), to);
  }
});
