import type { Run } from "./m4.ts";

/** Samples that are thinned are kept one a minute. */
export const MINUTE_MS = 60_000;

/** The minute that an instant lies in. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS);
}

/** Which samples of a run count, and when the one behind it follows. */
export interface MinuteRule {
  /** Samples from here on all count. */
  readonly before: number;
  readonly followedAt: number;
}

/** The last sample of each minute, and all from `before` on. */
export function lastOfMinutes(run: Run, rule: MinuteRule): Run {
  const { at, values, start, end } = run;
  const keptAt = new Float64Array(end - start);
  const kept = new Float64Array(end - start);
  let length = 0;
  for (let i = start; i < end; i++) {
    const nextAt = i + 1 < end ? at[i + 1] : rule.followedAt;
    const isLast = minuteOf(nextAt) !== minuteOf(at[i]);
    if (!isLast && at[i] < rule.before) continue;
    keptAt[length] = at[i];
    kept[length++] = values[i];
  }
  const stepMs = Math.max(run.stepMs, MINUTE_MS);
  return { at: keptAt, values: kept, start: 0, end: length, stepMs };
}
