/** Kinds of market event; the number is the code in a `MarketBatch`. */
export const MARKET_EVENT = {
  quote: 1,
  trade: 2,
  greeks: 3,
  summary: 4,
  status: 5,
  delivery: 6,
  brokerMark: 7,
} as const;

/**
 * What kind of data a source sends for an instrument, from best to worst; the position is the code
 * in events, columns and frames, so append only. "frozen": the last values before the close;
 * "withheld": the source refuses data, for want of a subscription or because of another session.
 */
export const DATA_LEVELS = ["live", "delayed", "frozen", "withheld"] as const;

/** Literal name of a data level. */
export type DataLevel = typeof DATA_LEVELS[number];

/** Values per event in a `MarketBatch`. */
export const MARKET_STRIDE = 8;

/**
 * A run of decoded market events as columns: what an adapter hands over per decoded message.
 *
 * Shape: `count` events; `kind[i]` of MARKET_EVENT; `handle[i]` the desk's instrument handle;
 * `eventAt[i]` ms by the source's clock (NaN when the source sends none); `values[i*8 …]`:
 * quote: bid, ask, bidSize, askSize; trade: last, size, dayVolume; greeks: price, iv, delta, gamma,
 * thetaPerDay, vegaPerPoint, rhoPerPoint (per unit, long one); summary: previousClose, dayOpen;
 * status: halted (1) or trading (0); delivery: DATA_LEVELS code, and how often the source promises
 * a value from now on (ms, NaN when it sends changes only); brokerMark: the broker's own valuation
 * price, used where there is no quote and no trade. NaN is absent.
 * The columns are reused: a consumer reads them before it returns.
 */
export interface MarketBatch {
  count: number;
  readonly kind: Uint8Array;
  readonly handle: Int32Array;
  readonly eventAt: Float64Array;
  readonly values: Float64Array;
}

/** Makes an empty batch with room for `capacity` events. */
export function marketBatch(capacity: number): MarketBatch {
  return {
    count: 0,
    kind: new Uint8Array(capacity),
    handle: new Int32Array(capacity),
    eventAt: new Float64Array(capacity),
    values: new Float64Array(capacity * MARKET_STRIDE),
  };
}

/**
 * Prices of one instrument as the board keeps them, side by side like BROKER_GREEKS: a tick touches
 * two lines of memory and not one per value. Per unit in the instrument's currency; sizes in
 * contracts or shares; times in ms by the source's clock. `mark…` follow from the others by the
 * rule of formulas §1. NaN is absent.
 */
export const PRICE = {
  bid: 0,
  ask: 1,
  bidSize: 2,
  askSize: 3,
  quoteAt: 4,
  quoteReceivedAt: 5,
  mark: 6,
  markAt: 7,
  markReceivedAt: 8,
  last: 9,
  lastSize: 10,
  dayVolume: 11,
  tradeAt: 12,
  tradeReceivedAt: 13,
  previousClose: 14,
  closeAt: 15,
} as const;

/** Values per instrument in a column of PRICE. */
export const PRICE_STRIDE = 16;

/**
 * Codes of one instrument as the board keeps them: why its quote has no mid (ABSENCE_REASONS:
 * present, noQuote or crossed), MARK_SOURCES and ABSENCE_REASONS of its mark, 1 while it is halted.
 */
export const CODE = { quoteAbsence: 0, markSource: 1, markAbsence: 2, halted: 3 } as const;

/** A mid whose spread is over this share of it says too little. Source: formulas §3. */
export const SPREAD_SHARE_MAX = 0.5;

/** Values per instrument in a column of CODE. */
export const CODE_STRIDE = 4;

/**
 * A broker's Greeks of one instrument as the board keeps them, side by side, so that a tick of an
 * option touches one line of memory: per unit and long, theta per calendar day, vega per vol point,
 * rho per percentage point; volatility an annual decimal; event and receive time in ms.
 */
export const BROKER_GREEKS = {
  iv: 0,
  delta: 1,
  gamma: 2,
  thetaPerDay: 3,
  vegaPerPoint: 4,
  rhoPerPoint: 5,
  at: 6,
  receivedAt: 7,
} as const;

/** Values per instrument in a column of BROKER_GREEKS. */
export const BROKER_GREEKS_STRIDE = 8;
