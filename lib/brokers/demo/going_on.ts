/** Where a market stood, and the session border that lies ahead. */
export interface MarketStand {
  /** Market time, Unix ms. */
  readonly now: number;
  readonly isOpen: boolean;
  /** Close of the open session, or the end of the closed state; market time, Unix ms. */
  readonly borderAt: number;
}

/** How long the desk was away, and how the market runs. */
export interface TimeAway {
  /** Real time, ms; below 0 or not a number (a clock was set) counts as none. */
  readonly awayMs: number;
  /** Market seconds per second. */
  readonly speed: number;
  /** Market events per second of open session. */
  readonly eventRate: number;
}

/** Market time at most that passes while the desk is away, ms. */
export const AWAY_MARKET_MAX_MS = 15 * 60_000;

/** Real time of the closed state that is left for a desk that starts, ms. */
export const CLOSED_LEFT_MS = 10_000;

/** Market events at most that happen while the desk is away. */
export const AWAY_EVENTS_MAX = 1_500_000;

/**
 * Instant up to which a market went on while the desk was away, Unix ms of market time.
 *
 * It goes on in full detail, so that its path is what it would have been: by the time away, at most
 * 15 minutes of market time and 1.5 million events; for the rest it stood still. It never crosses
 * the border of a session: it stops at the close, and while closed early enough for the desk to
 * have started when the next session opens.
 */
export function goesOnUntil(stand: MarketStand, away: TimeAway): number {
  const { awayMs, speed, eventRate } = away;
  const passedMs = awayMs > 0 ? awayMs * speed : 0;
  const eventsMs = eventRate > 0 ? 1000 * AWAY_EVENTS_MAX / eventRate : Infinity;
  const until = stand.now + Math.min(passedMs, AWAY_MARKET_MAX_MS, eventsMs);
  const border = stand.isOpen ? stand.borderAt : stand.borderAt - CLOSED_LEFT_MS * speed;
  return Math.max(stand.now, Math.min(until, border));
}
