import type { IsoDate } from "../base/brand.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { CalendarFailure } from "./failure.ts";

/** Milliseconds of a day of 24 hours; days of UTC, never of a zone with daylight saving. */
export const DAY_MS = 86_400_000;

/** Day of the week, 0 = Sunday to 6 = Saturday. */
export type Weekday = number;

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * Days from 1970-01-01 to a civil date; month 1–12, Gregorian.
 *
 * Days and months that overflow carry on: `dayOf(2025, 1, 0)` is 2024-12-31.
 */
export function dayOf(year: number, month: number, dayOfMonth: number): number {
  return Date.UTC(year, month - 1, dayOfMonth) / DAY_MS;
}

/** The date of a day number (days since 1970-01-01, whole), for years 0000 to 9999. */
export function dateOfDay(day: number): IsoDate {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Day of the week of a day number. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): Weekday {
  return (((day + 4) % 7) + 7) % 7;
}

/**
 * Reads "YYYY-MM-DD" as days since 1970-01-01.
 *
 * Fails with `notADate` on another form and on a date that no calendar has (2025-02-30).
 */
export function parseDay(date: IsoDate): Result<number, CalendarFailure> {
  const match = ISO_DATE.exec(date);
  if (match !== null) {
    const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
    if (dateOfDay(day) === date) return ok(day);
  }
  return fail({
    code: "notADate",
    message: `"${date.slice(0, 40)}" is not a date of the form YYYY-MM-DD`,
  });
}

/** The `nth` (1–5) `weekday` of a month as a day number; the fifth may lie in the next month. */
export function nthWeekday(year: number, month: number, weekday: Weekday, nth: number): number {
  const first = dayOf(year, month, 1);
  return first + (weekday - weekdayOf(first) + 7) % 7 + 7 * (nth - 1);
}

/** The last `weekday` of a month as a day number. */
export function lastWeekday(year: number, month: number, weekday: Weekday): number {
  const last = dayOf(year, month + 1, 0);
  return last - (weekdayOf(last) - weekday + 7) % 7;
}
