import type { UnixMs } from "../../base/brand.ts";
import {
  MARKET_EVENT,
  MARKET_STRIDE,
  type MarketBatch,
  marketBatch,
} from "../../domain/market_data.ts";
import type { Subscription } from "../../ports/broker.ts";
import type { ReplayData } from "./open.ts";
import { ROW_KIND, ROW_STRIDE } from "./wire/rows.ts";

/**
 * Turns minutes of a recording into market batches for the handles that are subscribed. One batch
 * holds one minute: prices of underlyings first, then everything else, all at the minute's end. The
 * batch is reused.
 */
export class ReplayFeed {
  readonly #data: ReplayData;
  readonly #handleOf: Int32Array;
  readonly #batch: MarketBatch;

  constructor(data: ReplayData) {
    this.#data = data;
    this.#handleOf = new Int32Array(data.instruments.instruments.length).fill(-1);
    this.#batch = marketBatch(widestMinute(data) + 2 * this.#handleOf.length);
  }

  /**
   * Makes `wanted` the set of subscriptions; answers the instruments that are new. Instruments that
   * the recording does not know are the caller's to refuse.
   */
  want(wanted: readonly Subscription[]): Set<number> {
    const before = this.#handleOf.slice();
    this.#handleOf.fill(-1);
    const added = new Set<number>();
    for (const { handle, instrument } of wanted) {
      const index = this.#data.instruments.indexOf(instrument.key);
      if (index === null) continue;
      this.#handleOf[index] = handle;
      if (before[index] !== handle) added.add(index);
    }
    return added;
  }

  /** Events of one minute; `count` 0 when nothing of it is subscribed. */
  minute(minute: number): MarketBatch {
    this.#batch.count = 0;
    const { rowsFrom } = this.#data.recording;
    for (const derived of this.#data.derivedSpots) {
      this.#addTrade(derived.instrument, derived.spot[minute], minute);
    }
    for (let row = rowsFrom[minute]; row < rowsFrom[minute + 1]; row++) this.#addRow(row, minute);
    return this.#batch;
  }

  /** Latest events of `instruments` in the minutes [from, before), each at its own minute's end. */
  latest(instruments: Set<number>, from: number, before: number): MarketBatch {
    this.#batch.count = 0;
    const { rowsFrom, instrument, kind } = this.#data.recording;
    const open = new Set([...instruments].flatMap((index) => [index * 2, index * 2 + 1]));
    for (const { instrument: index, spot } of this.#data.derivedSpots) {
      if (instruments.has(index) && before > from) {
        this.#addTrade(index, spot[before - 1], before - 1);
      }
    }
    for (let minute = before - 1; minute >= from && open.size > 0; minute--) {
      for (let row = rowsFrom[minute]; row < rowsFrom[minute + 1]; row++) {
        if (open.delete(instrument[row] * 2 + kind[row])) this.#addRow(row, minute);
      }
    }
    return this.#batch;
  }

  #eventAt(minute: number): UnixMs {
    return this.#data.recording.startsAt[minute] + this.#data.recording.cadenceMs;
  }

  #addRow(row: number, minute: number): void {
    const { kind, instrument, values } = this.#data.recording;
    const from = row * ROW_STRIDE;
    if (kind[row] === ROW_KIND.bar) {
      return this.#addTrade(instrument[row], values[from + 3], minute);
    }
    const handle = this.#handleOf[instrument[row]];
    if (handle === -1) return;
    const at = this.#add(MARKET_EVENT.quote, handle, minute);
    for (let i = 0; i < 4; i++) this.#batch.values[at + i] = values[from + i];
  }

  /** The last price of a bar or a derived price. Which trade it was nobody recorded: no size. */
  #addTrade(instrument: number, last: number, minute: number): void {
    const handle = this.#handleOf[instrument];
    if (handle === -1) return;
    this.#batch.values[this.#add(MARKET_EVENT.trade, handle, minute)] = last;
  }

  /** Adds an event with all values absent; answers where its values stand. */
  #add(kind: number, handle: number, minute: number): number {
    const event = this.#batch.count++;
    const at = event * MARKET_STRIDE;
    this.#batch.kind[event] = kind;
    this.#batch.handle[event] = handle;
    this.#batch.eventAt[event] = this.#eventAt(minute);
    this.#batch.values.fill(NaN, at, at + MARKET_STRIDE);
    return at;
  }
}

function widestMinute(data: ReplayData): number {
  const { rowsFrom } = data.recording;
  let widest = 0;
  for (let minute = 0; minute + 1 < rowsFrom.length; minute++) {
    widest = Math.max(widest, rowsFrom[minute + 1] - rowsFrom[minute]);
  }
  return widest;
}
