import type { Clock } from "../../ports/clock.ts";

/** A gap between two looks at the clock above which we were asleep, not slow, ms. */
const SLEEP_MS = 30_000;

/** What a look at the clock showed. */
export interface Gap {
  /** Time that passed and does not count, ms: our own stall. */
  readonly stallMs: number;
  /** The machine slept, or its clock was set forward by as much. */
  readonly isSleep: boolean;
}

/**
 * Time as a feed may be blamed for it: while our own process stalled or slept nothing could arrive,
 * so such gaps hardly advance it. Looks come from a timer every `periodMs`.
 * Source: reliability.md §6 NET-7.
 */
export class AwakeClock {
  readonly #clock: Clock;
  readonly #toleratedMs: number;
  #awakeMs = 0;
  #monotonic: number;
  #wall: number;

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock;
    this.#toleratedMs = 4 * periodMs;
    this.#monotonic = clock.monotonic();
    this.#wall = clock.now();
  }

  /** Awake ms since an arbitrary start. */
  now(): number {
    const passed = this.#clock.monotonic() - this.#monotonic;
    return this.#awakeMs + Math.min(passed, this.#toleratedMs);
  }

  /** One look. */
  look(): Gap {
    const monotonic = this.#clock.monotonic();
    const wall = this.#clock.now();
    const passed = monotonic - this.#monotonic;
    // Some machines stop their monotonic clock while they sleep.
    const longest = Math.max(passed, wall - this.#wall);
    const counted = Math.min(passed, this.#toleratedMs);
    this.#awakeMs += counted;
    this.#monotonic = monotonic;
    this.#wall = wall;
    return { stallMs: passed - counted, isSleep: longest > SLEEP_MS };
  }
}
