import { priceTails, roomTails, tailExponent } from "./black.ts";
import { INVERSE_SQRT_2PI } from "./normal.ts";

/** A price out of the money in normalised form; see `priceTails`. */
export interface NormalisedPrice {
  /** −|ln(asset/cash)|, at most 0. */
  readonly x: number;
  /** ln of the price over √(asset·cash). */
  readonly logPrice: number;
  /** ln of the room below the upper bound, e^{x/2} minus the price. */
  readonly logRoom: number;
}

/** What the search makes equal, and where. */
interface Search {
  readonly x: number;
  /** ln of the price, or of the room when `isByRoom`. */
  readonly target: number;
  readonly isByRoom: boolean;
  readonly start: number;
  readonly low: number;
  readonly high: number;
}

/** More than any price needs; a search that takes longer met a NaN. */
const STEPS_MAX = 60;

/**
 * A step this small, relative to s, is the last: the order of convergence is 4, so that what is
 * left after it lies below rounding.
 */
const LAST_STEP = 3e-5;

/**
 * Solves b(x, s) = price for the total volatility s = σ√T, to machine precision; null when no
 * finite s was found.
 *
 * Householder steps of order 4 on ln b, in the upper half of the range on the logarithm of the
 * room, kept inside a bracket. 2 to 4 evaluations.
 */
export function solveTotalVolatility(price: NormalisedPrice): number | null {
  const { x, target, isByRoom, start, low: floor, high: ceiling } = searchFor(price);
  let low = floor;
  let high = ceiling;
  let s = start;
  for (let count = 0; count < STEPS_MAX && s > 0; count++) {
    const tails = isByRoom ? roomTails(x, s) : priceTails(x, s);
    const error = Math.log(tails) + tailExponent(x, s) - target;
    const slope = (isByRoom ? -INVERSE_SQRT_2PI : INVERSE_SQRT_2PI) / tails;
    if (error === 0) return s;
    if ((error < 0) === (slope > 0)) low = s;
    else high = s;
    const step = householderStep(x, s, error, slope);
    const next = s + step;
    if (next > low && next < high) {
      if (Math.abs(step) <= LAST_STEP * s) return next;
      s = next;
    } else if (Math.abs(step) <= 4 * Number.EPSILON * s) return s;
    else s = high === Infinity ? 2 * s : 0.5 * (low + high);
  }
  return null;
}

/**
 * Chooses objective, bracket and start. The price at the inflection s = √(2|x|) parts the range:
 * below it ln b is nearly straight in 1/s² and one Newton step there starts the search; above it a
 * Newton step in s does, and in the upper half of the range the size of the room.
 */
function searchFor({ x, logPrice, logRoom }: NormalisedPrice): Search {
  const inflection = Math.sqrt(-2 * x);
  const tails = inflection > 0 ? priceTails(x, inflection) : 0;
  const exponent = tailExponent(x, inflection);
  const logAt = Math.log(tails) + exponent;
  if (logPrice <= logAt) {
    const slopeInU = -0.5 * inflection ** 3 * INVERSE_SQRT_2PI / tails;
    const u = 1 / (inflection * inflection) + (logPrice - logAt) / slopeInU;
    const start = 1 / Math.sqrt(u);
    return { x, target: logPrice, isByRoom: false, start, low: 0, high: inflection };
  }
  if (logPrice > 0.5 * x - Math.LN2) {
    // The room is about e^{x/2}·e^{−z²/2} with z = x/s + s/2.
    const zSquared = Math.max(0, x - 2 * logRoom);
    const start = Math.sqrt(zSquared) + Math.sqrt(zSquared - 2 * x);
    return { x, target: logRoom, isByRoom: true, start, low: inflection, high: Infinity };
  }
  const start = inflection + (Math.exp(logPrice - exponent) - tails) / INVERSE_SQRT_2PI;
  return { x, target: logPrice, isByRoom: false, start, low: inflection, high: Infinity };
}

/** Householder's step of third derivatives for the logarithm of the price or of the room. */
function householderStep(x: number, s: number, error: number, slope: number): number {
  const xOverS = x / s;
  const curvature = xOverS * xOverS / s - 0.25 * s;
  const third = curvature * curvature - 3 * (xOverS / s) * (xOverS / s) - 0.25;
  const newton = -error / slope;
  const second = curvature - slope;
  const jerk = third - 3 * curvature * slope + 2 * slope * slope;
  return newton * (1 + 0.5 * second * newton) /
    (1 + newton * (second + jerk * newton / 6));
}
