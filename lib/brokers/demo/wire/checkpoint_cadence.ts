const SMALL_BOOK = 1000;
const LARGE_BOOK = 10_000;
/** A checkpoint's share of the time of the market's thread stays below one in this. */
const COST_FACTOR = 150;

function gapMs(positions: number): number {
  if (positions <= SMALL_BOOK) return 10_000;
  return positions <= LARGE_BOOK ? 30_000 : 60_000;
}

/**
 * When a running market is due for a checkpoint: every 10 s for a small book, 30 s from 1,000 and
 * 60 s from 10,000 positions, and rarer where one costs so much that it would take up 1 % of the
 * thread. All times monotonic ms.
 */
export class CheckpointCadence {
  readonly #gapMs: number;
  #dueAt: number;

  /** Counts from `now` on. */
  constructor(positions: number, now: number) {
    this.#gapMs = gapMs(positions);
    this.#dueAt = now + this.#gapMs;
  }

  /** True when the next checkpoint should be taken. */
  isDue(now: number): boolean {
    return now >= this.#dueAt;
  }

  /** A checkpoint was taken from `from` to `to`. */
  taken(from: number, to: number): void {
    this.#dueAt = to + Math.max(this.#gapMs, COST_FACTOR * (to - from));
  }
}
