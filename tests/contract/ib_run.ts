import assert from "node:assert/strict";
import { IbBroker } from "@/lib/brokers/ib/adapter.ts";
import type { IbOptions } from "@/lib/brokers/ib/options.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { type TwsOptions, TwsSim } from "@/sims/tws/mod.ts";
import { memoryClient } from "@/tests/sim/ib/memory_client.ts";
import type { ContractSubject } from "./broker_subject.ts";
import { CountedTimers } from "./tastytrade_run.ts";

const IN_SESSION_MS = Date.parse("2025-03-19T14:15:00Z");
const STEP_MS = 50;
const SETTLING_ROUNDS = 50;
const QUERIES = new Set([
  "connect",
  "accounts",
  "instruments",
  "positions",
  "balances",
  "figures",
  "fxRates",
  "previousCloses",
  "fillsToday",
  "orders",
  "carry",
  "chain",
  "bars",
  "subscribe",
  "changeSubscriptions",
]);

/** What differs between runs. */
export interface IbRunOptions extends Partial<TwsOptions> {
  readonly startAt?: number;
  /** In place of one that begins at `startAt`. */
  readonly time?: VirtualTime;
  readonly ib?: Partial<IbOptions>;
}

/** The adapter over the emulator of TWS in memory, under one virtual time. */
export class IbRun {
  readonly time: VirtualTime;
  readonly timers: CountedTimers;
  readonly sim: TwsSim;
  readonly broker: IbBroker;

  constructor({ startAt, time, ib = {}, ...options }: IbRunOptions = {}) {
    this.time = time ?? new VirtualTime(startAt ?? IN_SESSION_MS);
    this.timers = new CountedTimers(this.time);
    this.sim = new TwsSim({ clock: this.time, timers: this.time, positions: 24, ...options });
    this.broker = IbBroker.open({
      host: "127.0.0.1",
      port: 4001,
      clientId: 11,
      marketDataType: 1,
      cashCurrencies: [],
      accounts: [],
      openClient: memoryClient(this.sim),
      clock: this.time,
      timers: this.timers,
      random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) },
      ...ib,
    });
  }

  /** Lets time pass and promises settle. */
  async advance(ms: number, stepMs = STEP_MS): Promise<void> {
    await this.time.advanceSettling(ms, Math.min(stepMs, ms));
  }

  /** Lets time pass until `work` is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    void work.finally(() => void (isDone = true));
    // What ends without time, such as a canceled call, moves none.
    for (let round = 0; !isDone && round < SETTLING_ROUNDS; round++) await Promise.resolve();
    for (let left = 2_000; !isDone && left > 0; left--) await this.advance(STEP_MS);
    assert.ok(isDone, "it ends within 100 s");
    return await work;
  }

  /** As the contract suite wants it: every answer of TWS takes time. */
  subject(): ContractSubject {
    const { broker, timers } = this;
    const adapter = new Proxy(broker, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        const method = member.bind(target);
        if (name === "close") return () => this.#close();
        if (!QUERIES.has(String(name))) return method;
        return (...given: unknown[]) => this.during(method(...given));
      },
    });
    return {
      adapter,
      advance: (ms) => this.advance(ms),
      deliveryMs: 4_000,
      hasCrossedChains: true,
      pendingCount: () => timers.pendingCount,
    };
  }

  async #close(): Promise<void> {
    await this.broker.close();
    this.sim.close();
  }
}
