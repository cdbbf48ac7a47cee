import { isOption } from "../../../domain/instrument.ts";
import type { Instrument } from "../../../domain/instrument.ts";

/** What is known of an instrument's place in the book when lines are given out. */
export interface LineRisk {
  readonly instrument: Instrument;
  /** Contracts or shares held, without sign, over all accounts; 0 is none or not known. */
  readonly quantity: number;
  /** Price of what drives it, NaN when not known. */
  readonly spot: number;
  /** Of one unit, NaN when not known. */
  readonly delta: number;
  readonly gamma: number;
}

/** Distance from the strike, as a share, over which the weight of an option falls to 1/e. */
const NEARNESS = 0.1;
const MOVE = 0.01;

/**
 * How much depends on the price of an instrument, in money: of an option its dollar delta and what
 * that changes over a move of 1 %; before its Greeks are known quantity × multiplier × price, the
 * less the further its strike lies from the price. What is not held counts as one contract.
 */
export function riskOf({ instrument, quantity, spot, delta, gamma }: LineRisk): number {
  const contracts = Math.max(1, Math.abs(quantity)) * Math.max(1, instrument.multiplier);
  if (!isOption(instrument)) return contracts * (spot > 0 ? spot : 1);
  const { strike } = instrument;
  const price = spot > 0 ? spot : strike;
  const money = contracts * price;
  const size = Math.abs(delta) + Math.abs(gamma) * price * MOVE;
  if (size >= 0) return money * size;
  const nearness = Math.exp(-Math.abs(Math.log(strike / price)) / NEARNESS);
  return money * (Number.isFinite(nearness) ? nearness : 0);
}

/**
 * Compares two instruments for a market-data line: the reference and whatever drives options come
 * before options, then the larger risk, then the older wish.
 */
export function byRisk(
  a: { readonly isDriver: boolean; readonly risk: number; readonly line: number },
  b: { readonly isDriver: boolean; readonly risk: number; readonly line: number },
): number {
  if (a.isDriver !== b.isDriver) return a.isDriver ? -1 : 1;
  return b.risk - a.risk || a.line - b.line;
}
