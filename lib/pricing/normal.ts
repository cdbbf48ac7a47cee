/** 1/√(2π), the standard normal density at 0. */
export const INVERSE_SQRT_2PI = 0.3989422804014327;

/** Lowest argument of `scaledTail` and `tailSlope`; below it the fit does not hold. */
export const SCALED_TAIL_FROM = -0.75;

/** Where Hart's rational gives way to the continued fraction: 5·√2. */
const HART_LIMIT = 7.071067811865475;

/**
 * Rational of e^{y²/2}·N(−y), lowest power first: interpolated with 90 digits at Chebyshev nodes of
 * (y + 0.75 − 4)/(y + 0.75 + 4) over the half line y ≥ −0.75. All coefficients are positive, so
 * nothing cancels for y ≥ 0. Derivation and measured error: docs/decisions/normal_cdf.md.
 */
const NUMERATOR = Float64Array.of(
  0.5,
  0.8839172659564584,
  0.7745022270788917,
  0.4369213763083555,
  0.17479406936709277,
  0.05182095681678859,
  0.01159181152881973,
  0.0019558513897742487,
  0.0002442727167920659,
  2.157203383010789e-5,
  1.218398355751919e-6,
  3.359955237429071e-8,
);
const DENOMINATOR = Float64Array.of(
  1,
  2.565719092715782,
  3.0961521055928407,
  2.327316689476253,
  1.2158246910480641,
  0.4660060569729285,
  0.13469116407344645,
  0.029662555286899126,
  0.004956497021354965,
  0.0006153549704001655,
  5.415729152784144e-5,
  3.0540717682916802e-6,
  8.422158799634226e-8,
);
const DEGREE = NUMERATOR.length - 1;

/** Standard normal density. */
export function normalPdf(x: number): number {
  return INVERSE_SQRT_2PI * Math.exp(-0.5 * x * x);
}

/**
 * The upper tail without its exponential: e^{y²/2}·N(−y), for −0.75 ≤ y ≤ 1e24.
 *
 * Relative error under 1e-15 for y ≥ 0, under 3e-15 below. For the far tail, where a price has
 * meaning only relative to itself.
 */
export function scaledTail(y: number): number {
  let p = 0;
  let q = DENOMINATOR[DEGREE + 1];
  for (let power = DEGREE; power >= 0; power--) {
    p = p * y + NUMERATOR[power];
    q = q * y + DENOMINATOR[power];
  }
  return p / q;
}

/**
 * Mean slope of the scaled tail between two arguments, (scaledTail(a) − scaledTail(b))/(b − a),
 * for −0.75 ≤ a ≤ b; positive, relative error about 1e-14.
 *
 * Arguments far apart are subtracted; as they come together, where the difference has no digit
 * left, divided differences of numerator and denominator take over.
 */
export function tailSlope(a: number, b: number): number {
  const isFarApart = b - a > 0.15 * (1 + Math.max(a, 0));
  return isFarApart ? (scaledTail(a) - scaledTail(b)) / (b - a) : dividedDifference(a, b);
}

function dividedDifference(a: number, b: number): number {
  let pA = 0;
  let qA = DENOMINATOR[DEGREE + 1];
  let pB = 0;
  let qB = qA;
  let pSlope = 0;
  let qSlope = 0;
  for (let power = DEGREE; power >= 0; power--) {
    pSlope = pSlope * a + pB;
    qSlope = qSlope * a + qB;
    pA = pA * a + NUMERATOR[power];
    qA = qA * a + DENOMINATOR[power];
    pB = pB * b + NUMERATOR[power];
    qB = qB * b + DENOMINATOR[power];
  }
  return (pB * qSlope - pSlope * qB) / (qA * qB);
}

/**
 * e^{y²/2}·N(−y) for y ≥ 0 by Hart's rational 5666 (degree 6/7), past 5·√2 by a continued fraction.
 *
 * Faster than `scaledTail` and good enough for money: times e^{−y²/2} it is within 2e-16 of the
 * tail. Its relative error grows to 9e-9 far out, so solvers must not use it.
 * Source: Hart, Computer Approximations (1968); West, Better Approximations to Cumulative Normal
 * Functions (2005).
 */
export function hartTail(y: number): number {
  if (y > HART_LIMIT) {
    return INVERSE_SQRT_2PI / (y + 1 / (y + 2 / (y + 3 / (y + 4 / (y + 0.65)))));
  }
  let p = 0.03526249659989109;
  p = p * y + 0.7003830644436881;
  p = p * y + 6.37396220353165;
  p = p * y + 33.912866078383;
  p = p * y + 112.0792914978709;
  p = p * y + 221.2135961699311;
  p = p * y + 220.2068679123761;
  let q = 0.08838834764831844;
  q = q * y + 1.755667163182642;
  q = q * y + 16.06417757920695;
  q = q * y + 86.78073220294608;
  q = q * y + 296.5642487796737;
  q = q * y + 637.3336333788311;
  q = q * y + 793.8265125199484;
  q = q * y + 440.4137358247522;
  return p / q;
}

/** Standard normal distribution function; 0 and 1 beyond |x| = 38.6, NaN for NaN. */
export function normalCdf(x: number): number {
  const density = Math.exp(-0.5 * x * x);
  if (density === 0) return x < 0 ? 0 : 1;
  const tail = density * scaledTail(Math.abs(x));
  return x < 0 ? tail : 1 - tail;
}

/**
 * The x with N(x) = p, for 0 < p < 1; ∓Infinity at 0 and 1, NaN outside.
 *
 * Abramowitz and Stegun 26.2.23 (error 5e-4), refined by Halley steps to machine precision.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const tail = p < 0.5 ? p : 1 - p;
  const root = Math.sqrt(-2 * Math.log(tail));
  let y = root - (2.515517 + root * (0.802853 + root * 0.010328)) /
      (1 + root * (1.432788 + root * (0.189269 + root * 0.001308)));
  for (let step = 0; step < 2; step++) {
    // Both sides carry e^{y²/2}, so that the step holds for the smallest p.
    const excess = (scaledTail(y) - tail * Math.exp(0.5 * y * y)) / INVERSE_SQRT_2PI;
    y += excess / (1 - 0.5 * y * excess);
  }
  return p < 0.5 ? -y : y;
}
