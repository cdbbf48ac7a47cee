import type { UnixMs } from "../../base/brand.ts";
import { valueScale } from "./axis.ts";
import type { LineDrawing } from "./line_drawing.ts";
import { METRIC_STYLES, type TodayMetric } from "./metrics.ts";
import type { SessionSpan } from "./ranges.ts";
import { sessionLine } from "./session_line.ts";
import { sessionMarks } from "./session_labels.ts";
import type { TodayPoints } from "./today_line.ts";
import { todayScale } from "./today_view.ts";
import { TradingTime } from "./trading_time.ts";

/** What a line over several sessions is drawn from. Times in ms by the source's clock. */
export interface SessionInput {
  readonly metric: TodayMetric;
  readonly points: TodayPoints;
  readonly from: UnixMs;
  readonly to: UnixMs;
  /** None outside the calendar: then the whole span counts as one. */
  readonly sessions: readonly SessionSpan[];
  readonly now: UnixMs;
  readonly widthPx: number;
}

/** A drawing of sessions side by side; it has an axis in any case. */
export type SessionDrawing = LineDrawing & Required<Pick<LineDrawing, "sessions">>;

/** The line over several sessions with its axis, bands and scale. */
export function sessionDrawing(input: SessionInput): SessionDrawing {
  const { metric, points, from, to, sessions } = input;
  const whole = [{ date: new Date(from).toISOString().slice(0, 10), opensAt: from, closesAt: to }];
  const time = new TradingTime(sessions.length > 0 ? sessions : whole);
  const style = METRIC_STYLES[metric];
  const laid = sessionLine(points, time, {
    startsAnew: style.isResult,
    now: input.now,
    pixelMs: time.length / Math.max(1, input.widthPx),
  });
  return {
    points: laid.points,
    scale: todayScale(metric, laid.points) ?? valueScale(0, 0, true),
    span: { from: 0, to: Math.max(1, time.length) },
    style,
    sessions: {
      ...sessionMarks(time, input.widthPx),
      bands: laid.bands,
      pauseMs: laid.pauseMs,
      timeAt: (position) => time.timeAt(position),
    },
  };
}
