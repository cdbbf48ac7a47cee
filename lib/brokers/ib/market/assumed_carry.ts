import type { IsoDate } from "../../../base/brand.ts";
import { ASSUMED_CARRY, type Carry } from "../../../ports/broker.ts";

/** Continuous, per year: what short bills paid, to a percentage point. */
const RISK_FREE_RATE = 0.04;

/**
 * Carry of underlyings where IB publishes none: a flat rate without dividends, named as assumed, so
 * that the desk's own model can stand in for Greeks that IB does not send (R32). A point of the
 * rate moves the delta of an option of two months by less than 0.01. The price of a future has its
 * carry in it: its yield is the rate.
 */
export function assumedCarries(underlyings: readonly string[], asOf: IsoDate): Carry[] {
  return underlyings.map((underlying) => ({
    underlying,
    riskFreeRate: RISK_FREE_RATE,
    dividendYield: underlying.startsWith("/") ? RISK_FREE_RATE : 0,
    source: ASSUMED_CARRY,
    asOf,
  }));
}
