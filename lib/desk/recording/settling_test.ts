import assert from "node:assert/strict";
import { FakeBook } from "../../../tests/fixtures/fake_book.ts";
import { LEAF, LEAF_STRIDE } from "../../domain/measures.ts";
import { Settling } from "./settling.ts";

/** Asks once for each number of legs without a mark; gives the answers. */
function answersFor(settling: Settling, counts: readonly number[], session = "2025-03-19") {
  const book = new FakeBook({ underlyings: 2, accounts: 1, rows: 4, seed: 1 });
  return counts.map((count) => {
    for (const leaf of [LEAF.withoutMark, LEAF.withoutDayPnl, LEAF.withoutGreeks]) {
      book.cellF64[leaf] = 0;
      book.cellF64[LEAF_STRIDE + leaf] = 0;
    }
    book.cellF64[LEAF_STRIDE + LEAF.withoutMark] = count;
    return settling.isSettled(book, session);
  });
}

Deno.test("P14: a book whose prices are still coming in is no sample", () => {
  const answers = answersFor(new Settling(), [80, 40, 3, 0, 0, 5]);
  assert.deepEqual(answers, [false, false, false, true, true, true]);
});

Deno.test("P14: a leg that never gets a price holds the record up for seconds only", () => {
  const answers = answersFor(new Settling(), [80, 2, 2, 2, 2, 2]);
  assert.deepEqual(answers, [false, false, false, false, true, true]);
  const restless = answersFor(new Settling(), Array.from({ length: 61 }, (_, i) => 1000 - i));
  assert.equal(restless.indexOf(true), 59, "and one that grows for ever for a minute");
});

Deno.test("a new session settles anew", () => {
  const settling = new Settling();
  assert.deepEqual(answersFor(settling, [0, 9, 0]), [true, true, true]);
  assert.deepEqual(answersFor(settling, [90, 0, 9], "2025-03-20"), [false, true, true]);
});
