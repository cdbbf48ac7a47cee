/**
 * What the book reads of the quote board, by instrument handle; the board of `lib/market` has this
 * shape. NaN is absent; prices per unit in the instrument's currency; times ms by the source's
 * clock; Greeks per unit and long, theta per calendar day, vega per vol point, rho per percentage
 * point; sources and absences as codes of MARK_SOURCES and ABSENCE_REASONS.
 */
export interface MarketColumns {
  /** PRICE of each handle. */
  readonly prices: Float64Array;
  /** CODE of each handle. */
  readonly codes: Uint8Array;
  /** BROKER_GREEKS of each handle. */
  readonly brokerGreeks: Float64Array;
  /** DATA_LEVELS code of what the source sends. */
  readonly dataLevel: Uint8Array;
}

/** The quote board as the book sees it. */
export interface MarketView {
  readonly capacity: number;
  readonly columns: MarketColumns;
  /** STALENESS code of an instrument's price at `sourceNow` (ms). */
  staleness(handle: number, sourceNow: number): number;
  /** STALENESS code of the broker's Greeks of an instrument. */
  greeksStaleness(handle: number, sourceNow: number): number;
}

/**
 * Instruments that changed with a message: `handles[0 … count)`, each once; `kinds[handle]` has bit
 * `1 << (kind − 1)` for each MARKET_EVENT kind that it got.
 */
export interface TouchedHandles {
  readonly count: number;
  readonly handles: Int32Array;
  readonly kinds: Uint8Array;
}
