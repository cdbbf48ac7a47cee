import assert from "node:assert/strict";
import { fail, ok } from "../../base/result.ts";
import type { AccountFigures } from "../../domain/broker_figures.ts";
import type { Answer, BrokerError } from "../../ports/broker.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import {
  ourAccount,
  theirAccount,
  told,
} from "../../portfolio/reconciliation/reconcile_fixture_test.ts";
import { Reconciler } from "./reconciler.ts";

const MINUTE_MS = 60_000;

/** A reconciler of two accounts over a broker that the test speaks for. */
class Rig {
  readonly time = new VirtualTime();
  readonly asked: { readonly id: string; readonly at: number }[] = [];
  netLiq = 10_000;
  positionCount = 1;
  error: BrokerError | null = null;
  isSilent = false;
  readonly reconciler: Reconciler;

  constructor(isTold = true) {
    const { time } = this;
    const figures = (id: string, signal: AbortSignal) => this.#answer(id, signal);
    this.reconciler = new Reconciler({
      adapter: isTold ? { figures } : {},
      clock: time,
      timers: time,
      accountIds: () => ["A", "B"],
      read: () => ourAccount({ readAt: time.now() }),
      lastFillAt: () => null,
      positionCount: () => this.positionCount,
    });
  }

  #answer(id: string, signal: AbortSignal): Answer<AccountFigures> {
    this.asked.push({ id, at: this.time.now() });
    if (this.isSilent) {
      const { promise, resolve } = Promise.withResolvers<Awaited<Answer<AccountFigures>>>();
      const canceled: BrokerError = { code: "canceled", message: "canceled", fix: null };
      signal.addEventListener("abort", () => resolve(fail(canceled)), { once: true });
      return promise;
    }
    if (this.error !== null) return Promise.resolve(fail(this.error));
    return Promise.resolve(ok(theirAccount({ netLiquidation: told(this.netLiq) })));
  }

  pass(ms: number): Promise<void> {
    return this.time.advanceSettling(ms, Math.max(1, ms / 1000));
  }

  askedOf(id: string): number[] {
    return this.asked.filter((one) => one.id === id).map(({ at }) => at);
  }
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((at, i) => at - times[i]);
}

Deno.test("reconciler: a broker is asked once a minute while nobody looks", async () => {
  const rig = new Rig();
  rig.reconciler.start();
  await rig.pass(10 * MINUTE_MS);
  const asked = rig.askedOf("A");
  assert.ok(asked.length >= 9 && asked.length <= 10, `${asked.length} times`);
  assert.ok(gaps(asked).every((gap) => gap >= MINUTE_MS), `${gaps(asked)}`);
  rig.reconciler.stop();
  assert.equal(rig.time.pendingCount, 0);
});

Deno.test("reconciler: looks every second ask a broker once in 15 s, and no more", async () => {
  const rig = new Rig();
  rig.reconciler.start();
  for (let second = 0; second < 120; second++) {
    void rig.reconciler.look();
    await rig.pass(1000);
  }
  for (const id of ["A", "B"]) {
    const asked = rig.askedOf(id);
    assert.ok(asked.length >= 7 && asked.length <= 9, `${asked.length} times`);
    assert.ok(gaps(asked).every((gap) => gap >= 15_000), `${gaps(asked)}`);
  }
  rig.reconciler.stop();
});

Deno.test("reconciler: the first look waits for the answer, not for a silent broker", async () => {
  const quick = new Rig();
  await quick.reconciler.look();
  assert.equal(quick.reconciler.stateOf("B").compared?.state, "agrees");
  const silent = new Rig();
  silent.isSilent = true;
  let isDone = false;
  void silent.reconciler.look().then(() => isDone = true);
  await silent.pass(2400);
  assert.equal(isDone, false);
  await silent.pass(200);
  assert.equal(isDone, true);
  silent.reconciler.stop();
});

Deno.test("reconciler: a silent broker is given up after 10 s and asked again later", async () => {
  const rig = new Rig();
  rig.isSilent = true;
  rig.reconciler.start();
  await rig.pass(40_000);
  assert.match(rig.reconciler.stateOf("A").problem?.message ?? "", /did not answer/);
  rig.isSilent = false;
  await rig.pass(2 * MINUTE_MS);
  assert.equal(rig.reconciler.stateOf("A").problem, null);
  assert.equal(rig.reconciler.stateOf("A").compared?.state, "agrees");
  rig.reconciler.stop();
});

Deno.test("reconciler: a refusal keeps the last comparison and names itself", async () => {
  const rig = new Rig();
  await rig.reconciler.look();
  rig.error = { code: "rateLimited", message: "too many calls", fix: "wait" };
  rig.reconciler.start();
  for (let i = 0; i < 30; i++) {
    void rig.reconciler.look();
    await rig.pass(4000);
  }
  const { compared, problem } = rig.reconciler.stateOf("A");
  assert.equal(compared?.state, "agrees");
  assert.deepEqual(problem, { message: "too many calls", fix: "wait" });
  assert.ok(rig.askedOf("A").length <= 3, "who has had enough is left alone");
  rig.reconciler.stop();
});

Deno.test("reconciler: a difference calls nobody before it lasts, nor ends by a miss", async () => {
  const rig = new Rig();
  rig.reconciler.start();
  rig.netLiq = 9000;
  await rig.pass(30_000);
  assert.equal(rig.reconciler.stateOf("A").compared?.state, "differs");
  assert.equal(rig.reconciler.lastingOf("A"), null);
  await rig.pass(2 * MINUTE_MS);
  const lasting = rig.reconciler.lastingOf("A");
  assert.equal(lasting?.compared.netLiq.difference, 1000);
  assert.equal(rig.reconciler.stateOf("A").differsSince, lasting?.since);
  rig.netLiq = 10_000;
  await rig.pass(70_000);
  assert.equal(rig.reconciler.stateOf("A").compared?.state, "agrees");
  assert.equal(rig.reconciler.lastingOf("A")?.since, lasting?.since);
  await rig.pass(MINUTE_MS);
  assert.equal(rig.reconciler.lastingOf("A"), null);
  rig.reconciler.stop();
});

Deno.test("reconciler: a very large book is compared only while somebody looks", async () => {
  const rig = new Rig();
  rig.positionCount = 100_000;
  rig.reconciler.start();
  await rig.pass(5 * MINUTE_MS);
  assert.equal(rig.asked.length, 0);
  await rig.reconciler.look();
  assert.equal(rig.asked.length, 2);
  rig.reconciler.stop();
});

Deno.test("reconciler: a source without figures of its own is asked nothing", async () => {
  const rig = new Rig(false);
  rig.reconciler.start();
  await rig.reconciler.look();
  assert.equal(rig.reconciler.isTold, false);
  assert.equal(rig.reconciler.stateOf("A").compared, null);
  assert.equal(rig.time.pendingCount, 0);
});
