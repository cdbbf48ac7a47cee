import { LISTINGS, RISK_FREE_RATE } from "./listings.ts";

const MEAN_REVERSION = 3;
const Z_LIMIT = 4;
const SHORTEST_YEARS = 2 / 365;

/** Skew and curvature of a surface, per standardised log-moneyness. */
interface SmileShape {
  readonly skew: number;
  readonly curvature: number;
}

function shapeOf(underlying: number): SmileShape {
  const listing = LISTINGS[underlying];
  if (listing.atmIv > 0.9) return { skew: 0.03, curvature: 0.02 };
  if (listing.sector === "metals" || listing.sector === "bonds") {
    return { skew: 0.01, curvature: 0.02 };
  }
  const isBroad = listing.kind === "index" || listing.kind === "future" || listing.kind === "etf";
  return isBroad ? { skew: -0.1, curvature: 0.012 } : { skew: -0.055, curvature: 0.016 };
}

const SHAPES = LISTINGS.map((_, underlying) => shapeOf(underlying));

/** Rate and yield of an underlying; a future carries nothing. */
export function carryOf(underlying: number): { rate: number; carry: number } {
  const listing = LISTINGS[underlying];
  const rate = RISK_FREE_RATE[listing.currency];
  return { rate, carry: listing.kind === "future" ? 0 : rate - listing.dividendYield };
}

/**
 * At-the-money volatility of a maturity: the mean of a variance that reverts from the present level
 * to the level at rest (long expiries move less than short ones).
 */
export function atmIv(underlying: number, level: number, years: number): number {
  const rest = LISTINGS[underlying].atmIv;
  const x = MEAN_REVERSION * (years > 1e-6 ? years : 1e-6);
  const weight = x < 1e-3 ? 1 - x / 2 : (1 - Math.exp(-x)) / x;
  return Math.sqrt(rest * rest + (level * level - rest * rest) * weight);
}

/** Volatility of a strike from its log-moneyness to the forward, ln(K/F). */
export function smileIv(
  underlying: number,
  level: number,
  years: number,
  logMoneyness: number,
): number {
  const atm = atmIv(underlying, level, years);
  const { skew, curvature } = SHAPES[underlying];
  const root = Math.sqrt(years > SHORTEST_YEARS ? years : SHORTEST_YEARS);
  let z = logMoneyness / (atm * root);
  if (z > Z_LIMIT) z = Z_LIMIT;
  else if (z < -Z_LIMIT) z = -Z_LIMIT;
  return atm * (1 + skew * z + curvature * z * z);
}
