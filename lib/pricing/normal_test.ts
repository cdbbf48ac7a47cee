import assert from "node:assert/strict";
import fc from "fast-check";
import {
  hartTail,
  normalCdf,
  normalPdf,
  normalQuantile,
  SCALED_TAIL_FROM,
  scaledTail,
  tailSlope,
} from "./normal.ts";

function assertRelative(actual: number, expected: number, tolerance: number, what: string): void {
  const error = Math.abs(actual / expected - 1);
  assert.ok(error <= tolerance, `${what}: ${actual} for ${expected}, relative error ${error}`);
}

/** e^{y²/2}·N(−y), computed with 40 digits. */
const SCALED_TAILS: readonly (readonly [number, number])[] = [
  [-0.5, 0.7835296183464282],
  [0, 0.5],
  [0.5, 0.34961883472039806],
  [1, 0.2615782918651234],
  [2.5, 0.1413313313805753],
  [5, 0.07691930497500629],
  [8, 0.049122546212424935],
  [20, 0.01989761564832703],
  [1000, 0.0003989418814603491],
];

/** N(x), computed with 40 digits. */
const CDF: readonly (readonly [number, number])[] = [
  [-8, 6.220960574271784e-16],
  [-3, 0.0013498980316300946],
  [-1, 0.15865525393145705],
  [0.5, 0.6914624612740131],
  [2, 0.9772498680518208],
  [6, 0.9999999990134123],
  [-20, 2.7536241186062337e-89],
  [-37, 5.725571222524577e-300],
];

/** (R(a) − R(b))/(b − a) of the scaled tail R, computed with 40 digits; −R′ where a = b. */
const SLOPES: readonly (readonly [number, number, number])[] = [
  [1, 1, 0.13736398853630932],
  [0, 0.001, 0.3986924133197194],
  [-0.2, 0.3, 0.3825724689000539],
  [3, 3.5, 0.030337589443713443],
  [10, 10.000001, 0.003875339010922572],
  [30, 50, 0.0002653845730995391],
];

Deno.test("scaled tail: reference values to 1e-15 relative, out to y = 1000", () => {
  for (const [y, expected] of SCALED_TAILS) {
    assertRelative(scaledTail(y), expected, y < 0 ? 3e-15 : 1e-15, `y ${y}`);
  }
});

Deno.test("normal distribution: reference values to 3e-14 relative, far into the tail", () => {
  for (const [x, expected] of CDF) assertRelative(normalCdf(x), expected, 3e-14, `x ${x}`);
  assert.equal(normalCdf(0), 0.5);
  assert.equal(normalCdf(-40), 0);
  assert.equal(normalCdf(40), 1);
  assert.equal(normalCdf(-Infinity), 0);
  assert.ok(Number.isNaN(normalCdf(NaN)));
});

Deno.test("tail slope: exact while its arguments come together", () => {
  for (const [a, b, expected] of SLOPES) assertRelative(tailSlope(a, b), expected, 1e-14, `${a}`);
});

Deno.test("tail slope: agrees with the difference of the tails where that keeps its digits", () => {
  const y = fc.double({ min: 0, max: 6, noNaN: true });
  const width = fc.double({ min: 0.1, max: 20, noNaN: true });
  fc.assert(fc.property(y, width, (a, s) => {
    const plain = (scaledTail(a) - scaledTail(a + s)) / s;

    assertRelative(tailSlope(a, a + s), plain, 2e-13, `${a}, ${s}`);
  }));
});

Deno.test("Hart's tail: within 2e-16 of the distribution function, on both of its forms", () => {
  for (let x = 0; x <= 9; x += 1 / 64) {
    const tail = Math.exp(-0.5 * x * x) * hartTail(x);
    assert.ok(Math.abs(tail - normalCdf(-x)) <= 2e-16, `x ${x}`);
  }
  assert.equal(hartTail(Infinity), 0);
});

Deno.test("normal distribution: symmetric, monotone and the integral of its density", () => {
  const x = fc.double({ min: -8, max: 8, noNaN: true });
  fc.assert(fc.property(x, (at) => {
    const step = 1e-4;
    const slope = (normalCdf(at + step) - normalCdf(at - step)) / (2 * step);

    assert.ok(Math.abs(normalCdf(at) + normalCdf(-at) - 1) <= 2e-16);
    assert.ok(normalCdf(at + step) >= normalCdf(at));
    assert.ok(Math.abs(slope - normalPdf(at)) < 1e-8);
  }));
});

Deno.test("normal quantile: inverts the distribution function over its whole range", () => {
  const exponent = fc.double({ min: -280, max: -0.31, noNaN: true });
  fc.assert(fc.property(exponent, (power) => {
    const p = 10 ** power;

    assertRelative(normalCdf(normalQuantile(p)), p, 2e-13, `p ${p}`);
  }));
  assert.ok(Math.abs(normalQuantile(0.5)) < 1e-16);
  assertRelative(normalQuantile(0.975), 1.959963984540054, 1e-15, "0.975");
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
  assert.ok(Number.isNaN(normalQuantile(1.5)) && Number.isNaN(normalQuantile(NaN)));
});

Deno.test("scaled tail: holds at the lower end of its range", () => {
  const y = SCALED_TAIL_FROM;

  assertRelative(scaledTail(y), Math.exp(0.5 * y * y) - scaledTail(-y), 5e-15, "lower end");
});
