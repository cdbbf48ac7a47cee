/**
 * What the account stream could not use, by cause.
 *
 * - `malformed`: no JSON; `tooBig`: longer than is read; `binary`: no text; `unknownMessage`: JSON
 *   that is neither an answer nor a notice.
 * - `early`: a notice before the subscription, which the load afterwards covers.
 * - `unexpected`: an answer to nothing that was asked; `duplicate`: to something answered before.
 * - `error`: an answer that says no; `noToken`: a heartbeat left out for want of an access token.
 */
export type StreamCause =
  | "malformed"
  | "tooBig"
  | "binary"
  | "unknownMessage"
  | "early"
  | "unexpected"
  | "duplicate"
  | "error"
  | "noToken";

/** Counters of one account stream, over all its connections. */
export class StreamCounters {
  readonly #counts = new Map<StreamCause, number>();

  /** Counts one case. */
  add(cause: StreamCause): void {
    this.#counts.set(cause, (this.#counts.get(cause) ?? 0) + 1);
  }

  /** Causes that occurred. */
  read(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
