import assert from "node:assert/strict";
import fc from "fast-check";
import { isAbsent } from "../base/absence.ts";
import {
  createPricingColumns,
  type PricingColumns,
  setContract,
  setRates,
  setSpot,
  setVolatility,
  setYearsToExpiry,
} from "./columns.ts";
import { createEuropeanValue, valueEuropean } from "./european.ts";
import { priceRange } from "./kernel.ts";
import { BASIS_ABSENT, BASIS_BOUNDARY, type EuropeanTerms, VALUATION_BASES } from "./terms.ts";

function fillRow(columns: PricingColumns, row: number, terms: EuropeanTerms): void {
  setContract(columns, row, { ...terms, isOnFuture: terms.isOnFuture === true });
  setRates(columns, row, terms.riskFreeRate, terms.dividendYield);
  setYearsToExpiry(columns, row, terms.yearsToExpiry);
  setVolatility(columns, row, terms.volatility);
}

function outputs(columns: PricingColumns, row: number): number[] {
  const { price, delta, gamma, vegaPerPoint, thetaPerDay, rhoPerPoint } = columns;
  return [price, delta, gamma, vegaPerPoint, thetaPerDay, rhoPerPoint].map((c) => c[row]);
}

/** Even between 0 and `max`; a bare double would nearly always be next to 0. */
function upTo(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1_000_000 }).map((part) => max * part / 1_000_000);
}

const aContract: fc.Arbitrary<EuropeanTerms> = fc.record({
  right: fc.constantFrom("call" as const, "put" as const),
  spot: fc.constant(100),
  strike: fc.double({ min: 1, max: 400, noNaN: true }),
  yearsToExpiry: fc.oneof(
    upTo(3),
    upTo(5e-6),
    fc.double({ min: 0, max: 3, noNaN: true }),
  ),
  volatility: fc.oneof(upTo(3), fc.double({ min: 0, max: 3, noNaN: true }), fc.constant(0)),
  riskFreeRate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
  dividendYield: upTo(0.08),
  isOnFuture: fc.boolean(),
});

Deno.test("column kernel: every row equals the scalar formula, on all branches", () => {
  fc.assert(
    fc.property(fc.array(aContract, { minLength: 1, maxLength: 30 }), (book) => {
      const columns = createPricingColumns(book.length);
      book.forEach((terms, row) => fillRow(columns, row, terms));
      setSpot(columns, 0, book.length, 100);
      priceRange(columns, 0, book.length);

      book.forEach((terms, row) => {
        const v = createEuropeanValue();
        const basis = valueEuropean(terms, v);
        const expected = [
          v.price,
          v.delta,
          v.gamma,
          v.vegaPerPoint,
          v.thetaPerDay,
          v.rhoPerPoint,
        ];
        assert.equal(VALUATION_BASES[columns.basis[row]], basis, JSON.stringify(terms));
        outputs(columns, row).forEach((actual, index) => {
          const want = expected[index] ?? NaN;
          const tolerance = 1e-10 * Math.max(1, Math.abs(want));
          assert.ok(Math.abs(actual - want) <= tolerance, `${index}: ${actual} for ${want}`);
        });
        assert.ok(Math.abs((columns.price[row] ?? NaN) - v.price) <= 1e-12 * 100, "price");
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("column kernel: only the rows of the range are written", () => {
  const columns = createPricingColumns(4);
  for (let row = 0; row < 4; row++) {
    fillRow(columns, row, {
      right: "call",
      spot: 100,
      strike: 105,
      yearsToExpiry: 45 / 365,
      volatility: 0.25,
      riskFreeRate: 0.04,
      dividendYield: 0.01,
    });
  }
  setSpot(columns, 0, 4, 100);
  priceRange(columns, 1, 3);

  assert.deepEqual([...columns.basis], [BASIS_ABSENT, 0, 0, BASIS_ABSENT]);
  assert.ok(Number.isNaN(columns.price[0]) && Number.isNaN(columns.price[3]));
  assert.ok(Math.abs((columns.price[1] ?? NaN) - 1.735256149) < 5e-10);
  assert.equal(columns.price[1], columns.price[2]);
});

Deno.test("R33: a row with a missing input is NaN with its code, never a number", () => {
  const terms: EuropeanTerms = {
    right: "put",
    spot: 100,
    strike: 105,
    yearsToExpiry: 0.1,
    volatility: 0.25,
    riskFreeRate: 0.04,
    dividendYield: 0.01,
  };
  const cases: Partial<EuropeanTerms>[] = [
    { spot: NaN },
    { spot: 0 },
    { spot: -5 },
    { spot: Infinity },
    { strike: 0 },
    { strike: NaN },
    { volatility: NaN },
    { volatility: -0.2 },
    { volatility: Infinity },
    { riskFreeRate: NaN },
    { dividendYield: NaN },
    { yearsToExpiry: NaN },
    { yearsToExpiry: -0.1 },
    { yearsToExpiry: 0, spot: NaN },
    { volatility: 0, riskFreeRate: NaN },
  ];
  for (const patch of cases) {
    const columns = createPricingColumns(1);
    const row = { ...terms, ...patch };
    fillRow(columns, 0, row);
    setSpot(columns, 0, 1, row.spot);
    priceRange(columns, 0, 1);

    assert.equal(columns.basis[0], BASIS_ABSENT, JSON.stringify(patch));
    assert.ok(outputs(columns, 0).every(Number.isNaN), JSON.stringify(patch));
    assert.ok(isAbsent(valueEuropean(row, createEuropeanValue())), JSON.stringify(patch));
  }
});

Deno.test("R33: an expired row is intrinsic and changes with the spot", () => {
  const columns = createPricingColumns(1);
  fillRow(columns, 0, {
    right: "put",
    spot: 100,
    strike: 105,
    yearsToExpiry: 0,
    volatility: 0.25,
    riskFreeRate: 0.04,
    dividendYield: 0.01,
  });
  setSpot(columns, 0, 1, 100);
  priceRange(columns, 0, 1);
  assert.deepEqual(outputs(columns, 0), [5, -1, 0, 0, 0, 0]);
  assert.equal(columns.basis[0], BASIS_BOUNDARY);

  setSpot(columns, 0, 1, 105);
  priceRange(columns, 0, 1);
  assert.deepEqual(outputs(columns, 0), [0, -0.5, 0, 0, 0, 0]);
});
