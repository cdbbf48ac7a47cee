import type { OptionRight } from "../domain/instrument.ts";
import { BASIS_ABSENT, BASIS_CLAMPED_TIME, BASIS_MODEL, modelYears, rightSign } from "./terms.ts";

/**
 * Options as columns, one row each: what `priceRange` reads and writes.
 *
 * Inputs are set by the functions below, which keep the derived columns (logarithms, roots,
 * discounts) in step; outputs are in the units of `EuropeanValue`, NaN where an input is missing.
 * `basis` holds codes of `VALUATION_BASES`.
 */
export interface PricingColumns {
  readonly capacity: number;

  readonly spot: Float64Array;
  readonly logSpot: Float64Array;
  readonly strike: Float64Array;
  readonly logStrike: Float64Array;
  /** +1 call, −1 put. */
  readonly sign: Float64Array;
  /** 1 for options on futures. */
  readonly isOnFuture: Uint8Array;
  readonly volatility: Float64Array;
  readonly riskFreeRate: Float64Array;
  /** Yield that the carry leaves: the rate itself on futures. */
  readonly carryYield: Float64Array;
  /** Years that the model uses, at least 60 s unless 0. */
  readonly years: Float64Array;
  readonly rootYears: Float64Array;
  /** (rate − yield)·years. */
  readonly drift: Float64Array;
  readonly presentStrike: Float64Array;
  readonly yieldDiscount: Float64Array;
  /** Basis that a priced row has by its time alone: `model` or `clampedTime`. */
  readonly timeBasis: Uint8Array;

  readonly price: Float64Array;
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
  readonly vegaPerPoint: Float64Array;
  readonly thetaPerDay: Float64Array;
  readonly rhoPerPoint: Float64Array;
  readonly basis: Uint8Array;
}

/** What does not change while a contract lives. */
export interface ContractTerms {
  readonly right: OptionRight;
  readonly strike: number;
  readonly isOnFuture: boolean;
}

/** Empty columns for `capacity` rows; every number is NaN and every basis `absent` until set. */
export function createPricingColumns(capacity: number): PricingColumns {
  const numbers = () => new Float64Array(capacity).fill(NaN);
  return {
    capacity,
    spot: numbers(),
    logSpot: numbers(),
    strike: numbers(),
    logStrike: numbers(),
    sign: numbers(),
    isOnFuture: new Uint8Array(capacity),
    volatility: numbers(),
    riskFreeRate: numbers(),
    carryYield: numbers(),
    years: numbers(),
    rootYears: numbers(),
    drift: numbers(),
    presentStrike: numbers(),
    yieldDiscount: numbers(),
    timeBasis: new Uint8Array(capacity).fill(BASIS_ABSENT),
    price: numbers(),
    delta: numbers(),
    gamma: numbers(),
    vegaPerPoint: numbers(),
    thetaPerDay: numbers(),
    rhoPerPoint: numbers(),
    basis: new Uint8Array(capacity).fill(BASIS_ABSENT),
  };
}

/** Puts a contract into a row; set its time and rates afterwards. */
export function setContract(columns: PricingColumns, row: number, contract: ContractTerms): void {
  const strike = positiveOrNaN(contract.strike);
  columns.strike[row] = strike;
  columns.logStrike[row] = Math.log(strike);
  columns.sign[row] = rightSign(contract.right);
  columns.isOnFuture[row] = contract.isOnFuture ? 1 : 0;
}

/** Sets rate and yield (annual, continuous) of a row; NaN when unknown. */
export function setRates(
  columns: PricingColumns,
  row: number,
  riskFreeRate: number,
  dividendYield: number,
): void {
  columns.riskFreeRate[row] = riskFreeRate;
  columns.carryYield[row] = columns.isOnFuture[row] === 1 ? riskFreeRate : dividendYield;
  refreshDiscounts(columns, row);
}

/**
 * Sets the time to expiry of a row. Time moves by itself: refresh rows once a minute, on their last
 * day once a second.
 */
export function setYearsToExpiry(columns: PricingColumns, row: number, years: number): void {
  const used = modelYears(years);
  columns.years[row] = used;
  columns.rootYears[row] = Math.sqrt(used);
  columns.timeBasis[row] = used === years ? BASIS_MODEL : BASIS_CLAMPED_TIME;
  refreshDiscounts(columns, row);
}

/** Sets the volatility (annual decimal) of a row; NaN when unknown. */
export function setVolatility(columns: PricingColumns, row: number, volatility: number): void {
  columns.volatility[row] = volatility;
}

/** Sets one spot for rows `from` up to, not including, `to`; NaN when unknown. */
export function setSpot(columns: PricingColumns, from: number, to: number, spot: number): void {
  const usable = positiveOrNaN(spot);
  columns.spot.fill(usable, from, to);
  columns.logSpot.fill(Math.log(usable), from, to);
}

function positiveOrNaN(price: number): number {
  return price > 0 && price < Infinity ? price : NaN;
}

function refreshDiscounts(columns: PricingColumns, row: number): void {
  const rate = columns.riskFreeRate[row];
  const dividendYield = columns.carryYield[row];
  const years = columns.years[row];
  columns.drift[row] = (rate - dividendYield) * years;
  columns.presentStrike[row] = columns.strike[row] * Math.exp(-rate * years);
  columns.yieldDiscount[row] = Math.exp(-dividendYield * years);
}
