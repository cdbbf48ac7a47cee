import type { Clock } from "../ports/clock.ts";
import type { Timer, Timers } from "../ports/timers.ts";

/** How late the event loop is with a periodic timer. */
export interface LoopLag {
  /** Worst lateness of the last ten seconds, ms. */
  worstMs(): number;
  stop(): void;
}

const PERIOD_MS = 250;
const WINDOW = 40;

/**
 * Measures the event loop by its own timer: what a tick comes late is what everything else waited.
 * Silence of a feed during such a stall is ours, not the feed's (CLK-3).
 */
export function watchLoopLag(clock: Clock, timers: Timers): LoopLag {
  const late = new Float64Array(WINDOW);
  let next = 0;
  let expectedAt = clock.monotonic() + PERIOD_MS;
  const timer: Timer = timers.setPeriodic(PERIOD_MS, () => {
    const now = clock.monotonic();
    late[next] = Math.max(0, now - expectedAt);
    next = (next + 1) % WINDOW;
    expectedAt = now + PERIOD_MS;
  });
  return {
    worstMs: () =>
      Math.max(late.reduce((a, b) => Math.max(a, b), 0), clock.monotonic() - expectedAt),
    stop: () => timer.cancel(),
  };
}
