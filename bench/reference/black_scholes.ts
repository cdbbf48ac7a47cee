import { normalCdf } from "./normal.ts";

/** A European option of a share with continuous yield; annual decimals. */
export interface OptionTerms {
  readonly sign: 1 | -1;
  readonly spot: number;
  readonly strike: number;
  readonly years: number;
  readonly rate: number;
  readonly dividendYield: number;
}

/** Price per unit by the formula as textbooks write it. */
export function priceOf(terms: OptionTerms, volatility: number): number {
  const { sign, spot, strike, years, rate, dividendYield } = terms;
  const total = volatility * Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + (rate - dividendYield) * years) / total + total / 2;
  const asset = spot * Math.exp(-dividendYield * years) * normalCdf(sign * d1);
  const cash = strike * Math.exp(-rate * years) * normalCdf(sign * (d1 - total));
  return sign * (asset - cash);
}

/** dPrice/dVolatility, per 1.0 of volatility. */
function vegaOf(terms: OptionTerms, volatility: number): number {
  const { spot, strike, years, rate, dividendYield } = terms;
  const total = volatility * Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + (rate - dividendYield) * years) / total + total / 2;
  const density = Math.exp(-0.5 * d1 * d1) / Math.sqrt(2 * Math.PI);
  return spot * Math.exp(-dividendYield * years) * density * Math.sqrt(years);
}

/**
 * Implied volatility by Newton's method: from the start of Manaster and Koehler, at the money that
 * of Brenner and Subrahmanyam, until a step is below 1e-13 of the volatility.
 */
export function newtonVolatility(terms: OptionTerms, price: number): number {
  const { spot, strike, years, rate, dividendYield } = terms;
  const moneyness = Math.abs(Math.log(spot / strike) + (rate - dividendYield) * years);
  const atTheMoney = Math.sqrt(2 * Math.PI / years) * price / spot;
  let volatility = Math.max(Math.sqrt(2 * moneyness / years), atTheMoney);
  for (let step = 0; step < 60; step++) {
    const move = (priceOf(terms, volatility) - price) / vegaOf(terms, volatility);
    volatility -= move;
    if (!(Math.abs(move) > 1e-13 * volatility)) return volatility;
  }
  return volatility;
}

/** Implied volatility by Brent's method on [1e-4, 4] to 1e-13. */
export function brentVolatility(terms: OptionTerms, price: number): number {
  const f = (volatility: number) => priceOf(terms, volatility) - price;
  let a = 1e-4;
  let b = 4;
  let fa = f(a);
  let fb = f(b);
  let c = a;
  let fc = fa;
  let step = b - a;
  let before = step;
  for (let count = 0; count < 100; count++) {
    if ((fb > 0) === (fc > 0)) {
      c = a;
      fc = fa;
      before = step = b - a;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const tolerance = 2 * Number.EPSILON * Math.abs(b) + 0.5e-13;
    const half = 0.5 * (c - b);
    if (Math.abs(half) <= tolerance || fb === 0) return b;
    [step, before] = nextStep({ a, b, c, fa, fb, fc, half, tolerance, step, before });
    a = b;
    fa = fb;
    b += Math.abs(step) > tolerance ? step : Math.sign(half) * tolerance;
    fb = f(b);
  }
  return b;
}

/** Inverse quadratic interpolation or secant where that is safe, else the middle. */
function nextStep(s: {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly fa: number;
  readonly fb: number;
  readonly fc: number;
  readonly half: number;
  readonly tolerance: number;
  readonly step: number;
  readonly before: number;
}): [step: number, before: number] {
  if (Math.abs(s.before) < s.tolerance || Math.abs(s.fa) <= Math.abs(s.fb)) return [s.half, s.half];
  const ratio = s.fb / s.fa;
  let p: number;
  let q: number;
  if (s.a === s.c) {
    p = 2 * s.half * ratio;
    q = 1 - ratio;
  } else {
    const u = s.fa / s.fc;
    const v = s.fb / s.fc;
    p = ratio * (2 * s.half * u * (u - v) - (s.b - s.a) * (v - 1));
    q = (u - 1) * (v - 1) * (ratio - 1);
  }
  if (p > 0) q = -q;
  p = Math.abs(p);
  const isSafe =
    2 * p < Math.min(3 * s.half * q - Math.abs(s.tolerance * q), Math.abs(s.before * q));
  return isSafe ? [p / q, s.step] : [s.half, s.half];
}
