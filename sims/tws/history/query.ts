import { fail, ok, type Result } from "../../../lib/base/result.ts";
import { civilOf, dayNumber } from "../../../lib/world/civil.ts";

/** How long a bar is: seconds within a day, or whole days, weeks, months. */
export type BarSize =
  | { readonly unit: "seconds"; readonly seconds: number }
  | { readonly unit: "day" | "week" | "month" };

/** Bar sizes of the interface by their names, mind singular and plural. */
export const BAR_SIZES: Readonly<Record<string, BarSize>> = {
  ...within(1, "secs", [1, 5, 10, 15, 30]),
  ...within(60, "min", [1]),
  ...within(60, "mins", [2, 3, 5, 10, 15, 20, 30]),
  ...within(3600, "hour", [1]),
  ...within(3600, "hours", [2, 3, 4, 8]),
  "1 day": { unit: "day" },
  "1 week": { unit: "week" },
  "1 month": { unit: "month" },
};

function within(
  unitSeconds: number,
  name: string,
  counts: readonly number[],
): Record<string, BarSize> {
  return Object.fromEntries(
    counts.map((count) => [`${count} ${name}`, { unit: "seconds", seconds: count * unitSeconds }]),
  );
}

/** Longest spans of small bars, in seconds by the length of a bar. */
const SPAN_MAX_S: Readonly<Record<number, number>> = {
  1: 1800,
  5: 7200,
  10: 14_400,
  15: 14_400,
  30: 28_800,
};

const DURATION_SECONDS: Readonly<Record<string, number>> = { S: 1, D: 86_400, W: 604_800 };
const YEARS_MAX = 30;

/** How far back a request goes: seconds, sessions, or a change of the calendar date. */
export interface Duration {
  readonly count: number;
  readonly unit: "S" | "D" | "W" | "M" | "Y";
}

/** What a request shows. */
export const SHOWN = [
  "TRADES",
  "MIDPOINT",
  "BID",
  "ASK",
  "BID_ASK",
  "ADJUSTED_LAST",
] as const;

/** One of `SHOWN`. */
export type WhatToShow = typeof SHOWN[number];

/** The duration in "60 S", "1 D", "2 W", "1 M", "1 Y"; null for anything else. */
export function durationOf(text: string): Duration | null {
  const match = /^(\d{1,6}) ([SDWMY])$/.exec(text.trim());
  if (match === null || Number(match[1]) < 1) return null;
  const [, count, letter] = match;
  const unit = (["S", "D", "W", "M", "Y"] as const).find((one) => one === letter);
  if (unit === undefined) return null;
  const duration = { count: Number(count), unit };
  return approximateSeconds(duration) > YEARS_MAX * 366 * 86_400 ? null : duration;
}

function approximateSeconds({ count, unit }: Duration): number {
  return count * (DURATION_SECONDS[unit] ?? (unit === "M" ? 31 : 366) * 86_400);
}

/** First day of a span of weeks, months or years that ends on a day; day numbers. */
export function firstDay({ count, unit }: Duration, lastDay: number): number {
  if (unit === "W") return lastDay - 7 * count + 1;
  const { year, month, day } = civilOf(lastDay);
  const months = year * 12 + month - 1 - count * (unit === "Y" ? 12 : 1);
  return dayNumber(Math.floor(months / 12), months % 12 + 1, day) + 1;
}

/** What is wrong with a pair of bar size and duration; null when it is allowed. */
export function spanProblem(size: BarSize, duration: Duration): string | null {
  if (size.unit !== "seconds") {
    return duration.unit === "S"
      ? "Historical data bar size setting is invalid for the duration"
      : null;
  }
  const longest = SPAN_MAX_S[size.seconds];
  if (longest === undefined || approximateSeconds(duration) <= longest) return null;
  return "Time length exceed max.";
}

/** The kind of bars in a whatToShow; fails with what the service says about it. */
export function shownOf(text: string): Result<WhatToShow, string> {
  const shown = SHOWN.find((one) => one === text.toUpperCase());
  return shown === undefined ? fail(`What to show '${text}' is not supported`) : ok(shown);
}
