import type { Instrument } from "../../../domain/instrument.ts";
import type { PreviousClose } from "../../../ports/broker.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import type { IbHistory } from "./ib_history.ts";

const LOOK_MS = 30_000;
/** Instruments asked about in a session; IB's pace for bars leaves room for others. */
const ASKED_MAX = 200;

/** What missing closes are found and told by. */
export interface MissingClosesParts {
  readonly timers: Timers;
  readonly history: Pick<IbHistory, "previousClose">;
  /** Instruments whose market data came without a previous close, the first most wanted. */
  readonly without: () => readonly Instrument[];
  readonly tell: (close: PreviousClose) => void;
}

/**
 * Previous closes from daily bars, for instruments whose ticks bring none: one at a time, each
 * asked about once a session.
 */
export class MissingCloses {
  readonly #parts: MissingClosesParts;
  readonly #asked = new Set<string>();
  readonly #closing = new AbortController();
  readonly #timer: Timer;
  #isAsking = false;

  constructor(parts: MissingClosesParts) {
    this.#parts = parts;
    this.#timer = parts.timers.setPeriodic(LOOK_MS, () => void this.#look());
  }

  /** A session began: what was learned is of the one before. */
  startSession(): void {
    this.#asked.clear();
  }

  /** Ends it; idempotent. */
  close(): void {
    this.#timer.cancel();
    this.#closing.abort();
  }

  async #look(): Promise<void> {
    if (this.#isAsking || this.#asked.size >= ASKED_MAX) return;
    const { history, without, tell } = this.#parts;
    const instrument = without().find(({ key }) => !this.#asked.has(key));
    if (instrument === undefined) return;
    this.#isAsking = true;
    const answer = await history.previousClose(instrument, this.#closing.signal);
    this.#isAsking = false;
    if (this.#closing.signal.aborted) return;
    const isUnanswered = !answer.ok &&
      (answer.error.code === "notConnected" || answer.error.code === "rateLimited");
    if (isUnanswered) return;
    this.#asked.add(instrument.key);
    if (answer.ok && answer.value !== null) tell(answer.value);
    void this.#look();
  }
}
