import {
  civilOf,
  DAY_MS,
  dayNumber,
  frankfurtOffsetMs,
  isoOf,
  lastWeekday,
  newYorkMs,
  nthWeekday,
  weekday,
} from "./civil.ts";

/** One trading session of the world; instants in Unix ms. */
export interface WorldSession {
  readonly dayNo: number;
  readonly date: string;
  readonly openAt: number;
  /** 16:00 New York, 13:00 on early closes. */
  readonly regularCloseAt: number;
  /** 15 minutes later: index and broad ETF options, futures. */
  readonly lateCloseAt: number;
  readonly isEarlyClose: boolean;
}

/** Real time that the closed state lasts before the next session opens, in ms. */
export const CLOSED_STATE_MS = 120_000;

// Days of mourning are decreed, not computed.
const EXTRA_CLOSURES = new Set([dayNumber(2018, 12, 5), dayNumber(2025, 1, 9)]);

/** Easter Sunday of a year (Meeus, Jones, Butcher). */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) +
    15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return dayNumber(year, Math.floor(sum / 31), (sum % 31) + 1);
}

/** A fixed-date holiday moved off the weekend: Saturday to Friday, Sunday to Monday. */
function observed(dayNo: number): number {
  const day = weekday(dayNo);
  if (day === 6) return dayNo - 1;
  return day === 0 ? dayNo + 1 : dayNo;
}

function isUsHoliday(dayNo: number): boolean {
  const { year } = civilOf(dayNo);
  const newYear = dayNumber(year, 1, 1);
  // A New Year's Day on Saturday is not moved into the old year.
  if (weekday(newYear) !== 6 && dayNo === observed(newYear)) return true;
  return dayNo === nthWeekday(year, 1, 1, 3) || dayNo === nthWeekday(year, 2, 1, 3) ||
    dayNo === easterSunday(year) - 2 || dayNo === lastWeekday(year, 5, 1) ||
    (year >= 2022 && dayNo === observed(dayNumber(year, 6, 19))) ||
    dayNo === observed(dayNumber(year, 7, 4)) || dayNo === nthWeekday(year, 9, 1, 1) ||
    dayNo === nthWeekday(year, 11, 4, 4) || dayNo === observed(dayNumber(year, 12, 25)) ||
    EXTRA_CLOSURES.has(dayNo);
}

/** True when the US exchanges hold a session on that day. */
export function isSession(dayNo: number): boolean {
  const day = weekday(dayNo);
  return day !== 0 && day !== 6 && !isUsHoliday(dayNo);
}

/** True when the session of that day ends at 13:00. */
export function isEarlyClose(dayNo: number): boolean {
  const { year, month, day } = civilOf(dayNo);
  if (!isSession(dayNo)) return false;
  if (month === 7 && day === 3) return weekday(dayNo) < 5;
  if (month === 12 && day === 24) return true;
  return dayNo === nthWeekday(year, 11, 4, 4) + 1;
}

/** The first session strictly after a day. */
export function nextSession(dayNo: number): number {
  let day = dayNo + 1;
  while (!isSession(day)) day++;
  return day;
}

/** The last session strictly before a day. */
export function previousSession(dayNo: number): number {
  let day = dayNo - 1;
  while (!isSession(day)) day--;
  return day;
}

/** The session of a day that holds one. */
export function sessionOn(dayNo: number): WorldSession {
  const early = isEarlyClose(dayNo);
  const closeHour = early ? 13 : 16;
  return {
    dayNo,
    date: isoOf(dayNo),
    openAt: newYorkMs(dayNo, 9.5),
    regularCloseAt: newYorkMs(dayNo, closeHour),
    lateCloseAt: newYorkMs(dayNo, closeHour + 0.25),
    isEarlyClose: early,
  };
}

function isXetraHoliday(dayNo: number): boolean {
  const { year, month, day } = civilOf(dayNo);
  const easter = easterSunday(year);
  if (dayNo === easter - 2 || dayNo === easter + 1) return true;
  if (month === 12) return day === 24 || day === 25 || day === 26 || day === 31;
  return (month === 1 || month === 5) && day === 1;
}

/** Xetra's close (17:30 Frankfurt) on a US session day, or that day's US open when it is shut. */
export function xetraCloseAt(session: WorldSession): number {
  if (isXetraHoliday(session.dayNo)) return session.openAt;
  return session.dayNo * DAY_MS + 17.5 * 3_600_000 - frankfurtOffsetMs(session.dayNo);
}
