import type { UnixMs } from "../../base/brand.ts";
import type { BookView } from "../../domain/book_view.ts";
import type { History, Samples } from "../../ports/history.ts";
import {
  accountSamples,
  inputSamples,
  positionSamples,
  type QuoteSource,
  underlyingSamples,
} from "./samples.ts";
import { RowSeries } from "./row_series.ts";

/** Time between samples by the source's clock at speed 1, ms. */
export const ACCOUNT_STEP_MS = 1_000;
export const POSITION_STEP_MS = 60_000;
/**
 * Position rows read in one go, fewer while they are named: a millisecond or two. A book of 100,000
 * takes fifty seconds of its minute, and has all of its rows after some minutes.
 */
const COST_AT_ONCE = 2_000;
/** A still larger book reads more at once, so that its round ends within the minute. */
const LONGEST_S = 50;

/** What a recorder reads and where it writes. */
export interface RecorderOptions {
  readonly history: Pick<History, "series" | "record">;
  readonly view: () => BookView;
  readonly quotes: QuoteSource;
  /** Source seconds per second. */
  readonly speed: number;
}

/**
 * Samples the book into the history: accounts once a second, underlyings, positions and what they
 * were computed from once a minute, a bounded number of rows at a time.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #rows: RowSeries;
  readonly #accountStepMs: number;
  readonly #positionStepMs: number;
  #roundAt = -Infinity;
  /** Next position row of the round; Infinity when the round is done. */
  #row = Infinity;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { history, quotes } = options;
    this.#rows = new RowSeries(history, (key) => quotes.handleOf(key));
    this.#accountStepMs = ACCOUNT_STEP_MS * Math.max(1, options.speed);
    this.#positionStepMs = Math.max(POSITION_STEP_MS, this.#accountStepMs);
  }

  /** One sample of every account that is told. */
  accounts(at: UnixMs, told?: readonly boolean[]): Samples {
    const { history, view } = this.#options;
    return accountSamples({ view: view(), history, at, stepMs: this.#accountStepMs, told });
  }

  /** Records samples of the accounts, and of the rest what is due; once a second while live. */
  record(accounts: Samples, told?: readonly boolean[]): void {
    const { at } = accounts;
    this.#options.history.record(accounts);
    // A clock that went back, as after a change of session in a demo, begins a new round.
    if (at < this.#roundAt || at - this.#roundAt >= this.#positionStepMs) this.#begin(at, told);
    if (this.#row < Infinity) this.#samplePositions(at, told);
  }

  #begin(at: UnixMs, told?: readonly boolean[]): void {
    const { history, view } = this.#options;
    this.#roundAt = at;
    this.#row = 0;
    const stepMs = this.#positionStepMs;
    history.record(underlyingSamples({ view: view(), history, at, stepMs, told }));
  }

  #samplePositions(at: UnixMs, told?: readonly boolean[]): void {
    const { history, quotes } = this.#options;
    const view = this.#options.view();
    const source = { view, history, at, stepMs: this.#positionStepMs, told };
    const from = Math.min(this.#row, view.rowCount);
    const to = this.#rows.within(view, from, Math.max(COST_AT_ONCE, view.rowCount / LONGEST_S));
    this.#row = to >= view.rowCount ? Infinity : to;
    if (from === to) return;
    const rows = { series: this.#rows, from, to };
    history.record(positionSamples(source, rows));
    history.record(inputSamples(source, quotes.prices(), rows));
  }
}
