import { assert } from "../../../base/assert.ts";
import type { ConnectionStep } from "../../../domain/connection.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { CheckEnd, CheckRun, ConnectionCheck } from "../../../ports/connections.ts";
import type { Tcp } from "../../../ports/tcp.ts";
import type { Timers } from "../../../ports/timers.ts";
import { failed, type Finding, passed } from "../../connection/finding.ts";
import type { IbAddress, OpenIbClient } from "../wire/client.ts";
import {
  greeksFinding,
  type GreeksSeen,
  liveFault,
  quoteFinding,
  sessionFinding,
} from "./live_steps.ts";
import { MarketSteps } from "./market_steps.ts";
import { SessionSteps } from "./session_steps.ts";
import { IB_LOADS_AFTER, IB_STEPS, type IbStepId, indexOfIbStep, untouchedStep } from "./steps.ts";

/** The adapter of the moment, as far as its health proves steps. */
export interface CheckedIb {
  /** Health of the connection to TWS; null while the adapter has not begun. */
  session(): FeedHealth | null;
  /** Health of market data; null while none is asked for. */
  market(): FeedHealth | null;
  /** How many options have Greeks; null where the adapter does not count them. */
  greeks(): GreeksSeen | null;
  /** A connection that waits tries at once. */
  retryNow(): void;
}

/** What a check needs. */
export interface IbCheckOptions {
  readonly address: IbAddress;
  readonly accounts: readonly string[];
  readonly marketDataType: number;
  readonly open: OpenIbClient;
  readonly tcp: Tcp;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** TWS frees a client id when it saw the end of the connection, not when we closed it. */
const RELEASE_MS = 300;
const DONE: CheckEnd = { isPassed: true, isLoginRefused: false, retryAfterMs: null };
const SESSION_STEPS: ReadonlySet<IbStepId> = new Set([
  "port",
  "handshake",
  "clientId",
  "accounts",
  "positions",
]);

/**
 * Tests a connection to TWS or IB Gateway, each time on a connection of its own that it closes.
 * While the adapter's connection runs nothing is opened beside it, since both have one client id:
 * its health proves the steps then. Source: ib.md §1, §2, §10; requirements.md G-011.
 */
export class IbCheck implements ConnectionCheck {
  readonly #options: IbCheckOptions;
  #steps: readonly ConnectionStep[] = IB_STEPS.map((_, index) => untouchedStep(index));
  #broker: CheckedIb | null = null;
  #isRunning = false;

  constructor(options: IbCheckOptions) {
    this.#options = options;
  }

  /** Makes `broker` the one whose health is read; null when it is closed. What was found stays. */
  use(broker: CheckedIb | null): void {
    this.#broker = broker;
  }

  steps(): readonly ConnectionStep[] {
    return this.#steps.map((step, index) => this.#overlaid(step, index));
  }

  forgive(): void {
    this.#broker?.retryNow();
  }

  loadingFailed(message: string, fix: string | null): void {
    this.#note(
      indexOfIbStep(IB_LOADS_AFTER),
      failed("the book is not loaded", {
        headline: "the book cannot be loaded",
        cause: `${message}.`,
        remedy: fix === null ? ["Wait: the desk tries again by itself."] : [`${fix}.`],
      }),
    );
  }

  async run({ through, signal }: CheckRun): Promise<CheckEnd> {
    assert(!this.#isRunning, "one test at a time");
    if (this.#session() !== null) return DONE;
    this.#isRunning = true;
    const { timers } = this.#options;
    const session = new SessionSteps(this.#options);
    try {
      return await this.#run(session, indexOfIbStep(through), signal);
    } finally {
      if (session.probe !== null) {
        session.probe.close();
        await new Promise<void>((resolve) => timers.setTimer(RELEASE_MS, resolve));
      }
      this.#isRunning = false;
    }
  }

  async #run(session: SessionSteps, last: number, signal: AbortSignal): Promise<CheckEnd> {
    let market: MarketSteps | null = null;
    for (let index = 0; index <= last; index++) {
      this.#begin(index);
      const { id } = IB_STEPS[index];
      if (market === null && !SESSION_STEPS.has(id)) market = this.#marketSteps(session);
      const finding = await test(id, session, market, signal);
      if (signal.aborted) return { ...DONE, isPassed: false };
      this.#note(index, finding);
      if (finding.state !== "failed") continue;
      this.#steps = this.#steps.map((step, at) => at > index ? untouchedStep(at) : step);
      const { isLoginRefused, retryAfterMs } = finding;
      return { isPassed: false, isLoginRefused, retryAfterMs };
    }
    return DONE;
  }

  #marketSteps({ probe }: SessionSteps): MarketSteps {
    assert(probe !== null, "the handshake was tested");
    const { clock, marketDataType } = this.#options;
    return new MarketSteps({ probe, clock, marketDataType });
  }

  /** A step that is tested anew keeps what it showed, so that nothing on the page jumps. */
  #begin(index: number): void {
    const step = this.#steps[index];
    if (step.state !== "passed") this.#put(index, { ...step, state: "running", detail: "testing" });
  }

  #note(index: number, { state, detail, fault }: Finding): void {
    const { id, title } = IB_STEPS[index];
    this.#put(index, { id, title, state, detail, fault, at: this.#options.clock.now() });
  }

  #put(index: number, step: ConnectionStep): void {
    this.#steps = this.#steps.map((one, at) => at === index ? step : one);
  }

  #session(): FeedHealth | null {
    const health = this.#broker?.session() ?? null;
    return health === null || health.state === "closed" ? null : health;
  }

  #overlaid(step: ConnectionStep, index: number): ConnectionStep {
    const health = this.#session();
    if (health === null || this.#isRunning) return step;
    const finding = this.#liveFinding(IB_STEPS[index].id, index, health);
    if (finding === null) return step;
    const { state, detail, fault } = finding;
    return { ...step, state, detail, fault, at: step.at ?? this.#options.clock.now() };
  }

  #liveFinding(id: IbStepId, index: number, health: FeedHealth): Finding | null {
    const { clock, address } = this.#options;
    const now = clock.now();
    if (health.state === "down" || health.state === "stale") {
      const { step, fault } = liveFault(health, address);
      const failingAt = indexOfIbStep(step);
      if (index === failingAt) return failed(health.state, fault);
      return index < failingAt ? this.#kept(index, "passed before") : NOT_REACHED;
    }
    const market = this.#broker?.market() ?? null;
    switch (id) {
      case "handshake":
        return sessionFinding(health, now);
      case "contracts":
        return market === null ? null : this.#kept(index, "of every leg in the book");
      case "marketData":
        return market === null ? null : quoteFinding(market, now);
      case "greeks":
        return market === null ? null : greeksFinding(this.#broker?.greeks() ?? null, now);
      default:
        return this.#kept(index, "by the running connection");
    }
  }

  /** What was found before, where that passed; else `words`. */
  #kept(index: number, words: string): Finding {
    const { state, detail } = this.#steps[index];
    return passed(state === "passed" ? detail : words);
  }
}

const NOT_REACHED: Finding = { ...passed("not reached"), state: "notReached" };

function test(
  id: IbStepId,
  session: SessionSteps,
  market: MarketSteps | null,
  signal: AbortSignal,
): Promise<Finding> {
  switch (id) {
    case "port":
      return session.port(signal);
    case "handshake":
      return session.handshake(signal);
    case "clientId":
      return session.clientId(signal);
    case "accounts":
      return Promise.resolve(session.accounts());
    case "positions":
      return session.positions(signal);
  }
  assert(market !== null, "the session was tested");
  switch (id) {
    case "contracts":
      return market.contracts(signal);
    case "marketData":
      return market.marketData(signal);
    case "greeks":
      return market.greeks(signal);
  }
}
