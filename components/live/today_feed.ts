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
import type { BookView } from "@/lib/domain/book_view.ts";
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
  #hasGrown = false;

  constructor(history: TodayHistory) {
    this.#history = history;
  }

  /** Time between points. */
  get stepMs(): number {
    return this.#line?.stepMs ?? this.#history.stepMs;
  }

  /** Takes a sample of the live book when it is time. */
  sample(view: BookView, now: number): void {
    if (this.#line === null || view.accountCount !== this.#accounts) {
      const fits = this.#history.values.length === view.accountCount;
      const history = fits ? this.#history : { ...this.#history, at: [], values: [] };
      this.#line = new TodayLine(view.accountCount, history);
      this.#accounts = view.accountCount;
    }
    const isLive = desk.link.peek().state === "open" &&
      desk.feeds.peek().every((feed) => feed.state === "live");
    if (!isLive || !this.#line.isDue(now)) return;
    this.#hasGrown = this.#line.add(now, sampleMetrics(view), desk.market.peek()?.sourceSpeed);
  }

  /** True once after the line grew. */
  takeGrown(): boolean {
    const hasGrown = this.#hasGrown;
    this.#hasGrown = false;
    return hasGrown;
  }

  /** The line of a metric over the chosen accounts, up to where the display is held. */
  points(metric: TodayMetric, accounts: readonly number[]): TodayPoints {
    if (this.#line === null) return { at: new Float64Array(0), value: new Float64Array(0) };
    const { at, value } = this.#line.read(metric, accounts);
    const later = at.findIndex((time) => time > desk.heldAt);
    return later < 0 ? { at, value } : { at: at.slice(0, later), value: value.slice(0, later) };
  }

  /** What to draw: the scale moves at most once in a few seconds. */
  drawing(metric: TodayMetric, points: TodayPoints, key: string, frame: Frame): TodayDrawing {
    const wanted = todayScale(metric, points) ?? EMPTY_SCALE;
    const scale = this.#hold.next(wanted, key, frame.at);
    const startsAt = points.at.length === 0 ? frame.now : points.at[0];
    return { points, scale, span: timeSpan(startsAt, frame.now), style: METRIC_STYLES[metric] };
  }
}
