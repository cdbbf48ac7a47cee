import assert from "node:assert/strict";
import { details } from "../contracts/details_fixture_test.ts";
import {
  AAPL,
  AccountRig,
  LIVE,
  made,
  openOrder,
  orderStatus,
  PUT,
} from "./account_rig_fixture_test.ts";

const SPREAD = details({ conId: 28812380, symbol: "SPY", secType: "BAG" });

function states(rig: AccountRig): string[] {
  return rig.told.orders.map(({ state, filledQuantity }) => `${state} ${filledQuantity}`);
}

Deno.test("an order is told once per change, however often TWS repeats itself", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.accounts.openOrder(openOrder({ status: "PreSubmitted" }), PUT.contract);
  for (let i = 0; i < 3; i++) rig.accounts.orderStatus(orderStatus({ status: "Submitted" }));
  await rig.pass();
  rig.accounts.orderStatus(orderStatus({ filled: 1, remaining: 2 }));
  rig.accounts.orderStatus(orderStatus({ filled: 1, remaining: 2 }));
  await rig.pass();
  rig.accounts.orderStatus(orderStatus({ status: "Filled", filled: 3, remaining: 0 }));
  rig.accounts.orderStatus(orderStatus({ filled: 1, remaining: 2, status: "Filled" }));
  await rig.pass();
  assert.deepEqual(states(rig), ["accepted 0", "partiallyFilled -1", "filled -3"]);
  const [first] = rig.told.orders;
  assert.deepEqual([first.brokerOrderId, first.signedQuantity, first.limitPrice], ["777", -3, 2.5]);
  assert.equal(first.instrumentKey, "SPY 2026-12-18 P 500 x100");
});

Deno.test("an order keeps its id when IB gives it a permanent one", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.accounts.openOrder(openOrder({ permId: 0, status: "PendingSubmit" }), AAPL.contract);
  await rig.pass();
  rig.accounts.openOrder(openOrder({ status: "Submitted" }), AAPL.contract);
  rig.accounts.orderStatus(orderStatus({ status: "Cancelled", orderId: 0, clientId: 0 }));
  await rig.pass();
  const ids = rig.told.orders.map(({ brokerOrderId }) => brokerOrderId);
  assert.deepEqual(new Set(ids), new Set(["11/5"]));
  assert.deepEqual(states(rig), ["submitted 0", "canceled 0"]);
});

Deno.test("a number that the client gives anew is another order", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.accounts.openOrder(openOrder({ permId: 1, status: "Filled" }), AAPL.contract);
  rig.accounts.openOrder(openOrder({ permId: 2, status: "Submitted" }), AAPL.contract);
  await rig.pass();
  assert.deepEqual(rig.told.orders.map(({ brokerOrderId }) => brokerOrderId), ["1", "2"]);
});

Deno.test("Inactive is a rejection once IB says so, and a held order before", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.accounts.openOrder(openOrder({ status: "Inactive" }), AAPL.contract);
  await rig.pass();
  rig.accounts.notice({ id: 5, code: 399, text: "Order Message: will not be placed until open" });
  rig.accounts.notice({ id: 6, code: 201, text: "Order rejected" });
  await rig.pass();
  rig.accounts.notice({ id: 5, code: 201, text: "Order rejected - reason: margin" });
  await rig.pass();
  assert.deepEqual(states(rig), ["submitted 0", "rejected 0"]);
});

Deno.test("orders of other clients are asked for, and their end is found", async () => {
  const rig = new AccountRig();
  await rig.load();
  const order = openOrder({ clientId: 0, orderId: 0, permId: 42 });
  rig.world.orders = [{ order, contract: AAPL.contract }];
  await rig.pass(31_000);
  rig.world.orders = [];
  rig.world.made = [made("1.01", AAPL, -3, { permId: 42, clientId: 0 })];
  rig.execute(rig.world.made[0]);
  await rig.pass(31_000);
  assert.deepEqual(states(rig), ["accepted 0", "filled -3"]);
});

Deno.test("an order that left the list without a fill did not stay working", async () => {
  const order = openOrder();
  const rig = new AccountRig({ orders: [{ order, contract: AAPL.contract }] });
  await rig.load();
  rig.drop();
  rig.world.orders = [];
  rig.connect();
  await rig.pass(60_000);
  // Lists may be empty for minutes after TWS was restarted.
  assert.deepEqual(states(rig), []);
  await rig.pass(180_000);
  assert.deepEqual(states(rig), ["canceled 0"]);
  rig.accounts.openOrder(order, AAPL.contract);
  await rig.pass();
  assert.deepEqual(states(rig), ["canceled 0", "accepted 0"]);
});

Deno.test("an order for a combination is listed under a name of its own", async () => {
  const rig = new AccountRig({ orders: [{ order: openOrder(), contract: SPREAD.contract }] });
  const answer = await rig.settled(rig.accounts.orders(rig.id, LIVE));
  assert.deepEqual(answer.ok ? answer.value.map((one) => one.instrumentKey) : [], ["ib:28812380"]);
  const asked = rig.link.sentAs("reqContractDetails");
  assert.deepEqual(asked, []);
});

Deno.test("orders that a read-only API withholds are none, after the deadline", async () => {
  const rig = new AccountRig({ mute: new Set(["reqAllOpenOrders"]) });
  const answer = await rig.settled(rig.accounts.orders(rig.id, LIVE), 31_000);
  assert.deepEqual(answer, { ok: true, value: [] });
});
