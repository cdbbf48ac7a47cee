import assert from "node:assert/strict";
import { present } from "../../../lib/base/assert.ts";
import { OrderRig, statuses } from "./order_rig_fixture_test.ts";

Deno.test("a limit order rests: PendingSubmit without a permId, then Submitted, told twice", () => {
  const rig = new OrderRig();
  const limit = Math.floor(rig.quote("AAPL").bid) - 5;
  rig.place(1, rig.share({ limit, ref: "k-1" }));
  rig.advance(60);
  assert.deepEqual(statuses(rig.trader, 1), [
    "PendingSubmit 0/100",
    "Submitted 0/100",
    "Submitted 0/100",
  ]);
  const [pending, working] = rig.trader.of(3).map((fields) => Number(fields[5]));
  assert.deepEqual([pending, working > 0], [0, true]);
  assert.deepEqual(rig.trader.errors(), []);
  rig.close();
});

Deno.test("a market order fills: execution first, commission last, position and cash move", () => {
  const rig = new OrderRig();
  const { accounts } = rig.sim.face;
  const account = present(accounts.of("DU1044417"), "account");
  const instrument = rig.sim.face.market.instrument(
    present(rig.sim.face.market.world.instrumentOf("AAPL"), "AAPL"),
  );
  const before = accounts.line(account, instrument)?.signedQuantity ?? 0;
  const { ask } = rig.quote("AAPL");
  rig.place(1, rig.share({ type: "MKT", quantity: 50, ref: "k-2" }));
  rig.advance(200);
  const kinds = rig.trader.messages.map(([id]) => Number(id));
  assert.deepEqual(kinds, [5, 3, 5, 3, 3, 11, 5, 3, 59]);
  const [execution] = rig.trader.of(11);
  const [reqId, orderId, conId, symbol, secType] = execution;
  assert.deepEqual([reqId, orderId, symbol, secType], ["-1", "1", "AAPL", "STK"]);
  assert.equal(Number(conId), rig.conId("AAPL"));
  const [execId, time, name, exchange, side, shares, price] = execution.slice(13);
  assert.match(execId, /^[0-9a-f]{8}\.[0-9a-f]{8}\.01\.01$/);
  assert.match(time, /^20250319 10:15:0\d US\/Eastern$/);
  assert.deepEqual([name, exchange, side, shares], ["DU1044417", "NASDAQ", "BOT", "50"]);
  assert.equal(Number(price), ask);
  assert.equal(execution[25], "k-2", "the order reference comes back");
  assert.deepEqual(statuses(rig.trader, 1).at(-1), "Filled 50/0");
  const [commission] = rig.trader.of(59);
  assert.deepEqual(commission.slice(1, 4), [execId, "1", "USD"]);
  assert.equal(accounts.line(account, instrument)?.signedQuantity, before + 50);
  rig.close();
});

Deno.test("an order fills in parts, and its status stays Submitted until the last", () => {
  const rig = new OrderRig({ faults: { faults: [{ on: "orders", do: "partial", count: 30 }] } });
  rig.place(1, rig.share({ type: "MKT", quantity: 70 }));
  rig.advance(300);
  assert.deepEqual(statuses(rig.trader, 1).slice(3), [
    "Submitted 30/40",
    "Submitted 60/10",
    "Filled 70/0",
  ]);
  const fills = rig.trader.of(11);
  assert.deepEqual(fills.map((fill) => fill[18]), ["30", "30", "10"]);
  assert.deepEqual(fills.map((fill) => fill[23]), ["30", "60", "70"], "cumulative quantity");
  assert.equal(new Set(fills.map((fill) => fill[13])).size, 3, "ids of fills are unique");
  assert.equal(rig.trader.of(59).length, 3);
  rig.close();
});

Deno.test("an empty transmit keeps the order back until it is sent again with one", () => {
  const rig = new OrderRig();
  rig.place(1, rig.share({ type: "MKT", transmit: "" }));
  rig.advance(500);
  assert.deepEqual(rig.trader.of(3), []);
  assert.equal(rig.trader.of(11).length, 0);
  rig.trader.send(5, 1);
  rig.advance(1);
  assert.deepEqual(statuses(rig.trader, 1), ["ApiPending 0/100"]);
  rig.place(1, rig.share({ type: "MKT", transmit: "1" }));
  rig.advance(500);
  assert.equal(statuses(rig.trader, 1).at(-1), "Filled 100/0");
  rig.close();
});

Deno.test("the same id changes a working order; a done one refuses with 104 and 103", () => {
  const rig = new OrderRig();
  const { bid, ask } = rig.quote("AAPL");
  rig.place(1, rig.share({ limit: Math.floor(bid) - 5 }));
  rig.advance(60);
  rig.place(1, rig.share({ limit: Math.floor(bid) - 4, quantity: 200 }));
  rig.advance(60);
  assert.equal(statuses(rig.trader, 1).at(-1), "Submitted 0/200");
  assert.equal(rig.trader.of(5).at(-1)?.[15], String(Math.floor(bid) - 4));
  rig.place(1, rig.share({ limit: 1, action: "SELL" }));
  rig.advance(60);
  rig.place(1, rig.share({ limit: Math.ceil(ask) + 1, quantity: 10 }));
  rig.advance(60);
  assert.equal(statuses(rig.trader, 1).at(-1), "Filled 10/0");
  rig.place(1, rig.share({ limit: 1 }));
  rig.place(2, rig.share({ limit: 1 }));
  rig.advance(60);
  rig.trader.send(4, 1, 2, "");
  rig.advance(60);
  rig.place(2, rig.share({ limit: 1 }));
  rig.advance(60);
  const codes = rig.trader.errors().map(({ id, code }) => [id, code]);
  assert.deepEqual(codes, [[1, 105], [1, 104], [2, 202], [2, 103]]);
  rig.close();
});

Deno.test("a cancelled order goes over PendingCancel to Cancelled with 202; unknown: 10147", () => {
  const rig = new OrderRig();
  const limit = Math.floor(rig.quote("AAPL").bid) - 5;
  rig.place(1, rig.share({ limit }));
  rig.advance(60);
  rig.trader.forget();
  rig.trader.send(4, 1, 1, "");
  rig.advance(5);
  rig.trader.send(4, 1, 1, "");
  rig.trader.send(4, 1, 99, "");
  rig.advance(100);
  rig.trader.send(4, 1, 1, "");
  rig.advance(5);
  assert.deepEqual(statuses(rig.trader, 1), ["PendingCancel 0/100", "Cancelled 0/100"]);
  const codes = rig.trader.errors().map(({ id, code }) => [id, code]);
  assert.deepEqual(codes, [[1, 161], [99, 10147], [1, 202], [1, 10148]]);
  assert.match(rig.trader.errors()[3].text, /state: Cancelled/);
  rig.close();
});

Deno.test("a cancellation before the exchange knows the order ends as ApiCancelled", () => {
  const rig = new OrderRig();
  rig.place(1, rig.share({ type: "MKT" }));
  rig.advance(5);
  rig.trader.send(4, 1, 1, "");
  rig.advance(200);
  assert.deepEqual(statuses(rig.trader, 1), ["PendingSubmit 0/100", "ApiCancelled 0/100"]);
  assert.equal(rig.trader.of(11).length, 0);
  rig.close();
});

Deno.test("a cancellation that a fill overtakes: 10148 with the state Filled", () => {
  const rig = new OrderRig({ faults: { faults: [{ on: "orders", do: "cancelRace" }] } });
  rig.place(1, rig.share({ limit: Math.floor(rig.quote("AAPL").bid) - 5 }));
  rig.advance(60);
  rig.trader.send(4, 1, 1, "");
  rig.advance(100);
  assert.equal(statuses(rig.trader, 1).at(-1), "Filled 100/0");
  assert.deepEqual(rig.trader.errors().map(({ code }) => code), [10148]);
  assert.match(rig.trader.errors()[0].text, /state: Filled/);
  rig.close();
});

Deno.test("ids: nextValidId follows what was placed, twice the same, each client its own", () => {
  const rig = new OrderRig();
  rig.place(41, rig.share({ limit: 1 }));
  rig.advance(60);
  rig.trader.send(8, 1, "");
  rig.trader.send(8, 1, "");
  const other = rig.client(8);
  rig.advance(1);
  assert.deepEqual(rig.trader.of(9), [["1", "42"], ["1", "42"]]);
  assert.deepEqual(other.of(9), [["1", "1"]]);
  rig.close();
});

Deno.test("an order of another client is seen by all, cancelled by its own client alone", () => {
  const rig = new OrderRig();
  rig.place(1, rig.share({ limit: 1 }));
  rig.advance(60);
  const other = rig.client(8);
  other.forget();
  other.send(5, 1);
  other.send(4, 1, 1, "");
  rig.advance(5);
  assert.deepEqual([other.of(5), other.of(53)], [[], [["1"]]]);
  assert.deepEqual(other.errors().map(({ code }) => code), [10147]);
  other.send(16, 1);
  rig.advance(5);
  const own = other.of(5).filter((fields) => fields[23] === "7");
  assert.equal(own.length, 1, "client id of the order");
  assert.ok(other.of(5).length > 1, "orders that were entered in TWS are there too");
  assert.equal(other.of(3).length, other.of(5).length);
  assert.equal(other.of(53).length, 2);
  rig.close();
});
