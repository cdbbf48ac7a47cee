import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { dateOfDay, DAY_MS, dayOf, parseDay } from "../../calendar/date.ts";
import { tradeDateAt } from "../../calendar/market_state.ts";
import { newYorkDay } from "../../calendar/new_york.ts";
import { FIRST_YEAR, LAST_YEAR } from "../../calendar/session_table.ts";
import { previousSession, sessionOf, sessionsBetween } from "../../calendar/sessions.ts";
import { THIN } from "../../format/glyphs.ts";

/** Stretches of time that the line can show, from short to long. */
export const RANGES = ["today", "5d", "1m", "3m", "1y", "all"] as const;

/** Name of a stretch of time. */
export type Range = typeof RANGES[number];

/** How a range is named: on its button, and as the section's heading. */
export interface RangeStyle {
  readonly button: string;
  readonly heading: string;
}

/** Names of the ranges. */
export const RANGE_STYLES: Readonly<Record<Range, RangeStyle>> = {
  today: { button: "Today", heading: "Today" },
  "5d": { button: `5${THIN}d`, heading: "Last 5 sessions" },
  "1m": { button: `1${THIN}m`, heading: "Last month" },
  "3m": { button: `3${THIN}m`, heading: "Last 3 months" },
  "1y": { button: `1${THIN}y`, heading: "Last year" },
  all: { button: "All", heading: "Whole record" },
};

/** Reads a range; anything else is today. */
export function parseRange(saved: string | null): Range {
  return RANGES.find((range) => range === saved) ?? "today";
}

/** The next longer range (`by` 1) or the next shorter one (−1); the last of either side stays. */
export function stepRange(range: Range, by: 1 | -1): Range {
  return RANGES[RANGES.indexOf(range) + by] ?? range;
}

/** A regular session: its date and hours in ms; `closesAt` does not belong to it. */
export interface SessionSpan {
  readonly date: IsoDate;
  readonly opensAt: UnixMs;
  readonly closesAt: UnixMs;
}

/** A stretch of time with the sessions that lie in it, ascending; none outside the calendar. */
export interface RangeSpan {
  /** Inclusive. */
  readonly from: UnixMs;
  /** Exclusive. */
  readonly to: UnixMs;
  readonly sessions: readonly SessionSpan[];
}

const SESSIONS_OF_5D = 5;
const MONTHS: Readonly<Partial<Record<Range, number>>> = { "1m": 1, "3m": 3, "1y": 12 };
/** Days of a range where no calendar tells its sessions. */
const PLAIN_DAYS: Readonly<Record<Range, number>> = {
  today: 1,
  "5d": 7,
  "1m": 31,
  "3m": 92,
  "1y": 366,
  all: 366,
};

function spansOf(from: IsoDate, to: IsoDate): SessionSpan[] {
  const dates = sessionsBetween(from, to);
  if (!dates.ok) return [];
  return dates.value.flatMap((date) => {
    const session = sessionOf(date, "equity");
    if (!session.ok || session.value === null) return [];
    const { opensAt, closesAt } = session.value;
    return [{ date, opensAt, closesAt }];
  });
}

/** The day after the same day of an earlier month: the first of a span of whole months. */
function monthsBefore(date: IsoDate, months: number): IsoDate {
  const day = parseDay(date);
  if (!day.ok) return date;
  const [year, month, dayOfMonth] = date.split("-").map(Number);
  // 31 March less a month is the last of February.
  const same = Math.min(
    dayOf(year, month - months, dayOfMonth),
    dayOf(year, month - months + 1, 0),
  );
  return dateOfDay(Math.max(same + 1, dayOf(FIRST_YEAR, 1, 1)));
}

function firstDate(range: Range, last: IsoDate, since: UnixMs | null): IsoDate {
  const months = MONTHS[range];
  if (months !== undefined) return monthsBefore(last, months);
  if (range === "all") {
    const first = since === null ? null : tradeDateAt(since);
    return first !== null && first.ok && first.value < last ? first.value : last;
  }
  let date = last;
  for (let i = 1; range === "5d" && i < SESSIONS_OF_5D; i++) {
    const before = previousSession(date);
    if (before.ok) date = before.value;
  }
  return date;
}

/**
 * What a range spans at an instant of the source's clock: its sessions with the present one (or the
 * last one, while closed) at their end. `since` is the record's first sample, for `all` alone.
 */
export function rangeSpan(range: Range, now: UnixMs, since: UnixMs | null): RangeSpan {
  const last = tradeDateAt(now);
  const sessions = last.ok ? spansOf(firstDate(range, last.value, since), last.value) : [];
  const plain = range === "all" && since !== null
    ? since
    : Math.floor(now) - PLAIN_DAYS[range] * DAY_MS;
  const from = sessions.length > 0 ? sessions[0].opensAt : plain;
  return { from, to: Math.floor(Math.max(now, from)) + 1, sessions };
}

/** The sessions that a stretch of time touches; none outside the calendar. */
export function sessionsIn(from: UnixMs, to: UnixMs): readonly SessionSpan[] {
  const first = Math.max(newYorkDay(from), dayOf(FIRST_YEAR, 1, 1));
  const last = Math.min(newYorkDay(to), dayOf(LAST_YEAR, 12, 31));
  if (first > last) return [];
  return spansOf(dateOfDay(first), dateOfDay(last))
    .filter(({ opensAt, closesAt }) => opensAt < to && closesAt > from);
}
