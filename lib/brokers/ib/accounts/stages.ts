import { fail, ok, type Result } from "../../../base/result.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";

interface Waiting {
  readonly stage: string;
  settle(result: Result<null, BrokerError>): void;
}

/**
 * What of a connection is there already: whoever needs a stage waits until it is reached, the
 * connection ends, the signal is aborted, or its time is up. Leaves no timer behind.
 */
export class Stages {
  readonly #timers: Timers;
  readonly #timeoutMs: number;
  readonly #reached = new Set<string>();
  readonly #waiting = new Set<Waiting>();
  #isConnected = false;

  constructor(timers: Timers, timeoutMs: number) {
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
  }

  /** A connection began: nothing of it is there yet. */
  begin(): void {
    this.#reached.clear();
    this.#isConnected = true;
  }

  /** The connection ended: nobody waits any longer. */
  end(reason: string): void {
    this.#reached.clear();
    this.#isConnected = false;
    for (const waiting of [...this.#waiting]) {
      waiting.settle(failure("notConnected", `${waiting.stage}: ${reason}`));
    }
  }

  /** Makes a stage one to wait for again. */
  reset(stage: string): void {
    this.#reached.delete(stage);
  }

  /** A stage is reached. */
  reach(stage: string): void {
    this.#reached.add(stage);
    for (const waiting of [...this.#waiting]) {
      if (waiting.stage === stage) waiting.settle(ok(null));
    }
  }

  /** True when a stage is there. */
  has(stage: string): boolean {
    return this.#reached.has(stage);
  }

  /** Waits for a stage. `stage`: in the words of a failure. */
  wait(stage: string, signal: AbortSignal): Answer<null> {
    if (signal.aborted) return Promise.resolve(failure("canceled", `${stage}: canceled`));
    if (!this.#isConnected) {
      return Promise.resolve(failure("notConnected", `${stage}: not connected`));
    }
    if (this.#reached.has(stage)) return Promise.resolve(ok(null));
    return new Promise((resolve) => {
      let timer: Timer | null = null;
      const abort = () => waiting.settle(failure("canceled", `${stage}: canceled`));
      const waiting: Waiting = {
        stage,
        settle: (result) => {
          if (!this.#waiting.delete(waiting)) return;
          timer?.cancel();
          signal.removeEventListener("abort", abort);
          resolve(result);
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener("abort", abort);
      timer = this.#timers.setTimer(this.#timeoutMs, () => {
        const seconds = this.#timeoutMs / 1000;
        waiting.settle(failure("timeout", `${stage}: TWS sent none within ${seconds} s`));
      });
    });
  }
}

function failure(code: BrokerError["code"], message: string): Result<never, BrokerError> {
  return fail({ code, message, fix: null });
}
