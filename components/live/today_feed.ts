import { type Scale, ScaleHold, timeSpan, valueScale } from "@/lib/portfolio/overview/axis.ts";
import {
  METRIC_STYLES,
  sampleMetrics,
  type TodayMetric,
} from "@/lib/portfolio/overview/metrics.ts";
import {
  type TodayHistory,
  TodayLine,
  type TodayPoints,
} from "@/lib/portfolio/overview/today_line.ts";
import { todayScale } from "@/lib/portfolio/overview/today_view.ts";
import type { Frame } from "@/components/live/frame.ts";
import { desk } from "@/components/live/desk.ts";
import type { TodayDrawing } from "@/components/live/today_chart.ts";

/** An axis without a line yet. */
const EMPTY_SCALE: Scale = valueScale(0, 0, true);

/** Goes on with the page's line of today: samples the book, holds the scale, gives what to draw. */
export class TodayFeed {
  readonly #history: TodayHistory;
  readonly #hold = new ScaleHold();
  #line: TodayLine | null = null;
  #accounts = -1;

  constructor(history: TodayHistory) {
    this.#history = history;
  }

  /** Time between points. */
  get stepMs(): number {
    return this.#line?.stepMs ?? this.#history.stepMs;
  }

  /** Takes a sample of the live book when it is time; true when the line grew. */
  sample(frame: Frame): boolean {
    const { view } = frame.scope;
    if (this.#line === null || view.accountCount !== this.#accounts) {
      const fits = this.#history.values.length === view.accountCount;
      const history = fits ? this.#history : { ...this.#history, at: [], values: [] };
      this.#line = new TodayLine(view.accountCount, history);
      this.#accounts = view.accountCount;
    }
    const isLive = desk.link.peek() === "open" && !desk.isPaused.peek() &&
      desk.feeds.peek().every((feed) => feed.state === "live");
    return isLive && this.#line.add(frame.now, sampleMetrics(view));
  }

  /** The line of a metric over the chosen accounts. */
  points(metric: TodayMetric, accounts: readonly number[]): TodayPoints {
    return this.#line?.read(metric, accounts) ??
      { at: new Float64Array(0), value: new Float64Array(0) };
  }

  /** What to draw: the scale moves at most once in a few seconds. */
  drawing(metric: TodayMetric, points: TodayPoints, key: string, frame: Frame): TodayDrawing {
    const wanted = todayScale(metric, points) ?? EMPTY_SCALE;
    const scale = this.#hold.next(wanted, key, frame.at);
    const startsAt = points.at.length === 0 ? frame.now : points.at[0];
    return { points, scale, span: timeSpan(startsAt, frame.now), style: METRIC_STYLES[metric] };
  }
}
