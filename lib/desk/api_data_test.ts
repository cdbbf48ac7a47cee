import assert from "node:assert/strict";
import { ACCOUNT_AT, ACCOUNT_F64, ROW_F64_AT, ROW_U8_AT } from "../domain/measures.ts";
import { FakeBook } from "../../tests/fixtures/fake_book.ts";
import { type ApiContext, apiData } from "./api_data.ts";

const CONTEXT: ApiContext = {
  mode: "demo",
  standIn: null,
  referenceKey: "NONE",
  sourceNow: Date.UTC(2025, 2, 19, 14, 15),
  stream: { epoch: "e", seq: 7 },
};

function aBook(): FakeBook {
  return new FakeBook({ underlyings: 3, accounts: 2, rows: 12, seed: 5 });
}

Deno.test("T-007: an account filter leaves the other accounts' positions and sums out", () => {
  const book = aBook();

  const both = apiData(book, [0, 1], CONTEXT);
  const one = apiData(book, [1], CONTEXT);

  const accounts = new Set(one.grouped_positions.flatMap((g) => g.positions.map((p) => p.account)));
  assert.deepEqual([...accounts], one.selected_accounts);
  assert.ok(one.position_count < both.position_count);
  assert.equal(one.all_accounts.length, 2);
});

Deno.test("X-03: what is not known is null with its reason, never 0", () => {
  const book = aBook();
  book.rowF64[ROW_F64_AT.mark] = NaN;
  book.rowF64[ROW_F64_AT.positionDelta] = NaN;
  book.rowU8[ROW_U8_AT.staleness] = 0;
  book.rowU8[ROW_U8_AT.markAbsence] = 1;
  book.rowU8[ROW_U8_AT.greeksAbsence] = 2;
  const key = book.row(0).instrument.key;
  const accountId = book.row(0).accountId;

  const data = apiData(book, [0, 1], CONTEXT);
  const all = data.grouped_positions.flatMap((group) => group.positions);
  const quantity = book.rowF64[ROW_F64_AT.signedQuantity];
  const found = all.find((p) => p.original_symbol === key && p.quantity === quantity);

  assert.ok(found !== undefined, `${key} of account ${accountId}`);
  assert.equal(found.price, null);
  assert.equal(found.price_reason, "noQuote");
  assert.equal(found.state, "absent", "what has no price is not current");
  assert.equal(found.position_delta, null);
  assert.equal(found.greeks_reason, "noGreeks");
  assert.equal(data.portfolio_delta, null);
});

Deno.test("T-018: groups come by absolute net liq and a closed position is no leg", () => {
  const book = aBook();
  const before = apiData(book, [0, 1], CONTEXT);
  book.rowF64[ROW_F64_AT.signedQuantity] = 0;

  const data = apiData(book, [0, 1], CONTEXT);

  const sizes = data.grouped_positions.map((group) => Math.abs(group.total_net_liq));
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
  assert.equal(data.position_count, before.position_count - 1);
});

Deno.test("X-03: an unknown P&L on cash is null on its account, not 0", () => {
  const book = aBook();
  book.accountF64[ACCOUNT_AT.cashPnl] = NaN;
  book.accountF64[ACCOUNT_F64.length + ACCOUNT_AT.cashPnl] = 12;

  const { all_accounts } = apiData(book, [0, 1], CONTEXT);

  assert.deepEqual(all_accounts.map((account) => account.cash_pnl), [null, 12]);
});

Deno.test("P1: an account says of when its balances are, and that they are old", () => {
  const book = aBook();
  const width = ACCOUNT_F64.length;
  book.accountF64[ACCOUNT_AT.staleness] = 1;
  book.accountF64[ACCOUNT_AT.asOf] = CONTEXT.sourceNow - 300_000;
  book.accountF64[width + ACCOUNT_AT.staleness] = 0;
  book.accountF64[width + ACCOUNT_AT.asOf] = NaN;
  const seen = () =>
    apiData(book, [0, 1], CONTEXT).all_accounts.map((one) => [
      one.balances_state,
      one.balances_as_of,
    ]);
  assert.deepEqual(seen(), [["stale", "2025-03-19T14:10:00.000Z"], ["current", null]]);
  book.accountF64[width + ACCOUNT_AT.staleness] = NaN;
  assert.equal(seen()[1][0], "absent");
});
