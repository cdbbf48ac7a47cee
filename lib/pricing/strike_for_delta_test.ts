import assert from "node:assert/strict";
import fc from "fast-check";
import { isAbsent } from "../base/absence.ts";
import { createEuropeanValue, valueEuropean } from "./european.ts";
import { strikeForDelta, type StrikeForDeltaTerms } from "./strike_for_delta.ts";

const GOLDEN: StrikeForDeltaTerms = {
  right: "put",
  delta: -0.15,
  spot: 500,
  yearsToExpiry: 90 / 365,
  volatility: 0.24,
  riskFreeRate: 0.04,
  dividendYield: 0.006,
};

function strike(terms: StrikeForDeltaTerms): number {
  const value = strikeForDelta(terms);
  assert.ok(!isAbsent(value), JSON.stringify(terms));
  return value;
}

Deno.test("strike for delta: golden number of formulas §3, with its price", () => {
  const value = createEuropeanValue();
  const found = strike(GOLDEN);
  valueEuropean({ ...GOLDEN, strike: found }, value);

  assert.ok(Math.abs(found - 448.8502357) < 5e-8);
  assert.ok(Math.abs(value.price - 4.890398437) < 5e-10);
  assert.ok(Math.abs(1 - found / 500 - 0.1023) < 5e-5);
});

Deno.test("strike for delta: the option at that strike has that delta", () => {
  const size = fc.double({ min: 1e-6, max: 0.95, noNaN: true });
  const right = fc.constantFrom("call" as const, "put" as const);
  fc.assert(fc.property(size, right, fc.boolean(), (delta, right, isOnFuture) => {
    const terms = { ...GOLDEN, right, delta: right === "call" ? delta : -delta, isOnFuture };
    const value = createEuropeanValue();
    valueEuropean({ ...terms, strike: strike(terms) }, value);

    assert.ok(Math.abs(value.delta - terms.delta) <= 1e-12);
  }));
});

Deno.test("strike for delta: a delta that no strike has is absent", () => {
  const why = (patch: Partial<StrikeForDeltaTerms>) => {
    const value = strikeForDelta({ ...GOLDEN, ...patch });
    return isAbsent(value) ? value.why : value;
  };

  assert.equal(why({ delta: 0.15 }), "outOfBounds");
  assert.equal(why({ delta: -1 }), "outOfBounds");
  assert.equal(why({ delta: NaN }), "outOfBounds");
  assert.equal(why({ yearsToExpiry: 0 }), "outOfBounds");
  assert.equal(why({ volatility: 0 }), "outOfBounds");
  assert.equal(why({ spot: NaN }), "noUnderlying");
});
