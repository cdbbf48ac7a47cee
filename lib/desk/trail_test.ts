import assert from "node:assert/strict";
import fc from "fast-check";
import { Trail } from "./trail.ts";

function aTrail(capacity = 8): Trail {
  return new Trail({ accounts: 2, metrics: 2, capacity, stepMs: 1000 });
}

Deno.test("G-068: a trail sums the chosen accounts of one metric", () => {
  const trail = aTrail();
  trail.add(1000, Float64Array.of(1, 10, 2, 20));
  trail.add(2000, Float64Array.of(3, 30, NaN, 40));

  assert.deepEqual(trail.read(1, [0, 1]), { at: [1000, 2000], value: [30, 70] });
  assert.deepEqual(trail.read(0, [1]).value, [2, NaN]);
});

Deno.test("G-068: samples inside a step are skipped, a gap is kept as a gap", () => {
  const trail = aTrail();
  trail.add(1000, Float64Array.of(1, 0, 0, 0));
  trail.add(1500, Float64Array.of(9, 0, 0, 0));
  trail.add(9000, Float64Array.of(2, 0, 0, 0));

  assert.deepEqual(trail.read(0, [0]), { at: [1000, 2000, 9000], value: [1, NaN, 2] });
});

Deno.test("P13: a trail stays bounded, reaches back to the start and doubles its step", () => {
  const trail = aTrail(8);
  for (let i = 0; i < 100; i++) trail.add(i * 1000, Float64Array.of(i, 0, 0, 0));

  const points = trail.read(0, [0]);

  assert.ok(points.at.length <= 8);
  assert.equal(points.at[0], 0);
  assert.ok(trail.stepMs >= 16_000);
  assert.deepEqual(points.at.map((at) => at / 1000), points.value);
});

Deno.test("trail: a jump back in time starts anew", () => {
  const trail = aTrail();
  trail.add(5000, Float64Array.of(1, 0, 0, 0));
  trail.add(1000, Float64Array.of(2, 0, 0, 0));

  assert.deepEqual(trail.read(0, [0]), { at: [1000], value: [2] });
});

Deno.test("trail: times grow and the count is bounded for any run of samples", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20_000 })), (steps) => {
    const trail = aTrail(8);
    let at = 0;
    for (const step of steps) trail.add(at += step, Float64Array.of(at, 0, 0, 0));

    const points = trail.read(0, [0]);

    assert.ok(points.at.length <= 8);
    for (let i = 1; i < points.at.length; i++) assert.ok(points.at[i] > points.at[i - 1]);
  }));
});
