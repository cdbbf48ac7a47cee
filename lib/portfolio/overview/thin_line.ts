import type { TodayPoints } from "./today_line.ts";

/** Where a line is drawn: the place of a time on an axis of some length, in so many pixels. */
export interface ThinOptions {
  /** From 0 to `length`, never falling. */
  readonly position: (at: number) => number;
  readonly length: number;
  readonly pixels: number;
}

/** Points of one pixel at most: first, least, greatest and last. */
const POINTS_PER_PIXEL = 4;

/**
 * First, least, greatest and last value of each pixel that has any (M4), at most four points a
 * pixel in all. A break (NaN) is kept where values beside it lie in different pixels; a shorter one
 * has no place on the axis.
 */
export function thinLine(points: TodayPoints, options: ThinOptions): TodayPoints {
  const most = POINTS_PER_PIXEL * options.pixels;
  let columns = options.pixels;
  let kept = points.at.length <= most ? null : columnPoints(points, options, columns);
  while (kept !== null && kept.length > most && columns > 1) {
    // Breaks take room as well: where there are many, pixels are drawn a little wider.
    columns = Math.max(1, Math.floor(columns * 0.8));
    kept = columnPoints(points, options, columns);
  }
  if (kept === null) return points;
  return {
    at: Float64Array.from(kept, (i) => points.at[i]),
    value: Float64Array.from(kept, (i) => points.value[i]),
  };
}

/** Indices of the points to keep. */
function columnPoints(points: TodayPoints, options: ThinOptions, columns: number): number[] {
  const { at, value } = points;
  const kept: number[] = [];
  const scale = options.length > 0 ? columns / options.length : 0;
  let column = -1;
  let [first, low, high, last, gap] = [-1, -1, -1, -1, -1];
  const flush = () => {
    if (first < 0) return;
    for (const i of [first, Math.min(low, high), Math.max(low, high), last]) {
      if (kept.length === 0 || kept[kept.length - 1] < i) kept.push(i);
    }
  };
  for (let i = 0; i < at.length; i++) {
    if (Number.isNaN(value[i])) {
      gap = i;
      continue;
    }
    const next = Math.min(columns - 1, Math.floor(options.position(at[i]) * scale));
    if (next !== column) {
      flush();
      if (gap >= 0 && first >= 0) kept.push(gap);
      [first, low, high] = [i, i, i];
      column = next;
    } else if (value[i] < value[low]) low = i;
    else if (value[i] > value[high]) high = i;
    last = i;
    gap = -1;
  }
  flush();
  return kept;
}
