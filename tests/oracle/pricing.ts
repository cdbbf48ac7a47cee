/** The oracle's own option pricing; shares nothing with lib/pricing. */

/** Standard normal distribution to about 15 digits: a series inside, a fraction in the tails. */
export function normal(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  if (z < 2.5) {
    // erf z = 2/√π · e^{−z²} · Σ 2ⁿ z^{2n+1} / (1·3·…·(2n+1)): all terms positive.
    let term = z;
    let sum = z;
    for (let n = 1; term > sum * 1e-18; n++) {
      term *= 2 * z * z / (2 * n + 1);
      sum += term;
    }
    const erf = 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
    return x >= 0 ? 0.5 + erf / 2 : 0.5 - erf / 2;
  }
  // erfc z = e^{−z²}/√π · 1/(z + ½/(z + 1/(z + 1½/(z + …)))), from the inside out.
  let fraction = z;
  for (let k = 120; k >= 1; k--) fraction = z + k / 2 / fraction;
  const tail = Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction / 2;
  return x >= 0 ? 1 - tail : tail;
}

/** An option at an instant. `sign`: +1 call, −1 put; years of 365 days. */
export interface Terms {
  readonly sign: number;
  readonly spot: number;
  readonly strike: number;
  readonly years: number;
  readonly rate: number;
  readonly dividendYield: number;
}

/** Price and delta of a European option, per unit. */
export function value(terms: Terms, volatility: number): { price: number; delta: number } {
  const { sign, spot, strike, years, rate, dividendYield } = terms;
  if (years === 0) {
    const isIn = sign * (spot - strike) > 0;
    const delta = spot === strike ? sign / 2 : isIn ? sign : 0;
    return { price: Math.max(0, sign * (spot - strike)), delta };
  }
  const deviation = volatility * Math.sqrt(years);
  const forward = spot * Math.exp((rate - dividendYield) * years);
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  const discount = Math.exp(-rate * years);
  const price = sign * discount *
    (forward * normal(sign * d1) - strike * normal(sign * (d1 - deviation)));
  return { price, delta: sign * Math.exp(-dividendYield * years) * normal(sign * d1) };
}

/** Volatility that gives `price`, by bisection to the last double; null outside the bounds. */
export function impliedVolatility(terms: Terms, price: number): number | null {
  let [low, high] = [1e-9, 1e-9];
  while (value(terms, high).price < price) {
    high *= 2;
    if (high > 1e3) return null;
  }
  if (high === low) return null;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (value(terms, middle).price < price) low = middle;
    else high = middle;
  }
}
