import assert from "node:assert/strict";
import { Histogram, slopeOf, valleyOf } from "./statistics.ts";

Deno.test("soak: quantiles of a histogram are those of what was added", () => {
  const histogram = new Histogram(100);
  for (let ms = 1; ms <= 100; ms++) histogram.add(ms);

  assert.equal(histogram.quantile(0.5), 50);
  assert.equal(histogram.quantile(0.99), 99);
  assert.equal(histogram.max, 100);
  assert.ok(Number.isNaN(new Histogram().quantile(0.5)));
});

Deno.test("soak: what lies above a histogram's bound counts as the bound", () => {
  const histogram = new Histogram(10);
  histogram.add(5_000);

  assert.equal(histogram.quantile(1), 10);
});

Deno.test("soak: the slope is that of the line through the samples", () => {
  const samples = [0, 10, 20].map((atS) => ({ atS, value: 7 + 3 * atS }));

  assert.ok(Math.abs(slopeOf(samples) - 3) < 1e-12);
  assert.ok(Number.isNaN(slopeOf(samples.slice(0, 1))));
});

Deno.test("soak: a valley is the least value between two instants", () => {
  const samples = [[1, 9], [2, 4], [3, 6], [4, 1]].map(([atS, value]) => ({ atS, value }));

  assert.equal(valleyOf(samples, 2, 3), 4);
});
