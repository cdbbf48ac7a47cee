import type { Random } from "../../ports/random.ts";

const BASE_MS = 1_000;
/** Within this time a fault is taken for one of the network, which heals soon (P2). */
const YOUNG_MS = 600_000;
const YOUNG_CAP_MS = 15_000;
const CAP_MS = 60_000;
const WINDOW_MS = 60_000;
/** Attempts that may follow each other closely; from then on they keep `SPACING_MS` apart. */
const CLOSE_ATTEMPTS = 3;
const SPACING_MS = 15_000;

/**
 * When to try again: full jitter over a doubling range, and never more than six attempts in any
 * minute. For ten minutes the range ends at 15 s, so that data flows within 30 s after a path
 * heals; later, and when the other side refused us, at 60 s. Source: reliability.md P2, P3.
 */
export class Backoff {
  readonly #random: Random;
  #failures = 0;
  #firstFailureAt = 0;
  #recent: number[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Notes that an attempt begins. `now`: monotonic ms. */
  attempt(now: number): void {
    this.#recent = this.#recent.filter((at) => now - at < WINDOW_MS);
    this.#recent.push(now);
  }

  /** Notes a failure; answers how long to wait, ms. `isRefusal`: not the network's fault. */
  failed(now: number, isRefusal: boolean): number {
    if (this.#failures === 0) this.#firstFailureAt = now;
    this.#failures++;
    const isYoung = now - this.#firstFailureAt < YOUNG_MS && !isRefusal;
    const cap = isYoung ? YOUNG_CAP_MS : CAP_MS;
    const range = Math.min(cap, BASE_MS * 2 ** Math.min(this.#failures - 1, 16));
    return Math.max(this.#random.next() * range, this.spacing(now));
  }

  /** How long the bound on attempts per minute makes any attempt wait from `now`, ms. */
  spacing(now: number): number {
    const recent = this.#recent.filter((at) => now - at < WINDOW_MS);
    if (recent.length < CLOSE_ATTEMPTS) return 0;
    return Math.max(0, recent[recent.length - 1] + SPACING_MS - now);
  }

  /** Data was healthy for a minute: the next failure is the first one. */
  reset(): void {
    this.#failures = 0;
  }

  /** Failures since the last reset. */
  get failureCount(): number {
    return this.#failures;
  }
}
