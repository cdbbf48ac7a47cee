import { type CandleEvent, EVENT_FLAG } from "./candle_events.ts";
import type { WireCounters } from "./counters.ts";

/** Candles kept per series; older ones go first. */
export const CANDLES_MAX = 20_000;

/** One candle. The newest of a series is still forming, however old it is. */
export interface Candle {
  readonly startsAt: number;
  readonly sequence: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/**
 * How far a snapshot goes: "whole" down to the asked instant; "snipped": the server withholds
 * older ones; "partial": its end did not come in time.
 */
export type SnapshotExtent = "whole" | "snipped" | "partial";

/** What a series tells. Candles are in ascending order. */
export interface CandleListener {
  /** The whole series anew: a snapshot arrived. */
  replaced(candles: readonly Candle[], extent: SnapshotExtent): void;
  /** One candle is new or has changed. */
  changed(candle: Candle): void;
  /** One candle is gone. */
  removed(startsAt: number): void;
  /** Nothing arrived in time, although asked twice. */
  noData(): void;
}

/**
 * Candles of one symbol by the rules of indexed events: a snapshot is held back until it is
 * complete and then replaces what it covers, never merges with it; changes marked as pending wait
 * for the one that ends them; equal times are one candle, the higher sequence wins, except for
 * ticks. Source: dxlink.md §4.
 */
export class CandleSeries {
  readonly #listener: CandleListener;
  readonly #counters: WireCounters;
  readonly #isTick: boolean;
  #candles: Candle[] = [];
  #snapshot: CandleEvent[] | null = null;
  #isSnapshotEnded = false;
  #extent: SnapshotExtent = "whole";
  #pending: CandleEvent[] = [];
  #coveredFrom: number;

  /** `fromTime`: oldest instant asked for, ms. `isTick`: several candles may share a time. */
  constructor(
    options: {
      readonly fromTime: number;
      readonly isTick: boolean;
      readonly listener: CandleListener;
      readonly counters: WireCounters;
    },
  ) {
    this.#coveredFrom = options.fromTime;
    this.#isTick = options.isTick;
    this.#listener = options.listener;
    this.#counters = options.counters;
  }

  /** The candles, oldest first; valid until the next event. */
  candles(): readonly Candle[] {
    return this.#candles;
  }

  /**
   * Instant to subscribe from after a connection was lost: the last candle that is complete, or
   * what was asked for at first. The next snapshot replaces everything from there on.
   */
  resume(): number {
    this.#snapshot = null;
    this.#pending = [];
    const complete = this.#candles.at(-2);
    if (complete !== undefined) this.#coveredFrom = complete.startsAt;
    return this.#coveredFrom;
  }

  /** Takes one event. */
  apply(event: CandleEvent): void {
    if ((event.flags & EVENT_FLAG.snapshotBegin) !== 0) {
      this.#snapshot = [];
      this.#pending = [];
      this.#isSnapshotEnded = false;
      this.#extent = "whole";
    }
    const isPending = (event.flags & EVENT_FLAG.txPending) !== 0;
    if (this.#snapshot !== null) {
      this.#collect(event, this.#snapshot, isPending);
    } else if (isPending) {
      if (this.#pending.length < CANDLES_MAX) this.#pending.push(event);
      else this.#counters.add("candleOverflow");
    } else {
      for (const held of [...this.#pending, event]) this.#update(held);
      this.#pending = [];
    }
  }

  /** Uses what there is of a snapshot whose end does not come. False when none is under way. */
  giveUpWaiting(): boolean {
    if (this.#snapshot === null) return false;
    this.#extent = "partial";
    this.#commit(this.#snapshot);
    return true;
  }

  #collect(event: CandleEvent, snapshot: CandleEvent[], isPending: boolean): void {
    if (snapshot.length < 2 * CANDLES_MAX) snapshot.push(event);
    else this.#counters.add("candleOverflow");
    if ((event.flags & EVENT_FLAG.snapshotSnip) !== 0) this.#extent = "snipped";
    if ((event.flags & (EVENT_FLAG.snapshotEnd | EVENT_FLAG.snapshotSnip)) !== 0) {
      this.#isSnapshotEnded = true;
    }
    if (this.#isSnapshotEnded && !isPending) this.#commit(snapshot);
  }

  #commit(snapshot: readonly CandleEvent[]): void {
    this.#snapshot = null;
    // Of a partial one only what arrived is known; a snapshot comes newest first.
    const covered = this.#extent === "partial"
      ? snapshot.reduce((oldest, { startsAt }) => Math.min(oldest, startsAt), Infinity)
      : this.#coveredFrom;
    this.#candles = this.#candles.filter(({ startsAt }) => startsAt < covered);
    for (const event of snapshot) this.#place(event);
    this.#bound();
    this.#listener.replaced(this.#candles, this.#extent);
  }

  #update(event: CandleEvent): void {
    const candle = this.#place(event);
    if (candle === null) return;
    this.#bound();
    if (candle === "removed") this.#listener.removed(event.startsAt);
    else this.#listener.changed(candle);
  }

  /** Puts an event in its place; null when nothing changed. */
  #place(event: CandleEvent): Candle | "removed" | null {
    const at = this.#placeOf(event);
    const known = this.#candles.at(at);
    const isSame = known !== undefined && at < this.#candles.length && this.#isSame(known, event);
    if ((event.flags & EVENT_FLAG.remove) !== 0) {
      if (!isSame) return null;
      this.#candles.splice(at, 1);
      return "removed";
    }
    if (isSame && event.sequence < known.sequence) {
      this.#counters.add("candleOrder");
      return null;
    }
    const { startsAt, sequence, open, high, low, close, volume } = event;
    const candle = { startsAt, sequence, open, high, low, close, volume };
    this.#candles.splice(at, isSame ? 1 : 0, candle);
    return candle;
  }

  #isSame(known: Candle, event: CandleEvent): boolean {
    return known.startsAt === event.startsAt &&
      (!this.#isTick || known.sequence === event.sequence);
  }

  /** Index of the first candle that is not before the event. */
  #placeOf({ startsAt, sequence }: CandleEvent): number {
    let low = 0;
    let high = this.#candles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const candle = this.#candles[middle];
      const isBefore = candle.startsAt < startsAt ||
        (this.#isTick && candle.startsAt === startsAt && candle.sequence < sequence);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #bound(): void {
    const over = this.#candles.length - CANDLES_MAX;
    if (over <= 0) return;
    this.#candles.splice(0, over);
    this.#counters.add("candleOverflow", over);
  }
}
