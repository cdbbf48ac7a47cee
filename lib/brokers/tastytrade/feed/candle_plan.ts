import { candleAdd, candleRemove } from "../wire/dxlink/outgoing.ts";
import { canonicalCandleSymbol } from "../wire/dxlink/candle_symbol.ts";
import { type CandleEvent, EVENT_FLAG } from "../wire/dxlink/candle_events.ts";
import type { CandleStore, WantedCandles } from "./candle_store.ts";
import { CONFIRM_MS } from "./subscription_plan.ts";

/** Time after which a snapshot without an end is used as it is, ms. */
const SNAPSHOT_MS = 30_000;

interface Asked {
  readonly wanted: WantedCandles;
  /** Of the subscription or of the last event, awake ms. */
  lastAt: number;
  /** When its last snapshot began. */
  beganAt: number;
  tries: number;
  hasEvent: boolean;
}

/**
 * What one connection was asked for in candles, against what is wanted. The store outlives it; so
 * each connection asks from the last complete candle on, and the snapshot replaces the rest.
 */
export class CandlePlan {
  readonly #store: CandleStore;
  readonly #asked = new Map<string, Asked>();

  constructor(store: CandleStore) {
    this.#store = store;
  }

  /** True while there is anything to subscribe or to end. */
  get isNeeded(): boolean {
    return this.#store.wanted().size > 0 || this.#asked.size > 0;
  }

  /** The next message on `channel`, or null. `now`: awake ms. */
  next(channel: number, now: number): string | null {
    for (const [key, { wanted }] of this.#asked) {
      if (this.#store.wanted().get(key) === wanted) continue;
      this.#asked.delete(key);
      // A new wish for the same symbol: the new subscription replaces the old one's instant.
      if (!this.#store.wanted().has(key)) return candleRemove(channel, wanted.symbol);
    }
    for (const [key, wanted] of this.#store.wanted()) {
      const asked = this.#asked.get(key);
      if (asked !== undefined && asked.tries > 0) continue;
      const fresh = { wanted, lastAt: now, beganAt: now, hasEvent: false };
      this.#asked.set(key, { ...fresh, tries: asked === undefined ? 1 : 2 });
      return candleAdd(channel, wanted.symbol, wanted.series.resume());
    }
    return null;
  }

  /** Takes an event of this connection. */
  apply(event: CandleEvent, now: number): void {
    const asked = this.#asked.get(canonicalCandleSymbol(event.symbol));
    if (asked !== undefined) {
      asked.lastAt = now;
      asked.hasEvent = true;
      if ((event.flags & EVENT_FLAG.snapshotBegin) !== 0) asked.beganAt = now;
    }
    this.#store.apply(event);
  }

  /** The channel is gone: everything is to be asked for anew. */
  forget(): void {
    this.#asked.clear();
  }

  /**
   * Uses snapshots whose end does not come, repeats what brought nothing, and says once when that
   * was in vain. True when there is something to send.
   */
  review(now: number): boolean {
    let isRepeating = false;
    for (const asked of this.#asked.values()) {
      const isIdle = now - asked.lastAt > CONFIRM_MS;
      if (!isIdle && now - asked.beganAt <= SNAPSHOT_MS) continue;
      if (asked.hasEvent) asked.wanted.series.giveUpWaiting();
      else if (asked.tries === 1) {
        asked.tries = 0;
        isRepeating = true;
      } else if (asked.tries === 2) {
        asked.tries = 3;
        asked.wanted.listener.noData();
      }
    }
    return isRepeating;
  }
}
