import { DAY_MS, dayNumber } from "../../../lib/world/civil.ts";
import { offsetMs, type Zone } from "../times.ts";

/** Names that clients write for a zone; UTC is none of those that answers come in. */
const ZONES: Readonly<Record<string, Zone | "UTC">> = {
  "US/Eastern": "US/Eastern",
  "America/New_York": "US/Eastern",
  EST: "US/Eastern",
  EDT: "US/Eastern",
  EST5EDT: "US/Eastern",
  "US/Central": "US/Central",
  "America/Chicago": "US/Central",
  MET: "MET",
  CET: "MET",
  "Europe/Berlin": "MET",
  UTC: "UTC",
  "Etc/UTC": "UTC",
  GMT: "UTC",
};

const PATTERN = /^(\d{4})(\d\d)(\d\d)(?:([ -])\s*(\d\d?):(\d\d)(?::(\d\d))?(?: +(\S+))?)?$/;

/** A time as a request has it; `hasZone` is false when it named none. */
export interface AskedTime {
  /** Unix ms. */
  readonly at: number;
  readonly hasZone: boolean;
}

/**
 * The instant of "20261120 14:40:00 US/Eastern", or of "20261120-19:40:00", which is UTC; null for
 * what is no time. `usual` is the zone of a time that names none.
 */
export function askedTime(text: string, usual: Zone): AskedTime | null {
  const match = PATTERN.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, separator = " ", hours = "0", minutes = "0", seconds = "0"] = match;
  const named = separator === "-" && match[8] === undefined ? "UTC" : match[8];
  const zone = named === undefined ? usual : ZONES[named];
  if (zone === undefined || Number(month) < 1 || Number(month) > 12) return null;
  const dayNo = dayNumber(Number(year), Number(month), Number(day));
  const clock = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const noon = dayNo * DAY_MS + DAY_MS / 2;
  const ahead = zone === "UTC" ? 0 : offsetMs(zone, noon);
  return { at: dayNo * DAY_MS + clock * 1000 - ahead, hasZone: named !== undefined };
}

/** Day number of an instant in a zone. */
export function dayIn(at: number, zone: Zone): number {
  return Math.floor((at + offsetMs(zone, at)) / DAY_MS);
}

/** Instant at which the day of another instant begins in a zone, Unix ms. */
export function startOfDay(at: number, zone: Zone): number {
  const ahead = offsetMs(zone, at);
  return Math.floor((at + ahead) / DAY_MS) * DAY_MS - ahead;
}
