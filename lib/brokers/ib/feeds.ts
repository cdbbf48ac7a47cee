import type { FeedHealth, FeedState } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import { HealthRecord } from "../feed/health.ts";
import type { FeedNotes } from "./link.ts";

/** Ids of the feeds in health and delivery. */
export const IB_FEEDS = {
  connection: "ib/connection",
  account: "ib/account",
  market: "ib/market",
} as const;

/** One of the feeds. */
export type IbFeed = keyof typeof IB_FEEDS;

const LABELS: Readonly<Record<IbFeed, string>> = {
  connection: "IB connection",
  account: "IB accounts",
  market: "IB market data",
};

const FEEDS: readonly IbFeed[] = ["connection", "account", "market"];

/** What the feeds of a broker are made of. */
export interface IbFeedsOptions {
  readonly clock: Clock;
  /** Words and counts that parts add, by feed. */
  readonly notes: Readonly<Partial<Record<IbFeed, readonly FeedNotes[]>>>;
  readonly tell: (health: FeedHealth) => void;
}

/** Health of the three feeds of one broker; says each change once. */
export class IbFeeds {
  readonly #options: IbFeedsOptions;
  readonly #records: Readonly<Record<IbFeed, HealthRecord>>;
  readonly #dropped: Readonly<Record<IbFeed, Record<string, number>>> = {
    connection: {},
    account: {},
    market: {},
  };

  constructor(options: IbFeedsOptions) {
    this.#options = options;
    const record = (feed: IbFeed) =>
      new HealthRecord({
        id: IB_FEEDS[feed],
        label: LABELS[feed],
        clock: options.clock,
        counters: { read: () => this.#counts(feed) },
        tell: options.tell,
      });
    this.#records = {
      connection: record("connection"),
      account: record("account"),
      market: record("market"),
    };
  }

  /** The record of one feed, for its stamps. */
  of(feed: IbFeed): HealthRecord {
    return this.#records[feed];
  }

  /** Takes over a state; `words` come before those of the parts. */
  set(feed: IbFeed, state: FeedState, words: readonly (string | null)[]): void {
    const notes = state === "closed" ? [] : this.#options.notes[feed] ?? [];
    const all = [...words, ...notes.map((one) => one.detail())].filter((one) => one !== null);
    this.#records[feed].set(state, all.length === 0 ? null : all.join("; "));
  }

  /** All feeds in one state: there is no connection. */
  setAll(state: FeedState, words: string | null): void {
    for (const feed of FEEDS) this.set(feed, state, [words]);
  }

  /** Counts what could not be used. */
  count(feed: IbFeed, cause: string, count: number): void {
    const counts = this.#dropped[feed];
    counts[cause] = (counts[cause] ?? 0) + count;
  }

  /** All three, as of now. */
  read(): FeedHealth[] {
    return FEEDS.map((feed) => this.#records[feed].read());
  }

  #counts(feed: IbFeed): Readonly<Record<string, number>> {
    const notes = this.#options.notes[feed] ?? [];
    return Object.assign({}, this.#dropped[feed], ...notes.map((one) => one.counts()));
  }
}
