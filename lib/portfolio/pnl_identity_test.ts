import assert from "node:assert/strict";
import { FakeBook } from "../../tests/fixtures/fake_book.ts";
import { ACCOUNT_AT, ACCOUNT_F64, LEAF, LEAF_STRIDE } from "../domain/measures.ts";
import { pnlIdentity } from "./pnl_identity.ts";

/** Two accounts that made 118.20 and −50 by their rows, with cash, flows and net liq to match. */
function book(): FakeBook {
  const view = new FakeBook({ underlyings: 1, accounts: 2, rows: 2, seed: 3 });
  const profits = [118.2, -50];
  for (let a = 0; a < 2; a++) {
    const [cell, at] = [a * LEAF_STRIDE, a * ACCOUNT_F64.length];
    view.cellF64[cell + LEAF.dayPnl] = profits[a];
    view.cellF64[cell + LEAF.withoutDayPnl] = 0;
    view.accountF64[at + ACCOUNT_AT.cashPnl] = a;
    view.accountF64[at + ACCOUNT_AT.externalFlows] = 1000 * a;
    view.accountF64[at + ACCOUNT_AT.previousNetLiquidation] = 10_000;
    view.accountF64[at + ACCOUNT_AT.netLiquidation] = 10_000 + profits[a] + a + 1000 * a;
  }
  return view;
}

Deno.test("formulas §6: profit is the move of net liq without deposits and withdrawals", () => {
  const { profit, netLiqChange, externalFlows, difference } = pnlIdentity(book(), [0, 1]);
  assert.ok(Math.abs(profit - 69.2) < 1e-9);
  assert.ok(Math.abs(netLiqChange - 1069.2) < 1e-9);
  assert.equal(externalFlows, 1000);
  assert.ok(Math.abs(difference) < 1e-9);
  assert.ok(Math.abs(pnlIdentity(book(), [0]).profit - 118.2) < 1e-9);
});

Deno.test("a deposit taken for profit shows as a difference", () => {
  const view = book();
  view.accountF64[ACCOUNT_F64.length + ACCOUNT_AT.externalFlows] = 0;
  assert.ok(Math.abs(pnlIdentity(view, [0, 1]).difference + 1000) < 1e-9);
});

Deno.test("X-03: a leg or a close that is missing leaves it unknown, not wrong", () => {
  const leg = book();
  leg.cellF64[LEAF.withoutDayPnl] = 1;
  assert.ok(Number.isNaN(pnlIdentity(leg, [0]).difference));
  assert.ok(Number.isFinite(pnlIdentity(leg, [1]).difference));
  const close = book();
  close.accountF64[ACCOUNT_AT.previousNetLiquidation] = NaN;
  assert.ok(Number.isNaN(pnlIdentity(close, [0]).netLiqChange));
});
