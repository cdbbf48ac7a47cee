import assert from "node:assert/strict";
import type { Position } from "../../domain/position.ts";
import { HeldPositions } from "./held_positions.ts";

function held(instrumentKey: string, signedQuantity: number): Position {
  return {
    accountId: "A",
    instrumentKey,
    signedQuantity,
    overnightQuantity: signedQuantity,
    averagePrice: null,
    strategy: null,
    asOf: 0,
  };
}

Deno.test("held positions: what did not move is the same object, earlier lists stay", () => {
  const store = new HeldPositions();
  const first = store.replace("A", [held("X", 1), held("Y", 2)]);

  const second = store.change("A", [held("Y", 3), held("Z", 4)]);

  assert.deepEqual(first.map((one) => one.signedQuantity), [1, 2]);
  assert.deepEqual(second.map((one) => one.signedQuantity), [1, 3, 4]);
  assert.equal(second[0], first[0]);
});

Deno.test("held positions: a whole list forgets what was closed", () => {
  const store = new HeldPositions();
  store.replace("A", [held("X", 1)]);
  assert.deepEqual(store.change("A", [held("X", 0)]).map((one) => one.signedQuantity), [0]);

  store.replace("A", [held("Y", 2)]);

  assert.deepEqual(store.change("A", []).map((one) => one.instrumentKey), ["Y"]);
});
