import assert from "node:assert/strict";
import fc from "fast-check";
import { sampleBook } from "@/tests/fixtures/sample_book.ts";
import { sampleMetrics, TODAY_METRICS, type TodayMetric } from "./metrics.ts";
import { BookScope } from "./scope.ts";
import {
  gapsOf,
  joinPoints,
  lastValue,
  rangeOf,
  type TodayHistory,
  TodayLine,
  type TodayPoints,
  withOutage,
} from "./today_line.ts";
import { linePicture } from "./line_picture.ts";
import { lineNote, lineSummary, lineTable, todayDrawing } from "./today_view.ts";

const EMPTY: TodayHistory = { stepMs: 1000, at: [], values: [[], []] };
const WIDTH = TODAY_METRICS.length;

/** A sample of two accounts with one value in every metric. */
function sample(first: number, second: number): Float64Array {
  return Float64Array.from({ length: 2 * WIDTH }, (_, i) => i < WIDTH ? first : second);
}

function lineOf(values: readonly (readonly [number, number])[]): TodayLine {
  const line = new TodayLine(2, EMPTY);
  for (const [at, value] of values) line.add(at, sample(value, 0));
  return line;
}

Deno.test("G-068: a metric is the exact sum over the chosen accounts", () => {
  const line = new TodayLine(2, EMPTY);
  line.add(1000, sample(3, 4));

  assert.deepEqual([...line.read("vega", [0, 1]).value], [7]);
  assert.deepEqual([...line.read("vega", [1]).value], [4]);
});

Deno.test("G-068: the sampled metrics are those of the strip", () => {
  const book = sampleBook();
  const scope = new BookScope(book, [0, 1, 2]);
  const values = sampleMetrics(book);
  const sum = (metric: typeof TODAY_METRICS[number]) =>
    [0, 1, 2].reduce((total, a) => total + values[a * WIDTH + TODAY_METRICS.indexOf(metric)], 0);

  assert.ok(Math.abs(sum("dollarDelta") - scope.total("dollarDelta")) < 1e-6);
  assert.ok(Math.abs(sum("gamma") - scope.total("dollarGamma")) < 1e-6);
  assert.equal(sum("profit"), scope.total("dayPnl") + 41);
  assert.equal(sum("netLiq"), 1_415_497);
});

Deno.test("G-068: the line goes on from the page's history without a gap for loading", () => {
  const history: TodayHistory = { stepMs: 1000, at: [1000, 2000], values: [[[1, 2]], [[0, 0]]] };
  const line = new TodayLine(2, history);
  line.add(9_000, sample(5, 0));
  line.add(20_000, sample(6, 0));

  assert.deepEqual([...line.read("profit", [0, 1]).value], [1, 2, 5, NaN, 6]);
});

Deno.test("ui §7: a pause is a gap with its length, never a joined line", () => {
  const line = lineOf([[1000, 1], [2000, 2], [60_000, 3]]);
  const points = line.read("profit", [0, 1]);

  assert.deepEqual(gapsOf(points), [{ from: 2000, to: 60_000 }]);
  assert.equal(lastValue(points), 3);
  assert.deepEqual(rangeOf(points), { low: 1, high: 3 });
});

Deno.test("G-068: a replay at speed is not full of gaps", () => {
  const line = new TodayLine(2, EMPTY);
  line.add(0, sample(1, 0), 250);
  line.add(12_500, sample(2, 0), 250);

  assert.deepEqual([...line.read("profit", [0]).value], [1, 2]);
});

Deno.test("G-068: a clock that went back starts the line anew", () => {
  const line = lineOf([[5000, 1], [6000, 2], [1000, 3]]);

  assert.deepEqual([...line.read("profit", [0]).value], [3]);
});

Deno.test("R80: points are bounded, times grow and the first point stays, for any run", () => {
  const steps = fc.array(fc.integer({ min: 500, max: 9_000 }), {
    minLength: 3_000,
    maxLength: 6_000,
  });
  fc.assert(
    fc.property(steps, (gaps) => {
      const line = new TodayLine(2, EMPTY);
      let at = 0;
      for (const gap of gaps) line.add(at += gap, sample(at, 0));

      const points = line.read("profit", [0]);
      assert.ok(line.count <= 2_048);
      assert.equal(points.at[0], gaps[0]);
      for (let i = 1; i < points.at.length; i++) assert.ok(points.at[i] > points.at[i - 1]);
    }),
    { numRuns: 10 },
  );
});

function wordsOf(metric: TodayMetric, points: TodayPoints, stepMs = 1000) {
  const now = points.at[points.at.length - 1] ?? 0;
  const drawing = todayDrawing(metric, points, now);
  return { metric, currency: "USD", drawing, answer: null, stepMs, now, paused: "" };
}

const OPENED_AT = Date.UTC(2025, 2, 19, 14, 15);

Deno.test("ui §3: the folded section says profit, range and gaps in words", () => {
  const at = (second: number) => OPENED_AT + 1000 * second;
  const points = lineOf([[at(0), -20], [at(1), 40], [at(59), 30]]).read("profit", [0]);

  assert.equal(
    lineSummary(wordsOf("profit", points)),
    "Profit +30 USD, between \u221220 and +40, since 10:15, 1 gap, the longest 58 seconds",
  );
  assert.equal(
    lineNote(wordsOf("theta", points)),
    "USD per day, one point a second; since 10:15, 1 gap, the longest 58 seconds",
  );
  const none = lineOf([]).read("vega", [0]);
  assert.equal(lineSummary(wordsOf("vega", none)), "Vega: no point yet");
  assert.equal(lineNote(wordsOf("profit", none, 60_000)), "USD, one point a minute");
});

Deno.test("T-022: the first paint draws runs between gaps, and a gap as a band", () => {
  const points = lineOf([[1000, 1], [2000, 2], [60_000, 3], [61_000, 4]]).read("profit", [0]);
  const picture = linePicture(todayDrawing("profit", points, 61_000));

  assert.equal(picture.path.match(/M/g)?.length, 2);
  assert.equal(picture.last, 4);
  assert.deepEqual(picture.bands.map(({ text }) => text), ["no data 58 seconds"]);
  for (const { from, to } of picture.bands) assert.ok(from > 0 && from < to && to < 1);
  const numbers = picture.path.match(/-?\d+/g)?.map(Number) ?? [];
  assert.ok(numbers.length >= 8 && numbers.every(Number.isInteger), picture.path);
});

Deno.test("ui §7: the chart's table has the same data, newest first, bounded", () => {
  const many = Array.from({ length: 500 }, (_, i) => [1000 * (i + 1), i] as const);
  const table = lineTable(wordsOf("profit", lineOf(many).read("profit", [0])));

  assert.equal(table[0][1], "+499");
  assert.ok(table.length <= 60);
});

Deno.test("T-016: the record fills the hole of the page's own line, which goes on", () => {
  const own = lineOf([[1000, 1], [2000, 2], [60_000, 9], [61_000, 10]]).read("profit", [0]);
  const record = {
    at: Float64Array.from({ length: 60 }, (_, i) => 1000 * (i + 1)),
    value: Float64Array.from({ length: 60 }, (_, i) => i),
  };
  const whole = joinPoints(record, own, 1);

  assert.deepEqual(gapsOf(whole), []);
  assert.equal(whole.at.length, 61);
  assert.equal(lastValue(whole), 10);
  const short = { at: record.at.slice(0, 30), value: record.value.slice(0, 30) };
  assert.deepEqual(gapsOf(joinPoints(short, own, 1)), [{ from: 30_000, to: 60_000 }]);
});

Deno.test("T-016: an outage is a gap while it lasts, and not before it is one", () => {
  const points = { at: Float64Array.of(0, 1_000, 2_000), value: Float64Array.of(5, 6, 7) };

  assert.deepEqual(gapsOf(withOutage(points, 4_000)), []);
  assert.deepEqual(gapsOf(withOutage(points, 62_000)), [{ from: 2_000, to: 62_000 }]);
  assert.equal(lastValue(withOutage(points, 62_000)), 7);
  const none = { at: new Float64Array(0), value: new Float64Array(0) };
  assert.equal(withOutage(none, 62_000), none);
});
