import { type Absent, absent } from "../base/absence.ts";
import { tailExponent } from "./black.ts";
import { INVERSE_SQRT_2PI } from "./normal.ts";
import { carryYield, type EuropeanTerms, modelYears } from "./terms.ts";
import { solveTotalVolatility } from "./total_volatility.ts";

/** An option with its price instead of its volatility. */
export interface ImpliedVolatilityTerms extends Omit<EuropeanTerms, "volatility"> {
  /** Money per unit, usually the mid. */
  readonly price: number;
}

/**
 * Why a price has no volatility.
 *
 * - `missingInput`: price, spot, rate or time is missing or impossible; `why` says which.
 * - `expired`: no time is left.
 * - `belowIntrinsic`, `aboveUpperBound`: no volatility gives such a price.
 * - `noTimeValue`: the price is its intrinsic value, within the rounding of doubles.
 * - `undetermined`: the price holds so little time value that the rounding of doubles alone moves
 *   the volatility by more than a thousandth of itself.
 */
export interface NoImpliedVolatility extends Absent {
  readonly detail:
    | "missingInput"
    | "expired"
    | "belowIntrinsic"
    | "aboveUpperBound"
    | "noTimeValue"
    | "undetermined";
}

const NO_PRICE = none("noQuote", "missingInput");
const NO_SPOT = none("noUnderlying", "missingInput");
const NO_RATE = none("noRate", "missingInput");
const IMPOSSIBLE = none("outOfBounds", "missingInput");
const EXPIRED = none("expired", "expired");
const BELOW_INTRINSIC = none("outOfBounds", "belowIntrinsic");
const ABOVE_UPPER_BOUND = none("outOfBounds", "aboveUpperBound");
const NO_TIME_VALUE = none("noTimeValue", "noTimeValue");
const UNDETERMINED = none("noTimeValue", "undetermined");

/** Largest relative uncertainty that a returned volatility may have from rounding alone. */
const UNCERTAINTY_MAX = 1e-3;

function none(why: Absent["why"], detail: NoImpliedVolatility["detail"]): NoImpliedVolatility {
  return Object.freeze({ ...absent(why), kind: "absent" as const, detail });
}

function missingInput(terms: ImpliedVolatilityTerms): NoImpliedVolatility | null {
  const { price, spot, strike, yearsToExpiry, riskFreeRate } = terms;
  if (!Number.isFinite(price)) return NO_PRICE;
  if (!(spot > 0 && spot < Infinity)) return NO_SPOT;
  if (!Number.isFinite(riskFreeRate) || !Number.isFinite(carryYield(terms))) return NO_RATE;
  if (yearsToExpiry === 0) return EXPIRED;
  const isPossible = strike > 0 && strike < Infinity && yearsToExpiry > 0 &&
    yearsToExpiry < Infinity;
  return isPossible ? null : IMPOSSIBLE;
}

/** ln(spot/strike) without loss where the two are close. */
function logRatio(spot: number, strike: number): number {
  const excess = (spot - strike) / strike;
  return Math.abs(excess) < 0.5 ? Math.log1p(excess) : Math.log(spot / strike);
}

/**
 * The volatility (annual decimal) at which the model gives a price, to the precision that the price
 * carries: about 1e-15 relative where it is mostly time value.
 *
 * Solves over the whole range from far below one tick up to volatilities of any size and never
 * returns a bound. A price that holds no volatility is an absence with its detail. Time under 60 s
 * counts as 60 s, as in `valueEuropean`. Source: formulas §3.
 * Example: price 1.735256149, S 100, K 105 call, T 45/365, r 0.04, yield 0.01: 0.25.
 */
export function impliedVolatility(terms: ImpliedVolatilityTerms): number | NoImpliedVolatility {
  const missing = missingInput(terms);
  if (missing !== null) return missing;
  const { price, spot, strike, riskFreeRate } = terms;
  const years = modelYears(terms.yearsToExpiry);
  const dividendYield = carryYield(terms);
  const asset = spot * Math.exp(-dividendYield * years);
  const cash = strike * Math.exp(-riskFreeRate * years);
  const isCall = terms.right === "call";
  const intrinsic = Math.max(0, isCall ? asset - cash : cash - asset);
  const upper = isCall ? asset : cash;
  // In the money, price and intrinsic value are rounded at the size of the larger leg.
  const rounding = Number.EPSILON * (intrinsic > 0 ? upper : price);
  const timeValue = price - intrinsic;
  if (price < 0 || timeValue < -2 * rounding) return BELOW_INTRINSIC;
  if (price >= upper) return ABOVE_UPPER_BOUND;
  if (timeValue <= 2 * rounding) return NO_TIME_VALUE;

  const x = -Math.abs(logRatio(spot, strike) + (riskFreeRate - dividendYield) * years);
  const scale = Math.sqrt(asset) * Math.sqrt(cash);
  const s = solveTotalVolatility({
    x,
    logPrice: Math.log(timeValue / scale),
    logRoom: Math.log((upper - price) / scale),
  });
  if (s === null) return UNDETERMINED;
  const slope = scale * INVERSE_SQRT_2PI * Math.exp(tailExponent(x, s));
  const isDetermined = rounding <= UNCERTAINTY_MAX * s * slope;
  return isDetermined ? s / Math.sqrt(years) : UNDETERMINED;
}
