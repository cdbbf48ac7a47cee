import { assert } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Clock } from "../../ports/clock.ts";
import {
  type DailyBar,
  type DailyEntry,
  type History,
  type HistoryStatus,
  type Line,
  type LineQuery,
  SAMPLE_COLUMNS,
  type SampleKind,
  type Samples,
} from "../../ports/history.ts";
import type { RecordingProblem } from "../../ports/journal.ts";
import { checkLine } from "./line_check.ts";
import { lowerBound, M4, type Run } from "./m4.ts";
import { SeriesNames } from "./series_names.ts";
import { type Runs, SumOfRuns } from "./sum.ts";

/** Samples of one series that are kept; the older half goes when there are more. */
const SAMPLES_MAX = 200_000;
const BARS_MAX = 100_000;

/** Everything recorded of one series. */
class MemorySeries {
  at = new Float64Array(64);
  stepMs = new Float64Array(64);
  values: Float64Array;
  length = 0;
  readonly #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
    this.values = new Float64Array(64 * columns);
  }

  /** Adds a sample, or replaces that of the same instant. */
  put(at: UnixMs, stepMs: number, values: Float64Array): void {
    const index = lowerBound(this.at, 0, this.length, at);
    if (index === this.length || this.at[index] !== at) this.#makeRoom(index);
    this.at[index] = at;
    this.stepMs[index] = stepMs;
    this.values.set(values, index * this.#columns);
  }

  #makeRoom(index: number): void {
    const columns = this.#columns;
    if (this.length === this.at.length) {
      this.at = grown(this.at);
      this.stepMs = grown(this.stepMs);
      this.values = grown(this.values);
    }
    this.at.copyWithin(index + 1, index, this.length);
    this.stepMs.copyWithin(index + 1, index, this.length);
    this.values.copyWithin((index + 1) * columns, index * columns, this.length * columns);
    this.length++;
  }

  /** Forgets the older half. */
  forgetHalf(): void {
    const half = this.length >> 1;
    this.at.copyWithin(0, half, this.length);
    this.stepMs.copyWithin(0, half, this.length);
    this.values.copyWithin(0, half * this.#columns, this.length * this.#columns);
    this.length -= half;
  }

  /** One column as runs of one step each. */
  runsOf(column: number): Run[] {
    const { at, length } = this;
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++) values[i] = this.values[i * this.#columns + column];
    const runs: Run[] = [];
    for (let start = 0; start < length;) {
      const stepMs = this.stepMs[start];
      let end = start + 1;
      while (end < length && this.stepMs[end] === stepMs) end++;
      runs.push({ at, values, start, end, stepMs });
      start = end;
    }
    return runs;
  }
}

function grown(from: Float64Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2);
  to.set(from);
  return to;
}

function clipped(run: Run, query: LineQuery): Run {
  const start = lowerBound(run.at, run.start, run.end, query.from);
  return { ...run, start, end: lowerBound(run.at, start, run.end, query.to) };
}

function inOrder(runs: readonly Run[]): Runs {
  let next = 0;
  return { next: () => runs[next++] ?? null };
}

/** History that lives as long as its process, for tests and simulations. */
export class MemoryHistory implements History {
  readonly #since: UnixMs;
  readonly #names = new SeriesNames();
  readonly #series = new Map<number, MemorySeries>();
  readonly #bars = new Map<string, DailyEntry>();
  #taken = 0;
  #lost = 0;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#since = clock.now();
  }

  series(kind: SampleKind, key: string): number {
    return this.#names.handleOf(kind, key);
  }

  record(samples: Samples): void {
    const { kind, stepMs, series, values } = samples;
    const columns = SAMPLE_COLUMNS[kind].length;
    assert(values.length === series.length * columns, "a value a column");
    this.#taken += series.length;
    series.forEach((handle, i) => {
      if (handle < 0 || this.#isClosed) return void this.#lost++;
      const one = this.#series.get(handle) ?? new MemorySeries(columns);
      this.#series.set(handle, one);
      const own = values.subarray(i * columns, (i + 1) * columns);
      one.put(Math.round(samples.at), Math.round(stepMs), own);
      if (one.length > SAMPLES_MAX) one.forgetHalf();
    });
  }

  recordDaily(bars: readonly DailyEntry[]): void {
    for (const bar of bars) {
      this.#bars.set(`${bar.kind} ${bar.column} ${bar.session} ${bar.key}`, bar);
      if (this.#bars.size <= BARS_MAX) continue;
      const [oldest] = this.#bars.keys();
      this.#bars.delete(oldest);
    }
  }

  line(query: LineQuery): Promise<Result<Line, RecordingProblem>> {
    const column = checkLine(query);
    if (!column.ok) return Promise.resolve(column);
    const keys = [...new Set(query.keys)];
    const all = keys.map((key) => this.#series.get(this.#names.handleOf(query.kind, key)));
    const known = all.filter((one) => one !== undefined && one.length > 0);
    const m4 = new M4(query);
    const runs = known.map((one) => one?.runsOf(column.value) ?? []);
    if (known.length === keys.length && known.length > 0) {
      const clip = (of: Run[]) =>
        of.map((run) => clipped(run, query)).filter((r) => r.end > r.start);
      const source = runs.length === 1
        ? inOrder(clip(runs[0]))
        : new SumOfRuns(runs.map((of) => inOrder(clip(of))));
      for (let run = source.next(); run !== null; run = source.next()) m4.addRun(run);
    }
    const since = known.length === 0 ? null : Math.min(...known.map((one) => one?.at[0] ?? NaN));
    return Promise.resolve(ok({ ...m4.finish(), sampleCount: m4.sampleCount, since }));
  }

  daily(
    of: { readonly kind: SampleKind; readonly key: string; readonly column: string },
    countMax: number,
  ): Promise<Result<readonly DailyBar[], RecordingProblem>> {
    const bars = [...this.#bars.values()]
      .filter((bar) => bar.kind === of.kind && bar.key === of.key && bar.column === of.column)
      .sort((a, b) => a.session < b.session ? -1 : 1)
      .map(({ session, open, high, low, close, closedAt, isOfficial }) => (
        { session, open, high, low, close, closedAt: Math.round(closedAt), isOfficial }
      ));
    return Promise.resolve(ok(countMax > 0 ? bars.slice(-countMax) : []));
  }

  status(): HistoryStatus {
    return {
      isRecording: !this.#isClosed,
      since: this.#since,
      problem: null,
      taken: this.#taken,
      written: this.#taken - this.#lost,
      lost: this.#lost,
      sizeBytes: 0,
    };
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }
}
