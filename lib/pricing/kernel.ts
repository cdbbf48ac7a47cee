import type { PricingColumns } from "./columns.ts";
import { expOfNegative } from "./exponential.ts";
import { hartTail, INVERSE_SQRT_2PI } from "./normal.ts";
import { BASIS_ABSENT, BASIS_BOUNDARY, TOTAL_VOLATILITY_MIN } from "./terms.ts";

/**
 * Prices rows `from` up to, not including, `to` and writes price, delta, gamma, vega, theta, rho
 * and the basis of each. Allocates nothing.
 *
 * The same formulas and boundaries as `valueEuropean`, price within 1e-12 of the spot. One
 * exponential serves density and both tails, since K·e^{−rT}·φ(d2) = S·e^{(b−r)T}·φ(d1). A row with
 * a missing input (NaN, spot or strike ≤ 0, negative volatility or time) becomes NaN and `absent`.
 */
export function priceRange(columns: PricingColumns, from: number, to: number): void {
  const { spot, logSpot, logStrike, sign, isOnFuture, volatility, riskFreeRate, carryYield } =
    columns;
  const { years, rootYears, drift, presentStrike, yieldDiscount, timeBasis } = columns;
  const { price, delta, gamma, vegaPerPoint, thetaPerDay, rhoPerPoint, basis } = columns;
  for (let row = from; row < to; row++) {
    const root = rootYears[row];
    const totalVolatility = volatility[row] * root;
    if (!(totalVolatility >= TOTAL_VOLATILITY_MIN && totalVolatility < Infinity)) {
      writeBoundary(columns, row);
      continue;
    }
    const s = spot[row];
    const cp = sign[row];
    const inverseVolatility = 1 / totalVolatility;
    const d1 = (logSpot[row] - logStrike[row] + drift[row]) * inverseVolatility +
      0.5 * totalVolatility;
    const d2 = d1 - totalVolatility;
    const presentSpot = s * yieldDiscount[row];
    const weight = presentSpot * expOfNegative(-0.5 * d1 * d1);
    const assetTail = weight * hartTail(Math.abs(d1));
    const cashTail = weight * hartTail(Math.abs(d2));
    const asset = cp * d1 < 0 ? assetTail : presentSpot - assetTail;
    const cash = cp * d2 < 0 ? cashTail : presentStrike[row] - cashTail;
    const density = weight * INVERSE_SQRT_2PI;
    const value = cp * (asset - cash);
    price[row] = value;
    const inverseSpot = 1 / s;
    delta[row] = cp * asset * inverseSpot;
    gamma[row] = density * inverseSpot * inverseSpot * inverseVolatility;
    vegaPerPoint[row] = density * root * 0.01;
    const v = volatility[row];
    thetaPerDay[row] = (cp * (carryYield[row] * asset - riskFreeRate[row] * cash) -
      0.5 * density * v * v * inverseVolatility) * (1 / 365);
    // On futures the asset leg carries the rate as well: −T·price.
    rhoPerPoint[row] = 0.01 * years[row] * cp * (cash - isOnFuture[row] * asset);
    basis[row] = value === value ? timeBasis[row] : BASIS_ABSENT;
  }
}

/** A row without time or without volatility, or with an input that is missing. */
function writeBoundary(columns: PricingColumns, row: number): void {
  const volatility = columns.volatility[row];
  const spot = columns.spot[row];
  const inside = columns.sign[row] *
    (spot * columns.yieldDiscount[row] - columns.presentStrike[row]);
  const isMissing =
    !(volatility >= 0 && volatility * columns.rootYears[row] < Infinity && spot > 0 &&
      columns.strike[row] > 0 && columns.years[row] >= 0 && Math.abs(inside) < Infinity);
  const share = inside > 0 ? 1 : inside < 0 ? 0 : 0.5;
  const none = isMissing ? NaN : 0;
  columns.price[row] = isMissing ? NaN : Math.max(0, inside);
  columns.delta[row] = isMissing ? NaN : columns.sign[row] * share;
  columns.gamma[row] = none;
  columns.vegaPerPoint[row] = none;
  columns.thetaPerDay[row] = none;
  columns.rhoPerPoint[row] = none;
  columns.basis[row] = isMissing ? BASIS_ABSENT : BASIS_BOUNDARY;
}
