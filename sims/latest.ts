import { EVENT_KIND, EVENT_STRIDE, type EventBatch, STATUS } from "../lib/world/mod.ts";

/** Latest values of one instrument as the world published them; NaN is "none". */
export interface Latest {
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  quoteAt: number;
  last: number;
  lastSize: number;
  dayVolume: number;
  tradeAt: number;
  /** Direction of the last print against the one before: -1, 0, 1. */
  tick: number;
  high: number;
  low: number;
  prevClose: number;
  dayOpen: number;
  /** price, iv, delta, gamma, theta, vega, rho */
  greeks: number[];
  greeksAt: number;
  isHalted: boolean;
  isExpired: boolean;
}

function blank(): Latest {
  return {
    bid: NaN,
    ask: NaN,
    bidSize: NaN,
    askSize: NaN,
    quoteAt: 0,
    last: NaN,
    lastSize: NaN,
    dayVolume: NaN,
    tradeAt: 0,
    tick: 0,
    high: NaN,
    low: NaN,
    prevClose: NaN,
    dayOpen: NaN,
    greeks: [NaN, NaN, NaN, NaN, NaN, NaN, NaN],
    greeksAt: 0,
    isHalted: false,
    isExpired: false,
  };
}

/** Latest values by instrument id, kept from the world's event columns. */
export class LatestValues {
  readonly #rows: Latest[] = [];

  /** Values of an instrument; all absent before its first event. */
  of(instrument: number): Latest {
    while (this.#rows.length <= instrument) this.#rows.push(blank());
    return this.#rows[instrument];
  }

  /** Forgets the range of the day: a session opens. */
  openSession(): void {
    for (const row of this.#rows) {
      row.high = NaN;
      row.low = NaN;
    }
  }

  /** Takes every event of a batch, and tells each to `touched`. */
  take(batch: EventBatch, touched: (instrument: number, kind: number) => void): void {
    for (let row = 0; row < batch.count; row++) {
      const instrument = batch.instrument[row];
      this.#apply(batch, row, this.of(instrument));
      touched(instrument, batch.kind[row]);
    }
  }

  #apply(batch: EventBatch, row: number, to: Latest): void {
    const { v } = batch;
    const o = row * EVENT_STRIDE;
    switch (batch.kind[row]) {
      case EVENT_KIND.quote:
        [to.bid, to.ask, to.bidSize, to.askSize] = [v[o], v[o + 1], v[o + 2], v[o + 3]];
        to.quoteAt = batch.eventAt[row];
        return;
      case EVENT_KIND.trade:
        if (v[o] !== to.last) to.tick = v[o] > to.last ? 1 : v[o] < to.last ? -1 : 0;
        [to.last, to.lastSize, to.dayVolume] = [v[o], v[o + 1], v[o + 2]];
        to.high = to.high >= v[o] ? to.high : v[o];
        to.low = to.low <= v[o] ? to.low : v[o];
        to.tradeAt = batch.eventAt[row];
        return;
      case EVENT_KIND.greeks:
        for (let k = 0; k < 7; k++) to.greeks[k] = v[o + k];
        to.greeksAt = batch.eventAt[row];
        return;
      case EVENT_KIND.summary:
        [to.prevClose, to.dayOpen] = [v[o], v[o + 1]];
        return;
      case EVENT_KIND.status:
        to.isHalted = v[o] === STATUS.halted;
        to.isExpired = v[o] === STATUS.expired;
        return;
    }
  }
}
