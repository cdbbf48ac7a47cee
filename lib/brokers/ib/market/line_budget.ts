/** Longest time that a line stays with an instrument before the next one has its turn, ms. */
export const DWELL_MAX_MS = 12_000;
/** Shortest, once quote and Greeks were seen, ms. */
export const DWELL_MIN_MS = 4_000;
/** Requests a second that rotation and first subscriptions may take. */
export const REQUESTS_PER_S = 20;

/** Lines that drivers may take when they alone would take all. */
const DRIVERS_SHARE = 0.75;
/** Requests of one exchange: what went is cancelled, what comes is asked for. */
const REQUESTS_PER_TURN = 2;

/** How the lines are given out. */
export interface LineShares {
  /** Instruments that keep a line, the first in the order of risk. */
  readonly kept: number;
  /** Lines whose instruments take turns; 0: there are lines for all. */
  readonly turning: number;
  /** Time within which each of the others has had its turn, ms; NaN when all keep a line. */
  readonly cadenceMs: number;
}

/**
 * Gives out `lines` to `wanted` instruments of which `drivers` drive options. While there are
 * enough, each has one. Otherwise what carries the most risk keeps half of what the drivers leave,
 * and the rest take turns on the other half, in a time that is known beforehand.
 */
export function shareLines(lines: number, wanted: number, drivers: number): LineShares {
  if (wanted <= lines) return { kept: wanted, turning: 0, cadenceMs: NaN };
  const ofDrivers = Math.min(drivers, Math.floor(lines * DRIVERS_SHARE));
  const turning = Math.min(lines, Math.max(1, Math.floor((lines - ofDrivers) / 2)));
  const kept = lines - turning;
  const waiting = wanted - kept;
  const byDwell = Math.ceil(waiting / turning) * DWELL_MAX_MS;
  const byPace = waiting * REQUESTS_PER_TURN * 1000 / REQUESTS_PER_S;
  // A turn begins and ends with a beat of the pump.
  return { kept, turning, cadenceMs: Math.ceil(Math.max(byDwell, byPace) / 1000) * 1000 + 1000 };
}
