import type { IsoDate } from "../../base/brand.ts";
import type { BookView } from "../../domain/book_view.ts";
import { LEAF, LEAF_STRIDE } from "../../domain/measures.ts";

/** Ticks without a leg more that is known after which the rest is taken for unknown. */
const STILL_TICKS = 3;
/** Ticks after which a book counts as settled in any case. */
const TICKS_MAX = 60;
const LEFT_OUT = [LEAF.withoutMark, LEAF.withoutDayPnl, LEAF.withoutGreeks];

/** Legs that some sum of the book leaves out, counted once a sum. */
function leftOut(view: BookView): number {
  let count = 0;
  for (let cell = 0; cell < view.underlyingCount * view.accountCount; cell++) {
    for (const leaf of LEFT_OUT) count += view.cellF64[cell * LEAF_STRIDE + leaf];
  }
  return count;
}

/**
 * Tells when a book that was just loaded, or just got a new session, has its prices: until then its
 * sums leave out legs, and would be recorded as a fall that never was. A leg that never gets a
 * price holds it up for some ticks, no longer; a settled book stays so for the session.
 */
export class Settling {
  #session: IsoDate | null = null;
  #missing = Infinity;
  #stillTicks = 0;
  #ticksLeft = TICKS_MAX;

  /** True once the sums can be believed; asked once a second while the session is open. */
  isSettled(view: BookView, session: IsoDate | null): boolean {
    if (session !== this.#session) {
      this.#session = session;
      this.#missing = Infinity;
      this.#stillTicks = 0;
      this.#ticksLeft = TICKS_MAX;
    }
    if (this.#ticksLeft === 0) return true;
    this.#ticksLeft--;
    const missing = leftOut(view);
    this.#stillTicks = missing < this.#missing ? 0 : this.#stillTicks + 1;
    this.#missing = missing;
    if (missing === 0 || this.#stillTicks >= STILL_TICKS) this.#ticksLeft = 0;
    return this.#ticksLeft === 0;
  }
}
