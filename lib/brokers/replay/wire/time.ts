import type { UnixMs } from "../../../base/brand.ts";
import { newYorkInstant } from "../../../calendar/new_york.ts";

/** Zones that naive times of a recording may be in. */
export const RECORDING_ZONES = ["America/New_York", "America/Chicago", "UTC"] as const;

/** Zone of the naive times of a recording. */
export type RecordingZone = typeof RECORDING_ZONES[number];

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;
const HOUR_MS = 3_600_000;

/**
 * Reads an ISO 8601 time as an instant, to the second. A time with `Z` or an offset is absolute;
 * a naive one is wall time of `zone`. Null when it is no time.
 */
export function parseInstant(text: string, zone: RecordingZone): UnixMs | null {
  const match = INSTANT.exec(text.trim());
  if (match === null) return null;
  const [, date = "", time = "", seconds = "00", offset] = match;
  if (offset !== undefined || zone === "UTC") {
    const at = Date.parse(`${date}T${time}:${seconds}${offset ?? "Z"}`);
    return Number.isNaN(at) ? null : at;
  }
  const wall = newYorkInstant(date, time);
  if (!wall.ok || Number(seconds) > 59) return null;
  // Chicago keeps New York's rules an hour behind: its 08:30 is New York's 09:30.
  const lag = zone === "America/Chicago" ? HOUR_MS : 0;
  return wall.value + Number(seconds) * 1000 + lag;
}

/** An instant as the importer writes it: UTC to the second. Example: `2021-01-06T14:30:00Z`. */
export function formatInstant(at: UnixMs): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
