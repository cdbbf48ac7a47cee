import assert from "node:assert/strict";
import { OrderRig, statuses } from "./order_rig_fixture_test.ts";

/** A bracket around AAPL: a parent at a limit, a take-profit and a stop, the last transmits. */
function bracket(rig: OrderRig, limit: number, profit: number, stop: number): void {
  const child = { action: "SELL", parentId: 1 };
  rig.place(1, rig.share({ limit, transmit: "0" }));
  rig.place(2, rig.share({ ...child, limit: profit, transmit: "0" }));
  rig.place(3, rig.share({ ...child, type: "STP", aux: stop, transmit: "1" }));
}

Deno.test("a bracket is sent by its last child; children wait for the parent, then work", () => {
  const rig = new OrderRig();
  const { bid, ask } = rig.quote("AAPL");
  bracket(rig, Math.floor(bid) - 9, Math.ceil(ask) + 9, Math.floor(bid) - 20);
  rig.advance(100);
  assert.equal(statuses(rig.trader, 1).at(-1), "Submitted 0/100");
  assert.equal(statuses(rig.trader, 2).at(-1), "PreSubmitted 0/100 child");
  assert.equal(statuses(rig.trader, 3).at(-1), "PreSubmitted 0/100 child");
  assert.deepEqual(
    rig.trader.of(3).filter(([id]) => id === "2").map((fields) => fields[6])[0],
    "1",
  );
  rig.place(1, rig.share({ limit: Math.ceil(ask) + 1 }));
  rig.advance(200);
  assert.equal(statuses(rig.trader, 1).at(-1), "Filled 100/0");
  assert.equal(statuses(rig.trader, 2).at(-1), "Submitted 0/100");
  assert.equal(statuses(rig.trader, 3).at(-1), "PreSubmitted 0/100 trigger");
  rig.close();
});

Deno.test("a cancelled parent takes its children along", () => {
  const rig = new OrderRig();
  const { bid, ask } = rig.quote("AAPL");
  bracket(rig, Math.floor(bid) - 9, Math.ceil(ask) + 9, Math.floor(bid) - 20);
  rig.advance(100);
  rig.trader.send(4, 1, 1, "");
  rig.advance(100);
  const ends = [1, 2, 3].map((id) => statuses(rig.trader, id).at(-1));
  assert.deepEqual(ends, ["Cancelled 0/100", "Cancelled 0/100", "Cancelled 0/100"]);
  assert.deepEqual(rig.trader.errors().map(({ id, code }) => [id, code]), [
    [1, 202],
    [2, 202],
    [3, 202],
  ]);
  rig.close();
});

Deno.test("a child of an unknown or finished parent is refused with 135", () => {
  const rig = new OrderRig();
  rig.place(2, rig.share({ limit: 1, parentId: 77 }));
  rig.advance(60);
  assert.deepEqual(rig.trader.errors().map(({ id, code }) => [id, code]), [[2, 135]]);
  assert.deepEqual(statuses(rig.trader, 2), []);
  rig.close();
});

Deno.test("a part of a child's fill is taken off its sibling, the whole cancels it", () => {
  const partial = { on: "orders", do: "partial", count: 40 } as const;
  const rig = new OrderRig({ faults: { faults: [partial] } });
  const { bid, ask } = rig.quote("AAPL");
  bracket(rig, Math.ceil(ask) + 1, Math.ceil(ask) + 9, Math.floor(bid) - 20);
  rig.advance(400);
  assert.equal(statuses(rig.trader, 1).at(-1), "Filled 100/0");
  rig.place(2, rig.share({ action: "SELL", parentId: 1, limit: Math.floor(bid) - 1 }));
  rig.advance(400);
  assert.equal(statuses(rig.trader, 2).at(-1), "Filled 100/0");
  assert.deepEqual(statuses(rig.trader, 3).slice(-3), [
    "PreSubmitted 0/60 trigger",
    "PreSubmitted 0/20 trigger",
    "Cancelled 0/20",
  ]);
  const [error] = rig.trader.errors();
  assert.deepEqual([error.id, error.code], [3, 202]);
  assert.match(error.text, /OCA/);
  rig.close();
});

Deno.test("a group of type 1 ends with the first part of a fill, of type 3 it is reduced", () => {
  const partial = { on: "orders", do: "partial", count: 40 } as const;
  const ends = [1, 3].map((ocaType) => {
    const rig = new OrderRig({ faults: { faults: [{ ...partial, symbol: "SPY" }] } });
    const group = { ocaGroup: "one", ocaType };
    rig.place(1, rig.share({ ...group, limit: 1 }));
    rig.advance(100);
    rig.place(2, { ...group, conId: rig.conId("SPY"), type: "MKT" });
    rig.advance(80);
    const seen = [statuses(rig.trader, 1).at(-1), statuses(rig.trader, 2).at(-1)];
    rig.advance(400);
    const end = statuses(rig.trader, 1).at(-1);
    rig.close();
    return [...seen, end];
  });
  assert.deepEqual(ends[0], ["Cancelled 0/100", "Submitted 40/60", "Cancelled 0/100"]);
  assert.deepEqual(ends[1], ["Submitted 0/60", "Submitted 40/60", "Cancelled 0/20"]);
});

Deno.test("a global cancel ends everything, of every client and of TWS itself", () => {
  const rig = new OrderRig();
  const other = rig.client(8);
  rig.place(1, rig.share({ limit: 1 }));
  rig.advance(100);
  other.forget();
  other.send(58, 1);
  rig.advance(200);
  assert.equal(statuses(rig.trader, 1).at(-1), "Cancelled 0/100");
  other.send(16, 1);
  rig.advance(5);
  assert.deepEqual([other.of(5), other.of(53).length], [[], 1]);
  rig.close();
});
