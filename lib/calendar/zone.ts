import type { IsoDate, UnixMs } from "../base/brand.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { DAY_MS, parseDay } from "./date.ts";
import type { CalendarFailure } from "./failure.ts";

/** A wall time of some zone: hour 0–23, minute and second 0–59. */
export interface WallTime {
  readonly date: IsoDate;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Names that the database lacks, or has without the daylight saving that is meant. */
const ALIASES: Readonly<Record<string, string>> = {
  EST: "America/New_York",
  EDT: "America/New_York",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  MST: "America/Denver",
  MDT: "America/Denver",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  BST: "Europe/London",
  CEST: "Europe/Berlin",
  JST: "Asia/Tokyo",
  HKT: "Asia/Hong_Kong",
  AEST: "Australia/Sydney",
  AEDT: "Australia/Sydney",
  Z: "UTC",
};
const ZONE_LENGTH_MAX = 40;
const FORMATS_MAX = 100;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const name = Object.hasOwn(ALIASES, zone) ? ALIASES[zone] : zone;
  const known = formats.get(name);
  if (known !== undefined) return known;
  if (name.length > ZONE_LENGTH_MAX) return null;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  if (formats.size < FORMATS_MAX) formats.set(name, format);
  return format;
}

function offsetMs(format: Intl.DateTimeFormat, at: UnixMs): number {
  const match = OFFSET.exec(format.format(at));
  if (match === null || match[1] === undefined) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return (match[1] === "-" ? -seconds : seconds) * 1000;
}

/**
 * The instant of a wall time in a zone of the time zone database ("US/Eastern", "Europe/Berlin"),
 * or in one of the usual abbreviations ("EST" and "EDT" both mean New York). What the spring change
 * skips is read an hour later, what the autumn change repeats is its first occurrence.
 *
 * Fails with `notAZone`, `notADate`, `notATime`.
 */
export function zoneInstant(zone: string, wall: WallTime): Result<UnixMs, CalendarFailure> {
  const { date, hour, minute, second } = wall;
  const day = parseDay(date);
  if (!day.ok) return day;
  if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60)) {
    return fail({ code: "notATime", message: `${hour}:${minute}:${second} is no time of day` });
  }
  const format = formatOf(zone);
  if (format === null) {
    return fail({ code: "notAZone", message: `"${zone.slice(0, 40)}" is not a time zone` });
  }
  const local = day.value * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
  const byOffsetBefore = local - offsetMs(format, local - DAY_MS);
  const byOffsetAfter = local - offsetMs(format, local + DAY_MS);
  const earlier = Math.min(byOffsetBefore, byOffsetAfter);
  const later = Math.max(byOffsetBefore, byOffsetAfter);
  return ok(earlier + offsetMs(format, earlier) === local ? earlier : later);
}
