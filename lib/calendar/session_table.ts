import { assert } from "../base/assert.ts";
import type { IsoDate } from "../base/brand.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { dateOfDay, dayOf, parseDay, weekdayOf } from "./date.ts";
import type { CalendarFailure } from "./failure.ts";
import { holidaysOf } from "./holidays.ts";

/** First year of the table of sessions. */
export const FIRST_YEAR = 2010;
/** Last year of the table of sessions. */
export const LAST_YEAR = 2030;

const WEEKEND = 0;
const HOLIDAY = 1;
const REGULAR = 2;
const EARLY = 3;

const FIRST_DAY = dayOf(FIRST_YEAR, 1, 1);
const LAST_DAY = dayOf(LAST_YEAR, 12, 31);

function buildKinds(): { kinds: Uint8Array; names: Map<number, string> } {
  const kinds = new Uint8Array(LAST_DAY - FIRST_DAY + 1);
  const names = new Map<number, string>();
  for (let day = FIRST_DAY; day <= LAST_DAY; day++) {
    const isWeekend = weekdayOf(day) % 6 === 0;
    kinds[day - FIRST_DAY] = isWeekend ? WEEKEND : REGULAR;
  }
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    const { closures, earlyCloses } = holidaysOf(year);
    for (const [day, name] of closures) {
      assert(kinds[day - FIRST_DAY] === REGULAR, `${name} ${year} falls on a weekend`);
      kinds[day - FIRST_DAY] = HOLIDAY;
      names.set(day, name);
    }
    for (const [day, name] of earlyCloses) {
      assert(kinds[day - FIRST_DAY] === REGULAR, `${name} ${year} is no session`);
      kinds[day - FIRST_DAY] = EARLY;
      names.set(day, name);
    }
  }
  return { kinds, names };
}

const { kinds, names } = buildKinds();

function outOfRange(what: string): Result<never, CalendarFailure> {
  return fail({
    code: "outOfRange",
    message:
      `${what} is outside the session table, which begins ${dateOfDay(FIRST_DAY)} and ends ` +
      dateOfDay(LAST_DAY),
  });
}

/** True when a session day of the table ends early. */
export function isEarlyCloseDay(day: number): boolean {
  return kinds[day - FIRST_DAY] === EARLY;
}

/** Name of the holiday or of the early close of a day number; null on plain days. */
export function occasionOfDay(day: number): string | null {
  return names.get(day) ?? null;
}

/**
 * Reads a date and checks that the table holds it; the result counts days since 1970-01-01.
 *
 * Fails with `notADate` or `outOfRange`.
 */
export function tableDay(date: IsoDate): Result<number, CalendarFailure> {
  const day = parseDay(date);
  if (!day.ok) return day;
  return isInTable(day.value) ? day : outOfRange(date);
}

/** True when the table of sessions holds this day number. */
export function isInTable(day: number): boolean {
  return day >= FIRST_DAY && day <= LAST_DAY;
}

/** True when a day number of the table is a session. */
export function isSessionDay(day: number): boolean {
  const kind = kinds[day - FIRST_DAY];
  return kind === REGULAR || kind === EARLY;
}

/**
 * The nearest session day before (`step` −1) or after (`step` 1) a day, not the day itself.
 *
 * Fails with `outOfRange` where the table ends first.
 */
export function sessionDayFrom(day: number, step: 1 | -1): Result<number, CalendarFailure> {
  let at = day + step;
  while (isInTable(at) && !isSessionDay(at)) at += step;
  if (isInTable(at)) return ok(at);
  return outOfRange(`the session ${step === 1 ? "after" : "before"} ${dateOfDay(day)}`);
}

/** The last session day that is not after a day of the table; fails with `outOfRange`. */
export function sessionDayOnOrBefore(day: number): Result<number, CalendarFailure> {
  return isSessionDay(day) ? ok(day) : sessionDayFrom(day, -1);
}
