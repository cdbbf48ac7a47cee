import type { UnixMs } from "../../base/brand.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SourceClock } from "../../ports/broker.ts";

/**
 * The recording's clock. It runs `speed` times as fast as real time, stands while paused, and never
 * passes an event that was not delivered yet: while one is delivered it shows that event's instant
 * exactly, however late the timer came. So the same recording gives the same numbers at any speed.
 */
export class Playhead implements SourceClock {
  readonly #clock: Clock;
  readonly #speed: number;
  #anchorAt: UnixMs;
  #anchorMonotonicMs: number;
  #limitAt: UnixMs;
  #isRunning = false;

  /** Stands at `at` until it is started. */
  constructor(clock: Clock, speed: number, at: UnixMs) {
    this.#clock = clock;
    this.#speed = speed;
    this.#anchorAt = at;
    this.#limitAt = at;
    this.#anchorMonotonicMs = clock.monotonic();
  }

  now(): UnixMs {
    return Math.min(this.#unbounded(), this.#limitAt);
  }

  /** True while time passes. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Lets time pass from here. */
  start(): void {
    this.#anchor(this.now());
    this.#isRunning = true;
  }

  /** Stops time here. */
  stop(): void {
    this.#anchor(this.now());
    this.#isRunning = false;
  }

  /** Jumps: now is `at`, and time does not pass `limitAt`, the instant of the next event. */
  jump(at: UnixMs, limitAt: UnixMs): void {
    this.#limitAt = limitAt;
    this.#anchor(at);
  }

  /** Allows time to pass up to the next event. */
  allow(limitAt: UnixMs): void {
    this.#limitAt = limitAt;
  }

  /** True when the event at `at` is due. */
  isDue(at: UnixMs): boolean {
    return this.#unbounded() >= at;
  }

  /** Real milliseconds until `at` at the present speed, rounded up. */
  delayMs(at: UnixMs): number {
    return Math.max(0, Math.ceil((at - this.#unbounded()) / this.#speed));
  }

  #unbounded(): UnixMs {
    if (!this.#isRunning) return this.#anchorAt;
    const elapsedMs = this.#clock.monotonic() - this.#anchorMonotonicMs;
    return this.#anchorAt + elapsedMs * this.#speed;
  }

  #anchor(at: UnixMs): void {
    this.#anchorAt = at;
    this.#anchorMonotonicMs = this.#clock.monotonic();
  }
}
