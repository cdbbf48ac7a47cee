import { type HistoryAnswer, pointsOf } from "@/lib/portfolio/overview/history_answer.ts";
import type { TodayMetric } from "@/lib/portfolio/overview/metrics.ts";
import type { Range } from "@/lib/portfolio/overview/ranges.ts";
import type { TodayPoints } from "@/lib/portfolio/overview/today_line.ts";

/** A line that the page wants to show. */
export interface LineWish {
  readonly metric: TodayMetric;
  readonly range: Range;
  /** Names of the accounts, null for all. */
  readonly accounts: readonly string[] | null;
  /** Width of the plot in pixels of the screen. */
  readonly pixels: number;
}

/** A line of the record as it was read. */
export interface ReadLine {
  readonly answer: HistoryAnswer;
  readonly points: TodayPoints;
}

interface Held extends ReadLine {
  readonly address: string;
  readonly key: string;
  readonly readAt: number;
}

interface Reading {
  readonly address: string;
  readonly abort: AbortController;
  /** Page's clock at its start. */
  readonly since: number;
}

/** Wishes that follow each other at once (a width in motion) become one question. */
const DEBOUNCE_MS = 60;
/** A question that failed is asked again after this time. */
const RETRY_MS = 10_000;
/** A line is read anew after this time; its end follows live in between. */
const PACE_MS: Readonly<Record<Range, number>> = {
  today: 60_000,
  "5d": 60_000,
  "1m": 300_000,
  "3m": 300_000,
  "1y": 300_000,
  all: 300_000,
};
/** A question that takes longer than this is worth a word. */
const SLOW_MS = 300;

/** What is drawn, whatever its width. */
export function lineKey({ metric, range, accounts }: Omit<LineWish, "pixels">): string {
  return [metric, range, accounts?.join(",") ?? "*"].join(" ");
}

function addressOf(wish: LineWish): string {
  const query = new URLSearchParams({ metric: wish.metric, range: wish.range });
  if (wish.accounts !== null) query.set("accounts", wish.accounts.join(","));
  query.set("pixels", String(wish.pixels));
  return `/api/history?${query}`;
}

/** A timer that can be stopped. */
interface Timer {
  cancel(): void;
}

/** What a source of lines works with; in a page, what the browser has. */
export interface HistorySourceOptions {
  /** A line, a problem, or a question that takes long. */
  readonly onNews: () => void;
  /** Milliseconds since an arbitrary start; never goes back. */
  readonly monotonic: () => number;
  readonly setTimer: (delayMs: number, work: () => void) => Timer;
  /** Asks the desk: the answer, or in words why there is none. An aborted one may answer either. */
  readonly ask: (address: string, abort: AbortSignal) => Promise<HistoryAnswer | string>;
}

/** Reads lines from the desk: one question at a time, the newest wish alone. */
export class HistorySource {
  readonly #options: HistorySourceOptions;
  #held: Held | null = null;
  #reading: Reading | null = null;
  #failure: { readonly address: string; readonly text: string; readonly at: number } | null = null;
  #timer: Timer | null = null;

  constructor(options: HistorySourceOptions) {
    this.#options = options;
  }

  /** The line of a wish, if it is the one that was read last; its width may be another. */
  lineOf(wish: LineWish): ReadLine | null {
    return this.#held?.key === lineKey(wish) ? this.#held : null;
  }

  /** Why the line of a wish could not be read, "" when it could or was not asked for. */
  problemOf(wish: LineWish): string {
    return this.#failure?.address === addressOf(wish) ? this.#failure.text : "";
  }

  /** True while a question takes long. */
  get isSlow(): boolean {
    return this.#reading !== null &&
      this.#options.monotonic() - this.#reading.since >= SLOW_MS;
  }

  /** Asks for a line unless it is there, on its way, or failed just now. */
  want(wish: LineWish): void {
    const address = addressOf(wish);
    const now = this.#options.monotonic();
    const held = this.#held;
    const isFresh = held?.address === address && now - held.readAt < PACE_MS[wish.range];
    if (isFresh) return this.#stop();
    if (this.#reading?.address === address) return;
    const { address: failed, at } = this.#failure ?? { address: "", at: 0 };
    if (failed === address && now - at < RETRY_MS) return;
    this.#stop();
    const reading = { address, abort: new AbortController(), since: now };
    this.#reading = reading;
    const { setTimer, onNews } = this.#options;
    this.#timer = setTimer(DEBOUNCE_MS, () => {
      this.#timer = setTimer(SLOW_MS, onNews);
      void this.#read(reading, lineKey(wish));
    });
  }

  /** What was read may be old: it is read anew when it is wanted next. */
  expire(): void {
    if (this.#held !== null) this.#held = { ...this.#held, readAt: -Infinity };
    this.#failure = null;
  }

  /** Ends a question under way. */
  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#reading?.abort.abort();
    this.#reading = null;
  }

  async #read(reading: Reading, key: string): Promise<void> {
    const { address, abort } = reading;
    const found = await this.#options.ask(address, abort.signal);
    if (this.#reading !== reading) return;
    this.#timer?.cancel();
    this.#reading = null;
    const readAt = this.#options.monotonic();
    if (typeof found === "string") this.#failure = { address, text: found, at: readAt };
    else {
      this.#failure = null;
      this.#held = { address, key, readAt, answer: found, points: pointsOf(found) };
    }
    this.#options.onNews();
  }
}
