import assert from "node:assert/strict";
import { Engine } from "@/lib/desk/engine.ts";
import { deskReconciler } from "@/lib/desk/reconciliation/desk_reconciler.ts";
import type { Reconciler } from "@/lib/desk/reconciliation/reconciler.ts";
import type { HttpRequest } from "@/lib/ports/http.ts";
import type { ComparedAccount } from "@/lib/portfolio/reconciliation/account.ts";
import { TastytradeRun } from "../../contract/tastytrade_run.ts";

type Body = Record<string, unknown>;

// Virtual time does not wait for a module that loads.
await import("@tastytrade/api");

/** A desk on the simulator, whose answers a test may change on their way. */
class Rig {
  readonly run: TastytradeRun;
  readonly engine: Engine;
  readonly reconciler: Reconciler;
  /** Changes one item of an answer; by the end of its path. */
  change: { readonly path: string; readonly by: (item: Body) => void } | null = null;

  constructor() {
    this.run = new TastytradeRun({
      positions: 24,
      accounts: 3,
      answered: (request, body) => this.#planted(request, body),
    });
    const { broker, timers, time } = this.run;
    const silent = () => {};
    this.engine = new Engine({
      adapter: broker,
      accounts: [],
      requiresAccounts: false,
      capacity: 4_096,
      clock: time,
      timers,
      listener: {
        fill: silent,
        earlierFill: silent,
        order: silent,
        lifecycle: silent,
        feed: silent,
        trouble: silent,
      },
    });
    this.reconciler = deskReconciler(this.engine, { adapter: broker, clock: time, timers });
  }

  #planted({ url }: HttpRequest, body: string): string {
    const { change } = this;
    if (change === null || !new URL(url).pathname.endsWith(change.path)) return body;
    const parsed = JSON.parse(body);
    const items = parsed.data.items ?? [parsed.data];
    for (const item of items) change.by(item);
    return JSON.stringify(parsed);
  }

  async start(): Promise<void> {
    const started = await this.run.during(this.engine.start());
    assert.ok(started.ok);
    await this.run.advance(20_000);
  }

  async compared(): Promise<ComparedAccount[]> {
    await this.run.during(this.reconciler.look());
    await this.run.advance(3_000);
    const { book } = this.engine;
    return Array.from({ length: book.accountCount }, (_, a) => {
      const { compared, problem } = this.reconciler.stateOf(book.account(a).account.id);
      assert.equal(problem, null);
      assert.ok(compared !== null);
      return compared;
    });
  }

  async stop(): Promise<void> {
    this.reconciler.stop();
    await this.engine.stop();
    this.run.sim.close();
  }
}

Deno.test("T-003: desk and tastytrade agree on positions, cash, net liq and marks", async () => {
  const rig = new Rig();
  await rig.start();
  for (let i = 0; i < 4; i++) {
    for (const { netLiq, cash, positionsValue, counts, positions } of await rig.compared()) {
      const found = positions.filter(({ state }) => state === "differs");
      assert.equal(counts.differs, 0, JSON.stringify(found[0]));
      assert.ok(counts.agrees > 3, JSON.stringify(counts));
      const parts = JSON.stringify([netLiq, cash, positionsValue]);
      assert.notEqual(netLiq.state, "differs", parts);
      assert.ok(netLiq.state === "agrees" || cash.doubt === "otherTime", parts);
      assert.notEqual(positionsValue.state, "differs", parts);
    }
    await rig.run.advance(15_000);
  }
  await rig.stop();
});

Deno.test("B-01: net liq that the broker tells wrong stands beside ours, with cause", async () => {
  const rig = new Rig();
  await rig.start();
  rig.change = {
    path: "/balances",
    by: (item) =>
      item["net-liquidating-value"] = `${Number(item["net-liquidating-value"]) - 9_999}`,
  };
  const [first] = await rig.compared();
  assert.ok(Math.abs((first.netLiq.difference ?? NaN) - 9_999) < 500);
  assert.equal(first.netLiq.cause?.code, "brokersParts");
  await rig.stop();
});

Deno.test("B-01: a lot and a mark told otherwise are found in their rows", async () => {
  const rig = new Rig();
  await rig.start();
  const seen: string[] = [];
  rig.change = {
    path: "/positions",
    by: (item) => {
      const symbol = String(item.symbol);
      if (item["instrument-type"] !== "Equity Option" || seen.length > 1) return;
      if (seen.length === 0) item.quantity = Number(item.quantity) + 1;
      else item["mark-price"] = `${Number(item["mark-price"]) * 3 + 5}`;
      seen.push(symbol);
    },
  };
  const all = await rig.compared();
  const found = all.flatMap(({ positions }) => positions.filter((p) => p.state === "differs"));
  assert.equal(found.length, 2, JSON.stringify(found));
  assert.ok(found.some(({ quantity }) => quantity.cause?.code === "quantity"));
  assert.ok(found.some(({ mark }) => mark.state === "differs" && mark.cause !== null));
  await rig.stop();
});
