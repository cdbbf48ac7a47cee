import assert from "node:assert/strict";
import fc from "fast-check";
import { expOfNegative } from "./exponential.ts";

/** Two roundings of the runtime's own and two of ours. */
const ERROR_MAX = 6e-16;

function assertClose(x: number): void {
  const exact = Math.exp(x);
  const error = Math.abs(expOfNegative(x) - exact);
  assert.ok(error <= ERROR_MAX * exact, `e^${x}: off by ${error / exact}`);
}

Deno.test("the exponential agrees with the runtime's over all of its range", () => {
  fc.assert(
    fc.property(fc.double({ min: -708, max: 0, noNaN: true }), (x) => assertClose(x)),
    { numRuns: 20_000 },
  );
  for (let x = -40; x <= 0; x += 1 / 1024) assertClose(x);
});

Deno.test("the exponential at the borders of its steps, at 0 and beyond its table", () => {
  for (let n = 0; n < 65_000; n++) {
    const border = -n * Math.LN2 / 128;
    for (const x of [border, border * (1 + 1e-15), border * (1 - 1e-15)]) assertClose(x);
  }
  assert.equal(expOfNegative(0), 1);
  assert.equal(expOfNegative(-0), 1);
  assert.equal(expOfNegative(-Infinity), 0);
  assert.ok(Number.isNaN(expOfNegative(NaN)));
  for (const x of [-708, -708.5, -740, -746, -1e9]) assert.equal(expOfNegative(x), Math.exp(x));
});

Deno.test("known values: e^−1 and e^−20", () => {
  // Source: OEIS A068985; e^−20 by 40-digit arithmetic.
  assert.ok(Math.abs(expOfNegative(-1) - 0.36787944117144233) <= 1e-16);
  assert.ok(Math.abs(expOfNegative(-20) / 2.061153622438558e-9 - 1) <= ERROR_MAX);
});
