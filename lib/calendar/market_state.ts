import type { IsoDate, UnixMs } from "../base/brand.ts";
import { ok, type Result } from "../base/result.ts";
import { dateOfDay, weekdayOf } from "./date.ts";
import type { CalendarFailure } from "./failure.ts";
import { newYorkDay } from "./new_york.ts";
import { type Session, type SessionClass, sessionOfDay } from "./sessions.ts";
import {
  isSessionDay,
  occasionOfDay,
  sessionDayFrom,
  sessionDayOnOrBefore,
  tableDay,
} from "./session_table.ts";

/** Why a market is closed. */
export type ClosedReason = "beforeOpen" | "afterClose" | "weekend" | "holiday";

/** The market trades: `session` is the current one, `changesAt` its close. */
export interface OpenMarket {
  readonly phase: "open";
  readonly session: Session;
  readonly changesAt: UnixMs;
}

/**
 * The market is closed: `next` is the session to come, `changesAt` its opening, `previousDate` the
 * session that ended last (null before the table's first), `holiday` its name for that reason.
 */
export interface ClosedMarket {
  readonly phase: "closed";
  readonly reason: ClosedReason;
  readonly holiday: string | null;
  readonly previousDate: IsoDate | null;
  readonly next: Session;
  readonly changesAt: UnixMs;
}

/** Open or closed, until `changesAt`: callers may keep the answer up to that instant. */
export type MarketState = OpenMarket | ClosedMarket;

function closedReason(day: number, isAfterClose: boolean): ClosedReason {
  if (isSessionDay(day)) return isAfterClose ? "afterClose" : "beforeOpen";
  return weekdayOf(day) % 6 === 0 ? "weekend" : "holiday";
}

/**
 * The state of a class of products at an instant. The opening instant is open, the closing instant
 * is closed.
 *
 * Fails with `outOfRange` before 2010, and after the last close of 2030.
 */
export function marketStateAt(
  now: UnixMs,
  sessionClass: SessionClass,
): Result<MarketState, CalendarFailure> {
  const today = tableDay(dateOfDay(newYorkDay(now)));
  if (!today.ok) return today;
  const day = today.value;
  const todays = isSessionDay(day) ? sessionOfDay(day, sessionClass) : null;
  if (todays !== null && now >= todays.opensAt && now < todays.closesAt) {
    return ok({ phase: "open", session: todays, changesAt: todays.closesAt });
  }
  let next = todays;
  if (next === null || now >= next.closesAt) {
    const nextDay = sessionDayFrom(day, 1);
    if (!nextDay.ok) return nextDay;
    next = sessionOfDay(nextDay.value, sessionClass);
  }
  // A futures session begins on the evening before its date.
  if (now >= next.opensAt) return ok({ phase: "open", session: next, changesAt: next.closesAt });
  const isAfterClose = todays !== null && now >= todays.closesAt;
  const previous = isAfterClose ? ok(day) : sessionDayFrom(day, -1);
  return ok({
    phase: "closed",
    reason: closedReason(day, isAfterClose),
    holiday: isSessionDay(day) ? null : occasionOfDay(day),
    previousDate: previous.ok ? dateOfDay(previous.value) : null,
    next,
    changesAt: next.opensAt,
  });
}

/**
 * The session that an instant belongs to for books and reports: the one that is trading or, while
 * closed, the one whose day it is or was last.
 *
 * Shares and options change at midnight in New York, so a session owns its whole day and the closed
 * days behind it; futures change when the next session opens at 18:00. Days to expiry count from
 * this date. Fails with `outOfRange`.
 */
export function tradeDateAt(
  now: UnixMs,
  sessionClass: SessionClass = "equity",
): Result<IsoDate, CalendarFailure> {
  const today = tableDay(dateOfDay(newYorkDay(now)));
  if (!today.ok) return today;
  if (sessionClass === "futures") {
    const next = sessionDayFrom(today.value, 1);
    if (next.ok && now >= sessionOfDay(next.value, sessionClass).opensAt) {
      return ok(dateOfDay(next.value));
    }
  }
  const day = sessionDayOnOrBefore(today.value);
  return day.ok ? ok(dateOfDay(day.value)) : day;
}
