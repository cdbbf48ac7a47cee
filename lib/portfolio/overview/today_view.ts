import { newYorkTime } from "../../calendar/new_york.ts";
import { formatLevel, formatSigned } from "../../format/number.ts";
import { formatClock, formatMinute, spokenAge } from "../../format/time.ts";
import { plural } from "../../format/words.ts";
import { type Scale, timeSpan, timeTicks, valueScale } from "./axis.ts";
import { METRIC_STYLES, metricUnit, type TodayMetric } from "./metrics.ts";
import { gapsOf, lastValue, rangeOf, type TodayPoints } from "./today_line.ts";

/** A time on the axis with its label. */
export interface TimeTick {
  /** 0 to 1 from the left. */
  readonly at: number;
  readonly text: string;
}

/** The line of today as it is drawn without a script. */
export interface TodayPicture {
  readonly runs: readonly (readonly (readonly [number, number])[])[];
  readonly scale: Scale | null;
  readonly ticks: readonly TimeTick[];
  readonly last: number | null;
  readonly isSigned: boolean;
}

function valueText(metric: TodayMetric, value: number): string {
  return METRIC_STYLES[metric].isSigned ? formatSigned(value) : formatLevel(value);
}

/** Profit, range and gaps in words: what the folded section and the chart's name say. */
export function todaySummary(metric: TodayMetric, points: TodayPoints, currency: string): string {
  const range = rangeOf(points);
  const { name } = METRIC_STYLES[metric];
  if (range === null) return `${name}: no point yet`;
  const unit = metricUnit(metric, currency);
  const gaps = gapsOf(points);
  const longest = Math.max(0, ...gaps.map((gap) => gap.to - gap.from));
  const gapText = gaps.length === 0
    ? "no gaps"
    : `${plural(gaps.length, "gap")}, the longest ${spokenAge(longest)}`;
  return `${name} ${valueText(metric, lastValue(points))} ${unit}, between ` +
    `${valueText(metric, range.low)} and ${valueText(metric, range.high)}, ${gapText}`;
}

/** "USD, one point a second", "USD, one point in 8 seconds". */
export function todayNote(metric: TodayMetric, currency: string, stepMs: number): string {
  const every = stepMs === 1000
    ? "a second"
    : stepMs === 60_000
    ? "a minute"
    : `in ${spokenAge(stepMs)}`;
  return `${metricUnit(metric, currency)}, one point ${every}`;
}

/** Scale of values for a line, null while there is none. */
export function todayScale(metric: TodayMetric, points: TodayPoints): Scale | null {
  const range = rangeOf(points);
  return range === null ? null : valueScale(range.low, range.high, METRIC_STYLES[metric].hasZero);
}

/** The line as shares of the plot, for the first paint. */
export function todayPicture(
  metric: TodayMetric,
  points: TodayPoints,
  now: number,
): TodayPicture {
  const scale = todayScale(metric, points);
  const { isSigned } = METRIC_STYLES[metric];
  if (scale === null) return { runs: [], scale, ticks: [], last: null, isSigned };
  const span = timeSpan(points.at[0], now);
  const x = (at: number) => round((at - span.from) / (span.to - span.from));
  const y = (value: number) => round((value - scale.from) / (scale.to - scale.from));
  const runs: [number, number][][] = [[]];
  for (let i = 0; i < points.at.length; i++) {
    if (Number.isNaN(points.value[i])) runs.push([]);
    else runs[runs.length - 1].push([x(points.at[i]), y(points.value[i])]);
  }
  const ticks = timeTicks(span.from, span.to)
    .map((at) => ({ at: x(at), text: formatMinute(newYorkTime(at)) }));
  return {
    runs: runs.filter((run) => run.length > 1),
    scale,
    ticks,
    last: lastValue(points),
    isSigned,
  };
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}

/** Points of a table at most: it is for reading, not for export. */
const TABLE_MAX = 60;

/** The line as a table, newest first: time and value, evenly thinned. */
export function todayTable(
  metric: TodayMetric,
  points: TodayPoints,
): readonly (readonly [string, string])[] {
  const every = Math.max(1, Math.ceil(points.at.length / TABLE_MAX));
  const rows: [string, string][] = [];
  for (let i = points.at.length - 1; i >= 0; i -= every) {
    const time = newYorkTime(points.at[i]);
    rows.push([formatClock(time), valueText(metric, points.value[i])]);
  }
  return rows;
}
