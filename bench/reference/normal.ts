/**
 * Standard normal distribution by W. J. Cody's rational approximations of erf and erfc (Mathematics
 * of Computation 23, 1969): independent of the desk's own, and as fast.
 */

const INVERSE_SQRT_PI = 0.5641895835477563;

function erfNearZero(x: number): number {
  const z = x * x;
  let p = 1.85777706184603153e-1 * z + 3.16112374387056560;
  p = p * z + 1.13864154151050156e2;
  p = p * z + 3.77485237685302021e2;
  p = p * z + 3.20937758913846947e3;
  let q = z + 2.36012909523441209e1;
  q = q * z + 2.44024637934444173e2;
  q = q * z + 1.28261652607737228e3;
  q = q * z + 2.84423683343917062e3;
  return x * p / q;
}

function erfcMiddle(y: number): number {
  let p = 2.15311535474403846e-8 * y + 5.64188496988670089e-1;
  p = p * y + 8.88314979438837594;
  p = p * y + 6.61191906371416295e1;
  p = p * y + 2.98635138197400131e2;
  p = p * y + 8.81952221241769090e2;
  p = p * y + 1.71204761263407058e3;
  p = p * y + 2.05107837782607147e3;
  p = p * y + 1.23033935479799725e3;
  let q = y + 1.57449261107098347e1;
  q = q * y + 1.17693950891312499e2;
  q = q * y + 5.37181101862009858e2;
  q = q * y + 1.62138957456669019e3;
  q = q * y + 3.29079923573345963e3;
  q = q * y + 4.36261909014324716e3;
  q = q * y + 3.43936767414372164e3;
  q = q * y + 1.23033935480374942e3;
  return Math.exp(-y * y) * p / q;
}

function erfcFar(y: number): number {
  const z = 1 / (y * y);
  let p = 1.63153871373020978e-2 * z + 3.05326634961232344e-1;
  p = p * z + 3.60344899949804439e-1;
  p = p * z + 1.25781726111229246e-1;
  p = p * z + 1.60837851487422766e-2;
  p = p * z + 6.58749161529837803e-4;
  let q = z + 2.56852019228982242;
  q = q * z + 1.87295284992346725;
  q = q * z + 5.27905102951428412e-1;
  q = q * z + 6.05183413124413191e-2;
  q = q * z + 2.33520497626869185e-3;
  return Math.exp(-y * y) * (INVERSE_SQRT_PI - z * p / q) / y;
}

/** N(x), within 1e-15. */
export function normalCdf(x: number): number {
  const y = Math.abs(x) * Math.SQRT1_2;
  if (y <= 0.46875) return 0.5 + 0.5 * erfNearZero(x * Math.SQRT1_2);
  const tail = 0.5 * (y <= 4 ? erfcMiddle(y) : erfcFar(y));
  return x < 0 ? tail : 1 - tail;
}

/**
 * N(x) by the series of its integral near 0 and a continued fraction in the tail: slow, and a check
 * on the fast one.
 */
export function normalCdfSlow(x: number): number {
  const y = Math.abs(x);
  const density = Math.exp(-0.5 * y * y) / Math.sqrt(2 * Math.PI);
  if (y < 4) {
    let term = y;
    let sum = y;
    for (let n = 3; term > 1e-20 * sum; n += 2) {
      term *= y * y / n;
      sum += term;
    }
    const half = density * sum;
    return x < 0 ? 0.5 - half : 0.5 + half;
  }
  let fraction = y;
  for (let n = 400; n > 0; n--) fraction = y + n / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}
