/** Rules of IB for historical data, each with a margin. Source: ib.md §7.1. */
const IDENTICAL_MS = 15_000;
const SAME_CONTRACT_MAX = 5;
const SAME_CONTRACT_MS = 2_000;
const WINDOW_MAX = 58;
const WINDOW_MS = 600_000;
const OPEN_MAX = 45;
/** Pause after a violation, doubled while they go on, ms. */
const BACK_OFF_MS = 15_000;
const BACK_OFF_MAX_MS = 600_000;
/** Requests are remembered for as long as a rule looks back. */
const QUIET_MS = WINDOW_MS;

/** What a request is to the rules. */
export interface PacedRequest {
  /** Everything that is asked for: the same text is the same request. */
  readonly identity: string;
  /** Contract, exchange and kind of data. */
  readonly contract: string;
}

interface Made extends PacedRequest {
  readonly at: number;
}

/**
 * When a request for historical data may be made. Identical ones keep apart, a contract is asked
 * for little at a time, all of them together stay under what ten minutes allow, and a violation
 * stops everything for a while. Times are of a clock that never goes back, ms.
 */
export class HistoryPace {
  #made: Made[] = [];
  #open = 0;
  #resumesAt = -Infinity;
  #backOffMs = BACK_OFF_MS;

  /** Requests without an answer. */
  get open(): number {
    return this.#open;
  }

  /** Ms until a request may be made by these rules; 0: now. Infinity: when an open one ends. */
  waitMs(request: PacedRequest, now: number): number {
    this.#forget(now);
    if (this.#open >= OPEN_MAX) return Infinity;
    const same = this.#made.filter(({ contract }) => contract === request.contract);
    const waits = [
      this.#resumesAt - now,
      // A little more than the rule: of two clocks the other one counts.
      untilFewer(same, SAME_CONTRACT_MAX, SAME_CONTRACT_MS, now),
      untilFewer(this.#made, WINDOW_MAX, WINDOW_MS, now),
    ];
    const twin = this.#made.findLast(({ identity }) => identity === request.identity);
    if (twin !== undefined) waits.push(twin.at + IDENTICAL_MS - now);
    return Math.max(0, ...waits);
  }

  /** A request was made. */
  made(request: PacedRequest, now: number): void {
    this.#made.push({ ...request, at: now });
    this.#open++;
  }

  /** A request has its answer, whatever it was. */
  ended(): void {
    this.#open = Math.max(0, this.#open - 1);
  }

  /** IB says that the pace was too high. */
  violated(now: number): void {
    this.#resumesAt = now + this.#backOffMs;
    this.#backOffMs = Math.min(BACK_OFF_MAX_MS, 2 * this.#backOffMs);
  }

  /** A request was answered: the next violation is a first one again. */
  kept(): void {
    this.#backOffMs = BACK_OFF_MS;
  }

  /** The connection is gone, and with it what was open; what was made still counts. */
  reset(): void {
    this.#open = 0;
  }

  #forget(now: number): void {
    while (this.#made.length > 0 && now - this.#made[0].at > QUIET_MS) this.#made.shift();
  }
}

/** Ms until fewer than `max` of the requests lie within the last `withinMs`. */
function untilFewer(made: readonly Made[], max: number, withinMs: number, now: number): number {
  const oldest = made[made.length - max];
  return oldest === undefined ? 0 : oldest.at + withinMs - now;
}
