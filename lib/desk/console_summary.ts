import { allAccounts } from "../portfolio/totals.ts";
import { ConsoleTable } from "../portfolio/console/lines.ts";
import { BookScope } from "../portfolio/overview/scope.ts";
import type { Timer, Timers } from "../ports/timers.ts";
import type { DeskServices } from "./services.ts";

/** What a summary in the terminal is made from. */
export interface ConsoleSummaryOptions {
  /** Null until the book is loaded. */
  readonly desk: () => DeskServices | null;
  /** Why there is no book yet, in one line; null: nothing to say. */
  readonly waitingFor: () => string | null;
  readonly timers: Timers;
  readonly intervalMs: number;
  /** How long after the book is loaded the first one is printed, ms. */
  readonly warmupMs: number;
  readonly say: (line: string) => void;
}

/** Prints the book again and again while the desk runs (G-073). */
export class ConsoleSummary {
  readonly #options: ConsoleSummaryOptions;
  readonly #table = new ConsoleTable();
  #timer: Timer | null = null;
  #warmup: Timer | null = null;
  #isWarm = false;
  #said: string | null = null;

  constructor(options: ConsoleSummaryOptions) {
    this.#options = options;
  }

  /** Begins; call once. */
  start(): void {
    const { timers, intervalMs } = this.#options;
    if (this.#options.desk() === null) this.#wait();
    this.#timer = timers.setPeriodic(intervalMs, () => this.#tick());
  }

  /** Nothing is printed afterwards; idempotent. */
  stop(): void {
    this.#timer?.cancel();
    this.#warmup?.cancel();
  }

  #tick(): void {
    const { desk, timers, warmupMs, say } = this.#options;
    const running = desk();
    if (running === null) return this.#wait();
    if (this.#isWarm || warmupMs === 0) return summaryLines(running, this.#table).forEach(say);
    this.#warmup ??= timers.setTimer(warmupMs, () => {
      this.#isWarm = true;
    });
  }

  /** The same words once. */
  #wait(): void {
    const words = this.#options.waitingFor();
    if (words !== null && words !== this.#said) this.#options.say(words);
    this.#said = words;
  }
}

/** The book of a desk as lines of a terminal; see `ConsoleTable`. */
export function summaryLines(desk: DeskServices, table = new ConsoleTable()): readonly string[] {
  const view = desk.view();
  return table.lines(new BookScope(view, allAccounts(view)), desk.sourceNow());
}
