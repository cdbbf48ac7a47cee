import { assert, unreachable } from "../base/assert.ts";
import type { IsoDate, UnixMs } from "../base/brand.ts";
import { ok, type Result } from "../base/result.ts";
import { dateOfDay } from "./date.ts";
import type { CalendarFailure } from "./failure.ts";
import { newYorkInstantOf } from "./new_york.ts";
import {
  isEarlyCloseDay,
  isSessionDay,
  occasionOfDay,
  sessionDayFrom,
  tableDay,
} from "./session_table.ts";

/**
 * Which hours a product keeps, New York time.
 *
 * - `equity`: shares, ETFs and most options, 09:30–16:00 (early close 13:00).
 * - `lateOption`: options on broad indices and some ETFs, 09:30–16:15 (early close 13:15).
 * - `futures`: CME equity index futures and their options, 18:00 of the day before to 17:00 (early
 *   close 13:15), the hours in force since 2021, for all years. The shortened trading of CME on
 *   holidays of the exchanges is not in the table: it counts as closed, and the next session
 *   begins at 18:00 of the day before it.
 */
export type SessionClass = "equity" | "lateOption" | "futures";

/** One trading session; `opensAt` belongs to it, `closesAt` does not. */
export interface Session {
  readonly date: IsoDate;
  readonly opensAt: UnixMs;
  readonly closesAt: UnixMs;
  readonly isEarlyClose: boolean;
}

const OPEN_MINUTE = 9 * 60 + 30;
const FUTURES_OPEN_MINUTE = 18 * 60;

/** True when the exchanges open on this date. Fails with `notADate` or `outOfRange`. */
export function isSession(date: IsoDate): Result<boolean, CalendarFailure> {
  const day = tableDay(date);
  return day.ok ? ok(isSessionDay(day.value)) : day;
}

/**
 * Name of the holiday that closes the exchanges on a date, or of the occasion of an early close;
 * null on a plain session and on a plain weekend. Fails with `notADate` or `outOfRange`.
 */
export function occasionOn(date: IsoDate): Result<string | null, CalendarFailure> {
  const day = tableDay(date);
  return day.ok ? ok(occasionOfDay(day.value)) : day;
}

/** The next session after a date. Fails with `notADate` or `outOfRange`. */
export function nextSession(date: IsoDate): Result<IsoDate, CalendarFailure> {
  return neighbour(date, 1);
}

/** The last session before a date. Fails with `notADate` or `outOfRange`. */
export function previousSession(date: IsoDate): Result<IsoDate, CalendarFailure> {
  return neighbour(date, -1);
}

function neighbour(date: IsoDate, step: 1 | -1): Result<IsoDate, CalendarFailure> {
  const day = tableDay(date);
  if (!day.ok) return day;
  const found = sessionDayFrom(day.value, step);
  return found.ok ? ok(dateOfDay(found.value)) : found;
}

/**
 * Session dates from `from` to `to`, both inclusive, ascending; empty when `to` is before `from`.
 * Fails with `notADate` or `outOfRange`.
 */
export function sessionsBetween(
  from: IsoDate,
  to: IsoDate,
): Result<IsoDate[], CalendarFailure> {
  const first = tableDay(from);
  if (!first.ok) return first;
  const last = tableDay(to);
  if (!last.ok) return last;
  const dates: IsoDate[] = [];
  for (let day = first.value; day <= last.value; day++) {
    if (isSessionDay(day)) dates.push(dateOfDay(day));
  }
  return ok(dates);
}

function closeMinute(sessionClass: SessionClass, isEarlyClose: boolean): number {
  switch (sessionClass) {
    case "equity":
      return isEarlyClose ? 13 * 60 : 16 * 60;
    case "lateOption":
      return isEarlyClose ? 13 * 60 + 15 : 16 * 60 + 15;
    case "futures":
      return isEarlyClose ? 13 * 60 + 15 : 17 * 60;
    default:
      return unreachable(sessionClass);
  }
}

/** The session of a day number that `isSessionDay` holds true for; asserts that. */
export function sessionOfDay(day: number, sessionClass: SessionClass): Session {
  assert(isSessionDay(day), `${dateOfDay(day)} is a session`);
  const isEarlyClose = isEarlyCloseDay(day);
  return {
    date: dateOfDay(day),
    opensAt: sessionClass === "futures"
      ? newYorkInstantOf(day - 1, FUTURES_OPEN_MINUTE)
      : newYorkInstantOf(day, OPEN_MINUTE),
    closesAt: newYorkInstantOf(day, closeMinute(sessionClass, isEarlyClose)),
    isEarlyClose,
  };
}

/**
 * The session of a date for a class of products, or null when the exchanges stay closed.
 * Fails with `notADate` or `outOfRange`.
 */
export function sessionOf(
  date: IsoDate,
  sessionClass: SessionClass,
): Result<Session | null, CalendarFailure> {
  const day = tableDay(date);
  if (!day.ok) return day;
  return ok(isSessionDay(day.value) ? sessionOfDay(day.value, sessionClass) : null);
}
