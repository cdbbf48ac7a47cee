import { TODAY_METRICS, type TodayMetric } from "./metrics.ts";

/**
 * The metrics since the start as they travel: `at` ascending ms by the source's clock;
 * `values[account][metric][i]`, null where unknown. A null point marks a gap.
 */
export interface TodayHistory {
  readonly stepMs: number;
  readonly at: readonly number[];
  readonly values: readonly (readonly (readonly (number | null)[])[])[];
}

/** A line to draw: times in ms and values; NaN breaks the line. */
export interface TodayPoints {
  readonly at: Float64Array;
  readonly value: Float64Array;
}

/** A time without data. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Points kept; even. When full every second one goes and the step doubles. */
const POINTS_MAX = 2_048;
/** Longest pause between points that still joins them, in steps. */
const JOINED_STEPS = 3;
/** A page is going within this time of its first paint. */
const LOADING_MS = 15_000;
/** Shorter pauses are not worth a band. */
const GAP_MIN_MS = 3_000;

/**
 * The metrics of every account since the start, in bounded memory: goes on from the page's history
 * and keeps reaching back to its first point. Pauses stay as gaps.
 */
export class TodayLine {
  readonly #stride: number;
  readonly #at = new Float64Array(POINTS_MAX);
  readonly #values: Float64Array;
  #count = 0;
  #stepMs: number;
  #isResumed = false;

  /** `accounts` is the number of accounts that samples and history hold. */
  constructor(accounts: number, history: TodayHistory) {
    this.#stride = accounts * TODAY_METRICS.length;
    this.#values = new Float64Array(POINTS_MAX * this.#stride);
    this.#stepMs = history.stepMs;
    for (let i = 0; i < history.at.length; i++) this.#push(history.at[i], sampleAt(history, i));
  }

  /** Points held. */
  get count(): number {
    return this.#count;
  }

  /** Time between points. */
  get stepMs(): number {
    return this.#stepMs;
  }

  /** The same line with room for more accounts, of which nothing is known so far. */
  widened(accounts: number): TodayLine {
    const line = new TodayLine(accounts, { stepMs: this.#stepMs, at: [], values: [] });
    for (let i = 0; i < this.#count; i++) {
      const sample = new Float64Array(accounts * TODAY_METRICS.length).fill(NaN);
      sample.set(this.#values.subarray(i * this.#stride, (i + 1) * this.#stride));
      line.#push(this.#at[i], sample);
    }
    line.#isResumed = this.#isResumed;
    return line;
  }

  /** Time of the first point, NaN when there is none. */
  get startsAt(): number {
    return this.#count === 0 ? NaN : this.#at[0];
  }

  /** True when a sample at this time would be taken. */
  isDue(at: number): boolean {
    const last = this.#count === 0 ? -Infinity : this.#at[this.#count - 1];
    return at < last || at - last >= this.#stepMs;
  }

  /**
   * Adds a sample when a step has passed since the last one; true when it did. A clock that went
   * back (a seek, another session of the demo) starts anew. After a pause a gap is kept; a source
   * that runs at `pace` seconds per second is given as much longer.
   */
  add(at: number, sample: Float64Array, pace = 1): boolean {
    if (!this.isDue(at)) return false;
    const last = this.#count === 0 ? -Infinity : this.#at[this.#count - 1];
    if (at < last) this.#count = 0;
    else if (this.#count > 0 && at - last > this.#pauseMs(pace)) {
      this.#push(last + this.#stepMs, null);
    }
    this.#isResumed = true;
    this.#push(at, sample);
    return true;
  }

  /** The time from a page's history to its first sample is loading, not a gap. */
  #pauseMs(pace: number): number {
    const patience = this.#isResumed ? GAP_MIN_MS : LOADING_MS;
    return Math.max(patience * Math.max(1, pace), JOINED_STEPS * this.#stepMs);
  }

  #push(at: number, sample: Float64Array | null): void {
    if (this.#count === POINTS_MAX) this.#halve();
    this.#at[this.#count] = at;
    const from = this.#count * this.#stride;
    if (sample === null) this.#values.fill(NaN, from, from + this.#stride);
    else this.#values.set(sample.subarray(0, this.#stride), from);
    this.#count++;
  }

  /** A gap point is kept together with what follows it, so that no gap is lost. */
  #halve(): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const isGap = Number.isNaN(this.#values[i * this.#stride]);
      if (i % 2 === 1 && !isGap) continue;
      this.#at[kept] = this.#at[i];
      const from = i * this.#stride;
      this.#values.copyWithin(kept * this.#stride, from, from + this.#stride);
      kept++;
    }
    // Gaps alone cannot fill the line: beyond half of it the oldest points give way.
    this.#count = Math.min(kept, POINTS_MAX - 2);
    this.#stepMs *= 2;
  }

  /** One metric summed over accounts; NaN where any of them is unknown. */
  read(metric: TodayMetric, accounts: readonly number[]): TodayPoints {
    const index = TODAY_METRICS.indexOf(metric);
    const value = new Float64Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      for (const account of accounts) {
        value[i] += this.#values[i * this.#stride + account * TODAY_METRICS.length + index];
      }
    }
    return { at: this.#at.slice(0, this.#count), value };
  }
}

function sampleAt(history: TodayHistory, i: number): Float64Array {
  const sample = new Float64Array(history.values.length * TODAY_METRICS.length);
  history.values.forEach((metrics, account) => {
    metrics.forEach((values, metric) => {
      sample[account * TODAY_METRICS.length + metric] = values[i] ?? NaN;
    });
  });
  return sample;
}

/**
 * A line of the record with the page's own line at its end. The time from the one to the other is
 * loading unless it is long; a source that runs at `pace` seconds per second is given as much
 * longer.
 */
export function joinPoints(record: TodayPoints, own: TodayPoints, pace: number): TodayPoints {
  const end = record.at.length === 0 ? -Infinity : record.at[record.at.length - 1];
  const after = own.at.findIndex((at, i) => at > end && !Number.isNaN(own.value[i]));
  if (after < 0) return record;
  if (end === -Infinity) return own;
  const isPause = own.at[after] - end > LOADING_MS * Math.max(1, pace);
  const gap = isPause ? [(end + own.at[after]) / 2] : [];
  return {
    at: Float64Array.from([...record.at, ...gap, ...own.at.subarray(after)]),
    value: Float64Array.from([
      ...record.value,
      ...gap.map(() => NaN),
      ...own.value.subarray(after),
    ]),
  };
}

/** A line whose source is out at `now`: what is missing goes on until then. */
export function withOutage(points: TodayPoints, now: number): TodayPoints {
  const { at, value } = points;
  const last = at[at.length - 1];
  if (last === undefined || now - last <= GAP_MIN_MS) return points;
  const longer = { at: new Float64Array(at.length + 1), value: new Float64Array(at.length + 1) };
  longer.at.set(at);
  longer.value.set(value);
  longer.at[at.length] = now;
  longer.value[at.length] = NaN;
  return longer;
}

/** Times between the last value before a break and the first after it, or where the line ends. */
export function gapsOf(points: TodayPoints): Gap[] {
  const gaps: Gap[] = [];
  let from = NaN;
  for (let i = 0; i < points.at.length; i++) {
    if (Number.isNaN(points.value[i])) continue;
    if (i > 0 && Number.isNaN(points.value[i - 1]) && Number.isFinite(from)) {
      gaps.push({ from, to: points.at[i] });
    }
    from = points.at[i];
  }
  const end = points.at[points.at.length - 1];
  if (end > from) gaps.push({ from, to: end });
  return gaps;
}

/** Last known value of a line, NaN when there is none. */
export function lastValue(points: TodayPoints): number {
  for (let i = points.value.length - 1; i >= 0; i--) {
    if (!Number.isNaN(points.value[i])) return points.value[i];
  }
  return NaN;
}

/** Smallest and largest known value, null when there is none. */
export function rangeOf(points: TodayPoints): { low: number; high: number } | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of points.value) {
    if (Number.isNaN(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : null;
}
