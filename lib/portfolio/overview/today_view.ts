import { newYorkTime } from "../../calendar/new_york.ts";
import { formatLevel, formatSigned } from "../../format/number.ts";
import { formatClock, formatExpiry, formatMinute, spokenAge } from "../../format/time.ts";
import { listed, plural } from "../../format/words.ts";
import type { FeedStatus, MarketStatus } from "../../stream/protocol/messages.ts";
import { type Scale, timeSpan, valueScale } from "./axis.ts";
import type { HistoryAnswer } from "./history_answer.ts";
import type { Band, LineDrawing } from "./line_drawing.ts";
import { gapBands } from "./line_picture.ts";
import { METRIC_STYLES, metricUnit, type TodayMetric } from "./metrics.ts";
import { lastValue, rangeOf, type TodayPoints } from "./today_line.ts";

/** Points of a table at most: it is for reading, not for export. */
const TABLE_MAX = 60;
/** A record that began this much after the range did is said to begin. */
const LATE_MS = 90_000;

function valueText(metric: TodayMetric, value: number): string {
  return METRIC_STYLES[metric].isSigned ? formatSigned(value) : formatLevel(value);
}

/** A shorter gap than the axis can show is not denied: "no gap over 17 minutes". */
function gapText(bands: readonly Band[], pauseMs: number): string {
  if (bands.length === 0) return pauseMs === 0 ? "no gaps" : `no gap over ${spokenAge(pauseMs)}`;
  const longest = bands.reduce((a, b) => b.to - b.from > a.to - a.from ? b : a);
  return `${plural(bands.length, "gap")}, the longest ${longest.length}`;
}

function dateText(at: number, now: number): string {
  return formatExpiry(newYorkTime(at).date, Number(newYorkTime(now).date.slice(0, 4)));
}

/** "record begins 19 Mar 10:15" when the range reaches further back, else "since 12 Mar". */
function sinceText(answer: HistoryAnswer, now: number): string {
  const { since, sessions, from } = answer;
  const start = sessions.length > 0 ? sessions[0].opensAt : from;
  if (since === null) return "nothing is recorded yet";
  if (since <= start + LATE_MS) return `since ${dateText(start, now)}`;
  return `record begins ${dateText(since, now)} ${formatMinute(newYorkTime(since))}`;
}

/** Gaps of a drawing; what lies before the record's first sample is none. */
function gapsIn(drawing: LineDrawing, since: number | null): readonly Band[] {
  const { sessions } = drawing;
  if (sessions === undefined) return gapBands(drawing);
  if (since === null) return [];
  const isLate = since > sessions.timeAt(0) + LATE_MS;
  return sessions.bands.filter((band) => !isLate || band.from > 0);
}

function pace(stepMs: number): string {
  if (stepMs === 1000) return "one point a second";
  return stepMs === 60_000 ? "one point a minute" : `one point in ${spokenAge(stepMs)}`;
}

/** What the words of a line are made from. */
export interface LineWords {
  readonly metric: TodayMetric;
  readonly currency: string;
  readonly drawing: LineDrawing;
  /** The answer that the line comes from; null for the line of today that the page itself keeps. */
  readonly answer: HistoryAnswer | null;
  /** Time between points of today's own line. */
  readonly stepMs: number;
  /** Source's clock. */
  readonly now: number;
  /** Why the line does not grow now, see `pauseText`; "" while it does. */
  readonly paused: string;
}

/**
 * Why no point of now is added to the lines: a feed is out, and a sum over what is old is no
 * sample. "" while points are added, and while the market is closed.
 */
export function pauseText(feeds: readonly FeedStatus[], market: MarketStatus | null): string {
  if (market?.session === "closed") return "";
  const out = feeds.filter(({ state }) => state !== "live" && state !== "closed")
    .map(({ label }) => label);
  if (out.length === 0) return "";
  return `no new point while ${listed(out)} ${out.length === 1 ? "is" : "are"} not live`;
}

/** Where a line begins and what is missing in it: "since 10:15, 1 gap, the longest 12 minutes". */
function reachText({ drawing, answer, now }: LineWords): string {
  const gaps = gapText(gapsIn(drawing, answer?.since ?? null), drawing.sessions?.pauseMs ?? 0);
  if (drawing.sessions !== undefined && answer !== null) {
    return answer.since === null ? sinceText(answer, now) : `${sinceText(answer, now)}, ${gaps}`;
  }
  const { at } = drawing.points;
  return at.length === 0 ? "" : `since ${formatMinute(newYorkTime(at[0]))}, ${gaps}`;
}

/** The unit, how the line is to be read, where it begins and what is missing in it. */
export function lineNote(words: LineWords): string {
  const unit = metricUnit(words.metric, words.currency);
  const isResult = METRIC_STYLES[words.metric].isResult;
  const reading = words.drawing.sessions === undefined
    ? pace(words.stepMs)
    : isResult
    ? "each day from its previous close"
    : "";
  const head = [unit, reading].filter((part) => part !== "").join(", ");
  return [head, reachText(words), words.paused].filter((part) => part !== "").join("; ");
}

/** Value, range and gaps in words: what the folded section and the chart's name say. */
export function lineSummary(words: LineWords): string {
  const { metric, drawing: { points } } = words;
  const range = rangeOf(points);
  const { name } = METRIC_STYLES[metric];
  if (range === null) return [`${name}: no point yet`, words.paused].filter(Boolean).join("; ");
  return `${name} ${valueText(metric, lastValue(points))} ` +
    `${metricUnit(metric, words.currency)}, between ${valueText(metric, range.low)} and ` +
    `${valueText(metric, range.high)}, ${reachText(words)}`;
}

/** Scale of values for a line, null while there is none. */
export function todayScale(metric: TodayMetric, points: TodayPoints): Scale | null {
  const range = rangeOf(points);
  return range === null ? null : valueScale(range.low, range.high, METRIC_STYLES[metric].hasZero);
}

/** The line of today on plain time, from its first point on. */
export function todayDrawing(metric: TodayMetric, points: TodayPoints, now: number): LineDrawing {
  return {
    points,
    scale: todayScale(metric, points) ?? valueScale(0, 0, true),
    span: timeSpan(points.at.length === 0 ? now : points.at[0], now),
    style: METRIC_STYLES[metric],
  };
}

/** The line as a table, newest first: time (with its date over several sessions) and value. */
export function lineTable(words: LineWords): readonly (readonly [string, string])[] {
  const { metric, drawing: { points, sessions }, now } = words;
  const every = Math.max(1, Math.ceil(points.at.length / TABLE_MAX));
  const rows: [string, string][] = [];
  for (let i = points.at.length - 1; i >= 0; i -= every) {
    const at = sessions === undefined ? points.at[i] : sessions.timeAt(points.at[i]);
    const clock = formatClock(newYorkTime(at));
    const text = sessions === undefined ? clock : `${dateText(at, now)} ${clock}`;
    if (rows[rows.length - 1]?.[0] !== text) rows.push([text, valueText(metric, points.value[i])]);
  }
  return rows;
}
