import type { OptionRight } from "../domain/instrument.ts";

/** Below this time to expiry, in years of 365 days, the model holds the clock: 60 s. */
export const MODEL_YEARS_MIN = 60 / (365 * 86_400);

/**
 * Below this σ√T the value counts as having no volatility left: the price is within 1e-12 of the
 * spot of its intrinsic value there, and the formula would divide by nothing.
 */
export const TOTAL_VOLATILITY_MIN = 1e-12;

/**
 * How a model value came about; the position is the code in columns.
 *
 * - `model`: the formula as it stands.
 * - `clampedTime`: less than 60 s are left and the formula took 60 s.
 * - `boundary`: no time or no volatility left; intrinsic value and its delta.
 * - `absent`: an input is missing or impossible; the value is NaN. Only in columns.
 */
export const VALUATION_BASES = ["model", "clampedTime", "boundary", "absent"] as const;

/** Name of how a model value came about. */
export type ValuationBasis = typeof VALUATION_BASES[number];

/** Column code of `model`. */
export const BASIS_MODEL = 0;
/** Column code of `clampedTime`. */
export const BASIS_CLAMPED_TIME = 1;
/** Column code of `boundary`. */
export const BASIS_BOUNDARY = 2;
/** Column code of `absent`. */
export const BASIS_ABSENT = 3;

/**
 * The inputs of one European option, per unit of its underlying.
 *
 * Money in the quote currency; rate, yield and volatility as annual decimals, rate and yield
 * continuous; years as ACT/365. Source: formulas §1 to §3.
 */
export interface EuropeanTerms {
  readonly right: OptionRight;
  /** Price of the share or index, or of the future when `isOnFuture`. */
  readonly spot: number;
  readonly strike: number;
  readonly yearsToExpiry: number;
  readonly volatility: number;
  readonly riskFreeRate: number;
  /** Continuous yield; ignored for options on futures, whose carry is 0. */
  readonly dividendYield: number;
  /** Black 76: carry 0, and a rho that only discounts. Default false. */
  readonly isOnFuture?: boolean;
}

/** +1 for a call, −1 for a put. */
export function rightSign(right: OptionRight): 1 | -1 {
  return right === "call" ? 1 : -1;
}

/** Time that the model uses: 0 stays 0, anything under 60 s counts as 60 s. Source: formulas §2. */
export function modelYears(yearsToExpiry: number): number {
  return yearsToExpiry > 0 && yearsToExpiry < MODEL_YEARS_MIN ? MODEL_YEARS_MIN : yearsToExpiry;
}

/** The yield that the carry leaves: the dividend yield, or the rate for options on futures. */
export function carryYield(
  terms: Pick<EuropeanTerms, "riskFreeRate" | "dividendYield" | "isOnFuture">,
): number {
  return terms.isOnFuture === true ? terms.riskFreeRate : terms.dividendYield;
}
