import { assert } from "../base/assert.ts";

/** Milliseconds of one civil day without a clock change. */
export const DAY_MS = 86_400_000;

const HOUR_MS = 3_600_000;

/** A civil date; month and day count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of a civil date (proleptic Gregorian). */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const monthIndex = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthIndex + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) +
    dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The civil date of a day number. */
export function civilOf(dayNo: number): CivilDate {
  const z = dayNo + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1,
  };
}

/** Day of the week: 0 Sunday … 6 Saturday. */
export function weekday(dayNo: number): number {
  return (((dayNo + 4) % 7) + 7) % 7;
}

/** "YYYY-MM-DD" of a day number. */
export function isoOf(dayNo: number): string {
  const { year, month, day } = civilOf(dayNo);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Day number of "YYYY-MM-DD"; throws on anything else (settings are validated before). */
export function dayOfIso(iso: string): number {
  assert(/^\d{4}-\d{2}-\d{2}$/.test(iso), `not a date: ${iso}`);
  const dayNo = dayNumber(+iso.slice(0, 4), +iso.slice(5, 7), +iso.slice(8, 10));
  assert(isoOf(dayNo) === iso, `no such date: ${iso}`);
  return dayNo;
}

/** The n-th given weekday of a month (n from 1), as a day number. */
export function nthWeekday(
  year: number,
  month: number,
  dayOfWeek: number,
  nth: number,
): number {
  const first = dayNumber(year, month, 1);
  return first + ((dayOfWeek - weekday(first) + 7) % 7) + (nth - 1) * 7;
}

/** The last given weekday of a month, as a day number. */
export function lastWeekday(year: number, month: number, dayOfWeek: number): number {
  const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
  return next - 1 - ((weekday(next - 1) - dayOfWeek + 7) % 7);
}

/** New York's offset from UTC at midday of a day, in ms (negative). Rule of 2007 and later. */
export function newYorkOffsetMs(dayNo: number): number {
  const { year } = civilOf(dayNo);
  const isSummer = dayNo >= nthWeekday(year, 3, 0, 2) && dayNo < nthWeekday(year, 11, 0, 1);
  return (isSummer ? -4 : -5) * HOUR_MS;
}

/** Frankfurt's offset from UTC at midday of a day, in ms. */
export function frankfurtOffsetMs(dayNo: number): number {
  const { year } = civilOf(dayNo);
  const isSummer = dayNo >= lastWeekday(year, 3, 0) && dayNo < lastWeekday(year, 10, 0);
  return (isSummer ? 2 : 1) * HOUR_MS;
}

/** The instant of a New York wall time (hours may carry a fraction), in Unix ms. */
export function newYorkMs(dayNo: number, hours: number): number {
  return dayNo * DAY_MS + hours * HOUR_MS - newYorkOffsetMs(dayNo);
}

/** The New York calendar day of an instant. */
export function newYorkDay(unixMs: number): number {
  const rough = Math.floor((unixMs - 5 * HOUR_MS) / DAY_MS);
  return Math.floor((unixMs + newYorkOffsetMs(rough)) / DAY_MS);
}
