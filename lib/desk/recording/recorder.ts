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

/** Time between samples by the source's clock at speed 1, ms. */
export const ACCOUNT_STEP_MS = 1_000;
export const POSITION_STEP_MS = 60_000;
/** Position rows read in one go: a book of 100,000 takes twenty seconds of its minute. */
const ROWS_AT_ONCE = 5_000;

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
  readonly #accountStepMs: number;
  readonly #positionStepMs: number;
  #roundAt = -Infinity;
  /** Next position row of the round; Infinity when the round is done. */
  #row = Infinity;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#accountStepMs = ACCOUNT_STEP_MS * Math.max(1, options.speed);
    this.#positionStepMs = Math.max(POSITION_STEP_MS, this.#accountStepMs);
  }

  /** One sample of every account. */
  accounts(at: UnixMs): Samples {
    const { history, view } = this.#options;
    return accountSamples({ view: view(), history, at, stepMs: this.#accountStepMs });
  }

  /** Records samples of the accounts, and of the rest what is due; once a second while live. */
  record(accounts: Samples): void {
    const { at } = accounts;
    this.#options.history.record(accounts);
    // A clock that went back, as after a change of session in a demo, begins a new round.
    if (at < this.#roundAt || at - this.#roundAt >= this.#positionStepMs) this.#begin(at);
    if (this.#row < Infinity) this.#samplePositions(at);
  }

  #begin(at: UnixMs): void {
    const { history, view } = this.#options;
    this.#roundAt = at;
    this.#row = 0;
    const stepMs = this.#positionStepMs;
    history.record(underlyingSamples({ view: view(), history, at, stepMs }));
  }

  #samplePositions(at: UnixMs): void {
    const { history, view, quotes } = this.#options;
    const source = { view: view(), history, at, stepMs: this.#positionStepMs };
    const from = Math.min(this.#row, source.view.rowCount);
    const to = Math.min(from + ROWS_AT_ONCE, source.view.rowCount);
    this.#row = to >= source.view.rowCount ? Infinity : to;
    if (from === to) return;
    history.record(positionSamples(source, from, to));
    history.record(inputSamples(source, quotes, { from, to }));
  }
}
