/** After IB's servers are back, lists may be empty for minutes. Source: ib.md §11. */
const DOUBT_MS = 180_000;

/**
 * When an empty list proves nothing: while TWS is cut off from IB's servers, and for some minutes
 * after they are back or a connection began anew. Times are monotonic ms.
 */
export class Doubt {
  #isCut = false;
  #until = -Infinity;

  /** TWS lost IB's servers. */
  cut(): void {
    this.#isCut = true;
  }

  /** They are back, or TWS itself is, after a while without. */
  restored(now: number): void {
    this.#isCut = false;
    this.#until = now + DOUBT_MS;
  }

  /** The first connection: nothing was known before that an empty list could hide. */
  settle(): void {
    this.#isCut = false;
    this.#until = -Infinity;
  }

  /** True while an empty list proves nothing. */
  holds(now: number): boolean {
    return this.#isCut || now < this.#until;
  }
}
