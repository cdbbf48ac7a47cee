import { type Absent, absent, isAbsent } from "../base/absence.ts";
import type { OptionRight } from "../domain/instrument.ts";
import { createEuropeanValue, type EuropeanValue, valueEuropean } from "./european.ts";
import { type EuropeanTerms, modelYears, rightSign } from "./terms.ts";

/** Newton on a convex function from its safe side; far more than it takes. */
const STEPS_MAX = 100;

const NO_SPOT = Object.freeze(absent("noUnderlying"));
const NO_MOVE = Object.freeze(absent("outOfBounds"));

/**
 * How far the spot has to move for the option to be in the money, as a decimal of the spot (0.05 is
 * +5 %): positive for a call, negative for a put, 0 once it is there. Absent without a spot.
 * Source: formulas §4.
 */
export function moveToInTheMoney(
  right: OptionRight,
  spot: number,
  strike: number,
): number | Absent {
  if (!(spot > 0 && spot < Infinity && strike > 0)) return NO_SPOT;
  const move = strike / spot - 1;
  return right === "call" ? Math.max(0, move) : Math.min(0, move);
}

/**
 * Size of the move that doubles the price by its delta and gamma alone, in money of spot, positive;
 * Infinity for an option without delta and gamma. A seed and a quick estimate. Source: formulas §4.
 * Example: price 1.735256149, δ 0.3188582632, Γ 0.04064894798: 4.276409912.
 */
export function quadraticMoveToDouble(
  value: Pick<EuropeanValue, "price" | "delta" | "gamma">,
): number {
  const { price, delta, gamma } = value;
  // The quadratic's root without its cancellation for a small gamma.
  return 2 * price / (Math.abs(delta) + Math.sqrt(delta * delta + 2 * gamma * price));
}

/**
 * The smallest move of the spot, in its money, at which the revalued option is worth twice its
 * price: positive for a call, negative for a put.
 *
 * Absent where an input is missing, where the option is worth nothing, and for a put whose doubled
 * price lies above its upper bound (`outOfBounds`). Source: formulas §4.
 */
export function moveToDouble(terms: EuropeanTerms): number | Absent {
  const value = createEuropeanValue();
  const basis = valueEuropean(terms, value);
  if (isAbsent(basis)) return basis;
  const target = 2 * value.price;
  const reach = value.price / Math.abs(value.delta);
  if (!(target > 0 && reach < Infinity) || target >= upperBound(terms)) return NO_MOVE;
  // The price is convex in the spot: its tangent reaches the target no earlier than the price does,
  // and Newton's steps from there come back without passing it.
  const floor = terms.spot * Number.EPSILON;
  let spot = Math.max(floor, terms.spot + rightSign(terms.right) * reach);
  for (let count = 0; count < STEPS_MAX; count++) {
    const revalued = valueEuropean({ ...terms, spot }, value);
    if (isAbsent(revalued)) return revalued;
    const step = (target - value.price) / value.delta;
    const next = Math.max(floor, spot + step);
    if (!(Math.abs(next - spot) > 1e-14 * terms.spot)) return next - terms.spot;
    spot = next;
  }
  return spot - terms.spot;
}

function upperBound(terms: EuropeanTerms): number {
  if (terms.right === "call") return Infinity;
  return terms.strike * Math.exp(-terms.riskFreeRate * modelYears(terms.yearsToExpiry));
}
