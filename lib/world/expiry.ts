import { civilOf, newYorkMs, nthWeekday, weekday } from "./civil.ts";
import { isSession, nextSession, previousSession, sessionOn } from "./session.ts";

/** How often a class lists expiries. */
export type ExpiryCycle = "daily" | "weekly" | "monthly";

/** When the settlement value is fixed: at the open or at the close of the expiry date. */
export type Settlement = "AM" | "PM";

const DAILY_SESSIONS = 10;
const WEEKLY_COUNT = 8;
const MONTHLY_COUNT = 12;
const LEAPS_YEARS = 2;

/** A Friday, or the session before it when the exchange is shut. */
function orSessionBefore(dayNo: number): number {
  return isSession(dayNo) ? dayNo : previousSession(dayNo);
}

/** The standard monthly expiry (third Friday, or the session before). */
export function monthlyExpiry(year: number, month: number): number {
  return orSessionBefore(nthWeekday(year, month, 5, 3));
}

/** Month `offset` months after the month of a day. */
function monthAfter(dayNo: number, offset: number): { year: number; month: number } {
  const { year, month } = civilOf(dayNo);
  const index = year * 12 + month - 1 + offset;
  return { year: Math.floor(index / 12), month: (index % 12) + 1 };
}

/**
 * The expiries that a class lists on a session day, ascending day numbers, today included.
 *
 * Dailies reach ten sessions, weeklies eight Fridays, monthlies twelve months, LEAPS two Januaries
 * beyond.
 */
export function listedExpiries(cycle: ExpiryCycle, dayNo: number): number[] {
  const days = new Set<number>();
  if (cycle === "daily") {
    for (let day = dayNo, n = 0; n < DAILY_SESSIONS; day = nextSession(day), n++) days.add(day);
  }
  if (cycle !== "monthly") {
    const friday = dayNo + ((5 - weekday(dayNo) + 7) % 7);
    for (let n = 0; n < WEEKLY_COUNT; n++) days.add(orSessionBefore(friday + n * 7));
  }
  for (let n = 0; n < MONTHLY_COUNT; n++) {
    const { year, month } = monthAfter(dayNo, n);
    days.add(monthlyExpiry(year, month));
  }
  const { year } = civilOf(dayNo);
  for (let n = 1; n <= LEAPS_YEARS; n++) days.add(monthlyExpiry(year + n, 1));
  return [...days].filter((day) => day >= dayNo).sort((a, b) => a - b);
}

/** The first listed expiry at least `dte` calendar days away, or the last one before `before`. */
export function pickExpiry(expiries: readonly number[], earliest: number, before: number): number {
  let best = expiries[0];
  for (const day of expiries) {
    if (day >= before) break;
    best = day;
    if (day >= earliest) break;
  }
  return best;
}

/** The instant at which the settlement value of an option is fixed, in Unix ms. */
export function expiresAt(dayNo: number, settlement: Settlement): number {
  return settlement === "AM" ? newYorkMs(dayNo, 9.5) : sessionOn(dayNo).regularCloseAt;
}

const QUARTER_CODES = "HMUZ";

/** The quarterly future that trades on a day: its expiry day and its two-character month code. */
export function frontFuture(dayNo: number): { dayNo: number; code: string } {
  for (let offset = 0;; offset++) {
    const { year, month } = monthAfter(dayNo, offset);
    if (month % 3 !== 0) continue;
    const day = monthlyExpiry(year, month);
    if (day - dayNo < 21) continue;
    return { dayNo: day, code: `${QUARTER_CODES[month / 3 - 1]}${year % 10}` };
  }
}
