import assert from "node:assert/strict";
import fc from "fast-check";
import { sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC } from "@/tests/fixtures/sample_spec.ts";
import { BookScope } from "./scope.ts";
import { rowValue } from "./values.ts";

function symbolIndex(symbol: string): number {
  return SAMPLE_SPEC.underlyings.findIndex((u) => u.symbol === symbol);
}

Deno.test("T-007: a filter changes totals, groups and legs together", () => {
  const book = sampleBook();
  const all = new BookScope(book, [0, 1, 2]);
  const ira = new BookScope(book, [1]);
  const spy = symbolIndex("SPY");

  assert.equal(all.total("legs"), 13);
  assert.equal(ira.total("legs"), 2);
  assert.equal(ira.group(spy, "positionDelta"), 415);
  assert.equal(ira.legsOf(spy).length, 1);
  assert.deepEqual(ira.underlyings().map((u) => book.underlying(u).symbol), ["NVDA", "SPY"]);
});

Deno.test("T-001: the dollar delta is Σ position delta × price over the chosen accounts", () => {
  const scope = new BookScope(sampleBook(), [0]);

  // 700 shares, −4 calls at 0.24: 700 − 96 = 604 × 683.42
  assert.ok(Math.abs(scope.group(symbolIndex("SPY"), "dollarDelta") - 604 * 683.42) < 1e-6);
});

Deno.test("T-005: a short put has a positive delta and a negative market value", () => {
  const book = sampleBook();
  const row = SAMPLE_SPEC.legs.findIndex((leg) => leg.right === "put" && leg.quantity < 0);

  assert.ok(rowValue(book, row, "positionDelta") > 0);
  assert.ok(rowValue(book, row, "marketValue") < 0);
});

Deno.test("T-007: totals over any accounts are the exact sums of their parts", () => {
  const subset = fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { maxLength: 3 });
  fc.assert(fc.property(subset, (accounts) => {
    const book = sampleBook();
    const scope = new BookScope(book, accounts);
    const alone = accounts.map((account) => new BookScope(book, [account]));

    for (const measure of ["legs", "dollarDelta", "vega", "dayPnl", "marketValue"] as const) {
      const sum = alone.reduce((total, one) => total + one.total(measure), 0);
      assert.ok(Math.abs(scope.total(measure) - sum) <= 1e-9 * Math.max(1, Math.abs(sum)));
    }
  }));
});

Deno.test("scope: legs are listed anew only when rows or accounts change", () => {
  const book = sampleBook();
  const scope = new BookScope(book, [0, 1, 2]);
  const before = scope.version;

  scope.update(book, [0, 1, 2]);
  assert.equal(scope.version, before);
  scope.update(book, [0]);
  assert.equal(scope.version, before + 1);
  book.layout++;
  scope.update(book, [0]);
  assert.equal(scope.version, before + 2);
});

Deno.test("scope: an account field that one account lacks is absent, not a partial sum", () => {
  const accounts = SAMPLE_SPEC.accounts.map((a, i) => i === 1 ? { ...a, netLiq: null } : a);
  const scope = new BookScope(sampleBook({ ...SAMPLE_SPEC, accounts }), [0, 1, 2]);

  assert.ok(Number.isNaN(scope.accountSum("netLiquidation")));
  assert.equal(scope.accountSum("cash"), 439_300);
});
