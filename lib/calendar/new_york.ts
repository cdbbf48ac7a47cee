import { present } from "../base/assert.ts";
import type { IsoDate, UnixMs } from "../base/brand.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { dateOfDay, DAY_MS, parseDay } from "./date.ts";
import type { CalendarFailure } from "./failure.ts";

/** The zone of the exchanges; every session boundary is wall time here. */
export const NEW_YORK = "America/New_York";

/** Wall time in New York: hour 0–23, minute and second 0–59. */
export interface NewYorkTime {
  readonly date: IsoDate;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Offset changes of a UTC year: `offsetsMs[i]` holds before `changesAt[i]`, the last one after. */
interface ZoneYear {
  readonly changesAt: readonly UnixMs[];
  readonly offsetsMs: readonly number[];
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const CACHED_FROM_YEAR = 2009;
const CACHED_TO_YEAR = 2031;
const WALL_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

const offsetFormat = new Intl.DateTimeFormat("en-US", {
  timeZone: NEW_YORK,
  timeZoneName: "longOffset",
});
const OFFSET = /GMT([+-])(\d{2}):(\d{2})/;

const zoneYears = new Map<number, ZoneYear>();

/** Offset of New York from UTC by the time zone database: −4 h in summer, −5 h in winter. */
function offsetFromDatabase(ms: UnixMs): number {
  const match = present(OFFSET.exec(offsetFormat.format(ms)), "offset in the formatted time");
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -minutes : minutes) * MINUTE_MS;
}

function changeBetween(fromMs: UnixMs, toMs: UnixMs): UnixMs {
  const before = offsetFromDatabase(fromMs);
  let low = fromMs / MINUTE_MS;
  let high = toMs / MINUTE_MS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetFromDatabase(middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/** Finds the changes of a year once; a zone that changed twice inside one month would be missed. */
function readZoneYear(year: number): ZoneYear {
  const changesAt: UnixMs[] = [];
  const offsetsMs = [offsetFromDatabase(Date.UTC(year, 0, 1))];
  for (let month = 0; month < 12; month++) {
    const start = Date.UTC(year, month, 1);
    const end = Date.UTC(year, month + 1, 1);
    const after = offsetFromDatabase(end);
    if (after === offsetsMs[offsetsMs.length - 1]) continue;
    changesAt.push(changeBetween(start, end));
    offsetsMs.push(after);
  }
  return { changesAt, offsetsMs };
}

/**
 * Offset of New York from UTC at an instant, in ms (negative: behind UTC).
 *
 * The changes of 2009–2031 are read from the time zone database once per year and kept; other
 * years ask it each time.
 */
export function newYorkOffsetMs(now: UnixMs): number {
  const year = new Date(now).getUTCFullYear();
  if (year < CACHED_FROM_YEAR || year > CACHED_TO_YEAR) return offsetFromDatabase(now);
  let zone = zoneYears.get(year);
  if (zone === undefined) {
    zone = readZoneYear(year);
    zoneYears.set(year, zone);
  }
  let index = 0;
  while (index < zone.changesAt.length && now >= (zone.changesAt[index] ?? Infinity)) index++;
  return zone.offsetsMs[index] ?? 0;
}

/** Days since 1970-01-01 of the date that New York has at an instant. */
export function newYorkDay(now: UnixMs): number {
  return Math.floor((now + newYorkOffsetMs(now)) / DAY_MS);
}

/** Wall time in New York at an instant; fractions of a second are cut. */
export function newYorkTime(now: UnixMs): NewYorkTime {
  const wall = now + newYorkOffsetMs(now);
  const day = Math.floor(wall / DAY_MS);
  const ms = wall - day * DAY_MS;
  return {
    date: dateOfDay(day),
    hour: Math.floor(ms / HOUR_MS),
    minute: Math.floor(ms / MINUTE_MS) % 60,
    second: Math.floor(ms / 1000) % 60,
  };
}

/**
 * The instant of a wall time in New York, given as day number and minutes after midnight.
 *
 * A wall time that the spring change skips (02:30) is read an hour later; one that the autumn
 * change repeats (01:30) is its first occurrence.
 */
export function newYorkInstantOf(day: number, minuteOfDay: number): UnixMs {
  const wall = day * DAY_MS + minuteOfDay * MINUTE_MS;
  const byOffsetBefore = wall - newYorkOffsetMs(wall - DAY_MS);
  const byOffsetAfter = wall - newYorkOffsetMs(wall + DAY_MS);
  const earlier = Math.min(byOffsetBefore, byOffsetAfter);
  const later = Math.max(byOffsetBefore, byOffsetAfter);
  return earlier + newYorkOffsetMs(earlier) === wall ? earlier : later;
}

/**
 * The instant of a wall time "HH:MM" in New York on a date; skipped and repeated hours as in
 * `newYorkInstantOf`.
 *
 * Fails with `notADate` or `notATime`. Example: 2025-03-19 10:15 → 2025-03-19T14:15:00Z.
 */
export function newYorkInstant(date: IsoDate, time: string): Result<UnixMs, CalendarFailure> {
  const day = parseDay(date);
  if (!day.ok) return day;
  const match = WALL_TIME.exec(time);
  if (match === null) {
    return fail({ code: "notATime", message: `"${time.slice(0, 40)}" is not a time HH:MM` });
  }
  return ok(newYorkInstantOf(day.value, Number(match[1]) * 60 + Number(match[2])));
}
