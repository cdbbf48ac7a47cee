import assert from "node:assert/strict";
import { TastytradeBroker } from "@/lib/brokers/tastytrade/adapter.ts";
import {
  ENDPOINTS,
  type TastytradeEnvironment,
} from "@/lib/brokers/tastytrade/rest/environment.ts";
import { Secret } from "@/lib/brokers/tastytrade/rest/secret.ts";
import { ok } from "@/lib/base/result.ts";
import type { BarQuery } from "@/lib/ports/broker.ts";
import type { Http, HttpRequest } from "@/lib/ports/http.ts";
import type { Timer, Timers } from "@/lib/ports/timers.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { httpOf, socketsOf } from "@/sims/tastytrade/ports.ts";
import { REST_DEFAULTS, type SimOptions } from "@/sims/tastytrade/options.ts";
import { TastytradeSim } from "@/sims/tastytrade/sim.ts";
import type { ContractSubject } from "./broker_subject.ts";

const IN_SESSION_MS = Date.parse("2025-03-19T14:15:00Z");
const STEP_MS = 50;
const SETTLING_ROUNDS = 50;

/** Timers that know how many of them wait: the simulator's are not the adapter's. */
export class CountedTimers implements Timers {
  readonly #timers: Timers;
  readonly #waiting = new Set<Timer>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get pendingCount(): number {
    return this.#waiting.size;
  }

  setTimer(delayMs: number, work: () => void): Timer {
    const inner = this.#timers.setTimer(delayMs, () => {
      this.#waiting.delete(timer);
      work();
    });
    const timer = this.#counted(inner);
    return timer;
  }

  setPeriodic(periodMs: number, work: () => void): Timer {
    return this.#counted(this.#timers.setPeriodic(periodMs, work));
  }

  #counted(inner: Timer): Timer {
    const timer: Timer = {
      cancel: () => {
        inner.cancel();
        this.#waiting.delete(timer);
      },
    };
    this.#waiting.add(timer);
    return timer;
  }
}

/** What differs between runs. */
export interface TastytradeRunOptions extends Partial<SimOptions> {
  readonly environment?: TastytradeEnvironment;
  readonly startAt?: number;
  /** Takes every answer's body on its way and gives the one that arrives. */
  readonly answered?: (request: HttpRequest, body: string) => string;
  /** What the desk was told to log in with. */
  readonly clientSecret?: string;
  /** Stands between adapter and simulator. */
  readonly through?: (http: Http) => Http;
  /** In place of one that begins at `startAt`. */
  readonly time?: VirtualTime;
}

/** The adapter over a simulator in memory, under one virtual time. */
export class TastytradeRun {
  readonly time: VirtualTime;
  readonly timers: CountedTimers;
  readonly sim: TastytradeSim;
  readonly broker: TastytradeBroker;
  /** Requests of the REST service so far, "GET /path". */
  readonly requests: string[] = [];
  readonly #environment: TastytradeEnvironment;

  constructor(all: TastytradeRunOptions = {}) {
    const {
      environment = "production",
      startAt,
      time,
      answered,
      clientSecret,
      through,
      ...options
    } = all;
    this.#environment = environment;
    this.time = time ?? new VirtualTime(startAt ?? IN_SESSION_MS);
    this.timers = new CountedTimers(this.time);
    this.sim = new TastytradeSim({
      clock: this.time,
      timers: this.time,
      positions: 60,
      ...options,
      rest: { environment, ...options.rest },
    });
    // The quote token names a host of the feed, as the broker's does.
    this.sim.setOrigin("https://tasty-openapi-ws.dxfeed.com");
    const http = (through ?? ((inner) => inner))(httpOf(this.sim));
    const opened = TastytradeBroker.open({
      endpoints: ENDPOINTS[environment],
      isLoopbackAllowed: false,
      credentials: {
        clientSecret: new Secret(clientSecret ?? REST_DEFAULTS.clientSecret),
        refreshToken: new Secret(REST_DEFAULTS.refreshToken),
      },
      version: "0.4.0",
      http: {
        send: async (request, signal) => {
          this.requests.push(`${request.method} ${new URL(request.url).pathname}`);
          const answer = await http.send(request, signal);
          if (!answer.ok || answered === undefined) return answer;
          const { status, text } = answer.value;
          const header = (name: string) => answer.value.header(name);
          return ok({ status, header, text: answered(request, text) });
        },
      },
      sockets: socketsOf(this.sim),
      clock: this.time,
      timers: this.timers,
      random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) },
    });
    assert.ok(opened.ok);
    this.broker = opened.value;
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

  /** As the contract suite wants it: bars need time, for they come over the feed. */
  subject(): ContractSubject {
    const { broker, timers } = this;
    const bars = broker.bars.bind(broker);
    broker.bars = (query: BarQuery, signal: AbortSignal) => {
      const answer = bars(query, signal);
      return signal.aborted ? answer : this.during(answer);
    };
    const close = broker.close.bind(broker);
    broker.close = async () => {
      await close();
      this.sim.close();
    };
    return {
      adapter: broker,
      advance: (ms) => this.advance(ms),
      deliveryMs: 4_000,
      publishesCarry: this.#environment === "production",
      pendingCount: () => timers.pendingCount,
    };
  }
}
