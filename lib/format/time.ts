import { THIN } from "./glyphs.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

/** Wall time of a zone, as lib/calendar gives it. */
export interface WallTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * Age of a value: one decimal under 10 s, then whole seconds, minutes, hours, days, cut and never
 * rounded up. A negative age (clocks differ) reads as 0. Not finite is the empty string.
 * Source: ui.md §5. Example: 300 → "0.3 s", 42_700 → "42 s".
 */
export function formatAge(ageMs: number): string {
  if (!Number.isFinite(ageMs)) return "";
  const age = Math.max(0, ageMs);
  if (age < 10 * SECOND_MS) return `${(Math.floor(age / 100) / 10).toFixed(1)}${THIN}s`;
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)}${THIN}s`;
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)}${THIN}min`;
  if (age < DAY_MS) return `${Math.floor(age / HOUR_MS)}${THIN}h`;
  return `${Math.floor(age / DAY_MS)}${THIN}d`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** An age in words, for speech and sentences: "42 seconds", "12 minutes". */
export function spokenAge(ageMs: number): string {
  const age = Number.isFinite(ageMs) ? Math.max(0, ageMs) : 0;
  if (age < MINUTE_MS) return counted(Math.floor(age / SECOND_MS), "second");
  if (age < HOUR_MS) return counted(Math.floor(age / MINUTE_MS), "minute");
  if (age < DAY_MS) return counted(Math.floor(age / HOUR_MS), "hour");
  return counted(Math.floor(age / DAY_MS), "day");
}

/** Wall time with seconds: "13:18:42". */
export function formatClock(time: WallTime): string {
  return `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
}

/** Wall time to the minute: "13:18". */
export function formatMinute(time: WallTime): string {
  return `${two(time.hour)}:${two(time.minute)}`;
}

/** A remaining time: "2:41:18"; under an hour "41:18"; never negative. */
export function formatCountdown(leftMs: number): string {
  const seconds = Number.isFinite(leftMs) ? Math.max(0, Math.ceil(leftMs / SECOND_MS)) : 0;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours === 0) return `${minutes}:${two(seconds % 60)}`;
  return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}

/**
 * Date of an expiry as a trader says it: "13 Nov", with the year when it is not `year`
 * ("15 Jan 27"). What is not a date is given back unchanged.
 */
export function formatExpiry(date: string, year: number): string {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (match === null) return date;
  const month = MONTHS[Number(match[2]) - 1];
  if (month === undefined) return date;
  const text = `${Number(match[3])} ${month}`;
  return Number(match[1]) === year ? text : `${text} ${match[1].slice(2)}`;
}

/** Calendar days from one date to another, both "YYYY-MM-DD"; NaN when one is not a date. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}
