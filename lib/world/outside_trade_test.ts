import assert from "node:assert/strict";
import { present } from "../base/assert.ts";
import { createWorld } from "./world.ts";

const ACCOUNT = "DX10044417";

Deno.test("world: a trade from outside moves position and cash, and the books balance", () => {
  const world = createWorld({ seed: 3 });
  world.drainEvents();
  const id = present(world.instrumentOf("AAPL"), "AAPL");
  const held = world.positions(ACCOUNT).find((one) => one.instrument === id)?.signedQuantity ?? 0;
  const before = world.balances(ACCOUNT);
  const price = Math.round(world.mark(id) * 100) / 100 + 1;

  const fill = world.trade({
    account: ACCOUNT,
    instrument: id,
    signedQuantity: 100,
    price,
    orderId: "C1",
  });

  const after = world.balances(ACCOUNT);
  assert.equal(
    world.positions(ACCOUNT).find((one) => one.instrument === id)?.signedQuantity,
    held + 100,
  );
  assert.equal(Math.round((before.cash.USD - after.cash.USD) * 100), Math.round(price * 1e4) + 100);
  assert.deepEqual([fill.orderId, fill.fees, fill.at], ["C1", 1, world.now()]);
  assert.deepEqual(world.audit(ACCOUNT).trialBalance, [0, 0]);
  assert.ok(Math.abs(world.audit(ACCOUNT).netLiq - after.netLiq) < 0.005);
  assert.deepEqual(world.drainEvents().map((event) => event.kind), ["fill", "position", "balance"]);
  assert.equal(world.fillsToday().at(-1)?.fillId, fill.fillId);
});

Deno.test("world: nothing trades while it is halted or after the close", () => {
  const world = createWorld({ seed: 3, eventRate: 10 });
  const id = present(world.instrumentOf("AAPL"), "AAPL");
  assert.equal(world.canTrade(id), true);
  world.halt("AAPL");
  assert.equal(world.canTrade(id), false);
  world.resume("AAPL");
  world.advanceTo(world.session().until + 1);
  assert.equal(world.canTrade(id), false);
  assert.throws(() =>
    world.trade({ account: ACCOUNT, instrument: id, signedQuantity: 1, price: 1, orderId: "C1" })
  );
});

Deno.test("world: a working order of its own is cancelled once", () => {
  const world = createWorld({ seed: 3 });
  const working = present(world.orders().find((one) => one.status === "working"), "an order");
  assert.equal(world.cancelOrder(working.orderId), true);
  assert.equal(world.cancelOrder(working.orderId), false);
  const ended = world.orders().find((one) => one.orderId === working.orderId);
  assert.equal(ended?.status, "cancelled");
});
