import assert from "node:assert/strict";
import type { HandOrder } from "./hand_order_fixture_test.ts";
import { OrderRig, type OrderRigOptions, statuses } from "./order_rig_fixture_test.ts";

/** Code and id of every error that an order meets, and what became of it. */
function refused(order: HandOrder, options: OrderRigOptions = {}): [number[], string[]] {
  const rig = new OrderRig(options);
  rig.place(1, rig.share(order));
  rig.advance(100);
  const codes = rig.trader.errors().map(({ id, code }) => id === 1 ? code : -code);
  const seen = statuses(rig.trader, 1);
  rig.close();
  return [codes, seen];
}

Deno.test("orders that make no sense are refused by their codes, and none is kept", () => {
  const cases: [number, HandOrder][] = [
    [110, { limit: 10.005 }],
    [200, { conId: 4711, limit: 10 }],
    [201, { type: "LMT" }],
    [201, { type: "STP" }],
    [321, { action: "HOLD", limit: 10 }],
    [321, { account: "DU999", limit: 10 }],
    [387, { type: "VWAP", limit: 10 }],
    [434, { quantity: 0, limit: 10 }],
    [435, { account: "", limit: 10 }],
  ];
  for (const [code, order] of cases) {
    assert.deepEqual(refused(order), [[code], []], JSON.stringify(order));
  }
});

Deno.test("an index is not traded, an order without account is where there is one alone", () => {
  const rig = new OrderRig({ accounts: 1 });
  rig.place(1, { conId: rig.conId("SPX"), limit: 10 });
  rig.place(2, rig.share({ account: "", limit: 1 }));
  rig.advance(100);
  assert.deepEqual(rig.trader.errors().map(({ id, code }) => [id, code]), [[1, 201]]);
  assert.equal(rig.trader.of(5).at(-1)?.[19], "DU1044417");
  rig.close();
});

Deno.test("a read-only interface refuses every order with 321 and says why", () => {
  const rig = new OrderRig({ isReadOnly: true });
  rig.place(1, rig.share({ limit: 1 }));
  rig.advance(100);
  assert.match(rig.trader.errors()[0].text, /Read-Only/);
  assert.deepEqual(refused({ limit: 1 }, { isReadOnly: true }), [[321], []]);
  rig.close();
});

Deno.test("the exchange refuses: 201 with its JSON, then Inactive, or the other way round", () => {
  const reject = '{"8229":"margin"}';
  const fault = { on: "orders", do: "reject", when: { times: 1 } } as const;
  const faults = { faults: [{ ...fault, reject }, { ...fault, isStatusFirst: true }] };
  const rig = new OrderRig({ faults });
  rig.place(1, rig.share({ limit: 1 }));
  rig.place(2, rig.share({ limit: 1 }));
  rig.advance(100);
  assert.deepEqual(rig.trader.messages.map(([id]) => id), ["4", "5", "3", "5", "3", "4"]);
  assert.deepEqual(rig.trader.of(4).map((fields) => fields.slice(1, 3)), [["1", "201"], [
    "2",
    "201",
  ]]);
  assert.deepEqual(rig.trader.of(4).map((fields) => fields[4]), [reject, ""]);
  assert.deepEqual(statuses(rig.trader, 1), ["Inactive 0/100"]);
  rig.place(1, rig.share({ limit: 1 }));
  rig.advance(100);
  assert.equal(rig.trader.errors().at(-1)?.code, 103);
  rig.close();
});

Deno.test("twenty orders for a side of a contract are the limit", () => {
  const rig = new OrderRig({ messagesPerS: 500 });
  for (let id = 1; id <= 21; id++) rig.place(id, rig.share({ limit: 1 }));
  rig.place(22, rig.share({ limit: 9000, action: "SELL" }));
  rig.advance(100);
  assert.deepEqual(rig.trader.errors().map(({ id, code }) => [id, code]), [[21, 201]]);
  rig.place(20, rig.share({ limit: 2 }));
  rig.advance(100);
  assert.equal(rig.trader.errors().length, 1, "a modification is no further order");
  rig.close();
});

Deno.test("shares that have to be located hold an order; a warning does not", () => {
  const hold = { on: "orders", do: "hold" } as const;
  const warn = { on: "orders", do: "warn", text: "Order Message: slow" } as const;
  assert.deepEqual(refused({ type: "MKT" }, { faults: { faults: [hold] } }), [[404], [
    "PendingSubmit 0/100",
    "PreSubmitted 0/100 locate",
    "PreSubmitted 0/100 locate",
  ]]);
  const [codes, seen] = refused({ type: "MKT" }, { faults: { faults: [warn] } });
  assert.deepEqual([codes, seen.at(-1)], [[399], "Filled 100/0"]);
});

Deno.test("a fill without a status, and statuses that come twice", () => {
  const silent = { on: "orders", do: "noStatus" } as const;
  const rig = new OrderRig({ faults: { faults: [silent] } });
  rig.place(1, rig.share({ type: "MKT" }));
  rig.advance(200);
  assert.equal(statuses(rig.trader, 1).at(-1), "Submitted 0/100");
  assert.deepEqual([rig.trader.of(11).length, rig.trader.of(59).length], [1, 1]);
  rig.close();
  const [, seen] = refused({ type: "MKT" }, {
    faults: { faults: [{ on: "orders", do: "statusTwice" }] },
  });
  assert.deepEqual(seen.slice(-2), ["Filled 100/0", "Filled 100/0"]);
});
