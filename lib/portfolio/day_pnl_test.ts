import assert from "node:assert/strict";
import fc from "fast-check";
import { absenceReason } from "../base/absence.ts";
import { dayPnl, dayPnlAbsence, type DayPnlInput } from "./day_pnl.ts";

function aDay(over: Partial<DayPnlInput> = {}): DayPnlInput {
  return {
    quantity: -3,
    overnight: -5,
    fillQuantity: 2,
    fillValue: 2 * 1.8,
    fees: 1.3,
    multiplier: 100,
    mark: 1.735,
    close: 2,
    rate: 1,
    ratePrevious: 1,
    isFuture: false,
    ...over,
  };
}

function why(input: DayPnlInput): string {
  return absenceReason(dayPnlAbsence(input));
}

Deno.test("day P&L: the golden day of formulas §6 gives 118.20", () => {
  assert.equal(why(aDay()), "present");
  assert.ok(Math.abs(dayPnl(aDay()) - 118.2) < 1e-9);
});

Deno.test("day P&L: a quiet holding in euros earns the move of the rate on its close", () => {
  const day = aDay({
    quantity: 10,
    overnight: 10,
    fillQuantity: 0,
    fillValue: 0,
    fees: 0,
    multiplier: 1,
    mark: 50,
    close: 50,
    rate: 1.1,
    ratePrevious: 1.08,
  });

  assert.ok(Math.abs(dayPnl(day) - 10 * 50 * 0.02) < 1e-9);
});

Deno.test("day P&L: a future earns its variation and nothing from the rate on its notional", () => {
  const future = aDay({
    quantity: 2,
    overnight: 2,
    fillQuantity: 0,
    fillValue: 0,
    fees: 0,
    multiplier: 10,
    mark: 5010,
    close: 5000,
    rate: 1.1,
    ratePrevious: 1.08,
    isFuture: true,
  });

  assert.ok(Math.abs(dayPnl(future) - 2 * 10 * 10 * 1.1) < 1e-9);
});

Deno.test("day P&L: a position opened and closed today needs neither close nor mark", () => {
  const flat = aDay({
    quantity: 0,
    overnight: 0,
    fillQuantity: 0,
    fillValue: 3 * 2 - 3 * 2.5,
    mark: NaN,
    close: NaN,
  });

  assert.equal(why(flat), "present");
  assert.ok(Math.abs(dayPnl(flat) - (150 - 1.3)) < 1e-9);
});

Deno.test("X-03: day P&L without close, mark, rate or fills is absent with its reason", () => {
  assert.equal(why(aDay({ close: NaN })), "noClose");
  assert.equal(why(aDay({ mark: NaN })), "noQuote");
  assert.equal(why(aDay({ rate: NaN })), "noRate");
  assert.equal(why(aDay({ ratePrevious: NaN })), "noRate");
  assert.equal(why(aDay({ fillQuantity: 0, fillValue: 0 })), "notReported");
});

Deno.test("day P&L: equals q0·(mark − close) + Σ q_f·(mark − p_f) − fees when rates stand", () => {
  const price = fc.double({ min: 0.01, max: 500, noNaN: true });
  const quantity = fc.integer({ min: -50, max: 50 });
  fc.assert(fc.property(quantity, quantity, price, price, price, (q0, qf, mark, close, paid) => {
    const day = aDay({
      quantity: q0 + qf,
      overnight: q0,
      fillQuantity: qf,
      fillValue: qf * paid,
      mark,
      close,
    });
    const expected = 100 * (q0 * (mark - close) + qf * (mark - paid)) - 1.3;
    assert.ok(Math.abs(dayPnl(day) - expected) <= 1e-7);
  }));
});
