import assert from "node:assert/strict";
import { deskReconciler } from "@/lib/desk/reconciliation/desk_reconciler.ts";
import type { Reconciler } from "@/lib/desk/reconciliation/reconciler.ts";
import { ok } from "@/lib/base/result.ts";
import type { AccountFigures } from "@/lib/domain/broker_figures.ts";
import type { BrokerAdapter } from "@/lib/ports/broker.ts";
import { type DemoDesk, startDemoDesk } from "./demo_desk.ts";

type Plant = (figures: AccountFigures) => AccountFigures;

/** The desk's reconciler, with what a test plants into the broker's figures. */
function reconcilerOf({ engine, adapter, time }: DemoDesk, plant: Plant): Reconciler {
  const figures: BrokerAdapter["figures"] = async (id, signal) => {
    const told = await adapter.figures?.(id, signal);
    assert.ok(told !== undefined);
    return told.ok ? ok(plant(told.value)) : told;
  };
  const planted = new Proxy(adapter, {
    get: (target, name) => {
      if (name === "figures") return figures;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return deskReconciler(engine, { adapter: planted, clock: time, timers: time });
}

async function look(desk: DemoDesk, reconciler: Reconciler): Promise<void> {
  const looked = reconciler.look();
  await desk.advance(500);
  await looked;
}

function accountIds({ engine }: DemoDesk): string[] {
  return Array.from(
    { length: engine.book.accountCount },
    (_, a) => engine.book.account(a).account.id,
  );
}

Deno.test("T-003, B-01: desk and demo broker agree all through a lively hour", async () => {
  const desk = await startDemoDesk({ speed: 20, eventRate: 200 });
  const reconciler = reconcilerOf(desk, (figures) => figures);
  for (let i = 0; i < 12; i++) {
    await desk.advance(15_000);
    await look(desk, reconciler);
    for (const id of accountIds(desk)) {
      const { compared, problem } = reconciler.stateOf(id);
      assert.equal(problem, null);
      assert.ok(compared !== null);
      const { netLiq, cash, positionsValue, dayPnl, counts, positions } = compared;
      const found = positions.filter(({ state }) => state === "differs");
      const where = `${id} at ${i}: ${JSON.stringify([netLiq, cash, dayPnl, found[0]])}`;
      assert.equal(counts.differs, 0, where);
      for (const figure of [netLiq, cash, positionsValue, dayPnl]) {
        assert.equal(figure.state, "agrees", where);
      }
      assert.ok(Math.abs(netLiq.difference ?? NaN) < 0.05, where);
    }
  }
  reconciler.stop();
  await desk.engine.stop();
});

Deno.test("B-01: a planted lot and a planted 3 % of a mark are found and classified", async () => {
  const desk = await startDemoDesk({ eventRate: 200 });
  await desk.advance(5_000);
  const { book, board } = desk.engine;
  const liquid = Array.from({ length: book.rowCount }, (_, row) => book.instrumentOfRow(row))
    .filter(({ key }) => {
      const handle = book.handleOf(key);
      const bid = board.price(handle, "bid");
      return (board.price(handle, "ask") - bid) / bid < 0.02 && bid > 2;
    }).map(({ key }) => key);
  let [lot, marked] = ["", ""];
  const plant: Plant = (figures) => {
    if (figures.accountId !== accountIds(desk)[0]) return figures;
    const held = figures.positions.filter(({ instrumentKey, signedQuantity }) =>
      signedQuantity !== 0 && liquid.includes(instrumentKey)
    );
    [lot, marked] = [held[0].instrumentKey, held[1].instrumentKey];
    const positions = figures.positions.map((one) => {
      if (one.instrumentKey === lot) return { ...one, signedQuantity: one.signedQuantity + 1 };
      if (one.instrumentKey !== marked || one.mark === null) return one;
      return { ...one, mark: { ...one.mark, value: one.mark.value * 1.03 } };
    });
    return { ...figures, positions };
  };
  const reconciler = reconcilerOf(desk, plant);
  const before = desk.time.monotonic();
  await look(desk, reconciler);
  assert.ok(desk.time.monotonic() - before <= 2_000);
  const [first, second] = accountIds(desk).map((id) => reconciler.stateOf(id).compared);
  const found = first?.positions.filter(({ state }) => state === "differs") ?? [];
  assert.deepEqual(new Set(found.map((one) => one.instrumentKey)), new Set([lot, marked]));
  const ofLot = found.find((one) => one.instrumentKey === lot);
  assert.equal(ofLot?.quantity.cause?.code, "quantity");
  assert.equal(found.find((one) => one.instrumentKey === marked)?.mark.state, "differs");
  assert.equal(second?.counts.differs, 0);
  reconciler.stop();
  await desk.engine.stop();
});
