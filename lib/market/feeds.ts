import { assert } from "../base/assert.ts";

/** State of a feed as its supervisor proves it; the codes are positions in FEED_STATES. */
export const FEED_STATES = ["connecting", "live", "stale", "down", "closed"] as const;

/** Name of a feed's state. */
export type BoardFeedState = typeof FEED_STATES[number];

/** What is known of one feed. `generation` grows whenever its subscriptions were lost. */
export interface Feed {
  readonly id: string;
  readonly index: number;
  state: BoardFeedState;
  /** Since when the state holds, ms by the source's clock. */
  since: number;
  generation: number;
}

/** No desk has more feeds; a source that invents feed ids meets this bound. */
const FEEDS_MAX = 64;

/**
 * The feeds by id. Every handle belongs to one; a symbol counts as confirmed only for the
 * generation in which something arrived for it, so that a reconnect makes every symbol unconfirmed
 * until its subscription answers.
 */
export class FeedTable {
  readonly #feeds: Feed[] = [];
  readonly #indexById = new Map<string, number>();

  /** The feed of an id, new ones begin as "connecting". */
  intern(id: string): Feed {
    const known = this.#indexById.get(id);
    if (known !== undefined) return this.#feeds[known];
    assert(this.#feeds.length < FEEDS_MAX, `more than ${FEEDS_MAX} feeds`);
    const feed: Feed = {
      id,
      index: this.#feeds.length,
      state: "connecting",
      since: 0,
      generation: 1,
    };
    this.#feeds.push(feed);
    this.#indexById.set(id, feed.index);
    return feed;
  }

  /** The feed of an index that `intern` gave. */
  at(index: number): Feed {
    return this.#feeds[index];
  }

  /** Takes over a state; true when it differs from the one before. */
  setState(id: string, state: BoardFeedState, since: number): boolean {
    const feed = this.intern(id);
    if (feed.state === state) return false;
    if (state === "connecting" || state === "down") feed.generation++;
    feed.state = state;
    feed.since = since;
    return true;
  }

  /** All feeds, in the order in which they were named. */
  list(): readonly Readonly<Feed>[] {
    return this.#feeds;
  }
}
