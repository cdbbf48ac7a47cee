import assert from "node:assert/strict";
import type { Fill } from "../../../domain/position.ts";
import type { HeldRow } from "../map/positions.ts";
import { aFill, aRow, AT } from "./account_fixture_test.ts";
import { holdingsOf, keepingSame, withMoved } from "./holdings.ts";

const NAMES = {
  accountId: "tastytrade-0042-abc",
  keyOfRow: ({ symbol }: HeldRow) => symbol,
  asOf: AT,
};

function held(
  rows: readonly HeldRow[],
  fills: readonly Fill[] = [],
  unclear: ReadonlyMap<string, number> = new Map(),
) {
  return holdingsOf(rows, { fills, unclear }, NAMES);
}

Deno.test("R36: what was delivered today was not held overnight, nor was what ended sold", () => {
  const assigned = held([aRow({ signedQuantity: 400 })], [], new Map([["SPY", 300], ["PUT", 3]]));
  assert.deepEqual(
    assigned.positions.map((one) => [one.instrumentKey, one.signedQuantity, one.overnightQuantity]),
    [["SPY", 400, 100], ["PUT", 0, -3]],
  );
  const boughtAndExpired = held([], [aFill({ signedQuantity: 5 })], new Map([["SPY", -5]]));
  assert.deepEqual(boughtAndExpired.positions, [], "the book keeps its fill without a close");
});

Deno.test("holdings: what was held overnight is what is held less today's fills", () => {
  const fills = [aFill(), aFill({ execId: "e2", signedQuantity: -4 })];
  const { positions } = held([aRow()], fills);
  assert.equal(positions[0].signedQuantity, 100);
  assert.equal(positions[0].overnightQuantity, 94);
});

Deno.test("holdings: what was closed today stays until the session is over", () => {
  const { positions } = held([], [aFill({ signedQuantity: -100 })]);
  assert.deepEqual(
    positions.map(({ signedQuantity, overnightQuantity }) => [signedQuantity, overnightQuantity]),
    [[0, 100]],
  );
  const bought = [aFill(), aFill({ execId: "e2", signedQuantity: -10 })];
  assert.deepEqual(held([], bought).positions, []);
});

Deno.test("holdings: a closed row is none, an unreadable quantity is counted", () => {
  const rows = [aRow({ signedQuantity: 0 }), aRow({ symbol: "QQQ", signedQuantity: null })];
  assert.deepEqual(held(rows), { positions: [], unreadCount: 1 });
});

Deno.test("holdings: what did not change is the same object, in whatever order it comes", () => {
  const rows = [aRow(), aRow({ symbol: "QQQ" })];
  const before = held(rows).positions;
  const again = held(rows.toReversed()).positions;
  assert.equal(keepingSame(before, again), before);
  const moved = held([rows[0], aRow({ symbol: "QQQ", signedQuantity: 1 })]);
  const kept = keepingSame(before, moved.positions);
  assert.equal(kept[0], before[0]);
  assert.notEqual(kept[1], before[1]);
});

Deno.test("holdings: a told position keeps its overnight quantity until its fill is known", () => {
  const before = held([aRow()]).positions;
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
