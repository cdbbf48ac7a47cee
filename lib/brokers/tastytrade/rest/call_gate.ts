import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import { pause } from "./waiting.ts";

const CONCURRENT_MAX = 2;
const WAITING_MAX = 1_000;
/** Without a refusal for so long, two calls may run side by side again. */
const CALM_MS = 60_000;

/** How a call came through the gate. */
export type Passage = "passed" | "canceled" | "closed" | "full";

/** What a call says at the gate. */
export interface PassageOptions {
  readonly signal: AbortSignal;
  /** Monotonic ms by which it must be through. */
  readonly until: number;
  /** Urgent calls (the cancel of an order) wait for nobody. */
  readonly isUrgent: boolean;
}

/**
 * Lets two calls run at once, in the order of their coming, one after a "too many requests", none
 * while the broker asks to wait. Source: tastytrade.md §2, reliability.md BRK-3.
 */
export class CallGate {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closedUntil = -Infinity;
  #limitedAt = -Infinity;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Calls that may run at once now. */
  get width(): number {
    return this.#clock.monotonic() - this.#limitedAt < CALM_MS ? 1 : CONCURRENT_MAX;
  }

  /** How long it stays closed, ms; 0 when it is open. */
  get closedForMs(): number {
    return Math.max(0, this.#closedUntil - this.#clock.monotonic());
  }

  /** Closes it for a while after a "too many requests". */
  limit(forMs: number): void {
    const now = this.#clock.monotonic();
    this.#limitedAt = now;
    this.#closedUntil = Math.max(this.#closedUntil, now + forMs);
  }

  /** Waits for a place. Whoever gets "passed" calls `leave` when done. */
  async enter(options: PassageOptions): Promise<Passage> {
    if (options.signal.aborted) return "canceled";
    if (options.isUrgent) return this.#pass();
    if (this.#waiting.length >= WAITING_MAX) return "full";
    while (this.#running >= this.width || this.closedForMs > 0) {
      if (this.#clock.monotonic() + this.closedForMs > options.until) return "closed";
      const isOpen = this.closedForMs > 0
        ? await pause(this.#timers, this.closedForMs, options.signal)
        : await this.#turn(options.signal);
      if (!isOpen) return "canceled";
    }
    return this.#pass();
  }

  /** Gives the place to the next one, and to one more once the gate is wide again. */
  leave(): void {
    this.#running--;
    const free = this.width - this.#running;
    for (let place = 0; place < free; place++) this.#waiting.shift()?.();
  }

  #pass(): Passage {
    this.#running++;
    return "passed";
  }

  #turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const onAbort = () => {
        const at = this.#waiting.indexOf(wake);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(false);
      };
      const wake = () => {
        signal.removeEventListener("abort", onAbort);
        resolve(true);
      };
      this.#waiting.push(wake);
      signal.addEventListener("abort", onAbort);
    });
  }
}
