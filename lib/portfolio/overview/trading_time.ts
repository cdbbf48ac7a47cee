import type { UnixMs } from "../../base/brand.ts";
import type { SessionSpan } from "./ranges.ts";

/**
 * Time as a market counts it: sessions side by side, nights, weekends and holidays without width. A
 * position is ms of trading since the first session's open.
 */
export class TradingTime {
  readonly sessions: readonly SessionSpan[];
  /** ms of trading of all sessions. */
  readonly length: number;
  readonly #starts: Float64Array;

  /** Sessions ascend and do not overlap. */
  constructor(sessions: readonly SessionSpan[]) {
    this.sessions = sessions;
    this.#starts = new Float64Array(sessions.length);
    let length = 0;
    sessions.forEach(({ opensAt, closesAt }, i) => {
      this.#starts[i] = length;
      length += closesAt - opensAt;
    });
    this.length = length;
  }

  /** Position of a session's open. */
  startOf(session: number): number {
    return this.#starts[session] ?? this.length;
  }

  /** The last session that opened by a time; −1 before the first. */
  sessionAt(at: UnixMs): number {
    return lastAtMost(this.sessions.length, (i) => this.sessions[i].opensAt, at);
  }

  /** True inside a session, its closing instant included. */
  isTrading(at: UnixMs): boolean {
    const session = this.sessionAt(at);
    return session >= 0 && at <= this.sessions[session].closesAt;
  }

  /** Position of a time; one without trading is at the border next to it. */
  position(at: UnixMs): number {
    const session = this.sessionAt(at);
    if (session < 0) return 0;
    const { opensAt, closesAt } = this.sessions[session];
    return this.#starts[session] + Math.min(at, closesAt) - opensAt;
  }

  /** The time at a position; at a border it is the open of the session that begins there. */
  timeAt(position: number): UnixMs {
    if (this.sessions.length === 0) return NaN;
    const found = lastAtMost(this.sessions.length, (i) => this.#starts[i], position);
    const session = Math.max(0, found);
    const { opensAt, closesAt } = this.sessions[session];
    return Math.min(closesAt, Math.max(opensAt, opensAt + position - this.#starts[session]));
  }
}

function lastAtMost(count: number, value: (i: number) => number, limit: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
