import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";

/** What a cadence is made of. */
export interface CadenceOptions {
  readonly periodMs: number;
  readonly clock: Pick<Clock, "monotonic">;
  readonly timers: Timers;
}

/**
 * Does work at the multiples of a period from its start. A turn that comes late does not delay the
 * following ones, as it does with a machine's interval; turns that were missed whole are left out.
 */
export class Cadence {
  #timer: Timer | null = null;
  #dueMs = 0;

  constructor(readonly options: CadenceOptions, readonly work: () => void) {}

  /** Starts, first turn after one period; does nothing while it runs. */
  start(): void {
    if (this.#timer !== null) return;
    this.#dueMs = this.options.clock.monotonic();
    this.#next();
  }

  /** Ends it; idempotent. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #next(): void {
    const { clock, periodMs, timers } = this.options;
    const nowMs = clock.monotonic();
    const missed = Math.max(0, Math.floor((nowMs - this.#dueMs) / periodMs));
    this.#dueMs += (missed + 1) * periodMs;
    this.#timer = timers.setTimer(this.#dueMs - nowMs, () => {
      // Set before the work, so that work may stop it.
      this.#next();
      this.work();
    });
  }
}
