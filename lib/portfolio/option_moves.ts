import { type Absent, absent, isAbsent } from "../base/absence.ts";
import { yearsToExpiry } from "../calendar/expiry.ts";
import type { Option } from "../domain/instrument.ts";
import type { RowF64, UnderlyingF64 } from "../domain/measures.ts";
import { moveToDouble, moveToInTheMoney } from "../pricing/moves.ts";
import { valuationTime } from "./valuation_time.ts";

/** What a row of the book says of an option, whoever reads the columns. */
export interface OptionFigures {
  readonly option: Option;
  readonly money: (field: RowF64) => number;
  /** Volatility in use; NaN when there is none. */
  readonly iv: number;
  readonly underlying: (field: UnderlyingF64) => number;
  /** Instrument whose price the underlying's price is. */
  readonly underlyingKey: string | null;
  /** Source's clock, ms. */
  readonly now: number;
}

const NO_GREEKS = Object.freeze(absent("noGreeks"));
const EXPIRED = Object.freeze(absent("expired"));

/**
 * Price of what drives the option, in its currency; NaN when unknown. Options on a later future
 * than the one that speaks for the underlying have theirs in their exposure: Δ·S / Δ.
 */
export function drivingPrice({ option, money, underlying, underlyingKey }: OptionFigures): number {
  if (option.underlyingKey === underlyingKey) return underlying("price");
  return money("dollarDelta") / (money("positionDelta") * underlying("fxRate"));
}

/**
 * How far the underlying has to move for the option to be in the money, percent: positive for a
 * call, negative for a put, 0 once it is there. Absent without a price of the underlying.
 * Source: formulas §4.
 */
export function moveToItmPct(figures: OptionFigures): number | Absent {
  const { right, strike } = figures.option;
  return inPercent(moveToInTheMoney(right, drivingPrice(figures), strike));
}

/**
 * The smallest move of the underlying, percent, at which the revalued option is worth twice its
 * price: positive for a call, negative for a put. Priced at the row's volatility, as of the instant
 * at which the book values it.
 *
 * Absent without a price of the underlying (`noUnderlying`), a volatility (`noGreeks`) or rates
 * (`noRate`), once it is `expired`, and where it cannot double (`outOfBounds`).
 * Source: formulas §4.
 */
export function moveToDoublePct(figures: OptionFigures): number | Absent {
  const { option, iv, underlying, now } = figures;
  const spot = drivingPrice(figures);
  const years = yearsToExpiry(option.expiresAt, valuationTime(option.expiresAt, now));
  if (years === 0) return EXPIRED;
  if (spot > 0 && !(iv > 0)) return NO_GREEKS;
  const move = moveToDouble({
    right: option.right,
    spot,
    strike: option.strike,
    yearsToExpiry: years,
    volatility: iv,
    riskFreeRate: underlying("riskFreeRate"),
    dividendYield: underlying("dividendYield"),
    isOnFuture: option.kind === "futureOption",
  });
  return isAbsent(move) ? move : inPercent(move / spot);
}

function inPercent(move: number | Absent): number | Absent {
  return isAbsent(move) ? move : move * 100;
}
