import { signal } from "@preact/signals";
import { accountSlugs } from "@/lib/domain/account_choice.ts";
import type { BookView } from "@/lib/domain/book_view.ts";
import { ScaleHold } from "@/lib/portfolio/overview/axis.ts";
import { PIXELS_MAX } from "@/lib/portfolio/overview/history_request.ts";
import type { LineDrawing } from "@/lib/portfolio/overview/line_drawing.ts";
import { METRIC_STYLES, type TodayMetric } from "@/lib/portfolio/overview/metrics.ts";
import { problemNote } from "@/lib/portfolio/overview/page_line.ts";
import { type Range, RANGE_STYLES, stepRange } from "@/lib/portfolio/overview/ranges.ts";
import { sessionDrawing } from "@/lib/portfolio/overview/session_drawing.ts";
import { joinPoints, lastValue, type TodayHistory } from "@/lib/portfolio/overview/today_line.ts";
import {
  lineNote,
  lineSummary,
  lineTable,
  type LineWords,
  pauseText,
  todayDrawing,
} from "@/lib/portfolio/overview/today_view.ts";
import { PLOT } from "@/components/overview/StaticLine.tsx";
import { keep } from "@/components/live/cookies.ts";
import { desk } from "@/components/live/desk.ts";
import { inThisPage } from "@/components/live/history_question.ts";
import type { Frame } from "@/components/live/frame.ts";
import {
  HistorySource,
  lineKey,
  type LineWish,
  type ReadLine,
} from "@/components/live/history_source.ts";
import { say } from "@/components/live/say.ts";
import { onThemeChange } from "@/components/live/theme.ts";
import { TodayChart } from "@/components/live/today_chart.ts";
import { TodayFeed, until } from "@/components/live/today_feed.ts";

/** What the line goes on from. */
export interface TodayStart {
  readonly metric: TodayMetric;
  readonly range: Range;
  readonly note: string;
  readonly summary: string;
  readonly history: TodayHistory;
  readonly baseCurrency: string;
}

/** A line that is on the screen: what it is of, and what of the record it is made from. */
interface Shown {
  readonly wish: LineWish;
  readonly accounts: readonly number[];
  readonly read: ReadLine | null;
}

/** Why no point of now is added. */
function pauseNow(): string {
  return pauseText(desk.feeds.peek(), desk.market.peek());
}

const SAME_LINE = "The line is the one read before.";
const NO_TABLE: readonly (readonly [string, string])[] = [];

/**
 * The section of one metric over a range, live: the page's own line of today, lines of the record
 * with that at their end, one chart for both. It does nothing on the server.
 */
export class LiveToday {
  readonly metric;
  readonly range;
  readonly note;
  readonly summary;
  readonly cursor = signal("");
  readonly table = signal<readonly (readonly [string, string])[] | null>(null);
  readonly #currency: string;
  readonly #feed: TodayFeed;
  readonly #source = new HistorySource(inThisPage(() => desk.refresh()));
  readonly #hold = new ScaleHold();
  #host: HTMLElement | null = null;
  #chart: TodayChart | null = null;
  #shown: Shown | null = null;
  /** Why no point of now is added, as it is shown. */
  #paused = "";
  /** The page's own line of today has a hole that the record may fill. */
  #isHoled = false;

  constructor(start: TodayStart) {
    this.metric = signal(start.metric);
    this.range = signal(start.range);
    this.note = signal(start.note);
    this.summary = signal(start.summary);
    this.#currency = start.baseCurrency;
    this.#feed = new TodayFeed(start.history);
  }

  /** Goes live in the plot's element; returns what ends it. */
  begin(host: HTMLElement): () => void {
    this.#host = host;
    const ends = [
      desk.onChange((view, now) => this.#feed.sample(view, now)),
      desk.onCanvasFrame({
        isDue: () => !desk.isPaused.peek() && (this.#feed.hasGrown || this.#paused !== pauseNow()),
        draw: (frame) => {
          this.#feed.noteShown();
          this.#paused = pauseNow();
          this.#show(frame);
        },
      }),
      desk.onBeat(({ now }) => {
        if (!desk.isPaused.peek() && this.#feed.grow(now)) desk.refresh();
      }),
      desk.link.subscribe(({ state }) => this.#linked(state === "lost")),
      onThemeChange(() => this.#chart?.recolor()),
    ];
    return () => {
      for (const end of ends) end();
      this.#source.dispose();
      this.#chart?.dispose();
    };
  }

  /** Shows another metric, and keeps the choice. */
  chooseMetric(metric: TodayMetric): void {
    this.metric.value = metric;
    keep("metric", metric);
    desk.refresh();
  }

  /** Shows another range, and keeps the choice. */
  chooseRange(range: Range): void {
    this.range.value = range;
    keep("range", range);
    desk.refresh();
  }

  /** The next longer or shorter range, and says which. */
  stepRange(by: 1 | -1): void {
    this.chooseRange(stepRange(this.range.peek(), by));
    say(RANGE_STYLES[this.range.peek()].heading);
  }

  /** Opens the table of points, or closes it. */
  turnTable(): void {
    this.table.value = this.table.peek() === null ? NO_TABLE : null;
    desk.refresh();
  }

  #linked(isLost: boolean): void {
    if (!isLost) return;
    this.#isHoled = true;
    this.#source.expire();
  }

  #wish(view: BookView, accounts: readonly number[]): LineWish {
    const slugs = accountSlugs(
      Array.from({ length: view.accountCount }, (_, i) => view.account(i).account),
    );
    const isAll = accounts.length === view.accountCount;
    const pixels = Math.round(this.#widthPx() * devicePixelRatio);
    return {
      metric: this.metric.peek(),
      range: this.range.peek(),
      accounts: isAll ? null : accounts.map((index) => slugs[index]),
      pixels: Math.min(PIXELS_MAX, Math.max(1, pixels)),
    };
  }

  /** Width of the plot inside its axes; a folded one keeps the width that it had. */
  #widthPx(): number {
    const width = this.#host?.clientWidth || this.#chart?.width || document.body.clientWidth;
    return Math.max(1, width - PLOT.left - PLOT.right);
  }

  #show(frame: Frame): void {
    const { scope: { accounts, view } } = frame;
    const wish = this.#wish(view, accounts);
    const isToday = wish.range === "today";
    const isRecord = accounts.length > 0 && (!isToday || this.#isHoled);
    const isCut = desk.link.peek().state !== "open";
    const isSame = this.#shown !== null && lineKey(this.#shown.wish) === lineKey(wish);
    if (isRecord && !(isCut && isSame)) this.#source.want(wish);
    const read = isRecord ? this.#source.lineOf(wish) : null;
    if (read !== null || isToday) this.#shown = { wish, accounts: [...accounts], read };
    const problem = isRecord ? this.#source.problemOf(wish) : "";
    if (this.#shown !== null) this.#draw(this.#shown, frame);
    this.#mark(problem, this.#shown === null || lineKey(this.#shown.wish) !== lineKey(wish));
  }

  /** Says when the line is not the one that was asked for, or could not be read anew. */
  #mark(problem: string, isOther: boolean): void {
    if (problem !== "") {
      this.note.value = `${problemNote(problem)}. ${isOther ? this.#instead() : SAME_LINE}`.trim();
    } else if (isOther && this.#source.isSlow) this.note.value = "Reading the record \u2026";
    const isOld = problem !== "" || (isOther && this.#source.isSlow);
    this.#host?.toggleAttribute("data-old", isOld);
  }

  /** Which line stands there in place of the one that was asked for. */
  #instead(): string {
    if (this.#shown === null) return "";
    const { metric, range } = this.#shown.wish;
    const name = METRIC_STYLES[metric].name.toLowerCase();
    return `Shown instead: ${RANGE_STYLES[range].heading}, ${name}.`;
  }

  #draw(shown: Shown, frame: Frame): void {
    const now = Math.min(frame.now, desk.heldAt);
    const drawing = this.#drawing(shown, now, frame.at);
    const host = this.#host;
    if (this.#chart !== null) this.#chart.set(drawing);
    else if (host !== null) {
      host.classList.add("is-live");
      const onCursor = (text: string) => this.cursor.value = text;
      this.#chart = new TodayChart(host, drawing, onCursor, () => desk.refresh());
    }
    const words: LineWords = {
      metric: shown.wish.metric,
      currency: this.#currency,
      drawing,
      answer: shown.read?.answer ?? null,
      stepMs: this.#feed.stepMs,
      now,
      paused: this.#paused,
    };
    this.note.value = lineNote(words);
    this.summary.value = lineSummary(words);
    if (this.table.peek() !== null) this.table.value = lineTable(words);
  }

  #drawing({ wish, accounts, read }: Shown, now: number, at: number): LineDrawing {
    const { metric, range } = wish;
    const own = this.#feed.points(metric, accounts);
    const speed = desk.market.peek()?.sourceSpeed ?? 1;
    const points = read === null ? own : joinPoints(until(read.points, now), own, speed);
    const drawing = range === "today" || read === null
      ? todayDrawing(metric, points, now)
      : sessionDrawing({ ...read.answer, points, now, widthPx: this.#widthPx() });
    const key = Number.isNaN(lastValue(drawing.points)) ? null : lineKey(wish);
    return { ...drawing, scale: this.#hold.next(drawing.scale, key, at) };
  }
}
