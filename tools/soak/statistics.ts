/** Counts of whole milliseconds with a bound: what lies above counts as the bound. */
export class Histogram {
  readonly counts: Float64Array<ArrayBuffer>;
  #total = 0;

  constructor(boundMs = 20_000) {
    this.counts = new Float64Array(boundMs + 1);
  }

  /** Adds one duration, ms; a negative one counts as 0. */
  add(ms: number): void {
    const at = Math.min(this.counts.length - 1, Math.max(0, Math.round(ms)));
    this.counts[at]++;
    this.#total++;
  }

  /** Adds the counts of another of the same bound. */
  addCounts(counts: Float64Array): void {
    for (let ms = 0; ms < this.counts.length; ms++) {
      this.counts[ms] += counts[ms];
      this.#total += counts[ms];
    }
  }

  get total(): number {
    return this.#total;
  }

  /** Smallest duration that the share `p` (0 to 1) does not exceed, ms; NaN of none. */
  quantile(p: number): number {
    let left = p * this.#total;
    for (let ms = 0; ms < this.counts.length; ms++) {
      left -= this.counts[ms];
      if (left <= 0 && this.#total > 0) return ms;
    }
    return NaN;
  }
}

/** A measurement at an instant, seconds since the start. */
export interface Sample {
  readonly atS: number;
  readonly value: number;
}

/** A straight line through samples that may step once. */
export interface Trend {
  /** Value per second on both sides of the step; NaN of fewer than two samples. */
  readonly slope: number;
  /** Height of the step; 0 when there is none. */
  readonly step: number;
  /** Where it steps, NaN when it does not. */
  readonly stepAtS: number;
}

/** Sums of the samples of a range, from which its line follows. */
class Moments {
  #n = 0;
  #t = 0;
  #v = 0;
  #tt = 0;
  #tv = 0;
  #vv = 0;

  add(t: number, v: number, sign = 1): void {
    this.#n += sign;
    this.#t += sign * t;
    this.#v += sign * v;
    this.#tt += sign * t * t;
    this.#tv += sign * t * v;
    this.#vv += sign * v * v;
  }

  get count(): number {
    return this.#n;
  }

  get meanT(): number {
    return this.#t / this.#n;
  }

  get meanV(): number {
    return this.#v / this.#n;
  }

  get varianceT(): number {
    return this.#tt - this.#t * this.#t / this.#n;
  }

  get covariance(): number {
    return this.#tv - this.#t * this.#v / this.#n;
  }

  get varianceV(): number {
    return this.#vv - this.#v * this.#v / this.#n;
  }
}

/** Share of the samples that stands on each side of a step at least. */
const SIDE_MIN = 0.1;
/** A step is believed when it takes away at least this share of what the line leaves over. */
const STEP_GAIN = 0.5;

/**
 * Slope by least squares, robust against one step: an allocator that takes a block once is no leak,
 * one that takes a block now and then is. Of all lines with one step the best is taken when it
 * halves what the plain line leaves over, else the plain line stands.
 */
export function trendOf(samples: readonly Sample[]): Trend {
  const n = samples.length;
  // Centred, so that the sums of squares keep their digits.
  const originS = samples.reduce((sum, { atS }) => sum + atS, 0) / n;
  const level = samples.reduce((sum, { value }) => sum + value, 0) / n;
  const left = new Moments();
  const right = new Moments();
  for (const { atS, value } of samples) right.add(atS - originS, value - level);
  const plain = right.covariance / right.varianceT;
  const none: Trend = { slope: n < 2 ? NaN : plain, step: 0, stepAtS: NaN };
  let leastRest = (1 - STEP_GAIN) * (right.varianceV - plain * right.covariance);
  let best = none;
  for (const { atS, value } of samples) {
    left.add(atS - originS, value - level);
    right.add(atS - originS, value - level, -1);
    if (left.count < SIDE_MIN * n || right.count < SIDE_MIN * n) continue;
    const covariance = left.covariance + right.covariance;
    const slope = covariance / (left.varianceT + right.varianceT);
    const rest = left.varianceV + right.varianceV - slope * covariance;
    if (!(rest < leastRest)) continue;
    leastRest = rest;
    const step = right.meanV - left.meanV - slope * (right.meanT - left.meanT);
    best = { slope, step, stepAtS: atS };
  }
  return best;
}

/** Smallest value between two instants; NaN of none. */
export function valleyOf(samples: readonly Sample[], fromS: number, toS: number): number {
  const values = samples.filter(({ atS }) => atS >= fromS && atS <= toS).map(({ value }) => value);
  return values.length === 0 ? NaN : Math.min(...values);
}
