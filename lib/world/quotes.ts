import { LISTINGS } from "./listings.ts";
import type { Tape } from "./tape.ts";

/** Greek columns per instrument: price, iv, delta, gamma, theta, vega, rho. */
export const GREEK_STRIDE = 7;

/** The latest published values of every instrument, by id; NaN is "none". */
export class Quotes {
  readonly bid: number[] = [];
  readonly ask: number[] = [];
  readonly bidSize: number[] = [];
  readonly askSize: number[] = [];
  readonly quoteAt: number[] = [];
  readonly last: number[] = [];
  readonly lastSize: number[] = [];
  readonly dayVolume: number[] = [];
  readonly tradeAt: number[] = [];
  /** Official close of the previous session. */
  readonly prevClose: number[] = [];
  readonly dayOpen: number[] = [];
  readonly summaryAt: number[] = [];
  /** Latest official close: becomes prevClose when the next session opens. */
  readonly officialClose: number[] = [];
  /** GREEK_STRIDE values per instrument. */
  readonly greeks: number[] = [];
  readonly greeksAt: number[] = [];
  readonly isHalted: boolean[] = [];
  /** Published level of each underlying: the mid, or the last value of an index. */
  readonly spot = new Float64Array(LISTINGS.length);
  /** Published level of each underlying at the previous official close. */
  readonly prevSpot = new Float64Array(LISTINGS.length);
  /** Published level of each underlying at its latest official close. */
  readonly closeSpot = new Float64Array(LISTINGS.length);

  /** Makes room for the next instrument; `hasVolume` is false for an index. */
  add(prevClose: number, hasVolume: boolean): void {
    for (const column of [this.bid, this.ask, this.bidSize, this.askSize, this.quoteAt]) {
      column.push(NaN);
    }
    for (const column of [this.last, this.lastSize, this.tradeAt, this.dayOpen, this.summaryAt]) {
      column.push(NaN);
    }
    this.dayVolume.push(hasVolume ? 0 : NaN);
    this.prevClose.push(prevClose);
    this.officialClose.push(prevClose);
    for (let g = 0; g < GREEK_STRIDE; g++) this.greeks.push(NaN);
    this.greeksAt.push(NaN);
    this.isHalted.push(false);
  }

  /**
   * Mark per unit, by formulas §1: mid when both sides are there and not crossed; else the last
   * trade when it lies inside the quote or there is none; else the previous close.
   */
  mark(id: number): number {
    const bid = this.bid[id];
    const ask = this.ask[id];
    if (bid > 0 && ask >= bid) return (bid + ask) / 2;
    const last = this.last[id];
    const hasQuote = bid >= 0 && ask >= 0;
    if (last > 0 && (!hasQuote || (last >= bid && last <= ask))) return last;
    return this.prevClose[id];
  }

  /** Passes every column through a tape. */
  persist(tape: Tape): void {
    tape.section("quotes");
    for (const column of [this.bid, this.ask, this.bidSize, this.askSize, this.quoteAt]) {
      tape.column(column);
    }
    for (const column of [this.last, this.lastSize, this.dayVolume, this.tradeAt]) {
      tape.column(column);
    }
    for (const column of [this.prevClose, this.dayOpen, this.summaryAt, this.officialClose]) {
      tape.column(column);
    }
    tape.column(this.greeks);
    tape.column(this.greeksAt);
    tape.flags(this.isHalted);
    for (const levels of [this.spot, this.prevSpot, this.closeSpot]) tape.floats(levels);
  }
}
