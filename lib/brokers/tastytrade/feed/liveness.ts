/** Silence of the reference symbol in the regular session that means a mute feed, ms. */
export const MUTE_MS = 15_000;

/** Time within which a probe must be answered, ms. */
export const PROBE_MS = 30_000;

/** Bounds of the silence after which a connection counts as dead, whatever the server announced. */
const DEAD_MIN_MS = 30_000;
const DEAD_MAX_MS = 60_000;

/** What is known of a connection; times in awake ms, null for never. */
export interface LivenessFacts {
  readonly now: number;
  /** True in the regular session of the reference, while it is trusted and not halted. */
  readonly isReferenceDue: boolean;
  /** Since when `isReferenceDue` has its value. */
  readonly dueSince: number;
  /** True when the connection was live up to now. */
  readonly isLiveBefore: boolean;
  /** When the channel of the feed opened. */
  readonly openedAt: number;
  readonly lastReferenceAt: number | null;
  readonly lastFrameAt: number;
  /** Silence after which the server said it would count as gone, s; null when it did not say. */
  readonly keepaliveTimeoutS: number | null;
}

/**
 * What follows from them: "live" is proven; "unproven" not yet; "silent" no longer, wait; "mute"
 * and "dead" want another connection.
 */
export type Verdict = "live" | "unproven" | "silent" | "mute" | "dead";

/** Judges a connection. Source: design.md, "Current, stale, absent, closed". */
export function judge(facts: LivenessFacts): Verdict {
  const { now, isReferenceDue, dueSince, openedAt, lastReferenceAt, lastFrameAt } = facts;
  const frameAge = now - lastFrameAt;
  const isAnswered = frameAge <= PROBE_MS;
  if (frameAge > deadMs(facts.keepaliveTimeoutS)) return "dead";
  if (!isReferenceDue) return isAnswered ? "live" : "silent";
  const referenceAge = now - Math.max(lastReferenceAt ?? -Infinity, dueSince, openedAt);
  if (referenceAge > MUTE_MS) return "mute";
  if (lastReferenceAt !== null && now - lastReferenceAt <= MUTE_MS) return "live";
  // The session has just begun, or a halt has ended, under a connection that was proven before.
  return facts.isLiveBefore && isAnswered ? "live" : "unproven";
}

function deadMs(keepaliveTimeoutS: number | null): number {
  const announced = keepaliveTimeoutS === null ? DEAD_MAX_MS : keepaliveTimeoutS * 1000;
  return Math.min(DEAD_MAX_MS, Math.max(DEAD_MIN_MS, announced));
}
