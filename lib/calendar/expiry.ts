import type { IsoDate, UnixMs } from "../base/brand.ts";
import { ok, type Result } from "../base/result.ts";
import { dateOfDay, DAY_MS, nthWeekday, parseDay } from "./date.ts";
import type { CalendarFailure } from "./failure.ts";
import type { OptionClass, Settlement } from "./option_class.ts";
import { type Session, sessionOfDay } from "./sessions.ts";
import { sessionDayFrom, sessionDayOnOrBefore, tableDay } from "./session_table.ts";

/** What fixes the instant at which an option's risk ends. */
export interface ExpiryTerms {
  /** The contract's expiration date. */
  readonly expiry: IsoDate;
  readonly settlement: Settlement;
  /**
   * Override for a class whose risk is held to last until the close of the 16:15 hours. By default
   * risk ends with the regular close, which sets the price that decides about exercise.
   */
  readonly endsAt?: "regularClose" | "lateClose";
}

const MS_PER_YEAR = 365 * DAY_MS;

/** An expiration on a closed day (Saturday until 2015, Good Friday) means the session before. */
function settlementDay(expiry: IsoDate): Result<number, CalendarFailure> {
  const day = tableDay(expiry);
  return day.ok ? sessionDayOnOrBefore(day.value) : day;
}

/**
 * The instant at which time to expiry reaches 0.
 *
 * PM: regular close of the expiration date (16:00 New York, 13:00 on an early close). AM: the
 * opening of that morning (09:30), at which the settlement value is struck. Options on futures use
 * the same two instants. Fails with `notADate` or `outOfRange`. Source: formulas §2.
 */
export function expiryInstant(terms: ExpiryTerms): Result<UnixMs, CalendarFailure> {
  const day = settlementDay(terms.expiry);
  if (!day.ok) return day;
  if (terms.settlement === "AM") return ok(sessionOfDay(day.value, "equity").opensAt);
  const isLate = terms.endsAt === "lateClose";
  return ok(sessionOfDay(day.value, isLate ? "lateOption" : "equity").closesAt);
}

function lastSession(day: number, option: OptionClass): Result<Session, CalendarFailure> {
  if (option.settlement === "PM") {
    return ok(sessionOfDay(day, option.lastDayClose === "late" ? "lateOption" : "equity"));
  }
  const previous = sessionDayFrom(day, -1);
  return previous.ok ? ok(sessionOfDay(previous.value, option.sessionClass)) : previous;
}

/**
 * The instant at which trading in an expiring option ends.
 *
 * PM: the close of its last day, for index options of the 16:15 classes the regular close. AM: the
 * close of the session before expiration, on its class's hours. AM options on futures trade until
 * the opening that settles them. Fails with `notADate` or `outOfRange`.
 */
export function lastTradeInstant(
  expiry: IsoDate,
  option: OptionClass,
): Result<UnixMs, CalendarFailure> {
  const day = settlementDay(expiry);
  if (!day.ok) return day;
  if (option.sessionClass === "futures" && option.settlement === "AM") {
    return ok(sessionOfDay(day.value, "equity").opensAt);
  }
  const session = lastSession(day.value, option);
  return session.ok ? ok(session.value.closesAt) : session;
}

/**
 * Calendar days from the trade date to the expiration date: 0 on the day itself, negative after.
 * Not bounded by the table of sessions. Fails with `notADate`. Source: formulas §2.
 */
export function daysToExpiry(
  expiry: IsoDate,
  tradeDate: IsoDate,
): Result<number, CalendarFailure> {
  const last = parseDay(expiry);
  if (!last.ok) return last;
  const first = parseDay(tradeDate);
  return first.ok ? ok(last.value - first.value) : first;
}

/** Years of 365 days of 86,400 s from `now` to `expiresAt`, 0 once it has passed. */
export function yearsToExpiry(expiresAt: UnixMs, now: UnixMs): number {
  return Math.max(0, expiresAt - now) / MS_PER_YEAR;
}

/**
 * The monthly expiration of a month (1–12): its third Friday, or the session before when that is a
 * holiday. Fails with `outOfRange`.
 */
export function monthlyExpiry(year: number, month: number): Result<IsoDate, CalendarFailure> {
  const day = settlementDay(dateOfDay(nthWeekday(year, month, 5, 3)));
  return day.ok ? ok(dateOfDay(day.value)) : day;
}
