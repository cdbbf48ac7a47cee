import assert from "node:assert/strict";
import { present } from "../../../lib/base/assert.ts";
import { Prng } from "../../../lib/world/prng.ts";
import type { HandClient } from "../memory_rig.ts";
import { OrderRig, statuses } from "./order_rig_fixture_test.ts";

const SEEDS = Number(Deno.env.get("DELTADESK_SEEDS") ?? 4);
const SYMBOLS = ["AAPL", "SPY", "QQQ"];
const TYPES = ["MKT", "LMT", "LMT", "LMT", "STP", "TRAIL"];
const FINAL = /^(Filled|Cancelled|ApiCancelled|Inactive)/;

function pick<T>(random: Prng, items: readonly T[]): T {
  return items[random.below(items.length)];
}

/** Places, changes and cancels at random for a minute of the market. */
function trade(rig: OrderRig, random: Prng): number {
  let orders = 0;
  for (let n = 0; n < 60; n++) {
    const symbol = pick(random, SYMBOLS);
    const { bid, ask } = rig.quote(symbol);
    const action = pick(random, ["BUY", "SELL"]);
    const away = (random.uniform() - 0.4) * 0.002 * bid * (action === "BUY" ? -1 : 1);
    const limit = Math.round((action === "BUY" ? ask : bid) * 100 + 100 * away) / 100;
    const order = {
      conId: rig.conId(symbol),
      action,
      type: pick(random, TYPES),
      limit,
      aux: Math.max(0.01, Math.round(100 * Math.abs(away)) / 100),
      quantity: 1 + random.below(900),
      tif: pick(random, ["DAY", "GTC", "IOC"]),
      ocaGroup: random.isHit(0.2) ? "one" : "",
      ocaType: 1 + random.below(3),
      parentId: orders > 0 && random.isHit(0.2) ? orders : "" as const,
      transmit: random.isHit(0.9) ? "1" : "0",
    };
    rig.place(++orders, order);
    rig.advance(random.below(400));
    if (random.isHit(0.3)) rig.place(1 + random.below(orders), order);
    if (random.isHit(0.4)) rig.trader.send(4, 1, 1 + random.below(orders), "");
    rig.advance(random.below(600));
  }
  rig.trader.send(58, 1);
  rig.advance(3000);
  return orders;
}

/** Signed quantity that the executions of a client moved, by contract id. */
function movedBy(client: HandClient): Map<number, number> {
  const moved = new Map<number, number>();
  for (const fields of client.of(11)) {
    const conId = Number(fields[2]);
    const signed = (fields[17] === "BOT" ? 1 : -1) * Number(fields[18]);
    moved.set(conId, (moved.get(conId) ?? 0) + signed);
  }
  return moved;
}

Deno.test("whatever clients do, fills, statuses, costs, positions and books agree", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const rig = new OrderRig({ seed, eventRate: 400, positions: 30, messagesPerS: 1e6 });
    const { accounts, market } = rig.sim.face;
    const account = present(accounts.of("DU1044417"), "the account");
    const held = (symbol: string): number => {
      const id = present(market.world.instrumentOf(symbol), symbol);
      return accounts.line(account, market.instrument(id))?.signedQuantity ?? 0;
    };
    const before = SYMBOLS.map(held);
    const orders = trade(rig, new Prng(seed, "random orders"));
    const at = `seed ${seed}`;

    for (let id = 1; id <= orders; id++) {
      const seen = statuses(rig.trader, id);
      const fills = rig.trader.of(11).filter((fields) => fields[1] === String(id));
      const filled = fills.reduce((sum, fields) => sum + Number(fields[18]), 0);
      if (seen.length === 0) {
        assert.equal(filled, 0, at);
        continue;
      }
      const last = present(seen.at(-1), "a status");
      assert.match(last, FINAL, `${at}, order ${id}: ${last}`);
      assert.equal(Number(last.split(" ")[1].split("/")[0]), filled, `${at}, order ${id}`);
      const end = seen.findIndex((status) => FINAL.test(status));
      assert.equal(new Set(seen.slice(end)).size, 1, `${at}, order ${id}: it ended once`);
      assert.equal(fills.length === 0 ? 0 : Number(fills.at(-1)?.[23]), filled, at);
    }
    const ids = rig.trader.of(11).map((fields) => fields[13]);
    assert.ok(ids.length > 5, `${at}: something was filled`);
    assert.equal(new Set(ids).size, ids.length, at);
    assert.deepEqual(rig.trader.of(59).map((fields) => fields[1]).sort(), ids.sort(), at);
    const moved = movedBy(rig.trader);
    for (const [n, symbol] of SYMBOLS.entries()) {
      const change = held(symbol) - before[n];
      assert.equal(change, moved.get(rig.conId(symbol)) ?? 0, `${at}, ${symbol}`);
    }
    assert.deepEqual(market.world.audit(account.worldId).trialBalance, [0, 0], at);
    rig.trader.forget();
    rig.trader.send(5, 1);
    rig.advance(5);
    assert.deepEqual([rig.trader.of(5), rig.trader.of(53)], [[], [["1"]]], at);
    rig.close();
  }
});
