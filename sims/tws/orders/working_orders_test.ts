import assert from "node:assert/strict";
import { present } from "../../../lib/base/assert.ts";
import { OrderRig, statuses } from "./order_rig_fixture_test.ts";

const CLOSE = Date.parse("2025-03-19T20:00:00Z");

Deno.test("a stop wakes when the market falls to it, and only then fills", () => {
  const rig = new OrderRig({ eventRate: 2000 });
  const { bid } = rig.quote("AAPL");
  const stop = Math.floor(bid * 0.99);
  rig.place(1, rig.share({ action: "SELL", type: "STP", aux: stop }));
  rig.advance(1000);
  assert.equal(statuses(rig.trader, 1).at(-1), "PreSubmitted 0/100 trigger");
  rig.sim.face.market.world.shock(-0.05);
  rig.advance(3000);
  const seen = statuses(rig.trader, 1);
  assert.deepEqual(seen.slice(3, 4), ["Submitted 0/100"]);
  assert.equal(seen.at(-1), "Filled 100/0");
  assert.ok(Number(rig.trader.of(11)[0][19]) < stop + 0.01);
  rig.close();
});

Deno.test("immediate-or-cancel and fill-or-kill end with the first sight of the market", () => {
  const rig = new OrderRig({ faults: { faults: [{ on: "orders", do: "partial", count: 30 }] } });
  const { ask } = rig.quote("AAPL");
  rig.place(1, rig.share({ limit: 1, tif: "IOC" }));
  rig.place(2, rig.share({ limit: Math.ceil(ask), tif: "IOC" }));
  rig.place(3, rig.share({ limit: Math.ceil(ask), quantity: 100_000, tif: "FOK" }));
  rig.advance(300);
  const ends = [1, 2, 3].map((id) => statuses(rig.trader, id).at(-1));
  assert.deepEqual(ends, ["Cancelled 0/100", "Cancelled 30/0", "Cancelled 0/100000"]);
  rig.close();
});

Deno.test("after the close an order is taken with 399 and waits; day orders end", () => {
  const rig = new OrderRig({ startAt: CLOSE - 2000, positions: 12 });
  rig.advance(3000);
  rig.place(1, rig.share({ limit: 1 }));
  rig.place(2, rig.share({ limit: 1, tif: "GTC" }));
  rig.advance(500);
  assert.deepEqual(rig.trader.errors().map(({ id, code }) => [id, code]), [[1, 399], [2, 399]]);
  assert.equal(statuses(rig.trader, 1).at(-1), "PreSubmitted 0/100");
  rig.advance(16 * 60_000);
  assert.equal(statuses(rig.trader, 1).at(-1), "Cancelled 0/100");
  assert.equal(statuses(rig.trader, 2).at(-1), "PreSubmitted 0/100");
  rig.close();
});

Deno.test("while the servers are lost orders go nowhere; afterwards they are taken", () => {
  const rig = new OrderRig();
  rig.sim.inject({ on: "gateway", do: "reset", when: { afterMs: 0, forMs: 5000 } });
  rig.advance(60);
  rig.place(1, rig.share({ type: "MKT" }));
  rig.advance(2000);
  assert.deepEqual(statuses(rig.trader, 1), ["PendingSubmit 0/100"]);
  rig.advance(5000);
  assert.equal(statuses(rig.trader, 1).at(-1), "Filled 100/0");
  rig.close();
});

Deno.test("fills of the accounts' owner reach every client, and stand in its executions", () => {
  const rig = new OrderRig({ fillGapMs: 2000 });
  const other = rig.client(8);
  other.forget();
  rig.advance(20_000);
  const told = other.of(11);
  assert.ok(told.length > 2);
  assert.ok(told.every(([reqId, orderId]) => reqId === "-1" && orderId === "0"));
  assert.ok(told.every((fields) => fields[21] === "0" && Number(fields[20]) > 0));
  assert.equal(other.of(59).length, told.length);
  assert.deepEqual(rig.trader.of(11), told);
  const ids = new Set(told.map((fields) => fields[13]));
  assert.equal(ids.size, told.length);
  rig.trader.send(7, 3, 900, "", "", "", "", "", "", "");
  rig.advance(5);
  const asked = rig.trader.of(11).filter(([reqId]) => reqId === "900").map((fields) => fields[13]);
  assert.ok([...ids].every((id) => asked.includes(id)));
  assert.deepEqual(rig.trader.of(55), [["1", "900"]]);
  const { contracts, accounts, market } = rig.sim.face;
  for (const fields of told) {
    const account = present(accounts.of(fields[15]), "the account");
    const contract = present(contracts.byId(Number(fields[2])), "the contract");
    const line = accounts.line(account, present(contracts.instrument(contract), "instrument"));
    assert.ok(line !== undefined && market.world.isLive(line.instrument.id));
  }
  rig.close();
});

Deno.test("what a fill realised is what the account's own book says", () => {
  const rig = new OrderRig();
  const { market, accounts } = rig.sim.face;
  const account = present(accounts.of("DU1044417"), "the account");
  const line = present(
    accounts.positions(account).find(({ instrument: one, signedQuantity }) =>
      one.kind === "equity" && one.currency === "USD" && signedQuantity >= 100
    ),
    "shares",
  );
  const { instrument } = line;
  const before = line.realized;
  const { conId } = rig.sim.face.contracts.of(instrument);
  rig.place(1, { conId, action: "SELL", type: "MKT", quantity: 10 });
  rig.place(2, { conId: rig.conId("AAPL"), type: "MKT", quantity: 10 });
  rig.advance(300);
  const realized = Number(rig.trader.of(59)[0][4]);
  assert.ok(
    Math.abs(present(accounts.line(account, instrument), "").realized - before - realized) < 0.01,
  );
  const [, , price] = rig.trader.of(11)[0].slice(17).map(Number);
  const gain = 10 * (price - line.unitCost) - 1;
  assert.ok(Math.abs(realized - gain) < 0.01, `${realized} ${gain}`);
  assert.deepEqual(market.world.audit(account.worldId).trialBalance, [0, 0]);
  rig.close();
});

Deno.test("client 0 binds the orders of TWS under negative ids, no other client may", () => {
  const rig = new OrderRig({ clientId: 0, fillGapMs: 1000 });
  rig.trader.send(15, 1, 1);
  rig.advance(5);
  const ids = rig.trader.of(5).map(([id]) => Number(id));
  assert.ok(ids.length > 0 && ids.every((id) => id < 0));
  assert.equal(new Set(ids).size, ids.length);
  rig.trader.forget();
  rig.advance(10_000);
  assert.ok(rig.trader.of(3).some(([, status]) => status === "Filled"));
  const other = rig.client(3);
  other.send(15, 1, 1);
  rig.advance(5);
  assert.ok(other.errors().some(({ code }) => code === 327));
  rig.close();
});

Deno.test("a master client hears of the orders and fills of every client", () => {
  const rig = new OrderRig({ masterClientId: 99 });
  const master = rig.client(99);
  master.forget();
  rig.place(5, rig.share({ type: "MKT" }));
  rig.advance(200);
  assert.deepEqual(master.messages, rig.trader.messages);
  assert.ok(master.of(11).length === 1 && master.of(3).length > 2);
  rig.close();
});
