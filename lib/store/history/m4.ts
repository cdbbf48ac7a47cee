import { assert } from "../../base/assert.ts";

/** What is drawn: a span of time, `from` inclusive to `to` exclusive, and its width in pixels. */
export interface PixelSpan {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
}

/** Extremes of samples of one column, with their times. All NaN when none of them has a value. */
export interface Extremes {
  readonly first: number;
  readonly firstAt: number;
  readonly last: number;
  readonly lastAt: number;
  readonly min: number;
  readonly minAt: number;
  readonly max: number;
  readonly maxAt: number;
  /** Samples that have a value. */
  readonly validCount: number;
}

/** Consecutive samples, times ascending; `values[i]` belongs to `at[i]`, NaN where absent. */
export interface Run {
  readonly at: Float64Array;
  readonly values: Float64Array;
  /** First sample that counts, and the one behind the last. */
  readonly start: number;
  readonly end: number;
  /** Time until the next sample was due. */
  readonly stepMs: number;
}

/** Times of a block's first and last sample, and its step. */
export interface Stretch {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly stepMs: number;
}

/** A pause of more steps than this is a gap in the line. */
export const GAP_STEPS = 3;
/** Four points and one break before them. */
const POINTS_PER_PIXEL = 5;

/**
 * Draws a line into pixels: of each pixel that has any value its first, least, greatest and last,
 * at their own times, ascending; equal extremes at the earliest time. Between two pixels one point
 * with NaN, half way, where samples are missing: a pause of more than three steps or absent values.
 * A pause that lies within one pixel cannot be seen and gives none. Samples come in order of time;
 * those outside the span do not count.
 * Source: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", 2014.
 */
export class M4 {
  readonly #span: PixelSpan;
  readonly #at: Float64Array<ArrayBuffer>;
  readonly #value: Float64Array<ArrayBuffer>;
  #length = 0;
  #sampleCount = 0;
  #pixel = -1;
  #first = NaN;
  #firstAt = NaN;
  #last = NaN;
  #lastAt = NaN;
  #min = NaN;
  #minAt = NaN;
  #max = NaN;
  #maxAt = NaN;
  #isBroken = false;
  #seenAt = NaN;
  #seenStepMs = NaN;

  constructor(span: PixelSpan) {
    assert(span.to > span.from && span.pixels >= 1, "a span has length and width");
    this.#span = span;
    this.#at = new Float64Array(span.pixels * POINTS_PER_PIXEL);
    this.#value = new Float64Array(span.pixels * POINTS_PER_PIXEL);
  }

  /** Samples with a value so far. */
  get sampleCount(): number {
    return this.#sampleCount;
  }

  /** True when both instants fall into one pixel of the span. */
  isOnePixel(firstAt: number, lastAt: number): boolean {
    const { from, to } = this.#span;
    return firstAt >= from && lastAt < to && this.#pixelOf(firstAt) === this.#pixelOf(lastAt);
  }

  /** Takes samples one by one. */
  addRun(run: Run): void {
    const { at, stepMs } = run;
    let i = lowerBound(at, run.start, run.end, this.#span.from);
    const end = lowerBound(at, i, run.end, this.#span.to);
    while (i < end) {
      const pixel = this.#pixelOf(at[i]);
      const stop = this.#endOfPixel(at, i, end, pixel);
      this.#addPart(run, i, stop, pixel);
      this.#seenAt = at[stop - 1];
      this.#seenStepMs = stepMs;
      i = stop;
    }
  }

  /** Takes a block that lies within one pixel by its extremes alone. */
  addExtremes(of: Extremes, stretch: Stretch): void {
    this.#noticePause(stretch.firstAt);
    if (of.validCount === 0) this.#isBroken = true;
    else {
      if (of.firstAt > stretch.firstAt) this.#isBroken = true;
      this.#enter(this.#pixelOf(stretch.firstAt), of.first, of.firstAt);
      this.#widen(of);
      this.#isBroken = of.lastAt < stretch.lastAt;
    }
    this.#seenAt = stretch.lastAt;
    this.#seenStepMs = stretch.stepMs;
  }

  /** Breaks the line here: samples are known to be lost. */
  addGap(): void {
    this.#isBroken = true;
  }

  /** The points drawn, in buffers of their own. */
  finish(): { readonly at: Float64Array<ArrayBuffer>; readonly value: Float64Array<ArrayBuffer> } {
    this.#leave();
    this.#pixel = -1;
    return { at: this.#at.slice(0, this.#length), value: this.#value.slice(0, this.#length) };
  }

  #pixelOf(at: number): number {
    const { from, to, pixels } = this.#span;
    return Math.min(pixels - 1, Math.floor((at - from) * pixels / (to - from)));
  }

  #endOfPixel(at: Float64Array, start: number, end: number, pixel: number): number {
    if (this.#pixelOf(at[end - 1]) === pixel) return end;
    let low = start;
    let high = end - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#pixelOf(at[middle]) === pixel) low = middle;
      else high = middle;
    }
    return high;
  }

  #noticePause(at: number): void {
    if (at - this.#seenAt > GAP_STEPS * this.#seenStepMs) this.#isBroken = true;
  }

  #addPart(run: Run, start: number, stop: number, pixel: number): void {
    const { at, values } = run;
    this.#noticePause(at[start]);
    let first = start;
    while (first < stop && values[first] !== values[first]) first++;
    if (first > start) this.#isBroken = true;
    if (first === stop) return;
    this.#enter(pixel, values[first], at[first]);
    let min = first;
    let max = first;
    let least = values[first];
    let greatest = least;
    let absentCount = 0;
    for (let i = first + 1; i < stop; i++) {
      const value = values[i];
      if (value < least) {
        least = value;
        min = i;
      } else if (value > greatest) {
        greatest = value;
        max = i;
      } else if (value !== value) absentCount++;
    }
    let last = stop - 1;
    while (values[last] !== values[last]) last--;
    this.#widen({
      first: values[first],
      firstAt: at[first],
      last: values[last],
      lastAt: at[last],
      min: least,
      minAt: at[min],
      max: greatest,
      maxAt: at[max],
      validCount: stop - first - absentCount,
    });
    this.#isBroken = last < stop - 1;
  }

  /** Goes to the pixel of the next value; draws the one before and the break between. */
  #enter(pixel: number, first: number, firstAt: number): void {
    if (pixel === this.#pixel) return;
    if (this.#pixel >= 0) {
      this.#leave();
      if (this.#isBroken) this.#draw((this.#lastAt + firstAt) / 2, NaN);
    }
    this.#pixel = pixel;
    this.#first = first;
    this.#firstAt = firstAt;
    this.#min = first;
    this.#minAt = firstAt;
    this.#max = first;
    this.#maxAt = firstAt;
  }

  #widen(by: Extremes): void {
    if (by.min < this.#min) {
      this.#min = by.min;
      this.#minAt = by.minAt;
    }
    if (by.max > this.#max) {
      this.#max = by.max;
      this.#maxAt = by.maxAt;
    }
    this.#last = by.last;
    this.#lastAt = by.lastAt;
    this.#sampleCount += by.validCount;
  }

  #leave(): void {
    if (this.#pixel < 0) return;
    this.#draw(this.#firstAt, this.#first);
    const isMinFirst = this.#minAt <= this.#maxAt;
    const earlier = isMinFirst ? this.#minAt : this.#maxAt;
    const later = isMinFirst ? this.#maxAt : this.#minAt;
    if (earlier > this.#firstAt && earlier < this.#lastAt) {
      this.#draw(earlier, isMinFirst ? this.#min : this.#max);
    }
    if (later > this.#firstAt && later < this.#lastAt && later > earlier) {
      this.#draw(later, isMinFirst ? this.#max : this.#min);
    }
    if (this.#lastAt > this.#firstAt) this.#draw(this.#lastAt, this.#last);
  }

  #draw(at: number, value: number): void {
    this.#at[this.#length] = at;
    this.#value[this.#length++] = value;
  }
}

/** Index of the first of `at[start..end)` that is not before `instant`; `end` when all are. */
export function lowerBound(
  at: Float64Array,
  start: number,
  end: number,
  instant: number,
): number {
  if (start >= end || at[start] >= instant) return start;
  if (at[end - 1] < instant) return end;
  let low = start;
  let high = end - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] < instant) low = middle;
    else high = middle;
  }
  return high;
}
