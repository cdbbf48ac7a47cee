/** Names kept per open-ended cause; further ones are counted together. */
const NAMES_MAX = 16;
const QUARANTINE_MAX = 8;
const SAMPLE_LENGTH = 300;

/**
 * What a feed could not use, by cause. Nothing is dropped in silence (P13, P14).
 *
 * - `malformed`: no JSON, no message, no `data`; `binary`: a frame that is no text.
 * - `unknownMessage`, `unknownChannel`: a message type or channel we did not open.
 * - `noLayout`: values of a type whose fields the server has not announced.
 * - `badLength`: a block whose length is no multiple of its fields; `lostRow`: rows of it that
 *   could not be kept.
 * - `badValue`: text or an object where a number belongs; `infinite`: an infinite number.
 * - `badSymbol`: an event without a symbol; `unknownSymbol`: one that nobody asked for.
 * - `unknownType`: an event type that is not ours; `removed`: an event that only says it is gone.
 * - `duplicate`: from the older of two connections during a hand-over.
 * - `candleOverflow`, `candleOrder`: candles beyond the bound; older than the one already known.
 * - `error`: messages of type ERROR.
 */
export const WIRE_CAUSES = [
  "malformed",
  "binary",
  "unknownMessage",
  "unknownChannel",
  "noLayout",
  "badLength",
  "lostRow",
  "badValue",
  "infinite",
  "badSymbol",
  "unknownSymbol",
  "unknownType",
  "removed",
  "duplicate",
  "candleOverflow",
  "candleOrder",
  "error",
] as const;

/** Literal name of a cause. */
export type WireCause = typeof WIRE_CAUSES[number];

/** Counters of one feed, over all its connections, and the last frames that were refused. */
export class WireCounters {
  readonly #counts = new Map<WireCause, number>();
  readonly #names = new Map<string, number>();
  readonly #quarantine: string[] = [];

  /** Counts `by` of a cause. */
  add(cause: WireCause, by = 1): void {
    this.#counts.set(cause, this.count(cause) + by);
  }

  /** As `add`, keeping apart up to 16 names: unknown types and fields of the feed. */
  addNamed(cause: WireCause, name: string): void {
    this.add(cause);
    this.note(cause, name);
  }

  /** Notes a name under words of the caller: nothing was dropped, but it is worth knowing. */
  note(about: string, name: string): void {
    const key = `${about} ${printable(name, 40)}`;
    if (this.#names.has(key) || this.#names.size < NAMES_MAX) {
      this.#names.set(key, (this.#names.get(key) ?? 0) + 1);
    }
  }

  /** Keeps the beginning of a frame that was refused, for the debug page. */
  quarantine(frame: string): void {
    if (this.#quarantine.length === QUARANTINE_MAX) this.#quarantine.shift();
    this.#quarantine.push(printable(frame, SAMPLE_LENGTH));
  }

  /** How often a cause was counted. */
  count(cause: WireCause): number {
    return this.#counts.get(cause) ?? 0;
  }

  /** Causes that occurred. */
  read(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Unknown names that occurred, as `cause name`. */
  names(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#names);
  }

  /** The last refused frames, shortened, without control characters. */
  refused(): readonly string[] {
    return this.#quarantine;
  }
}

/** Untrusted text fit for a log line or page: no control characters, at most `length` long. */
export function printable(text: string, length: number): string {
  return text.slice(0, length).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
}
