import type { UnixMs } from "../../base/brand.ts";
import { TODAY_METRICS, type TodayMetric } from "../../portfolio/overview/metrics.ts";
import type { TodayHistory } from "../../portfolio/overview/today_line.ts";
import type { History, Line } from "../../ports/history.ts";

/** What is read of the record to go on with the line of today. */
export interface TodayQuery {
  readonly accountIds: readonly string[];
  readonly from: UnixMs;
  readonly to: UnixMs;
  /** Time between samples, ms by the source's clock. */
  readonly stepMs: number;
}

/** Wide enough that a session of one-second samples comes back nearly whole. */
const PIXELS = 8192;
/** Shorter pauses are the time that a start takes, no gap worth a band. */
const GAP_STEPS = 3;
/** Points given; a line that holds twice as many then takes samples as they come. */
const POINTS_MAX = 960;

/** Walks along one line: its value at or just before a time, NaN across a break. */
class Walker {
  readonly #line: Line;
  #index = -1;

  constructor(line: Line) {
    this.#line = line;
  }

  valueAt(at: UnixMs): number {
    const { at: times, value } = this.#line;
    while (this.#index + 1 < times.length && times[this.#index + 1] <= at) this.#index++;
    return this.#index < 0 ? NaN : value[this.#index];
  }
}

async function linesOf(history: Pick<History, "line">, query: TodayQuery) {
  const { from, to } = query;
  const lines: Line[] = [];
  for (const key of query.accountIds) {
    for (const column of TODAY_METRICS satisfies readonly TodayMetric[]) {
      const line = await history.line({
        kind: "account",
        keys: [key],
        column,
        from,
        to,
        pixels: PIXELS,
      });
      if (!line.ok) return line;
      lines.push(line.value);
    }
  }
  return { ok: true, value: lines } as const;
}

/** Indices of points about `stepMs` apart or more, with every break and the last point. */
function evenly(at: Float64Array, isBreak: (i: number) => boolean, stepMs: number): number[] {
  const kept: number[] = [];
  let keptAt = -Infinity;
  let isInBreak = false;
  for (let i = 0; i < at.length; i++) {
    const begins = isBreak(i) && !isInBreak;
    if (!begins && at[i] - keptAt < stepMs && i < at.length - 1) continue;
    kept.push(i);
    keptAt = at[i];
    isInBreak = isBreak(i);
  }
  return kept;
}

/** Step at which so many points reach over a time: a whole number of `stepMs`. */
function stepOver(spanMs: number, stepMs: number): number {
  return stepMs * Math.max(1, Math.ceil(spanMs / stepMs / POINTS_MAX));
}

/**
 * What the record holds of today's lines, ready to go on with; null when it holds nothing or cannot
 * be read. Thinned evenly to about 960 points, whose step is the answer's. A pause before `to`
 * stays a gap.
 */
export async function recordedToday(
  history: Pick<History, "line">,
  query: TodayQuery,
): Promise<TodayHistory | null> {
  const lines = await linesOf(history, query);
  if (!lines.ok) return null;
  const times = new Set<number>();
  for (const line of lines.value) for (const at of line.at) times.add(at);
  if (times.size === 0) return null;
  const at = Float64Array.from(times).sort();
  const walkers = lines.value.map((line) => new Walker(line));
  const columns = walkers.map(() => new Array<number | null>(at.length));
  at.forEach((time, i) => {
    walkers.forEach((walker, k) => {
      const value = walker.valueAt(time);
      columns[k][i] = Number.isNaN(value) ? null : value;
    });
  });
  const last = at[at.length - 1];
  const stepMs = at.length > POINTS_MAX ? stepOver(last - at[0], query.stepMs) : query.stepMs;
  const isBreak = (i: number) => columns.every((column) => column[i] === null);
  // Samples are not on time to the millisecond: half a step early is on time.
  const kept = at.length > POINTS_MAX
    ? evenly(at, isBreak, stepMs - query.stepMs / 2)
    : [...at.keys()];
  const isGap = query.to - last > GAP_STEPS * query.stepMs;
  const end = isGap ? [null] : [];
  const thinned = columns.map((column) => [...kept.map((i) => column[i]), ...end]);
  const count = TODAY_METRICS.length;
  return {
    stepMs,
    at: [...kept.map((i) => at[i]), ...end.map(() => last + query.stepMs)],
    values: query.accountIds.map((_, a) => thinned.slice(a * count, (a + 1) * count)),
  };
}
