import type { UnixMs } from "../../base/brand.ts";
import type { FeedHealth, FeedState } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";

/** The three clocks of a feed, wall time of their last beat. */
export interface FeedStamps {
  byteAt: UnixMs | null;
  heartbeatAt: UnixMs | null;
  eventAt: UnixMs | null;
}

/** Counts what a feed could not use, by cause. */
export interface DropCounts {
  read(): Readonly<Record<string, number>>;
}

const IS_OUT: ReadonlySet<FeedState> = new Set(["stale", "down"]);

/** What the feed bar shows of one feed; tells its listener when state or words change. */
export class HealthRecord {
  readonly stamps: FeedStamps = { byteAt: null, heartbeatAt: null, eventAt: null };
  readonly #id: string;
  readonly #label: string;
  readonly #clock: Clock;
  readonly #counters: DropCounts;
  readonly #tell: (health: FeedHealth) => void;
  #state: FeedState = "connecting";
  #since: UnixMs;
  #detail: string | null = null;
  #isTold = false;

  constructor(
    options: {
      readonly id: string;
      readonly label: string;
      readonly clock: Clock;
      readonly counters: DropCounts;
      readonly tell: (health: FeedHealth) => void;
    },
  ) {
    this.#id = options.id;
    this.#label = options.label;
    this.#clock = options.clock;
    this.#counters = options.counters;
    this.#tell = options.tell;
    this.#since = options.clock.now();
  }

  /** The state as of the last `set`. */
  get state(): FeedState {
    return this.#state;
  }

  /**
   * Takes over a state and its words; says so when either changed. An outage lasts until the feed
   * is live: an attempt to get it back does not look like a beginning, and `since` stays.
   */
  set(state: FeedState, detail: string | null): void {
    const isOut = IS_OUT.has(this.#state);
    if (isOut && state === "connecting") return;
    if (this.#isTold && state === this.#state && detail === this.#detail) return;
    this.#isTold = true;
    if (state !== this.#state && !(isOut && IS_OUT.has(state))) this.#since = this.#clock.now();
    this.#state = state;
    this.#detail = detail;
    this.#tell(this.read());
  }

  /** The whole record. */
  read(): FeedHealth {
    const { byteAt, heartbeatAt, eventAt } = this.stamps;
    return {
      feed: this.#id,
      label: this.#label,
      state: this.#state,
      since: this.#since,
      lastByteAt: byteAt,
      lastHeartbeatAt: heartbeatAt,
      lastEventAt: eventAt,
      dropped: this.#counters.read(),
      detail: this.#detail,
    };
  }
}
