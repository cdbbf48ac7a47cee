import type { UnixMs } from "../base/brand.ts";
import { ok, type Result } from "../base/result.ts";
import type { HistoryAnswer } from "../portfolio/overview/history_answer.ts";
import { type HistoryRequest, PIXELS_MAX } from "../portfolio/overview/history_request.ts";
import { metricUnit } from "../portfolio/overview/metrics.ts";
import { type RangeSpan, rangeSpan, sessionsIn } from "../portfolio/overview/ranges.ts";
import { thinLine } from "../portfolio/overview/thin_line.ts";
import { TradingTime } from "../portfolio/overview/trading_time.ts";
import type { RecordingProblem } from "../ports/journal.ts";
import type { DeskServices } from "./services.ts";

/** What of a desk a line is read from. */
export type LineSource = Pick<DeskServices, "history" | "sourceNow" | "baseCurrency">;

async function spanOf(
  desk: LineSource,
  request: HistoryRequest,
  accounts: readonly number[],
): Promise<Result<RangeSpan, RecordingProblem>> {
  const now = Math.floor(desk.sourceNow());
  const { span, metric } = request;
  if (typeof span !== "string") {
    const to = span.to ?? Math.max(now, span.from) + 1;
    return ok({ from: span.from, to, sessions: sessionsIn(span.from, to) });
  }
  if (span !== "all") return ok(rangeSpan(span, now, null));
  // Where the record begins is known to the record alone.
  const newest = await desk.history({ metric, accounts, from: now, to: now + 1, pixels: 1 });
  return newest.ok ? ok(rangeSpan(span, now, newest.value.since)) : newest;
}

/** The record thins by plain time; most of that has no trading and takes no pixel of the plot. */
function plainPixels({ from, to }: RangeSpan, time: TradingTime, pixels: number): number {
  const trading = time.length > 0 ? Math.min(time.length, to - from) : to - from;
  return Math.min(PIXELS_MAX, Math.ceil(pixels * (to - from) / trading));
}

/**
 * Reads the line that a request asks for, summed over account indices: at most four points a pixel
 * of an axis where sessions stand side by side. Fails while the record cannot be read.
 */
export async function readHistoryLine(
  desk: LineSource,
  request: HistoryRequest,
  accounts: readonly number[],
): Promise<Result<HistoryAnswer, RecordingProblem>> {
  const span = await spanOf(desk, request, accounts);
  if (!span.ok) return span;
  const { from, to, sessions } = span.value;
  const { metric, pixels } = request;
  const time = new TradingTime(sessions);
  const wanted = plainPixels(span.value, time, pixels);
  const line = await desk.history({ metric, accounts, from, to, pixels: wanted });
  if (!line.ok) return line;
  const isTrading = sessions.length > 0;
  const position = (at: UnixMs) => isTrading ? time.position(at) : at - from;
  const length = isTrading ? time.length : to - from;
  const { at, value } = thinLine(line.value, { position, length, pixels });
  return ok({
    metric,
    unit: metricUnit(metric, desk.baseCurrency),
    from,
    to,
    since: line.value.since,
    sessions,
    at: Array.from(at),
    value: Array.from(value, (level) => Number.isNaN(level) ? null : level),
  });
}
