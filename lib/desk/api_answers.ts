import type { Timers } from "../ports/timers.ts";
import type { ApiState } from "./api_data.ts";
import { apiText } from "./api_text.ts";
import type { RowNames } from "./row_names.ts";
import { slicedBody } from "./sliced_body.ts";

/** An answer with no more positions is one text, and so has a length. */
const ROWS_IN_ONE_TEXT = 1_000;
/** Positions written at once of a larger one: a few milliseconds. */
const ROWS_AT_ONCE = 500;
/** Large answers that are being written at the same time, each with its copy of the rows. */
const UNDER_WAY_MAX = 8;
/** Who has not taken a large answer by then is given up. */
const LIMIT_MS = 60_000;

/** The content of an answer: a short one as text, a long one in parts. */
export type ApiBody = string | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Writes the answers of `/api/data`, each from one state of the book. */
export class ApiAnswers {
  readonly #timers: Timers;
  #underWay = 0;
  #names: RowNames | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Large answers that are being written. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * The body for what `take` reads at once, given the names as read before; null while too many
   * large ones are under way.
   */
  body(take: (known: RowNames | null) => ApiState): ApiBody | null {
    if (this.#underWay >= UNDER_WAY_MAX) return null;
    const state = take(this.#names);
    this.#names = state.rows.names;
    const parts = apiText(state, ROWS_AT_ONCE);
    if (state.data.position_count <= ROWS_IN_ONE_TEXT) return [...parts].join("");
    this.#underWay++;
    const ended = () => {
      this.#underWay--;
    };
    return slicedBody({ parts, timers: this.#timers, limitMs: LIMIT_MS, ended });
  }
}
