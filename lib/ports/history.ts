import type { IsoDate, UnixMs } from "../base/brand.ts";
import type { Result } from "../base/result.ts";
import type { RecordingProblem } from "./journal.ts";

/**
 * What is sampled, with its columns in order. Money in the base currency; Greeks of positions in
 * the units of the book (theta per day, vega per vol point); volatilities and rates are decimals.
 * Keys: account id; "account underlying"; "account instrument"; instrument. Append columns only.
 */
export const SAMPLE_COLUMNS = {
  account: [
    "profit",
    "dollarDelta",
    "gamma",
    "vega",
    "theta",
    "netLiq",
    "cash",
    "externalFlows",
  ],
  underlying: ["spot", "profit", "dollarDelta", "gamma", "vega", "theta", "marketValue"],
  position: ["quantity", "mark", "profit", "delta", "gamma", "vega", "theta", "iv"],
  input: ["bid", "ask", "last", "spot", "iv", "riskFreeRate", "dividendYield"],
} as const;

/** Name of a kind of sample. */
export type SampleKind = keyof typeof SAMPLE_COLUMNS;

/** Samples of one kind at one instant. */
export interface Samples {
  readonly kind: SampleKind;
  /** By the source's clock; ascending per kind. */
  readonly at: UnixMs;
  /** Time until the next samples of this kind are due, ms by the source's clock. */
  readonly stepMs: number;
  /** Handles as `History.series` gave them. */
  readonly series: Int32Array<ArrayBuffer>;
  /** `values[i * columns + column]`, NaN where absent. The buffers are taken over. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** A line that is asked for: one column, summed over series. */
export interface LineQuery {
  readonly kind: SampleKind;
  readonly keys: readonly string[];
  readonly column: string;
  /** Inclusive. */
  readonly from: UnixMs;
  /** Exclusive. */
  readonly to: UnixMs;
  /** Width to draw in; at most four points a pixel come back. */
  readonly pixels: number;
}

/**
 * A line to draw: first, least, greatest and last value of each pixel that has any. A point with
 * NaN stands where samples are missing between its neighbours: the line breaks there. A pause
 * within one pixel cannot be seen and gives none.
 */
export interface Line {
  readonly at: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  /** Samples that it was made from. */
  readonly sampleCount: number;
  /** Time of the oldest sample kept of these series, null when there is none at all. */
  readonly since: UnixMs | null;
}

/** Official values of one session's close, or the best known for a session that still runs. */
export interface DailyBar {
  readonly session: IsoDate;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Time of the value that is the close. */
  readonly closedAt: UnixMs;
  /** True once the session was seen to end while recording. */
  readonly isOfficial: boolean;
}

/** A daily bar to keep; a later one of the same session replaces it. */
export interface DailyEntry extends DailyBar {
  readonly kind: SampleKind;
  readonly key: string;
  readonly column: string;
}

/** Where recording stands. */
export interface HistoryStatus {
  readonly isRecording: boolean;
  /** Since when, wall time. */
  readonly since: UnixMs;
  /** Why it does not record or, while it does, what of the past cannot be read any more. */
  readonly problem: RecordingProblem | null;
  /** Samples taken, written, and given up because the disk did not take them. */
  readonly taken: number;
  readonly written: number;
  readonly lost: number;
  /** Size of the database, bytes. */
  readonly sizeBytes: number;
}

/**
 * What the desk remembers of its numbers. Taking samples never waits: they go to the disk in
 * batches elsewhere, and what the disk refuses beyond a bound is given up and counted.
 */
export interface History {
  /** The handle of a series, the same for the same kind and key; bounded. */
  series(kind: SampleKind, key: string): number;
  record(samples: Samples): void;
  recordDaily(bars: readonly DailyEntry[]): void;
  line(query: LineQuery): Promise<Result<Line, RecordingProblem>>;
  /** Bars of one series, oldest first, at most `countMax` newest. */
  daily(
    of: { readonly kind: SampleKind; readonly key: string; readonly column: string },
    countMax: number,
  ): Promise<Result<readonly DailyBar[], RecordingProblem>>;
  status(): HistoryStatus;
  /** Resolves when everything taken so far is written or given up. */
  flush(): Promise<void>;
  /** Writes what waits and closes; idempotent. */
  close(): Promise<void>;
}
