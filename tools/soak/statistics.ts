/** Counts of whole milliseconds with a bound: what lies above counts as the bound. */
export class Histogram {
  readonly #counts: Float64Array;
  #total = 0;
  #max = 0;

  constructor(boundMs = 20_000) {
    this.#counts = new Float64Array(boundMs + 1);
  }

  /** Adds one duration, ms; a negative one counts as 0. */
  add(ms: number): void {
    const at = Math.min(this.#counts.length - 1, Math.max(0, Math.round(ms)));
    this.#counts[at]++;
    this.#total++;
    this.#max = Math.max(this.#max, at);
  }

  /** Adds everything that another of the same bound holds. */
  addAll(other: Histogram): void {
    for (let ms = 0; ms < this.#counts.length; ms++) this.#counts[ms] += other.#counts[ms];
    this.#total += other.#total;
    this.#max = Math.max(this.#max, other.#max);
  }

  get total(): number {
    return this.#total;
  }

  get max(): number {
    return this.#max;
  }

  /** Smallest duration that the share `p` (0 to 1) does not exceed, ms; NaN of none. */
  quantile(p: number): number {
    let left = p * this.#total;
    for (let ms = 0; ms < this.#counts.length; ms++) {
      left -= this.#counts[ms];
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

/** Slope of the straight line nearest to the samples, value per second; NaN of fewer than two. */
export function slopeOf(samples: readonly Sample[]): number {
  const n = samples.length;
  const meanAt = samples.reduce((sum, { atS }) => sum + atS, 0) / n;
  const meanValue = samples.reduce((sum, { value }) => sum + value, 0) / n;
  let covariance = 0;
  let variance = 0;
  for (const { atS, value } of samples) {
    covariance += (atS - meanAt) * (value - meanValue);
    variance += (atS - meanAt) ** 2;
  }
  return variance > 0 ? covariance / variance : NaN;
}

/** Smallest value between two instants; NaN of none. Of a heap: what was left after collections. */
export function valleyOf(samples: readonly Sample[], fromS: number, toS: number): number {
  const values = samples.filter(({ atS }) => atS >= fromS && atS <= toS).map(({ value }) => value);
  return values.length === 0 ? NaN : Math.min(...values);
}
