/** One comparison of the table. */
export interface Result {
  /** Row of the anchor table. */
  readonly anchor: number;
  readonly what: string;
  /** Name and version. */
  readonly peer: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  /** Largest ratio ours / theirs that meets the target; null where there is none. */
  readonly target: number | null;
}

/** A bound that is no ratio: an accuracy or a latency. */
export interface Bound {
  readonly anchor: number;
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly limit: number;
}

/** What one group of rows found. */
export interface Findings {
  readonly results: readonly Result[];
  readonly bounds: readonly Bound[];
  /** Lines about how it was measured, for the reader of the table. */
  readonly notes: readonly string[];
  /** Peers, or whole rows, that could not be had here, with the reason. */
  readonly absent?: readonly string[];
}

/** Says that candidates disagree: then their times mean nothing. */
export function mustAgree(what: string, difference: number, limit: number): void {
  if (difference <= limit) return;
  throw new Error(`${what}: candidates differ by ${difference}, at most ${limit} is allowed`);
}
