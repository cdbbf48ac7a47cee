import { assert } from "../base/assert.ts";

/** The trail of one metric: `at[i]` ms by the source's clock, `value[i]` NaN where unknown. */
export interface TrailPoints {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

/** Shape of a trail. */
export interface TrailOptions {
  readonly accounts: number;
  readonly metrics: number;
  /** Points kept at most; even. When full, every second point is dropped and the step doubles. */
  readonly capacity: number;
  /** Distance of points at the beginning. */
  readonly stepMs: number;
}

/**
 * Portfolio metrics since the start, one sample per step and account, in bounded memory: when the
 * columns are full every second sample goes and the step doubles, so that the line always reaches
 * back to the start. A pause in the samples is kept as one NaN point, never joined.
 */
export class Trail {
  readonly #options: TrailOptions;
  readonly #stride: number;
  readonly #at: Float64Array;
  readonly #values: Float64Array;
  #count = 0;
  #stepMs: number;

  constructor(options: TrailOptions) {
    assert(options.capacity >= 4 && options.capacity % 2 === 0, "capacity is even, at least 4");
    this.#options = options;
    this.#stride = options.accounts * options.metrics;
    this.#stepMs = options.stepMs;
    this.#at = new Float64Array(options.capacity);
    this.#values = new Float64Array(options.capacity * this.#stride);
  }

  /** Points held. */
  get count(): number {
    return this.#count;
  }

  /** Distance of points now. */
  get stepMs(): number {
    return this.#stepMs;
  }

  /**
   * Adds a sample when a step has passed since the last: `sample[account * metrics + metric]`.
   * A gap of over three steps first adds a point of NaN, so that no line is drawn across it.
   * Time that does not move forward (a seek) empties the trail.
   */
  add(at: number, sample: Float64Array): void {
    const last = this.#count === 0 ? -Infinity : this.#at[this.#count - 1];
    if (at < last) this.#count = 0;
    else if (at - last < this.#stepMs) return;
    else if (this.#count > 0 && at - last > 3 * this.#stepMs) this.#push(last + this.#stepMs, null);
    this.#push(at, sample);
  }

  #push(at: number, sample: Float64Array | null): void {
    if (this.#count === this.#options.capacity) this.#halve();
    this.#at[this.#count] = at;
    const from = this.#count * this.#stride;
    if (sample === null) this.#values.fill(NaN, from, from + this.#stride);
    else this.#values.set(sample.subarray(0, this.#stride), from);
    this.#count++;
  }

  #halve(): void {
    const kept = this.#options.capacity / 2;
    for (let i = 0; i < kept; i++) {
      this.#at[i] = this.#at[2 * i];
      const from = 2 * i * this.#stride;
      this.#values.copyWithin(i * this.#stride, from, from + this.#stride);
    }
    this.#count = kept;
    this.#stepMs *= 2;
  }

  /** One metric summed over accounts; NaN where any of them is unknown. */
  read(metric: number, accounts: readonly number[]): TrailPoints {
    const at: number[] = [];
    const value: number[] = [];
    for (let i = 0; i < this.#count; i++) {
      let sum = 0;
      for (const account of accounts) {
        sum += this.#values[i * this.#stride + account * this.#options.metrics + metric];
      }
      at.push(this.#at[i]);
      value.push(sum);
    }
    return { at, value };
  }
}
