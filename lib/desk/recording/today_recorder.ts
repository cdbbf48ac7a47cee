import type { UnixMs } from "../../base/brand.ts";
import type { BookView } from "../../domain/book_view.ts";
import {
  sampleMetrics,
  TODAY_METRICS,
  type TodayMetric,
} from "../../portfolio/overview/metrics.ts";
import {
  type TodayHistory,
  TodayLine,
  type TodayPoints,
} from "../../portfolio/overview/today_line.ts";
import type { MetricLine, MetricQuery } from "../services.ts";

/** Real time between points; in source time it is this times the speed. */
const STEP_MS = 1000;
/** Points that a page carries at most. */
const PAGE_POINTS_MAX = 480;

/** Keeps the metrics of every account since the start; of accounts that come later from then on. */
export class TodayRecorder {
  readonly #stepMs: number;
  #accounts = 0;
  #line: TodayLine;

  /** `speed`: source seconds per second. */
  constructor(speed: number) {
    this.#stepMs = STEP_MS * Math.max(1, speed);
    this.#line = this.#empty();
  }

  #empty(): TodayLine {
    return new TodayLine(this.#accounts, { stepMs: this.#stepMs, at: [], values: [] });
  }

  /** Takes a sample of the book at the source's time; `told`: see `sampleMetrics`. */
  sample(view: BookView, at: UnixMs, told: readonly boolean[] | null = null): void {
    if (view.accountCount !== this.#accounts) {
      const isMore = view.accountCount > this.#accounts;
      this.#accounts = view.accountCount;
      this.#line = isMore ? this.#line.widened(this.#accounts) : this.#empty();
    }
    if (this.#accounts > 0) this.#line.add(at, sampleMetrics(view, told));
  }

  /** Goes on with what was recorded before. */
  restore(view: BookView, history: TodayHistory): void {
    this.#accounts = view.accountCount;
    this.#line = new TodayLine(this.#accounts, history);
  }

  /** One metric between two times as this run has it: what there is where nothing is kept. */
  line(query: MetricQuery): MetricLine {
    const { at, value } = this.read(query.metric, query.accounts);
    const isAsked = (time: number) => time >= query.from && time < query.to;
    const kept = Array.from(at.keys()).filter((i) => isAsked(at[i]));
    return {
      at: Float64Array.from(kept, (i) => at[i]),
      value: Float64Array.from(kept, (i) => value[i]),
      since: at.length === 0 ? null : at[0],
    };
  }

  /** One metric summed over account indices. */
  read(metric: TodayMetric, accounts: readonly number[]): TodayPoints {
    return this.#line.read(metric, accounts.filter((index) => index < this.#accounts));
  }

  /** Everything, thinned so that a page stays small; gap points are kept. */
  history(): TodayHistory {
    const accounts = Array.from({ length: this.#accounts }, (_, index) => index);
    const lines = accounts.map((account) =>
      TODAY_METRICS.map((metric) => this.#line.read(metric, [account]).value)
    );
    const { at } = this.#line.read("profit", []);
    const every = Math.max(1, Math.ceil(at.length / PAGE_POINTS_MAX));
    const isGap = (i: number) =>
      lines.length > 0 && lines[0].every((line) => Number.isNaN(line[i]));
    const last = at.length - 1;
    const kept = Array.from(at, (_, i) => i).filter((i) =>
      i % every === 0 || i === last || isGap(i)
    );
    return {
      stepMs: this.#line.stepMs * every,
      at: kept.map((i) => at[i]),
      values: lines.map((metrics) =>
        metrics.map((line) => kept.map((i) => Number.isNaN(line[i]) ? null : line[i]))
      ),
    };
  }
}
