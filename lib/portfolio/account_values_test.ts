import assert from "node:assert/strict";
import { ACCOUNT_AT, ACCOUNT_F64, STALENESS } from "../domain/measures.ts";
import { someBalances, START_AT, TestDesk } from "./desk_fixture_test.ts";

function stateOf({ book }: TestDesk, account = 0): string | undefined {
  return STALENESS[book.accountF64[account * ACCOUNT_F64.length + ACCOUNT_AT.staleness]];
}

Deno.test("P1: figures of an account grow old by themselves and are new with the next word", () => {
  const desk = new TestDesk();
  const { book } = desk;
  book.setBalances(someBalances({ freshUntil: START_AT + 120_000 }));
  book.advanceTime(START_AT + 120_000);
  assert.equal(stateOf(desk), "current");
  const before = book.accountChanged[0];

  book.advanceTime(START_AT + 121_000);
  assert.equal(stateOf(desk), "stale");
  assert.ok(book.accountChanged[0] > before, "those who look hear of it");
  const { tick } = book;
  book.advanceTime(START_AT + 125_000);
  assert.equal(book.tick, tick, "once");

  book.setBalances(someBalances({ freshUntil: START_AT + 240_000 }));
  assert.equal(stateOf(desk), "current");
});

Deno.test("P1: without a promised pace figures grow not old, untold they have no state", () => {
  const desk = new TestDesk();
  assert.equal(stateOf(desk), undefined);
  desk.book.setBalances(someBalances());
  desk.book.advanceTime(START_AT + 86_400_000);
  assert.equal(stateOf(desk), "current");
});
