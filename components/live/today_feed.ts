import { sampleMetrics, type TodayMetric } from "@/lib/portfolio/overview/metrics.ts";
import {
  type TodayHistory,
  TodayLine,
  type TodayPoints,
  withOutage,
} from "@/lib/portfolio/overview/today_line.ts";
import { toldAccounts } from "@/lib/portfolio/broker_parts.ts";
import type { BookView } from "@/lib/domain/book_view.ts";
import type { FeedStatus } from "@/lib/stream/protocol/messages.ts";
import { desk } from "@/components/live/desk.ts";

/** An outage grows on the page at this pace. */
const OUTAGE_STEP_MS = 1_000;

const NO_POINTS: TodayPoints = { at: new Float64Array(0), value: new Float64Array(0) };

/** Goes on with the page's line of today: samples the book, whatever the page shows. */
export class TodayFeed {
  readonly #history: TodayHistory;
  #line: TodayLine | null = null;
  #accounts = -1;
  #hasGrown = false;
  #grownAt = -Infinity;

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
      this.#line = this.#fitting(view.accountCount);
      this.#accounts = view.accountCount;
    }
    if (desk.link.peek().state !== "open" || !this.#line.isDue(now)) return;
    const told = toldAccounts(view, desk.feeds.peek());
    if (!told.includes(true)) return;
    const speed = desk.market.peek()?.sourceSpeed;
    if (this.#line.add(now, sampleMetrics(view, told), speed)) this.#hasGrown = true;
  }

  /** The line with room for so many accounts; one for fewer begins anew. */
  #fitting(accounts: number): TodayLine {
    const known = this.#line === null ? this.#history.values.length : this.#accounts;
    const { stepMs } = this;
    if (known > accounts) return new TodayLine(accounts, { stepMs, at: [], values: [] });
    const line = this.#line ?? new TodayLine(known, this.#history);
    return known < accounts ? line.widened(accounts) : line;
  }

  /** Lets an outage grow on the page: nothing else arrives that would. True when it did. */
  grow(now: number): boolean {
    if (!isOut() || this.#line === null || !this.#line.isDue(now)) return false;
    if (Math.abs(now - this.#grownAt) < OUTAGE_STEP_MS) return false;
    this.#grownAt = now;
    this.#hasGrown = true;
    return true;
  }

  /** Whether the line grew since it was shown. */
  get hasGrown(): boolean {
    return this.#hasGrown;
  }

  /** It is shown as it is now. */
  noteShown(): void {
    this.#hasGrown = false;
  }

  /** The line of a metric over the chosen accounts, up to where the display is held. */
  points(metric: TodayMetric, accounts: readonly number[]): TodayPoints {
    if (this.#line === null) return NO_POINTS;
    const points = until(this.#line.read(metric, accounts), desk.heldAt);
    return isOut() ? withOutage(points, Math.min(desk.now(), desk.heldAt)) : points;
  }
}

/** Nothing comes that should: the desk is not reached any more, or a feed is out. */
function isOut(): boolean {
  const { state } = desk.link.peek();
  const isMissed = ({ state }: FeedStatus) => state === "down" || state === "stale";
  return state !== "open" && state !== "connecting" || desk.feeds.peek().some(isMissed);
}

/** The part of a line up to a time. */
export function until({ at, value }: TodayPoints, end: number): TodayPoints {
  const later = at.findIndex((time) => time > end);
  return later < 0 ? { at, value } : { at: at.slice(0, later), value: value.slice(0, later) };
}
