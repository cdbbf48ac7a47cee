const CAUSES_MAX = 200;
const OTHERS = "others";

/**
 * Counts what TWS sent otherwise than expected, in words, so that it shows instead of passing for
 * numbers. Bounded. Source: reliability.md R35.
 */
export class Oddities {
  readonly #counts = new Map<string, number>();

  /** Notes one case. `cause`: from a small set of words. */
  note(cause: string): void {
    const key = this.#counts.has(cause) || this.#counts.size < CAUSES_MAX ? cause : OTHERS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Counts by cause. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
