import type { UnixMs } from "../../base/brand.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SourceClock } from "../../ports/broker.ts";
import type { WorldMoment } from "./wire/messages.ts";

/** Further than this from the last message the clock does not guess. */
const AHEAD_MAX_MS = 1500;

/**
 * The virtual time of the demo market on this side of the link: what the last message said, moved
 * on by the time since. It goes back only where the market itself does.
 */
export class MarketClock implements SourceClock {
  readonly #clock: Clock;
  readonly #speed: number;
  #moment: WorldMoment = { now: 0, isOpen: false, date: "1970-01-01", until: 0 };
  #receivedAt = 0;
  #shown = 0;

  constructor(clock: Clock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  /** Takes what a message said. */
  set(moment: WorldMoment): void {
    if (moment.date !== this.#moment.date) this.#shown = 0;
    this.#moment = moment;
    this.#receivedAt = this.#clock.monotonic();
  }

  now(): UnixMs {
    const sinceMs = Math.min(AHEAD_MAX_MS, this.#clock.monotonic() - this.#receivedAt);
    this.#shown = Math.max(this.#shown, this.#moment.now + sinceMs * this.#speed);
    return this.#shown;
  }

  /** Session the market is in, or has closed last. */
  get date(): string {
    return this.#moment.date;
  }

  /** Whether the market trades. */
  get isOpen(): boolean {
    return this.#moment.isOpen;
  }
}
