import assert from "node:assert/strict";
import fc from "fast-check";
import { priceTails, roomTails, tailExponent } from "./black.ts";
import { normalCdf } from "./normal.ts";
import { solveTotalVolatility } from "./total_volatility.ts";

const anX = fc.oneof(
  fc.constant(0),
  fc.double({ min: -14, max: 2, noNaN: true }).map((power) => -(10 ** power)),
);
const anS = fc.double({ min: -6, max: 2, noNaN: true }).map((power) => 10 ** power);

Deno.test("normalised Black: equals its definition by distribution functions", () => {
  const x = fc.double({ min: -2, max: 0, noNaN: true });
  const s = fc.double({ min: 0.3, max: 6, noNaN: true });
  fc.assert(fc.property(x, s, (at, total) => {
    const b = Math.exp(tailExponent(at, total)) * priceTails(at, total);
    const plain = Math.exp(at / 2) * normalCdf(at / total + total / 2) -
      Math.exp(-at / 2) * normalCdf(at / total - total / 2);

    assert.ok(Math.abs(b - plain) < 1e-14, `${b} for ${plain}`);
  }));
});

Deno.test("normalised Black: price and room add up to the upper bound", () => {
  fc.assert(fc.property(anX, anS, (x, s) => {
    fc.pre(s >= Math.sqrt(-2 * x));
    const both = priceTails(x, s) + roomTails(x, s);
    const bound = Math.exp(0.5 * x - tailExponent(x, s));
    fc.pre(bound < 1e300);

    assert.ok(Math.abs(both / bound - 1) < 1e-13);
  }));
});

Deno.test("total volatility: comes back to 1e-13 from 1e-6 to 100, far tail to far bound", () => {
  fc.assert(
    fc.property(anX, anS, (x, s) => {
      const exponent = tailExponent(x, s);
      const logPrice = Math.log(priceTails(x, s)) + exponent;
      const isAbove = s >= Math.sqrt(-2 * x);
      const logRoom = isAbove
        ? Math.log(roomTails(x, s)) + exponent
        : Math.log(Math.exp(x / 2) - Math.exp(logPrice));
      fc.pre(logPrice > -690 && logRoom > -690);
      const found = solveTotalVolatility({ x, logPrice, logRoom });

      assert.ok(found !== null && Math.abs(found / s - 1) < 1e-13, `${found} for ${s}`);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("total volatility: a missing number ends the search without a value", () => {
  assert.equal(solveTotalVolatility({ x: NaN, logPrice: -1, logRoom: -1 }), null);
  assert.equal(solveTotalVolatility({ x: -0.1, logPrice: NaN, logRoom: -1 }), null);
});
