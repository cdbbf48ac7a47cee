import { fail, ok, type Result } from "../../base/result.ts";
import { Backoff } from "../../brokers/feed/backoff.ts";
import type {
  ConnectionMode,
  ConnectionReport,
  ConnectionsState,
  SettingInUse,
} from "../../domain/connection.ts";
import type { BrokerAdapter, BrokerError } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CheckEnd, ConnectionCheck } from "../../ports/connections.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import type { Connections, TestRefusal, TestRequest } from "../connections.ts";
import type { Desk } from "../desk.ts";

/** A broker as the settings name it. */
export interface LiveBroker {
  readonly id: string;
  readonly label: string;
  /** How it is reached: "OAuth, production". */
  readonly note: string;
  /** "live", or what stands in for it. */
  readonly mode: ConnectionMode;
  readonly check: ConnectionCheck;
  /** Id of the last step without which no book can be loaded. */
  readonly loadsAfter: string;
  readonly settings: readonly SettingInUse[];
  readonly howToChange: readonly string[];
  /** A new adapter for one attempt, nothing sent yet; the check tests it from now on. */
  open(): BrokerAdapter;
}

/** What a live start needs. */
export interface LiveStartOptions {
  readonly broker: LiveBroker;
  /** Loads the book; a failure has closed the adapter and left nothing running. */
  readonly startDesk: (
    adapter: BrokerAdapter,
    signal: AbortSignal,
  ) => Promise<Result<Desk, BrokerError>>;
  /** The book is there: pages can show it. */
  readonly onLoaded: (desk: Desk) => void;
  /** A test failed before anything of the broker was in the book. */
  readonly onFailed?: (report: ConnectionReport) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

/** Logins refused in a row after which nothing is sent until the user asks. */
const REFUSALS_MAX = 3;

/**
 * Starts a live desk in the background and heals the start: tests the steps, loads the book, tries
 * again with growing pauses, at most six attempts a minute, and waits for the user once the login
 * was refused three times. When the book is loaded feeds heal themselves; here only failed steps
 * are tested again. Source: reliability.md P3, BRK-2, NET-5.
 */
export class LiveStart implements Connections {
  readonly #options: LiveStartOptions;
  readonly #pace: Backoff;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #desk: Desk | null = null;
  #isTesting = false;
  #checkedAt: number | null = null;
  #nextTestAt: number | null = null;
  /** Monotonic ms before which the broker wants no call. */
  #quietUntil = -Infinity;
  #refusals = 0;
  #isFailing = false;
  #through: string | null = null;
  #wake: () => void = () => {};

  constructor(options: LiveStartOptions) {
    this.#options = options;
    this.#pace = new Backoff(options.random);
  }

  /** Begins; call once. */
  start(): void {
    this.#running = this.#run();
  }

  /** Gives up what is under way and stops the desk when it is loaded; idempotent. */
  async stop(reason: string): Promise<void> {
    this.#abort.abort();
    this.#wake();
    await this.#running;
    await this.#desk?.stop(reason);
  }

  state(): ConnectionsState {
    const isLoaded = this.#desk !== null;
    return {
      mode: this.#options.broker.mode,
      isLoaded,
      now: this.#options.clock.now(),
      connections: [this.report()],
    };
  }

  /** Id of the broker. */
  get id(): string {
    return this.#options.broker.id;
  }

  test({ broker, step }: TestRequest): Result<null, TestRefusal> {
    const { broker: own, clock } = this.#options;
    if (broker !== null && broker !== own.id) return unknown(`no broker is named ${broker}`);
    const isStep = step === null || own.check.steps().some(({ id }) => id === step);
    if (!isStep) return unknown(`no step is named ${step}`);
    if (this.#isTesting) return ok(null);
    const now = clock.monotonic();
    const waitMs = Math.max(this.#pace.spacing(now), this.#quietUntil - now);
    if (waitMs > 0) return fail({ code: "tooSoon", retryAfterMs: waitMs });
    // The user's wish is worth one login, not three.
    this.#refusals = Math.min(this.#refusals, REFUSALS_MAX - 1);
    own.check.forgive();
    this.#through = step;
    // It is under way from now on, whoever asks next.
    this.#isTesting = true;
    this.#wake();
    return ok(null);
  }

  /** How its connection stands. */
  report(): ConnectionReport {
    const { id, label, note, check, settings, howToChange } = this.#options.broker;
    return {
      id,
      label,
      note,
      steps: check.steps(),
      isLoaded: this.#desk !== null,
      isTesting: this.#isTesting,
      checkedAt: this.#checkedAt,
      nextTestAt: this.#nextTestAt,
      settings,
      howToChange,
    };
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#abort.signal.aborted) {
      this.#isTesting = true;
      this.#nextTestAt = null;
      this.#pace.attempt(clock.monotonic());
      const end = this.#desk === null ? await this.#open() : await this.#retest();
      this.#isTesting = false;
      if (this.#abort.signal.aborted) return;
      this.#checkedAt = clock.now();
      if (this.#desk === null) this.#options.onFailed?.(this.report());
      await this.#sleep(this.#waitMs(end));
    }
  }

  /** How long until the next test, ms; null: until the user asks. */
  #waitMs(end: CheckEnd): number | null {
    const now = this.#options.clock.monotonic();
    if (end.isPassed) {
      // A feed that waits for long because of what failed need not wait any more.
      if (this.#isFailing) this.#options.broker.check.forgive();
      this.#isFailing = false;
      this.#refusals = 0;
      this.#pace.reset();
      return null;
    }
    this.#isFailing = true;
    const { isLoginRefused, retryAfterMs } = end;
    const isRefusal = isLoginRefused || retryAfterMs !== null;
    const waitMs = this.#pace.failed(now, isRefusal);
    this.#quietUntil = now + (retryAfterMs ?? 0);
    if (isLoginRefused && ++this.#refusals >= REFUSALS_MAX) return null;
    return Math.max(waitMs, retryAfterMs ?? 0);
  }

  #sleep(forMs: number | null): Promise<void> {
    const { clock, timers } = this.#options;
    if (this.#abort.signal.aborted) return Promise.resolve();
    this.#nextTestAt = forMs === null ? null : clock.now() + forMs;
    return new Promise((resolve) => {
      const timer = forMs === null ? null : timers.setTimer(forMs, () => this.#wake());
      this.#wake = () => {
        this.#wake = () => {};
        timer?.cancel();
        resolve();
      };
    });
  }

  async #open(): Promise<CheckEnd> {
    const { broker, startDesk, onLoaded } = this.#options;
    const { signal } = this.#abort;
    // Until the book is there a test is a start, whatever step it was asked for.
    this.#through = null;
    const adapter = broker.open();
    const checked = await broker.check.run({ through: broker.loadsAfter, signal });
    if (!checked.isPassed) {
      await adapter.close();
      return checked;
    }
    const desk = await startDesk(adapter, signal);
    if (!desk.ok) return await this.#explained(desk.error);
    this.#desk = desk.value;
    if (signal.aborted) return checked;
    onLoaded(desk.value);
    return await this.#retest();
  }

  /** What is needed for a book works and yet none came: the other steps may tell why. */
  async #explained({ code, message, fix }: BrokerError): Promise<CheckEnd> {
    const { broker, clock } = this.#options;
    const { signal } = this.#abort;
    const isLoginRefused = code === "unauthorized";
    if (signal.aborted) return { isPassed: false, isLoginRefused, retryAfterMs: null };
    this.#pace.attempt(clock.monotonic());
    const adapter = broker.open();
    const end = await broker.check.run({ through: null, signal });
    await adapter.close();
    if (!end.isPassed) return end;
    broker.check.loadingFailed(message, fix);
    return { isPassed: false, isLoginRefused, retryAfterMs: null };
  }

  #retest(): Promise<CheckEnd> {
    const through = this.#through;
    this.#through = null;
    return this.#options.broker.check.run({ through, signal: this.#abort.signal });
  }
}

function unknown(message: string): Result<never, TestRefusal> {
  return fail({ code: "unknown", message });
}
