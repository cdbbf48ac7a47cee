import { normalDensity, normalDistribution } from "./normal.ts";

/** What one European option is priced from; rates continuous annual decimals. */
export interface OptionInput {
  spot: number;
  strike: number;
  /** +1 call, −1 put. */
  sign: number;
  yearsToExpiry: number;
  iv: number;
  riskFreeRate: number;
  /** Cost of carry: rate minus yield for shares and indices, 0 for futures. */
  carry: number;
}

/** Price and Greeks per unit: theta per calendar day, vega per vol point, rho per point of rate. */
export interface OptionValue {
  price: number;
  delta: number;
  gamma: number;
  theta: number;
  vega: number;
  rho: number;
}

/** An input record to be reused on the hot path. */
export function blankInput(): OptionInput {
  return {
    spot: 0,
    strike: 0,
    sign: 1,
    yearsToExpiry: 0,
    iv: 0,
    riskFreeRate: 0,
    carry: 0,
  };
}

/** A value record to be reused on the hot path. */
export function blankValue(): OptionValue {
  return { price: 0, delta: 0, gamma: 0, theta: 0, vega: 0, rho: 0 };
}

/** What an option is worth when nothing is left but the payoff. */
export function intrinsic(sign: number, spot: number, strike: number): number {
  return Math.max(0, sign * (spot - strike));
}

/** European option price with carry; intrinsic at zero time. Source: Haug, generalised BSM. */
export function optionPrice(o: OptionInput): number {
  if (o.yearsToExpiry <= 0) return intrinsic(o.sign, o.spot, o.strike);
  const deviation = o.iv * Math.sqrt(o.yearsToExpiry);
  const d1 = (Math.log(o.spot / o.strike) + o.carry * o.yearsToExpiry) / deviation +
    0.5 * deviation;
  const forwardDiscount = Math.exp((o.carry - o.riskFreeRate) * o.yearsToExpiry);
  const discount = Math.exp(-o.riskFreeRate * o.yearsToExpiry);
  const price = o.sign *
    (o.spot * forwardDiscount * normalDistribution(o.sign * d1) -
      o.strike * discount * normalDistribution(o.sign * (d1 - deviation)));
  return price > 0 ? price : 0;
}

/** Fills `out` with price and Greeks; the boundary values of formulas §2 at zero time. */
export function optionValue(o: OptionInput, out: OptionValue): void {
  const t = o.yearsToExpiry;
  if (t <= 0) {
    expiredValue(o, out);
    return;
  }
  const root = Math.sqrt(t);
  const deviation = o.iv * root;
  const d1 = (Math.log(o.spot / o.strike) + o.carry * t) / deviation + 0.5 * deviation;
  const d2 = d1 - deviation;
  const forward = o.spot * Math.exp((o.carry - o.riskFreeRate) * t);
  const bond = o.strike * Math.exp(-o.riskFreeRate * t);
  const n1 = normalDistribution(o.sign * d1);
  const n2 = normalDistribution(o.sign * d2);
  const density = normalDensity(d1);
  out.price = Math.max(0, o.sign * (forward * n1 - bond * n2));
  out.delta = o.sign * (forward / o.spot) * n1;
  out.gamma = forward * density / (o.spot * o.spot * deviation);
  out.vega = forward * density * root / 100;
  out.theta = (-forward * density * o.iv / (2 * root) -
    (o.carry - o.riskFreeRate) * o.sign * forward * n1 -
    o.riskFreeRate * o.sign * bond * n2) / 365;
  // With zero carry the rate only discounts: the price moves by −T per unit of rate.
  out.rho = o.carry === 0 ? -t * out.price / 100 : o.sign * t * bond * n2 / 100;
}

function expiredValue(o: OptionInput, out: OptionValue): void {
  out.price = intrinsic(o.sign, o.spot, o.strike);
  const isTie = o.spot === o.strike;
  out.delta = isTie ? 0.5 * o.sign : out.price > 0 ? o.sign : 0;
  out.gamma = 0;
  out.theta = 0;
  out.vega = 0;
  out.rho = 0;
}
