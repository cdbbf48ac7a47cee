import assert from "node:assert/strict";
import fc from "fast-check";
import { isAbsent } from "../base/absence.ts";
import { createEuropeanValue, priceEuropean, valueEuropean } from "./european.ts";
import { moveToDouble, moveToInTheMoney, quadraticMoveToDouble } from "./moves.ts";
import type { EuropeanTerms } from "./terms.ts";

const GOLDEN_CALL: EuropeanTerms = {
  right: "call",
  spot: 100,
  strike: 105,
  yearsToExpiry: 45 / 365,
  volatility: 0.25,
  riskFreeRate: 0.04,
  dividendYield: 0.01,
};

function price(terms: EuropeanTerms): number {
  const value = priceEuropean(terms);
  assert.ok(!isAbsent(value));
  return value;
}

function move(terms: EuropeanTerms): number {
  const value = moveToDouble(terms);
  assert.ok(!isAbsent(value), JSON.stringify(terms));
  return value;
}

Deno.test("G-043: move to double: golden quadratic of formulas §4 and its revaluation", () => {
  const value = createEuropeanValue();
  valueEuropean(GOLDEN_CALL, value);
  const estimate = quadraticMoveToDouble(value);
  const revalued = price({ ...GOLDEN_CALL, spot: 100 + estimate });

  assert.ok(Math.abs(estimate - 4.276409912) < 1e-8);
  assert.ok(Math.abs(revalued / value.price - 2.00927) < 5e-6);
});

Deno.test("G-043: move to double: revalued, the option is worth twice its price", () => {
  const terms = fc.record({
    right: fc.constantFrom("call" as const, "put" as const),
    spot: fc.constant(100),
    strike: fc.double({ min: 70, max: 140, noNaN: true }),
    yearsToExpiry: fc.double({ min: 0.002, max: 2, noNaN: true }),
    volatility: fc.double({ min: 0.1, max: 1, noNaN: true }),
    riskFreeRate: fc.constant(0.04),
    dividendYield: fc.constant(0.01),
  });
  fc.assert(fc.property(terms, (option) => {
    const before = price(option);
    const move = moveToDouble(option);
    if (isAbsent(move)) {
      const bound = option.strike * Math.exp(-0.04 * option.yearsToExpiry);
      assert.ok(before === 0 || (option.right === "put" && 2 * before >= bound));
      return;
    }
    const ratio = price({ ...option, spot: 100 + move }) / before;

    assert.ok(option.right === "call" ? move > 0 : move < 0);
    assert.ok(Math.abs(ratio - 2) < 1e-9, `ratio ${ratio}`);
  }));
});

Deno.test("move to double: at expiry it is the intrinsic value, absent where worthless", () => {
  const inside = { ...GOLDEN_CALL, spot: 112, yearsToExpiry: 0 };
  const outside = moveToDouble({ ...GOLDEN_CALL, yearsToExpiry: 0 });
  const missing = moveToDouble({ ...GOLDEN_CALL, spot: NaN });

  assert.ok(Math.abs(move(inside) - 7) < 1e-9);
  assert.equal(isAbsent(outside) ? outside.why : outside, "outOfBounds");
  assert.equal(isAbsent(missing) ? missing.why : missing, "noUnderlying");
});

Deno.test("move to double: a put that cannot double has no move", () => {
  const deep = moveToDouble({ ...GOLDEN_CALL, right: "put", spot: 40 });

  assert.equal(isAbsent(deep) ? deep.why : deep, "outOfBounds");
});

Deno.test("G-042: move to ITM: signed by the right, 0 once there, absent without spot", () => {
  assert.equal(moveToInTheMoney("call", 100, 105), 0.05 + 4.163336342344337e-17);
  assert.equal(moveToInTheMoney("call", 110, 105), 0);
  assert.equal(moveToInTheMoney("put", 100, 90), -0.1 + 2.7755575615628914e-17);
  assert.equal(moveToInTheMoney("put", 80, 90), 0);
  assert.ok(isAbsent(moveToInTheMoney("put", NaN, 90)));
});
