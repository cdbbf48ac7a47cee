import { CLOSE } from "../protocol/limits.ts";

/** Bounds of the wait before the next attempt, in ms. */
export const BACKOFF = {
  baseMs: 1_000,
  capMs: 60_000,
  leastMs: 100,
  restartMs: 300,
  /** Healthy time after which the next failure counts as the first. */
  healthyMs: 60_000,
} as const;

/**
 * Wait before attempt number `attempt` (from 0) after a close: full jitter up to 1 s doubled per
 * attempt, at most 60 s. A server that said it restarts is tried once after 100–400 ms. `random` in
 * [0, 1).
 */
export function reconnectDelayMs(attempt: number, closeCode: number, random: number): number {
  if (closeCode === CLOSE.restart && attempt === 0) {
    return BACKOFF.leastMs + random * BACKOFF.restartMs;
  }
  const ceiling = Math.min(BACKOFF.capMs, BACKOFF.baseMs * 2 ** Math.min(attempt, 10));
  return Math.max(BACKOFF.leastMs, random * ceiling);
}
