import { present } from "../../base/assert.ts";
import type { SampleColumns } from "./block.ts";
import { MINUTE_MS, minuteOf } from "./minutes.ts";

/**
 * Of each minute the last sample and those with the least and greatest value of the first column:
 * at most three. The last ones are at the same instants in all series that were sampled together.
 */
export function thin(samples: SampleColumns): SampleColumns {
  const { at, columns, stepMs } = samples;
  const primary = present(columns[0], "the first column");
  const kept: number[] = [];
  let start = 0;
  for (let i = 1; i <= at.length; i++) {
    if (i < at.length && minuteOf(at[i]) === minuteOf(at[start])) continue;
    keepOfMinute(primary, start, i, kept);
    start = i;
  }
  const pick = (from: Float64Array) => Float64Array.from(kept, (index) => from[index]);
  return {
    at: pick(at),
    columns: columns.map(pick),
    stepMs: Math.max(stepMs, MINUTE_MS),
    isThin: true,
  };
}

function keepOfMinute(primary: Float64Array, start: number, end: number, kept: number[]): void {
  let min = -1;
  let max = -1;
  for (let i = start; i < end; i++) {
    if (primary[i] !== primary[i]) continue;
    if (min < 0 || primary[i] < primary[min]) min = i;
    if (max < 0 || primary[i] > primary[max]) max = i;
  }
  const last = end - 1;
  const [earlier, later] = min <= max ? [min, max] : [max, min];
  if (earlier >= 0 && earlier !== last) kept.push(earlier);
  if (later >= 0 && later !== last && later !== earlier) kept.push(later);
  kept.push(last);
}
