import { fail, ok, type Result } from "../../base/result.ts";
import type { ConnectionStep } from "../../domain/connection.ts";
import type { BrokerAdapter, BrokerError } from "../../ports/broker.ts";
import type { CheckEnd, CheckRun, ConnectionCheck } from "../../ports/connections.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import type { Desk } from "../desk.ts";
import { LiveStart } from "./live_start.ts";

/** How a scripted test ends. */
export type ScriptedEnd = "passed" | "down" | "refused" | "never" | {
  readonly retryAfterMs: number;
};

function endOf(script: Exclude<ScriptedEnd, "never">): CheckEnd {
  return {
    isPassed: script === "passed",
    isLoginRefused: script === "refused",
    retryAfterMs: typeof script === "string" ? null : script.retryAfterMs,
  };
}

/** A start over a scripted check and desk, on virtual time. */
export class LiveStartRig {
  readonly time = new VirtualTime(Date.UTC(2026, 9, 30, 14));
  readonly start: LiveStart;
  /** Monotonic times of tests, and what each was asked to test. */
  readonly tests: { readonly at: number; readonly through: string | null }[] = [];
  readonly loadingFailures: string[] = [];
  opened = 0;
  closed = 0;
  loaded = 0;
  stopped = 0;
  forgiven = 0;
  /** What the next tests find. */
  end: ScriptedEnd = "passed";
  /** What loading the book ends with; "never" waits for the signal. */
  load: "ok" | "never" | BrokerError = "ok";

  constructor(random: () => number = () => 0.5) {
    const check: ConnectionCheck = {
      steps: () => [aStep("signIn"), aStep("positions")],
      run: (run) => this.#run(run),
      forgive: () => void this.forgiven++,
      loadingFailed: (message) => void this.loadingFailures.push(message),
    };
    this.start = new LiveStart({
      broker: {
        id: "tastytrade",
        label: "tastytrade",
        note: "OAuth, production",
        mode: "live",
        check,
        loadsAfter: "positions",
        settings: [],
        howToChange: [],
        open: () => this.#open(),
      },
      startDesk: (adapter, signal) => this.#startDesk(adapter, signal),
      onLoaded: () => void this.loaded++,
      clock: this.time,
      timers: this.time,
      random: { next: random, bytes: (count) => new Uint8Array(count) },
    });
  }

  /** Lets time pass in steps of 100 ms. */
  pass(ms: number): Promise<void> {
    return this.time.advanceSettling(ms, 100);
  }

  /** The most tests in any minute. */
  worstMinute(): number {
    const at = this.tests.map((test) => test.at);
    return Math.max(
      ...at.map((from) => at.filter((one) => one >= from && one < from + 60_000).length),
    );
  }

  #open(): BrokerAdapter {
    this.opened++;
    const close = () => {
      this.closed++;
      return Promise.resolve();
    };
    return { close } as unknown as BrokerAdapter;
  }

  async #run({ through, signal }: CheckRun): Promise<CheckEnd> {
    this.tests.push({ at: this.time.monotonic(), through });
    const { end } = this;
    if (end !== "never") return endOf(end);
    await aborted(signal);
    return endOf("down");
  }

  async #startDesk(
    adapter: BrokerAdapter,
    signal: AbortSignal,
  ): Promise<Result<Desk, BrokerError>> {
    const { load } = this;
    if (load === "never") await aborted(signal);
    if (load === "ok") return ok(this.#desk(adapter));
    await adapter.close();
    return fail(load === "never" ? { code: "canceled", message: "", fix: null } : load);
  }

  #desk(adapter: BrokerAdapter): Desk {
    const stop = async () => {
      this.stopped++;
      await adapter.close();
    };
    return { stop, services: {} } as unknown as Desk;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function aStep(id: string): ConnectionStep {
  return { id, title: id, state: "passed", detail: "", at: 0, fault: null };
}
