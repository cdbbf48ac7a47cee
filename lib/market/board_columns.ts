import { absenceCode } from "../base/absence.ts";
import { BROKER_GREEKS_STRIDE, CODE, CODE_STRIDE, PRICE_STRIDE } from "../domain/market_data.ts";

const NO_QUOTE = absenceCode("noQuote");

/**
 * Latest market data per instrument handle, as columns of `capacity`. NaN is absent. Prices are per
 * unit in the instrument's currency; times are ms since 1970 by the source's clock; Greeks are per
 * unit and long, theta per calendar day, vega per vol point, rho per percentage point.
 * The mark is derived by the rule of formulas §1 after every change.
 */
export interface BoardColumns {
  /** PRICE of each handle. */
  readonly prices: Float64Array;
  /** CODE of each handle. */
  readonly codes: Uint8Array;
  readonly dayOpen: Float64Array;
  readonly closeReceivedAt: Float64Array;
  /** BROKER_GREEKS of each handle. */
  readonly brokerGreeks: Float64Array;
  readonly statusAt: Float64Array;
  /** DATA_LEVELS code of what the source sends. */
  readonly dataLevel: Uint8Array;
  /** How often the source promises a value, ms; NaN when it sends changes only. */
  readonly cadenceMs: Float64Array;
  /** The broker's own valuation price, and when it came. */
  readonly brokerMark: Float64Array;
  readonly brokerMarkAt: Float64Array;
}

/** Makes columns with every value absent. */
export function boardColumns(capacity: number): BoardColumns {
  const absent = () => new Float64Array(capacity).fill(NaN);
  const columns: BoardColumns = {
    prices: new Float64Array(capacity * PRICE_STRIDE),
    codes: new Uint8Array(capacity * CODE_STRIDE),
    dayOpen: absent(),
    closeReceivedAt: absent(),
    brokerGreeks: new Float64Array(capacity * BROKER_GREEKS_STRIDE),
    statusAt: absent(),
    dataLevel: new Uint8Array(capacity),
    cadenceMs: absent(),
    brokerMark: absent(),
    brokerMarkAt: absent(),
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
  const { codes } = columns;
  for (let at = 0; at < codes.length; at += CODE_STRIDE) {
    codes[at + CODE.quoteAbsence] = NO_QUOTE;
    codes[at + CODE.markAbsence] = NO_QUOTE;
  }
}
