import type { Scale } from "./axis.ts";
import type { MetricStyle } from "./metrics.ts";
import type { TodayPoints } from "./today_line.ts";

/** A stretch of the axis without data, and what stands above it. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** How long in words: "12 minutes", "2 sessions". */
  readonly length: string;
}

/** A label of the axis, beginning at a position. */
export interface AxisLabel {
  readonly at: number;
  readonly text: string;
}

/** An axis of sessions side by side; positions are ms of trading since the first open. */
export interface SessionAxis {
  readonly labels: readonly AxisLabel[];
  /** Where a hairline parts sessions (or weeks, months, years where sessions are too narrow). */
  readonly borders: readonly number[];
  readonly bands: readonly Band[];
  /** Shorter gaps have no place on this axis, ms of trading. */
  readonly pauseMs: number;
  /** The time at a position. */
  timeAt(position: number): number;
}

/**
 * A line with everything that it is drawn with. Without `sessions` its axis is plain time in ms and
 * its breaks are the bands; with them `points.at` are positions of that axis.
 */
export interface LineDrawing {
  readonly points: TodayPoints;
  readonly scale: Scale;
  readonly span: { readonly from: number; readonly to: number };
  readonly style: MetricStyle;
  readonly sessions?: SessionAxis;
}
