import type { FeedState } from "../../ports/broker.ts";

/** A feed that fails for less than this is waited for. */
const FAILS_AFTER_MS = 2_000;
/** A feed that just begins gets longer. */
const BEGINS_WITHIN_MS = 10_000;
/** One that failed is trusted again after it was live for so long: no flapping. */
const TRUSTED_AFTER_MS = 60_000;

interface Standing {
  isLive: boolean;
  isTrusted: boolean;
  hasBeenLive: boolean;
  /** Since when `isLive` holds, monotonic ms. */
  since: number;
}

/**
 * Which feeds market data is taken from: one that fails for two seconds is given up, and trusted
 * again once it was live for a minute without a break; one that never failed at once. A closed
 * feed does what it should. Times are monotonic ms.
 */
export class FeedTrust {
  readonly #feeds = new Map<string, Standing>();
  #version = 0;

  /** Grows whenever a feed is trusted or live that was not, or the other way about. */
  get version(): number {
    return this.#version;
  }

  /** Takes over the state of a feed. */
  take(feed: string, state: FeedState, now: number): void {
    const isLive = state === "live" || state === "closed";
    const known = this.#feeds.get(feed);
    if (known === undefined) {
      this.#feeds.set(feed, { isLive, isTrusted: true, hasBeenLive: isLive, since: now });
      this.#version++;
      return;
    }
    if (known.isLive !== isLive) {
      known.isLive = isLive;
      known.since = now;
      this.#version++;
    }
    if (isLive && !known.hasBeenLive) {
      known.hasBeenLive = true;
      this.#trust(known, true);
    }
    this.#judge(known, now);
  }

  /** Looks at the clock; to be called once a second. */
  look(now: number): void {
    for (const standing of this.#feeds.values()) this.#judge(standing, now);
  }

  /** Forgets a feed, as one of an adapter that is gone. */
  forget(feed: string): void {
    if (this.#feeds.delete(feed)) this.#version++;
  }

  /** True while nothing speaks against taking data from it; an unknown feed has the benefit. */
  isTrusted(feed: string): boolean {
    return this.#feeds.get(feed)?.isTrusted ?? true;
  }

  /** True while it is live now, trusted or not. */
  isLive(feed: string): boolean {
    return this.#feeds.get(feed)?.isLive ?? false;
  }

  #judge(standing: Standing, now: number): void {
    const forMs = now - standing.since;
    const patienceMs = standing.hasBeenLive ? FAILS_AFTER_MS : BEGINS_WITHIN_MS;
    if (standing.isTrusted && !standing.isLive && forMs >= patienceMs) {
      this.#trust(standing, false);
    } else if (!standing.isTrusted && standing.isLive && forMs >= TRUSTED_AFTER_MS) {
      this.#trust(standing, true);
    }
  }

  #trust(standing: Standing, isTrusted: boolean): void {
    if (standing.isTrusted === isTrusted) return;
    standing.isTrusted = isTrusted;
    this.#version++;
  }
}

/** A broker that could deliver an instrument, by its place, and the feed it would come over. */
export interface Candidate {
  readonly broker: number;
  readonly feed: string;
}

/**
 * The broker whose market data is taken: the first trusted in the order of preference; where none
 * is, the present one while it is live, else the first live, else the present or first. −1: none.
 */
export function chooseSource(
  candidates: readonly Candidate[],
  trust: Pick<FeedTrust, "isTrusted" | "isLive">,
  present: number,
): number {
  const trusted = candidates.find(({ feed }) => trust.isTrusted(feed));
  if (trusted !== undefined) return trusted.broker;
  const current = candidates.find(({ broker }) => broker === present);
  if (current !== undefined && trust.isLive(current.feed)) return present;
  const live = candidates.find(({ feed }) => trust.isLive(feed));
  return (live ?? current ?? candidates[0])?.broker ?? -1;
}
