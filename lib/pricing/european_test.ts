import assert from "node:assert/strict";
import fc from "fast-check";
import { isAbsent } from "../base/absence.ts";
import {
  createEuropeanValue,
  type EuropeanValue,
  priceEuropean,
  touchProbability,
  valueEuropean,
} from "./european.ts";
import { type EuropeanTerms, MODEL_YEARS_MIN } from "./terms.ts";

/** The option of the golden numbers in formulas §3. */
const GOLDEN_CALL: EuropeanTerms = {
  right: "call",
  spot: 100,
  strike: 105,
  yearsToExpiry: 45 / 365,
  volatility: 0.25,
  riskFreeRate: 0.04,
  dividendYield: 0.01,
};

function value(terms: EuropeanTerms): EuropeanValue {
  const out = createEuropeanValue();
  const basis = valueEuropean(terms, out);
  assert.ok(!isAbsent(basis));
  return out;
}

function price(terms: EuropeanTerms): number {
  return value(terms).price;
}

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  const error = Math.abs(actual - expected);
  assert.ok(error <= tolerance, `${what}: ${actual} for ${expected}, error ${error}`);
}

/** Even between bounds; a bare double is nearly always next to 0 where 0 lies among them. */
function evenly(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1_000_000 }).map((part) => min + (max - min) * part / 1e6);
}

const anOption: fc.Arbitrary<EuropeanTerms> = fc.record({
  right: fc.constantFrom("call" as const, "put" as const),
  spot: fc.double({ min: 5, max: 5000, noNaN: true }),
  moneyness: fc.double({ min: 0.6, max: 1.6, noNaN: true }),
  yearsToExpiry: evenly(0.01, 3),
  volatility: evenly(0.05, 1.5),
  riskFreeRate: evenly(-0.02, 0.1),
  dividendYield: evenly(0, 0.08),
  isOnFuture: fc.boolean(),
}).map(({ moneyness, ...terms }) => ({ ...terms, strike: terms.spot * moneyness }));

Deno.test("G-041: European option: golden numbers of formulas §3 for the call", () => {
  const call = value(GOLDEN_CALL);

  assertNear(call.price, 1.735256149, 5e-10, "price");
  assertNear(call.delta, 0.3188582632, 5e-11, "delta");
  assertNear(call.gamma, 0.04064894798, 5e-12, "gamma");
  assertNear(call.vegaPerPoint, 0.1252878534, 5e-11, "vega");
  assertNear(call.thetaPerDay, -0.03723276928, 5e-12, "theta");
  assertNear(call.rhoPerPoint, 0.03717193583, 5e-12, "rho");
  assertNear(call.probabilityInTheMoney, 0.2885678585, 5e-11, "P(ITM)");
  assertNear(call.vanna, 0.007958132952, 5e-13, "vanna");
  assertNear(call.volga, 0.001312735232, 1e-12, "volga");
  assertNear(call.charmPerDay, -0.002535957586, 5e-13, "charm");
  assertNear(touchProbability(call.probabilityInTheMoney), 0.577135717, 1e-9, "P(touch)");
});

Deno.test("G-041: European option: golden numbers of formulas §3 for the put", () => {
  const put = value({ ...GOLDEN_CALL, right: "put" });

  assertNear(put.price, 6.341934324, 5e-10, "price");
  assertNear(put.delta, -0.6799096198, 5e-11, "delta");
  assertNear(put.thetaPerDay, -0.02851887675, 5e-12, "theta");
  assertNear(put.rhoPerPoint, -0.09164329681, 5e-12, "rho");
  assertNear(put.probabilityInTheMoney, 0.7114321415, 5e-11, "P(ITM)");
  assertNear(put.charmPerDay, -0.00256332109, 5e-13, "charm");
  assert.equal(put.gamma, value(GOLDEN_CALL).gamma);
  assert.equal(put.vegaPerPoint, value(GOLDEN_CALL).vegaPerPoint);
});

Deno.test("European option: call minus put is the discounted forward minus strike", () => {
  fc.assert(fc.property(anOption, (terms) => {
    const carryYield = terms.isOnFuture ? terms.riskFreeRate : terms.dividendYield;
    const forward = terms.spot * Math.exp(-carryYield * terms.yearsToExpiry) -
      terms.strike * Math.exp(-terms.riskFreeRate * terms.yearsToExpiry);
    const residual = price({ ...terms, right: "call" }) - price({ ...terms, right: "put" }) -
      forward;

    assertNear(residual / terms.spot, 0, 1e-14, "parity residual");
  }));
});

Deno.test("European option: the price lies between its bounds, the deltas in theirs", () => {
  fc.assert(fc.property(anOption, (terms) => {
    const { price, delta, gamma, vegaPerPoint, probabilityInTheMoney } = value(terms);
    const sign = terms.right === "call" ? 1 : -1;
    const carryYield = terms.isOnFuture ? terms.riskFreeRate : terms.dividendYield;
    const spot = terms.spot * Math.exp(-carryYield * terms.yearsToExpiry);
    const strike = terms.strike * Math.exp(-terms.riskFreeRate * terms.yearsToExpiry);
    const slack = 1e-13 * terms.spot;

    assert.ok(price >= Math.max(0, sign * (spot - strike)) - slack, "lower bound");
    assert.ok(price <= (sign === 1 ? spot : strike) + slack, "upper bound");
    assert.ok(sign * delta >= 0 && sign * delta <= spot / terms.spot + 1e-15, "delta");
    assert.ok(gamma >= 0 && vegaPerPoint >= 0);
    assert.ok(probabilityInTheMoney >= 0 && probabilityInTheMoney <= 1);
  }));
});

Deno.test("European option: prices are monotone in volatility and in strike", () => {
  fc.assert(fc.property(anOption, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (terms, by) => {
    const slack = 1e-13 * terms.spot;
    const base = price(terms);
    const higherStrike = price({ ...terms, strike: terms.strike * (1 + by) });

    assert.ok(price({ ...terms, volatility: terms.volatility + by }) >= base - slack);
    if (terms.right === "call") assert.ok(higherStrike <= base + slack);
    else assert.ok(higherStrike >= base - slack);
  }));
});

/** Central difference of fourth order. */
function slope(f: (x: number) => number, x: number, step: number): number {
  return (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);
}

const anOrdinaryOption = anOption.map((terms): EuropeanTerms => ({
  ...terms,
  spot: 100,
  strike: 100 * terms.strike / terms.spot,
  yearsToExpiry: Math.max(0.1, terms.yearsToExpiry),
  volatility: Math.max(0.15, terms.volatility),
}));

Deno.test("European option: each first-order Greek is the slope of the price", () => {
  fc.assert(fc.property(anOrdinaryOption, (terms) => {
    const v = value(terms);
    const bySpot = slope((spot) => price({ ...terms, spot }), 100, 0.02);
    const byVolatility = slope(
      (volatility) => price({ ...terms, volatility }),
      terms.volatility,
      1e-3,
    );
    const byYears = slope(
      (yearsToExpiry) => price({ ...terms, yearsToExpiry }),
      terms.yearsToExpiry,
      1e-3,
    );
    const byRate = slope(
      (riskFreeRate) => price({ ...terms, riskFreeRate }),
      terms.riskFreeRate,
      1e-3,
    );

    assertNear(v.delta, bySpot, 1e-8, "delta");
    assertNear(v.vegaPerPoint, byVolatility / 100, 1e-8, "vega");
    assertNear(v.thetaPerDay, -byYears / 365, 1e-8, "theta");
    assertNear(v.rhoPerPoint, byRate / 100, 1e-8, "rho");
  }));
});

Deno.test("European option: each second-order Greek is the slope of its first-order one", () => {
  fc.assert(fc.property(anOrdinaryOption, (terms) => {
    const v = value(terms);
    const { spot, volatility, yearsToExpiry } = terms;
    const gamma = slope((at) => value({ ...terms, spot: at }).delta, spot, 0.02);
    const vanna = slope((at) => value({ ...terms, volatility: at }).delta, volatility, 1e-3);
    const volga = slope((at) => value({ ...terms, volatility: at }).vegaPerPoint, volatility, 1e-3);
    const charm = slope((at) => value({ ...terms, yearsToExpiry: at }).delta, yearsToExpiry, 1e-3);

    assertNear(v.gamma, gamma, 1e-8, "gamma");
    assertNear(v.vanna, vanna / 100, 1e-8, "vanna");
    assertNear(v.volga, volga / 100, 1e-8, "volga");
    assertNear(v.charmPerDay, -charm / 365, 1e-8, "charm");
  }));
});

Deno.test("R33: at no time left the value is intrinsic and every other Greek is 0", () => {
  const expired = { ...GOLDEN_CALL, yearsToExpiry: 0 };
  const cases = [
    { terms: { ...expired, spot: 110 }, price: 5, delta: 1 },
    { terms: { ...expired, spot: 100 }, price: 0, delta: 0 },
    { terms: { ...expired, spot: 105 }, price: 0, delta: 0.5 },
    { terms: { ...expired, right: "put" as const, spot: 100 }, price: 5, delta: -1 },
    { terms: { ...expired, right: "put" as const, spot: 105 }, price: 0, delta: -0.5 },
  ];
  for (const { terms, price, delta } of cases) {
    const out = createEuropeanValue();

    assert.equal(valueEuropean(terms, out), "boundary");
    assert.equal(out.price, price);
    assert.equal(out.delta, delta);
    assert.equal(out.probabilityInTheMoney, Math.abs(delta));
    assert.deepEqual(
      [out.gamma, out.vegaPerPoint, out.thetaPerDay, out.rhoPerPoint, out.vanna, out.volga],
      [0, 0, 0, 0, 0, 0],
    );
    assert.equal(out.charmPerDay, 0);
  }
});

Deno.test("R33: without volatility the value is the discounted forward's intrinsic value", () => {
  const out = createEuropeanValue();
  const basis = valueEuropean({ ...GOLDEN_CALL, spot: 120, volatility: 0 }, out);
  const years = 45 / 365;

  assert.equal(basis, "boundary");
  assertNear(out.price, 120 * Math.exp(-0.01 * years) - 105 * Math.exp(-0.04 * years), 1e-12, "");
  assert.equal(out.delta, 1);
  assert.equal(out.gamma, 0);
});

Deno.test("R33: with less than 60 s left the model takes 60 s and says so", () => {
  const out = createEuropeanValue();
  const atMinute = value({ ...GOLDEN_CALL, spot: 105, yearsToExpiry: MODEL_YEARS_MIN });
  const basis = valueEuropean({ ...GOLDEN_CALL, spot: 105, yearsToExpiry: 1e-9 }, out);

  assert.equal(basis, "clampedTime");
  assert.deepEqual(out, atMinute);
  assert.ok(Object.values(out).every(Number.isFinite));
});

Deno.test("R33: every Greek stays finite on expiry day, whatever the moneyness", () => {
  const hours = fc.oneof(evenly(0, 6.5), fc.double({ min: 0, max: 6.5, noNaN: true }));
  const strike = fc.oneof(evenly(90, 110), evenly(1, 10_000));
  const volatility = fc.oneof(evenly(0, 5), fc.double({ min: 0, max: 5, noNaN: true }));
  fc.assert(fc.property(hours, strike, volatility, (h, k, sigma) => {
    const yearsToExpiry = h / (365 * 24);
    const v = value({ ...GOLDEN_CALL, strike: k, volatility: sigma, yearsToExpiry });

    assert.ok(Object.values(v).every(Number.isFinite), JSON.stringify(v));
  }));
});

Deno.test("European option: a missing or impossible input is an absence with its reason", () => {
  const untouched = createEuropeanValue();
  const why = (patch: Partial<EuropeanTerms>) => {
    const basis = valueEuropean({ ...GOLDEN_CALL, ...patch }, untouched);
    return isAbsent(basis) ? basis.why : basis;
  };

  assert.equal(why({ spot: NaN }), "noUnderlying");
  assert.equal(why({ spot: 0 }), "noUnderlying");
  assert.equal(why({ riskFreeRate: NaN }), "noRate");
  assert.equal(why({ dividendYield: NaN }), "noRate");
  assert.equal(why({ dividendYield: NaN, isOnFuture: true }), "model");
  assert.equal(why({ volatility: -0.1 }), "outOfBounds");
  assert.equal(why({ volatility: NaN }), "outOfBounds");
  assert.equal(why({ strike: 0 }), "outOfBounds");
  assert.equal(why({ yearsToExpiry: -1 }), "outOfBounds");
  assert.ok(isAbsent(priceEuropean({ ...GOLDEN_CALL, spot: -1 })));
});

Deno.test("European option: an option on a future has no carry and a rho of −T·price", () => {
  const terms = { ...GOLDEN_CALL, isOnFuture: true };
  const v = value(terms);

  assertNear(v.price, price({ ...GOLDEN_CALL, dividendYield: 0.04 }), 1e-14, "price");
  assertNear(v.rhoPerPoint, -(45 / 365) * v.price / 100, 1e-15, "rho");
});

Deno.test("European option: a price far out of the money is exact relative to itself", () => {
  const terms = { ...GOLDEN_CALL, riskFreeRate: 0, dividendYield: 0, yearsToExpiry: 0.25 };
  const call = price({ ...terms, strike: 2008.5536923187667, volatility: 0.4 });
  const put = price({ ...terms, right: "put", strike: 4.978706836786395, volatility: 0.4 });

  // Computed with 120 digits.
  assert.ok(Math.abs(call / 2.1637857708566937e-50 - 1) < 3e-13);
  assert.ok(Math.abs(put / 1.0772855010705378e-51 - 1) < 3e-13);
});
