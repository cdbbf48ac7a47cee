import { type Absent, absent } from "../base/absence.ts";
import { normalQuantile } from "./normal.ts";
import {
  carryYield,
  type EuropeanTerms,
  modelYears,
  rightSign,
  TOTAL_VOLATILITY_MIN,
} from "./terms.ts";

/** What fixes a strike when its delta is given. */
export interface StrikeForDeltaTerms extends Omit<EuropeanTerms, "strike"> {
  /** Signed delta per unit: positive for a call, negative for a put. */
  readonly delta: number;
}

const NO_SPOT = Object.freeze(absent("noUnderlying"));
const NO_STRIKE = Object.freeze(absent("outOfBounds"));

/**
 * The strike at which an option has a given delta.
 *
 * Absent without a spot (`noUnderlying`), and where no strike has that delta: wrong sign, at or
 * past the discount e^{(b−r)T}, no time or no volatility (`outOfBounds`). Source: formulas §3.
 * Example: S 500, T 90/365, r 0.04, yield 0.006, σ 0.24, δ −0.15: 448.8502357.
 */
export function strikeForDelta(terms: StrikeForDeltaTerms): number | Absent {
  const { spot, volatility, riskFreeRate, delta } = terms;
  if (!(spot > 0 && spot < Infinity)) return NO_SPOT;
  const sign = rightSign(terms.right);
  const years = modelYears(terms.yearsToExpiry);
  const dividendYield = carryYield(terms);
  const totalVolatility = volatility * Math.sqrt(years);
  const probability = sign * delta * Math.exp(dividendYield * years);
  if (!(probability > 0 && probability < 1 && totalVolatility >= TOTAL_VOLATILITY_MIN)) {
    return NO_STRIKE;
  }
  const d1 = sign * normalQuantile(probability);
  const exponent = (riskFreeRate - dividendYield) * years - d1 * totalVolatility +
    0.5 * totalVolatility * totalVolatility;
  const strike = spot * Math.exp(exponent);
  return strike > 0 && strike < Infinity ? strike : NO_STRIKE;
}
