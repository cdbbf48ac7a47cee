import { assert } from "../../base/assert.ts";

/**
 * Which tick of the book each of the last flushes had: all that a resume needs, since the book's
 * change marks say what moved after a tick. Bounded by its size.
 */
export class FlushLog {
  readonly #ticks: Float64Array;
  #seq = 0;

  /** `tick`: of the book at sequence 0. */
  constructor(readonly size: number, tick: number) {
    assert(size > 0, "a flush log holds something");
    this.#ticks = new Float64Array(size);
    this.#ticks[0] = tick;
  }

  /** Sequence of the last flush. */
  get seq(): number {
    return this.#seq;
  }

  /** Tick of the book at the last flush. */
  get tick(): number {
    return this.#ticks[this.#seq % this.size];
  }

  /** Notes a flush; returns its sequence. */
  advance(tick: number): number {
    this.#seq++;
    this.#ticks[this.#seq % this.size] = tick;
    return this.#seq;
  }

  /** Tick at a sequence, or null when it is not known any more or not yet. */
  tickAt(seq: number): number | null {
    if (seq > this.#seq || seq <= this.#seq - this.size || seq < 0) return null;
    return this.#ticks[seq % this.size];
  }
}
