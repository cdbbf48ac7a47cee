/** Windows of the history service's limits, ms. */
const SAME_MS = 15_000;
const BURST_MS = 2000;
const LONG_MS = 600_000;
const BURST_MAX = 6;
const LONG_MAX = 60;
const REMEMBERED = 500;

/** A request as the limits see it. */
export interface PacedRequest {
  /** Everything of the request: identical ones have the same text. */
  readonly whole: string;
  /** Contract, exchange and what is shown. */
  readonly series: string;
  /** BID_ASK counts twice. */
  readonly weight: number;
}

interface Seen extends PacedRequest {
  readonly at: number;
}

/**
 * The limits of the history service for bars of 30 seconds and less: none identical within 15
 * seconds, less than six of a series within 2 seconds, 60 within ten minutes. They count over all
 * clients.
 */
export class Pacing {
  readonly #seen: Seen[] = [];

  /** Notes a request at a time (monotonic ms); false when it breaks a limit. */
  isAllowed(request: PacedRequest, now: number): boolean {
    const isOver = this.#isOver(request, now);
    this.#seen.push({ ...request, at: now });
    if (this.#seen.length > REMEMBERED) this.#seen.shift();
    return !isOver;
  }

  #isOver({ whole, series, weight }: PacedRequest, now: number): boolean {
    const within = (ms: number): Seen[] => this.#seen.filter(({ at }) => now - at < ms);
    if (within(SAME_MS).some((one) => one.whole === whole)) return true;
    const burst = within(BURST_MS).filter((one) => one.series === series);
    if (burst.length + 1 >= BURST_MAX) return true;
    const sum = within(LONG_MS).reduce((total, one) => total + one.weight, 0);
    return sum + weight > LONG_MAX;
  }
}
