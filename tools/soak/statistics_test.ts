import assert from "node:assert/strict";
import { Histogram, type Sample, trendOf, valleyOf } from "./statistics.ts";

Deno.test("soak: quantiles of a histogram are those of what was added", () => {
  const histogram = new Histogram(100);
  for (let ms = 1; ms <= 100; ms++) histogram.add(ms);

  assert.equal(histogram.quantile(0.5), 50);
  assert.equal(histogram.quantile(0.99), 99);
  assert.ok(Number.isNaN(new Histogram().quantile(0.5)));
});

Deno.test("soak: counts of several histograms add up", () => {
  const histogram = new Histogram(10);
  const other = new Histogram(10);
  histogram.add(1);
  for (let i = 0; i < 3; i++) other.add(7);

  histogram.addCounts(other.counts);

  assert.equal(histogram.total, 4);
  assert.equal(histogram.quantile(0.5), 7);
});

Deno.test("soak: what lies above a histogram's bound counts as the bound", () => {
  const histogram = new Histogram(10);
  histogram.add(5_000);

  assert.equal(histogram.quantile(1), 10);
});

/** An hour's samples, 5 s apart, with a noise that repeats. */
function hour(value: (atS: number) => number): Sample[] {
  return Array.from({ length: 540 }, (_, i) => {
    const atS = 900 + 5 * i;
    return { atS, value: value(atS) + 0.3 * Math.sin(i * 12.9898) };
  });
}

function isNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, not ${expected}`);
}

Deno.test("soak: the slope is that of the line through the samples", () => {
  const samples = [0, 10, 20].map((atS) => ({ atS, value: 7 + 3 * atS }));

  isNear(trendOf(samples).slope, 3, 1e-12);
  isNear(trendOf(hour((atS) => 150 + 2 * atS / 3600)).slope * 3600, 2, 0.05);
  assert.ok(Number.isNaN(trendOf(samples.slice(0, 1)).slope));
});

Deno.test("soak: one block that an allocator takes is a step and no slope", () => {
  const trend = trendOf(hour((atS) => atS < 2000 ? 150 : 158));

  isNear(trend.slope * 3600, 0, 0.2);
  isNear(trend.step, 8, 0.2);
  isNear(trend.stepAtS, 2000, 10);
});

Deno.test("soak: a step hides no slope", () => {
  const trend = trendOf(hour((atS) => 150 + 3 * atS / 3600 + (atS < 2000 ? 0 : 8)));

  isNear(trend.slope * 3600, 3, 0.2);
});

Deno.test("soak: blocks taken now and then are a slope", () => {
  const trend = trendOf(hour((atS) => 150 + 2 * Math.floor(atS / 600)));

  isNear(trend.slope * 3600, 12, 1.5);
});

Deno.test("soak: a valley is the least value between two instants", () => {
  const samples = [[1, 9], [2, 4], [3, 6], [4, 1]].map(([atS, value]) => ({ atS, value }));

  assert.equal(valleyOf(samples, 2, 3), 4);
});
