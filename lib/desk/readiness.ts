import type { FeedHealth } from "../ports/broker.ts";

/** What readiness is judged on. Ages by the source's clock, lag by the desk's. */
export interface ReadinessFacts {
  /** True once accounts, positions and balances of the broker are in the book. */
  readonly isBookLoaded: boolean;
  readonly feeds: readonly FeedHealth[];
  readonly isMarketOpen: boolean;
  /** True while the user holds a recording. */
  readonly isPaused: boolean;
  /** Age of the newest market event; null before the first. */
  readonly newestEventAgeMs: number | null;
  readonly isDataDirectoryWritable: boolean;
  /** Why the desk does not keep what it shows; null while it does, or keeps nothing by design. */
  readonly recordingProblem: string | null;
  /** Largest relative difference of the last full recomputation; null before the first. */
  readonly aggregateDifference: number | null;
  readonly loopLagMs: number;
  readonly isStopping: boolean;
}

/** One thing that keeps the desk from being ready. */
export interface ReadinessCause {
  readonly code:
    | "starting"
    | "stopping"
    | "feedDown"
    | "noMarketData"
    | "dataDirectory"
    | "recording"
    | "aggregates"
    | "eventLoop";
  readonly message: string;
}

/** A market event older than this in an open session means that nothing arrives. */
export const EVENT_AGE_MAX_MS = 15_000;
/** Relative difference between running sums and a full recomputation that is still rounding. */
export const AGGREGATE_DIFFERENCE_MAX = 1e-9;
/** Event-loop lag at which pages and limits are no longer served in time. */
export const LOOP_LAG_MAX_MS = 5_000;

function feedCauses(facts: ReadinessFacts): ReadinessCause[] {
  return facts.feeds
    .filter((feed) => feed.state === "down" || feed.state === "stale")
    .map((feed) => ({
      code: "feedDown",
      message: `${feed.label} is ${feed.state}${feed.detail === null ? "" : `: ${feed.detail}`}`,
    }));
}

function isMute(facts: ReadinessFacts): boolean {
  if (!facts.isMarketOpen || facts.isPaused || !facts.isBookLoaded) return false;
  return facts.newestEventAgeMs === null || facts.newestEventAgeMs > EVENT_AGE_MAX_MS;
}

/**
 * Why the desk is not ready; empty means ready. Every cause is reported, not the first only.
 * Source: design.md (HTTP and WebSocket), platform.md §5.
 */
export function readinessCauses(facts: ReadinessFacts): readonly ReadinessCause[] {
  const causes: ReadinessCause[] = [];
  if (facts.isStopping) causes.push({ code: "stopping", message: "the desk is stopping" });
  if (!facts.isBookLoaded) {
    causes.push({ code: "starting", message: "accounts and positions are not loaded yet" });
  }
  causes.push(...feedCauses(facts));
  if (isMute(facts)) {
    const limitS = EVENT_AGE_MAX_MS / 1000;
    causes.push({ code: "noMarketData", message: `no market event for ${limitS} s in session` });
  }
  if (!facts.isDataDirectoryWritable) {
    causes.push({ code: "dataDirectory", message: "the data directory cannot be written" });
  }
  if (facts.recordingProblem !== null) {
    causes.push({ code: "recording", message: `not recorded: ${facts.recordingProblem}` });
  }
  const difference = facts.aggregateDifference;
  if (difference !== null && !(difference <= AGGREGATE_DIFFERENCE_MAX)) {
    causes.push({ code: "aggregates", message: `sums are off by ${difference} of their size` });
  }
  if (facts.loopLagMs > LOOP_LAG_MAX_MS) {
    causes.push({ code: "eventLoop", message: `the event loop lags ${facts.loopLagMs} ms` });
  }
  return causes;
}
