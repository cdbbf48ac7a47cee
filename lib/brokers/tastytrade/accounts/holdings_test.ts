import assert from "node:assert/strict";
import type { HeldRow } from "../map/positions.ts";
import { aFill, aRow, AT } from "./account_fixture_test.ts";
import { holdingsOf, keepingSame, withMoved } from "./holdings.ts";

const NAMES = {
  accountId: "tastytrade-0042-abc",
  keyOfRow: ({ symbol }: HeldRow) => symbol,
  asOf: AT,
};

Deno.test("holdings: what was held overnight is what is held less today's fills", () => {
  const fills = [aFill(), aFill({ execId: "e2", signedQuantity: -4 })];
  const { positions } = holdingsOf([aRow()], fills, NAMES);
  assert.equal(positions[0].signedQuantity, 100);
  assert.equal(positions[0].overnightQuantity, 94);
});

Deno.test("holdings: what was closed today stays until the session is over", () => {
  const { positions } = holdingsOf([], [aFill({ signedQuantity: -100 })], NAMES);
  assert.deepEqual(
    positions.map(({ signedQuantity, overnightQuantity }) => [signedQuantity, overnightQuantity]),
    [[0, 100]],
  );
  const bought = [aFill(), aFill({ execId: "e2", signedQuantity: -10 })];
  assert.deepEqual(holdingsOf([], bought, NAMES).positions, []);
});

Deno.test("holdings: a closed row is none, an unreadable quantity is counted", () => {
  const rows = [aRow({ signedQuantity: 0 }), aRow({ symbol: "QQQ", signedQuantity: null })];
  assert.deepEqual(holdingsOf(rows, [], NAMES), { positions: [], unreadCount: 1 });
});

Deno.test("holdings: what did not change is the same object, in whatever order it comes", () => {
  const rows = [aRow(), aRow({ symbol: "QQQ" })];
  const before = holdingsOf(rows, [], NAMES).positions;
  const again = holdingsOf(rows.toReversed(), [], NAMES).positions;
  assert.equal(keepingSame(before, again), before);
  const moved = holdingsOf([rows[0], aRow({ symbol: "QQQ", signedQuantity: 1 })], [], NAMES);
  const kept = keepingSame(before, moved.positions);
  assert.equal(kept[0], before[0]);
  assert.notEqual(kept[1], before[1]);
});

Deno.test("holdings: a told position keeps its overnight quantity until its fill is known", () => {
  const before = holdingsOf([aRow()], [], NAMES).positions;
  const moved = withMoved(before, aRow({ signedQuantity: 150 }), NAMES);
  assert.deepEqual(
    moved?.map(({ signedQuantity, overnightQuantity }) => [signedQuantity, overnightQuantity]),
    [[150, 100]],
  );
  const fresh = withMoved(before, aRow({ symbol: "QQQ", signedQuantity: 5 }), NAMES);
  assert.equal(fresh?.[1].overnightQuantity, 0);
  assert.equal(withMoved(before, aRow({ signedQuantity: null }), NAMES), null);
  assert.equal(withMoved(before, aRow(), NAMES), before);
});
