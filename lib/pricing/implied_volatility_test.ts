import assert from "node:assert/strict";
import fc from "fast-check";
import { isAbsent } from "../base/absence.ts";
import { priceEuropean } from "./european.ts";
import { impliedVolatility, type ImpliedVolatilityTerms } from "./implied_volatility.ts";
import { type EuropeanTerms, MODEL_YEARS_MIN } from "./terms.ts";

const GOLDEN: ImpliedVolatilityTerms = {
  right: "call",
  price: 1.735256149,
  spot: 100,
  strike: 105,
  yearsToExpiry: 45 / 365,
  riskFreeRate: 0.04,
  dividendYield: 0.01,
};

function detail(patch: Partial<ImpliedVolatilityTerms>): string {
  const result = impliedVolatility({ ...GOLDEN, ...patch });
  return isAbsent(result) ? `${result.why}: ${result.detail}` : `${result}`;
}

function price(terms: EuropeanTerms): number {
  const value = priceEuropean(terms);
  assert.ok(!isAbsent(value));
  return value;
}

function volatilityOf(terms: ImpliedVolatilityTerms): number {
  const result = impliedVolatility(terms);
  assert.ok(!isAbsent(result), JSON.stringify({ terms, result }));
  return result;
}

Deno.test("implied volatility: the golden price of formulas §3 gives 0.25", () => {
  assert.ok(Math.abs(volatilityOf(GOLDEN) - 0.25) < 1e-10);
});

Deno.test("implied volatility: out of the money it comes back to 1e-11 up to 300 %", () => {
  const terms = fc.record({
    isCall: fc.boolean(),
    spot: fc.double({ min: 1, max: 10_000, noNaN: true }),
    distance: fc.double({ min: 0.0001, max: 2, noNaN: true }),
    yearsToExpiry: fc.double({ min: 0.003, max: 3, noNaN: true }),
    volatility: fc.double({ min: 0.05, max: 3, noNaN: true }),
    riskFreeRate: fc.double({ min: -0.01, max: 0.08, noNaN: true }),
    dividendYield: fc.double({ min: 0, max: 0.06, noNaN: true }),
    isOnFuture: fc.boolean(),
  });
  fc.assert(
    fc.property(terms, ({ isCall, distance, ...rest }) => {
      const carry = rest.isOnFuture ? 0 : rest.riskFreeRate - rest.dividendYield;
      const forward = rest.spot * Math.exp(carry * rest.yearsToExpiry);
      const option: EuropeanTerms = {
        ...rest,
        right: isCall ? "call" : "put",
        strike: forward * Math.exp(isCall ? distance : -distance),
      };
      const premium = price(option);
      fc.pre(premium > 1e-280);
      const found = volatilityOf({ ...option, price: premium });

      assert.ok(Math.abs(found / option.volatility - 1) < 1e-11, `${found}`);
    }),
    { numRuns: 500 },
  );
});

Deno.test("implied volatility: in the money it reprices exactly, or is absent", () => {
  const terms = fc.record({
    right: fc.constantFrom("call" as const, "put" as const),
    spot: fc.constant(100),
    strike: fc.double({ min: 30, max: 300, noNaN: true }),
    yearsToExpiry: fc.double({ min: 0.003, max: 2, noNaN: true }),
    volatility: fc.double({ min: 0.05, max: 3, noNaN: true }),
    riskFreeRate: fc.constant(0.04),
    dividendYield: fc.constant(0.01),
  });
  fc.assert(
    fc.property(terms, (option) => {
      const result = impliedVolatility({ ...option, price: price(option) });
      if (isAbsent(result)) {
        assert.ok(["noTimeValue", "undetermined"].includes(result.detail), result.detail);
        return;
      }
      const repriced = price({ ...option, volatility: result });

      assert.ok(Math.abs(repriced - price(option)) < 1e-12 * Math.max(100, option.strike));
      assert.ok(Math.abs(result / option.volatility - 1) < 0.02);
    }),
    { numRuns: 500 },
  );
});

Deno.test("implied volatility: a higher price never means a lower volatility", () => {
  const fraction = fc.double({ min: 1e-9, max: 0.999, noNaN: true });
  fc.assert(fc.property(fraction, fraction, (a, b) => {
    const upper = 100 * Math.exp(-0.01 * 45 / 365);
    const [low, high] = [Math.min(a, b) * upper, Math.max(a, b) * upper];

    assert.ok(
      volatilityOf({ ...GOLDEN, price: low }) <=
        volatilityOf({ ...GOLDEN, price: high }) * (1 + 1e-14),
    );
  }));
});

Deno.test("implied volatility: volatilities above 5 and prices near the bound are found", () => {
  for (const volatility of [5, 8, 20, 30]) {
    const terms = { ...GOLDEN, strike: 100, volatility };
    const found = volatilityOf({ ...terms, price: price(terms) });

    assert.ok(Math.abs(found / volatility - 1) < 1e-7, `${volatility}: ${found}`);
  }
});

Deno.test("G-037, R33: a price without volatility is absent and says why, never a bound", () => {
  const deepIn = { spot: 200, price: 200 * Math.exp(-0.01 * 45 / 365) };
  const intrinsic = deepIn.price - 105 * Math.exp(-0.04 * 45 / 365);

  assert.equal(detail({ spot: 200, price: intrinsic - 0.01 }), "outOfBounds: belowIntrinsic");
  assert.equal(detail({ price: -0.01 }), "outOfBounds: belowIntrinsic");
  assert.equal(detail({ price: 101 }), "outOfBounds: aboveUpperBound");
  assert.equal(detail({ spot: 200, price: intrinsic }), "noTimeValue: noTimeValue");
  assert.equal(detail({ price: 0 }), "noTimeValue: noTimeValue");
  assert.equal(detail({ spot: 200, price: intrinsic + 1.5e-13 }), "noTimeValue: undetermined");
  assert.equal(detail({ right: "put", price: 105 }), "outOfBounds: aboveUpperBound");
});

Deno.test("R33: missing inputs and expired options are absences with their reason", () => {
  assert.equal(detail({ price: NaN }), "noQuote: missingInput");
  assert.equal(detail({ spot: NaN }), "noUnderlying: missingInput");
  assert.equal(detail({ spot: 0 }), "noUnderlying: missingInput");
  assert.equal(detail({ riskFreeRate: NaN }), "noRate: missingInput");
  assert.equal(detail({ strike: -1 }), "outOfBounds: missingInput");
  assert.equal(detail({ yearsToExpiry: NaN }), "outOfBounds: missingInput");
  assert.equal(detail({ yearsToExpiry: -1 }), "outOfBounds: missingInput");
  assert.equal(detail({ yearsToExpiry: 0 }), "expired: expired");
});

Deno.test("R33: in the last minute the solver holds the clock at 60 s, as the model does", () => {
  const terms = { ...GOLDEN, strike: 100, volatility: 0.4, yearsToExpiry: MODEL_YEARS_MIN / 7 };
  const found = volatilityOf({ ...terms, price: price(terms) });

  assert.ok(Math.abs(found - 0.4) < 1e-12);
});
