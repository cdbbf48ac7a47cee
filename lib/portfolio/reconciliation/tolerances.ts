import type { ModelGreeks } from "../model_greeks.ts";
import type { OurPosition } from "./our_figures.ts";

/**
 * How far two honest figures may be apart; the reasons stand in docs/decisions/reconciliation.md.
 */

/** A mark without a two-sided quote may be off by this share of itself. */
const UNQUOTED_SHARE = 0.001;
/** Cash is whole cents. */
export const CASH_TOLERANCE = 0.01;
/** Quantities of coins have eight decimals. */
export const QUANTITY_TOLERANCE = 1e-8;
/** Net liq differs above this share of it. Source: formulas §6. */
const NET_LIQ_SHARE = 0.001;

const DELTA_BASE = 0.02;
/** Above it with both fresh is an alarm anyhow. Source: formulas §3. */
const DELTA_MOST = 0.05;
const IV_BASE = 0.01;
const GREEK_SHARE = 0.1;
/** Smallest differences of Greeks that mean anything: rounding of what feeds send. */
const GREEK_LEAST = { gamma: 0.0005, thetaPerDay: 0.005, vegaPerPoint: 0.005 } as const;

/** Half of the spread; null without a two-sided quote. */
export function halfSpread(position: OurPosition): number | null {
  const { bid, ask } = position;
  if (bid === null || ask === null || !(bid > 0) || !(ask >= bid)) return null;
  return (ask - bid) / 2;
}

/**
 * Of a mark, per unit: half the spread and a tick, so that bid, ask, last inside and mid all
 * agree; without a quote 0.1 % of the mark and a tick; plus what our mark moved by while the broker
 * was asked.
 */
export function markTolerance(position: OurPosition, movedBy: number): number {
  const half = halfSpread(position) ?? UNQUOTED_SHARE * (position.mark ?? 0);
  return half + position.tickSize + movedBy;
}

/** Money of a price difference of one position, base currency; null without a rate. */
export function moneyOf(position: OurPosition, price: number): number | null {
  if (position.isFuture) return 0;
  const { signedQuantity, multiplier, rate } = position;
  return rate === null ? null : signedQuantity * multiplier * price * rate;
}

/**
 * Of net liq: the marks' tolerances in money and a cent, but at most what formulas §6 alarms at:
 * 0.1 % of the net liq or one tick of the widest leg, whichever is more; plus what ours moved by.
 */
export function netLiqTolerance(parts: {
  readonly marks: number;
  readonly widestTick: number;
  readonly netLiq: number;
  readonly movedBy: number;
}): number {
  const { marks, widestTick, netLiq, movedBy } = parts;
  const most = Math.max(NET_LIQ_SHARE * Math.abs(netLiq), widestTick);
  return Math.max(CASH_TOLERANCE, Math.min(marks + CASH_TOLERANCE, most)) + movedBy;
}

/** Volatility points that half a spread is worth; 0 where the quote or vega says nothing. */
export function volatilityDoubt(position: OurPosition, model: ModelGreeks): number {
  const half = halfSpread(position);
  return half === null || !(model.vegaPerPoint > 0) ? 0 : half / model.vegaPerPoint;
}

/** Of a volatility: one point and what half the spread is worth. */
export function ivTolerance(position: OurPosition, model: ModelGreeks): number {
  return IV_BASE + volatilityDoubt(position, model) / 100;
}

/** Of a delta: 0.02 and what half the spread moves it by, never above the alarm of 0.05. */
export function deltaTolerance(position: OurPosition, model: ModelGreeks): number {
  const byVolatility = Math.abs(model.vanna) * volatilityDoubt(position, model);
  return Math.min(DELTA_MOST, DELTA_BASE + byVolatility);
}

/** Of the other Greeks: a tenth of the larger one, and never less than what feeds round to. */
export function greekTolerance(
  name: keyof typeof GREEK_LEAST,
  theirs: number | null,
  ours: number,
): number {
  const larger = Math.max(Math.abs(theirs ?? 0), Math.abs(ours));
  return Math.max(GREEK_LEAST[name], GREEK_SHARE * larger);
}
