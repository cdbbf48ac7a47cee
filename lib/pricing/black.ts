import { SCALED_TAIL_FROM, scaledTail, tailSlope } from "./normal.ts";

/**
 * The normalised Black function b(x, s) without its exponential e^{−(h²+t²)/2}, h = x/s, t = s/2.
 *
 * b is the price of an option out of the money over the geometric mean of its two present legs,
 * x = −|ln(asset/cash)| ≤ 0 and s = σ√T > 0; it rises from 0 to e^{x/2}:
 * b(x, s) = e^{x/2}·N(x/s + s/2) − e^{−x/2}·N(x/s − s/2). Its slope in s is e^{−(h²+t²)/2}/√(2π),
 * so that 1/√(2π) over the result is the slope of ln b.
 *
 * The difference of two scaled tails is taken as slope times distance: no digit is lost at the
 * money, and nothing underflows far from it. Source: Jäckel, Let's Be Rational (2015), for the
 * normalisation.
 */
export function priceTails(x: number, s: number): number {
  const h = x / s;
  const t = 0.5 * s;
  const from = -h - t;
  if (from >= SCALED_TAIL_FROM) return s * tailSlope(from, t - h);
  return Math.exp(0.5 * (x + h * h + t * t)) - roomTails(x, s);
}

/**
 * The room e^{x/2} − b(x, s) that a price leaves below its upper bound, without the exponential of
 * `priceTails`; for s ≥ √(2|x|), s > 0. It tells volatilities apart where b itself no longer does.
 */
export function roomTails(x: number, s: number): number {
  const h = x / s;
  const t = 0.5 * s;
  return scaledTail(t + h) + scaledTail(t - h);
}

/** The exponent that `priceTails` and `roomTails` leave out, −(h²+t²)/2; 0 at x = s = 0. */
export function tailExponent(x: number, s: number): number {
  const h = x === 0 ? 0 : x / s;
  return -0.5 * (h * h + 0.25 * s * s);
}
