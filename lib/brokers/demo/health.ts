import type { FeedHealth, FeedState } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { MarketClock } from "./market_clock.ts";

/** Id of the demo's only feed. */
export const DEMO_FEED = "demo";

/** Silence of the market's thread that means it is stuck. */
const SILENCE_MAX_MS = 15_000;

/** State of the demo's feed, judged by what arrives. */
export class DemoHealth {
  readonly #clock: Clock;
  readonly #time: MarketClock;
  #state: FeedState = "connecting";
  #since = 0;
  #beatAt: number | null = null;
  #lastByteAt: number | null = null;
  #lastEventAt: number | null = null;
  #lost = 0;
  #failure: string | null = null;

  constructor(clock: Clock, time: MarketClock) {
    this.#clock = clock;
    this.#time = time;
  }

  /** A message came; `lost` counts events given up so far, null when it does not say. */
  beat(lost: number | null): void {
    this.#beatAt = this.#clock.monotonic();
    this.#lastByteAt = this.#time.now();
    if (lost !== null) this.#lost = lost;
  }

  /** A market event of time `at` came. */
  event(at: number): void {
    this.#lastEventAt = at;
  }

  /** The market's thread ended. */
  fail(why: string): void {
    this.#failure = why;
  }

  /** The desk closed the market. */
  close(): void {
    this.#state = "closed";
    this.#since = this.#time.now();
  }

  #judge(): FeedState {
    if (this.#failure !== null) return "down";
    if (this.#beatAt === null) return "connecting";
    if (this.#clock.monotonic() - this.#beatAt > SILENCE_MAX_MS) return "stale";
    if (!this.#time.isOpen) return "closed";
    return this.#lastEventAt === null ? "connecting" : "live";
  }

  /** The health when its state has changed, else null. */
  update(): FeedHealth | null {
    const state = this.#judge();
    if (state === this.#state) return null;
    this.#state = state;
    this.#since = this.#time.now();
    return this.read();
  }

  /** The health as of the last `update`. */
  read(): FeedHealth {
    return {
      feed: DEMO_FEED,
      label: "Demo market",
      state: this.#state,
      since: this.#since,
      lastByteAt: this.#lastByteAt,
      lastHeartbeatAt: this.#lastByteAt,
      lastEventAt: this.#lastEventAt,
      dropped: this.#lost === 0 ? {} : { overflow: this.#lost },
      detail: this.#failure,
    };
  }
}
