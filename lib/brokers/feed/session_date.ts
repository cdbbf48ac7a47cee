import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { tradeDateAt } from "../../calendar/market_state.ts";
import { newYorkTime } from "../../calendar/new_york.ts";

/** The session that an instant belongs to; its day in New York beyond the calendar's years. */
export function sessionDate(now: UnixMs): IsoDate {
  const date = tradeDateAt(now);
  return date.ok ? date.value : newYorkTime(now).date;
}
