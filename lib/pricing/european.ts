import { type Absent, absent } from "../base/absence.ts";
import { normalCdf, normalPdf, tailSlope } from "./normal.ts";
import {
  carryYield,
  type EuropeanTerms,
  MODEL_YEARS_MIN,
  modelYears,
  rightSign,
  TOTAL_VOLATILITY_MIN,
  type ValuationBasis,
} from "./terms.ts";

/** Price and Greeks of one long option per unit; a buffer that `valueEuropean` fills. */
export interface EuropeanValue {
  /** Money per unit. */
  price: number;
  /** Money per 1 money of spot. */
  delta: number;
  /** Delta per 1 money of spot. */
  gamma: number;
  /** Money per volatility point (0.01). */
  vegaPerPoint: number;
  /** Money per calendar day. */
  thetaPerDay: number;
  /** Money per percentage point of the rate; the yield stays. */
  rhoPerPoint: number;
  /** Delta per volatility point. */
  vanna: number;
  /** Vega per point per volatility point. */
  volga: number;
  /** Delta per calendar day. */
  charmPerDay: number;
  /** Risk-neutral probability of ending in the money, 0 to 1. */
  probabilityInTheMoney: number;
}

const MISSING_SPOT = Object.freeze(absent("noUnderlying"));
const MISSING_RATE = Object.freeze(absent("noRate"));
const IMPOSSIBLE = Object.freeze(absent("outOfBounds"));

/** A buffer for `valueEuropean`, all zero. */
export function createEuropeanValue(): EuropeanValue {
  return {
    price: 0,
    delta: 0,
    gamma: 0,
    vegaPerPoint: 0,
    thetaPerDay: 0,
    rhoPerPoint: 0,
    vanna: 0,
    volga: 0,
    charmPerDay: 0,
    probabilityInTheMoney: 0,
  };
}

function totalVolatilityOf(terms: EuropeanTerms): number {
  return terms.volatility * Math.sqrt(modelYears(terms.yearsToExpiry));
}

function missingInput(terms: EuropeanTerms): Absent | null {
  if (!(terms.spot > 0 && terms.spot < Infinity)) return MISSING_SPOT;
  if (!Number.isFinite(terms.riskFreeRate) || !Number.isFinite(carryYield(terms))) {
    return MISSING_RATE;
  }
  const isPossible = terms.strike > 0 && terms.strike < Infinity && terms.volatility >= 0 &&
    totalVolatilityOf(terms) < Infinity && terms.yearsToExpiry >= 0 &&
    terms.yearsToExpiry < Infinity;
  return isPossible ? null : IMPOSSIBLE;
}

/**
 * Writes the price and all Greeks of a European option into `out` and says how they came about.
 *
 * Generalised Black–Scholes with carry b = rate − yield, or 0 on futures. At no time or no
 * volatility the value is intrinsic (of the discounted forward while time is left), delta ±1, 0, or
 * ±0.5 exactly at the money, all other Greeks 0; with less than 60 s left the formula takes 60 s.
 * Absent, and `out` untouched, when the spot is missing (`noUnderlying`), a rate is (`noRate`) or
 * another input is negative or not finite (`outOfBounds`). Source: formulas §2 and §3.
 * Example: S 100, K 105, T 45/365, r 0.04, yield 0.01, σ 0.25: call 1.735256149, δ 0.3188582632.
 */
export function valueEuropean(
  terms: EuropeanTerms,
  out: EuropeanValue,
): ValuationBasis | Absent {
  const missing = missingInput(terms);
  if (missing !== null) return missing;
  if (totalVolatilityOf(terms) < TOTAL_VOLATILITY_MIN) {
    writeBoundary(terms, out);
    return "boundary";
  }
  writeModel(terms, out);
  return terms.yearsToExpiry < MODEL_YEARS_MIN ? "clampedTime" : "model";
}

/** The price alone, as `valueEuropean` gives it. */
export function priceEuropean(terms: EuropeanTerms): number | Absent {
  const value = createEuropeanValue();
  const basis = valueEuropean(terms, value);
  return typeof basis === "string" ? value.price : basis;
}

function writeBoundary(terms: EuropeanTerms, out: EuropeanValue): void {
  const { spot, strike, riskFreeRate, yearsToExpiry } = terms;
  const sign = rightSign(terms.right);
  const years = modelYears(yearsToExpiry);
  const inside = sign *
    (spot * Math.exp(-carryYield(terms) * years) - strike * Math.exp(-riskFreeRate * years));
  const share = inside > 0 ? 1 : inside < 0 ? 0 : 0.5;
  out.price = Math.max(0, inside);
  out.delta = sign * share;
  out.gamma = 0;
  out.vegaPerPoint = 0;
  out.thetaPerDay = 0;
  out.rhoPerPoint = 0;
  out.vanna = 0;
  out.volga = 0;
  out.charmPerDay = 0;
  out.probabilityInTheMoney = share;
}

function writeModel(terms: EuropeanTerms, out: EuropeanValue): void {
  const { spot, strike, volatility, riskFreeRate } = terms;
  const sign = rightSign(terms.right);
  const years = modelYears(terms.yearsToExpiry);
  const dividendYield = carryYield(terms);
  const carry = riskFreeRate - dividendYield;
  const rootYears = Math.sqrt(years);
  const totalVolatility = volatility * rootYears;
  const d1 = (Math.log(spot / strike) + carry * years) / totalVolatility + totalVolatility / 2;
  const d2 = d1 - totalVolatility;
  const yieldDiscount = Math.exp(-dividendYield * years);
  const presentStrike = strike * Math.exp(-riskFreeRate * years);
  const assetProbability = normalCdf(sign * d1);
  const cashProbability = normalCdf(sign * d2);
  const density = yieldDiscount * normalPdf(d1);
  // Out of the money the two legs are almost equal; one exponential and the difference of their
  // tails keep the digits of a price that is small beside them.
  const from = sign === 1 ? -d1 : d2;
  const presentSpot = spot * yieldDiscount;

  out.price = from >= 0
    ? presentSpot * Math.exp(-0.5 * d1 * d1) * totalVolatility *
      tailSlope(from, from + totalVolatility)
    : sign * (presentSpot * assetProbability - presentStrike * cashProbability);
  out.delta = sign * yieldDiscount * assetProbability;
  out.gamma = density / (spot * totalVolatility);
  const vega = spot * density * rootYears;
  out.vegaPerPoint = vega / 100;
  out.thetaPerDay = (-spot * density * volatility / (2 * rootYears) +
    sign * dividendYield * presentSpot * assetProbability -
    sign * riskFreeRate * presentStrike * cashProbability) / 365;
  out.rhoPerPoint = terms.isOnFuture === true
    ? -years * out.price / 100
    : sign * years * presentStrike * cashProbability / 100;
  out.vanna = -density * d2 / volatility / 100;
  out.volga = vega * d1 * d2 / volatility / 10_000;
  const drift = 2 * carry * years - d2 * totalVolatility;
  out.charmPerDay = (sign * dividendYield * yieldDiscount * assetProbability -
    density * drift / (2 * years * totalVolatility)) / 365;
  out.probabilityInTheMoney = cashProbability;
}

/**
 * Rough probability that the spot touches the strike before expiry: twice the chance that the side
 * out of the money ends in the money, at most 1. Source: formulas §3.
 */
export function touchProbability(probabilityInTheMoney: number): number {
  return Math.min(1, 2 * Math.min(probabilityInTheMoney, 1 - probabilityInTheMoney));
}
