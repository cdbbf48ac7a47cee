import type { UnixMs } from "../../base/brand.ts";
import { parseDay, weekdayOf } from "../../calendar/date.ts";
import { newYorkTime } from "../../calendar/new_york.ts";

/** Minutes after midnight in New York. */
const RESET_FROM = 23 * 60 + 15;
const RESET_UNTIL = 2 * 60;
const LOGIN_ENDS = 60;
const SUNDAY = 0;
const FRIDAY = 5;
const MAINTENANCE_UNTIL = 3 * 60 + 30;

/**
 * Why IB may be away at an hour, in words for the user; null: nothing is planned then. Servers are
 * reset each night, maintained in the night to Saturday, and logins end on Sunday at 01:00 New York
 * time. Source: ib.md section 11.
 */
export function expectedDowntime(at: UnixMs): string | null {
  const { date, hour, minute } = newYorkTime(at);
  const day = parseDay(date);
  if (!day.ok) return null;
  const weekday = weekdayOf(day.value);
  const now = hour * 60 + minute;
  if (weekday === SUNDAY && now >= LOGIN_ENDS) {
    return "IB ended all logins this Sunday: log in to the gateway again";
  }
  const isFridayNight = (weekday === FRIDAY && now >= RESET_FROM - 15) ||
    (weekday === (FRIDAY + 1) % 7 && now < MAINTENANCE_UNTIL);
  if (isFridayNight) return "IB maintains its servers in the night to Saturday";
  if (now >= RESET_FROM || now < RESET_UNTIL) return "IB resets its servers at this hour";
  return null;
}
