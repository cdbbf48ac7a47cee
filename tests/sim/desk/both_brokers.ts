import assert from "node:assert/strict";
import { JoinedBroker } from "@/lib/brokers/joined/adapter.ts";
import { Engine } from "@/lib/desk/engine.ts";
import { deskReconciler } from "@/lib/desk/reconciliation/desk_reconciler.ts";
import type { Reconciler } from "@/lib/desk/reconciliation/reconciler.ts";
import type { AccountFigures, PositionFigures } from "@/lib/domain/broker_figures.ts";
import { ok } from "@/lib/base/result.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { IbRun } from "../../contract/ib_run.ts";
import { TastytradeRun } from "../../contract/tastytrade_run.ts";

const IN_SESSION_MS = Date.parse("2025-03-19T14:15:00Z");
const STEP_MS = 50;

/** What a test plants in a holding as a broker tells it. */
export type Plant = (held: PositionFigures) => PositionFigures;

/** One engine over tastytrade and IB, each the same world behind its own protocol. */
export class BothBrokers {
  readonly time = new VirtualTime(IN_SESSION_MS);
  readonly tastytrade: TastytradeRun;
  readonly ib: IbRun;
  readonly joined: JoinedBroker;
  readonly engine: Engine;
  readonly reconciler: Reconciler;
  readonly troubles: string[] = [];
  /** Changes what IB tells of its holdings. */
  plant: Plant | null = null;
  /** IB takes so long to tell its figures, ms. */
  figuresTakeMs = 0;

  constructor(positions = 24) {
    const { time } = this;
    this.tastytrade = new TastytradeRun({ time, positions });
    this.ib = new IbRun({ time, positions });
    this.#plantIn(this.ib);
    this.joined = new JoinedBroker({
      members: [
        { id: "tastytrade", label: "tastytrade", adapter: this.tastytrade.broker },
        { id: "ib", label: "Interactive Brokers", adapter: this.ib.broker },
      ],
      mode: "live",
      baseCurrency: "USD",
      referenceKey: "SPY",
      source: time,
      clock: time,
      timers: time,
    });
    const silent = () => {};
    this.engine = new Engine({
      adapter: this.joined,
      accounts: [],
      requiresAccounts: false,
      capacity: 4_096,
      clock: time,
      timers: time,
      listener: {
        fill: silent,
        earlierFill: silent,
        order: silent,
        lifecycle: silent,
        feed: silent,
        trouble: (message) => void this.troubles.push(message),
      },
    });
    this.reconciler = deskReconciler(this.engine, {
      adapter: this.joined,
      clock: time,
      timers: time,
    });
  }

  #plantIn({ broker }: IbRun): void {
    const figures = broker.figures.bind(broker);
    broker.figures = async (accountId, signal) => {
      const answer = await figures(accountId, signal);
      if (this.figuresTakeMs > 0) await this.#pause(this.figuresTakeMs);
      const { plant } = this;
      if (!answer.ok || plant === null) return answer;
      const planted: AccountFigures = {
        ...answer.value,
        positions: answer.value.positions.map(plant),
      };
      return ok(planted);
    };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.time.setTimer(ms, resolve));
  }

  /** Lets time pass and promises settle. */
  pass(ms: number): Promise<void> {
    return this.time.advanceSettling(ms, STEP_MS);
  }

  /** Lets time pass until `work` is done; answers how long that took, ms. */
  async during(work: Promise<unknown>): Promise<number> {
    const from = this.time.monotonic();
    let isDone = false;
    void work.finally(() => isDone = true);
    for (let round = 0; !isDone && round < 2_000; round++) await this.pass(STEP_MS);
    assert.ok(isDone, "it ends within 100 s");
    return this.time.monotonic() - from;
  }

  /** Starts the engine; resolves with a book whose prices have come. */
  async start(): Promise<void> {
    const started = this.engine.start();
    await this.during(started);
    const answer = await started;
    assert.ok(answer.ok, answer.ok ? "" : answer.error.message);
    await this.pass(20_000);
  }

  async stop(): Promise<void> {
    this.reconciler.stop();
    await this.engine.stop();
    this.tastytrade.sim.close();
    this.ib.sim.close();
  }
}
