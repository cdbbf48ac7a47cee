import { absenceCode } from "../base/absence.ts";
import { BROKER_GREEKS_STRIDE } from "../domain/market_data.ts";

const NO_QUOTE = absenceCode("noQuote");

/**
 * Latest market data per instrument handle, as columns of `capacity`. NaN is absent. Prices are per
 * unit in the instrument's currency; times are ms since 1970 by the source's clock; Greeks are per
 * unit and long, theta per calendar day, vega per vol point, rho per percentage point.
 * `mark…` are derived by the rule of formulas §1 after every change.
 */
export interface BoardColumns {
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly bidSize: Float64Array;
  readonly askSize: Float64Array;
  readonly quoteAt: Float64Array;
  readonly quoteReceivedAt: Float64Array;
  /** ABSENCE_REASONS code of the quote's mid: present, noQuote or crossed. */
  readonly quoteAbsence: Uint8Array;
  readonly last: Float64Array;
  readonly lastSize: Float64Array;
  readonly dayVolume: Float64Array;
  readonly tradeAt: Float64Array;
  readonly tradeReceivedAt: Float64Array;
  readonly previousClose: Float64Array;
  readonly dayOpen: Float64Array;
  readonly closeAt: Float64Array;
  readonly closeReceivedAt: Float64Array;
  /** BROKER_GREEKS of each handle. */
  readonly brokerGreeks: Float64Array;
  readonly statusAt: Float64Array;
  /** 1 while the instrument is halted. */
  readonly halted: Uint8Array;
  /** DATA_LEVELS code of what the source sends. */
  readonly dataLevel: Uint8Array;
  /** How often the source promises a value, ms; NaN when it sends changes only. */
  readonly cadenceMs: Float64Array;
  /** The broker's own valuation price, and when it came. */
  readonly brokerMark: Float64Array;
  readonly brokerMarkAt: Float64Array;
  readonly mark: Float64Array;
  /** MARK_SOURCES code. */
  readonly markSource: Uint8Array;
  /** ABSENCE_REASONS code. */
  readonly markAbsence: Uint8Array;
  readonly markAt: Float64Array;
  readonly markReceivedAt: Float64Array;
}

/** Makes columns with every value absent. */
export function boardColumns(capacity: number): BoardColumns {
  const absent = () => new Float64Array(capacity).fill(NaN);
  const codes = () => new Uint8Array(capacity);
  const columns: BoardColumns = {
    bid: absent(),
    ask: absent(),
    bidSize: absent(),
    askSize: absent(),
    quoteAt: absent(),
    quoteReceivedAt: absent(),
    quoteAbsence: codes(),
    last: absent(),
    lastSize: absent(),
    dayVolume: absent(),
    tradeAt: absent(),
    tradeReceivedAt: absent(),
    previousClose: absent(),
    dayOpen: absent(),
    closeAt: absent(),
    closeReceivedAt: absent(),
    brokerGreeks: new Float64Array(capacity * BROKER_GREEKS_STRIDE),
    statusAt: absent(),
    halted: codes(),
    dataLevel: codes(),
    cadenceMs: absent(),
    brokerMark: absent(),
    brokerMarkAt: absent(),
    mark: absent(),
    markSource: codes(),
    markAbsence: codes(),
    markAt: absent(),
    markReceivedAt: absent(),
  };
  clearBoardColumns(columns);
  return columns;
}

/** Makes every value absent again. */
export function clearBoardColumns(columns: BoardColumns): void {
  // A cadence is known of the source, not of its values.
  const { cadenceMs: _cadenceMs, ...values } = columns;
  for (const column of Object.values(values)) {
    if (column instanceof Float64Array) column.fill(NaN);
    else column.fill(0);
  }
  columns.quoteAbsence.fill(NO_QUOTE);
  columns.markAbsence.fill(NO_QUOTE);
}
