import { absenceCode } from "../base/absence.ts";

/**
 * What the day P&L of one row is made of. Quantities signed; prices per unit in the instrument's
 * currency; `rate…` base currency per unit of it.
 */
export interface DayPnlInput {
  /** Signed quantity held now; q0 plus the fills. */
  quantity: number;
  /** Signed quantity at the previous official close, q0. */
  overnight: number;
  /** Σ of the signed quantities of today's fills. */
  fillQuantity: number;
  /** Σ signed quantity × price of today's fills. */
  fillValue: number;
  /** Σ fees of today's fills, in the instrument's currency. */
  fees: number;
  multiplier: number;
  mark: number;
  close: number;
  rate: number;
  ratePrevious: number;
  /** Futures settle their variation daily: their notional is not held in their currency. */
  isFuture: boolean;
}

const PRESENT = absenceCode("present");
const NO_QUOTE = absenceCode("noQuote");
const NO_CLOSE = absenceCode("noClose");
const NO_RATE = absenceCode("noRate");
const NOT_REPORTED = absenceCode("notReported");

/**
 * Why a day P&L cannot be computed, as a code of ABSENCE_REASONS: noQuote, noClose, noRate,
 * notReported, or present. A quantity of 0 needs no mark, an overnight quantity of 0 no close.
 * "notReported": the quantity is not the overnight one plus the fills, so that a trade is missing
 * and the difference would show as profit.
 */
export function dayPnlAbsence(input: DayPnlInput): number {
  const gap = Math.abs(input.quantity - input.overnight - input.fillQuantity);
  if (!(gap <= 1e-9 * (1 + Math.abs(input.quantity)))) return NOT_REPORTED;
  if (!(input.rate > 0)) return NO_RATE;
  if (input.overnight !== 0) {
    if (!(input.close >= 0)) return NO_CLOSE;
    if (!input.isFuture && !(input.ratePrevious > 0)) return NO_RATE;
  }
  return input.quantity !== 0 && !(input.mark >= 0) ? NO_QUOTE : PRESENT;
}

/**
 * Day P&L of one row in the base currency, currency translation included:
 * m·(q·mark·rate − Σ q_f·p_f·rate − q0·close·rate_prev) − fees·rate. A future has no market value
 * whose currency could move, so its close is translated at the rate of now as well. Only where
 * `dayPnlAbsence` is "present".
 *
 * Source: formulas §6. Example: q0 −5, close 2.00, mark 1.735, bought 2 at 1.80, m 100, fees 1.30,
 * rates 1 → 118.20.
 */
export function dayPnl(input: DayPnlInput): number {
  const { multiplier, rate } = input;
  const held = input.quantity === 0 ? 0 : input.quantity * input.mark;
  const closeRate = input.isFuture ? rate : input.ratePrevious;
  const before = input.overnight === 0 ? 0 : input.overnight * input.close * closeRate;
  return multiplier * (held * rate - input.fillValue * rate - before) - input.fees * rate;
}
