import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { DAY_MS, parseDay } from "../../../calendar/date.ts";
import { zoneInstant } from "../../../calendar/zone.ts";

const STAMP = /^(\d{8})[ -]+(\d{2}):(\d{2})(?::(\d{2}))?(?: +(\S+))?$/;
/** With a hyphen before the time it is UTC. Source: ib.md §7.1. */
const UTC_STAMP = /^\d{8}-\d/;
const SESSION = /^(\d{8}):(\d{2})(\d{2})-(\d{8}):(\d{2})(\d{2})$/;
const SESSIONS_MAX = 400;
const MIDNIGHT_MINUTES = 24 * 60;

function isoDate(digits: string): IsoDate | null {
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  return parseDay(date).ok ? date : null;
}

/**
 * The date at the beginning of `20261218`, `20261218 16:00:00 US/Eastern` or `20261218-…`; null for
 * anything else, a month alone too. The client library does not split the longer forms.
 */
export function ibDate(text: string): IsoDate | null {
  return /^\d{8}(?!\d)/.test(text) ? isoDate(text) : null;
}

/**
 * The instant of a stamp with its zone, `20261120 14:47:01 US/Eastern`, or in UTC,
 * `20261120-19:47:01`; null for a stamp without a zone, which may mean any, and for other texts.
 */
export function ibInstant(text: string): UnixMs | null {
  const match = STAMP.exec(text.trim());
  if (match === null) return null;
  const [, digits, hour, minute, second, named] = match;
  const zone = named ?? (UTC_STAMP.test(text) ? "UTC" : null);
  const date = isoDate(digits);
  if (zone === null || date === null) return null;
  const at = zoneInstant(zone, {
    date,
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
  });
  return at.ok ? at.value : null;
}

/**
 * When trading ends on a date, by hours as contract details give them
 * (`20261120:0930-20261120:1600;20261121:CLOSED`, in `zone`). A date that is not among them ends
 * like the longest day that is; null when no hours can be read.
 */
export function closeOn(hours: string, zone: string, date: IsoDate): UnixMs | null {
  let minutes = -1;
  for (const part of hours.split(";", SESSIONS_MAX)) {
    const match = SESSION.exec(part.trim());
    if (match === null) continue;
    const ends = Number(match[5]) * 60 + Number(match[6]);
    if (isoDate(match[4]) === date) {
      minutes = ends;
      break;
    }
    minutes = Math.max(minutes, ends);
  }
  // Midnight may be written as the hour 24.
  if (minutes < 0 || minutes > MIDNIGHT_MINUTES) return null;
  const isMidnight = minutes === MIDNIGHT_MINUTES;
  const time = isMidnight ? 0 : minutes;
  const wall = { date, hour: Math.floor(time / 60), minute: time % 60, second: 0 };
  const at = zoneInstant(zone, wall);
  if (!at.ok) return null;
  return isMidnight ? at.value + DAY_MS : at.value;
}
