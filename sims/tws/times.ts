import { frankfurtOffsetMs, newYorkDay, newYorkOffsetMs } from "../../lib/world/civil.ts";

const HOUR_MS = 3_600_000;

/** Zones in which the emulator gives local times, by the names that TWS uses. */
export type Zone = "US/Eastern" | "US/Central" | "MET";

/** How far a zone is ahead of UTC on the day of an instant, ms. */
export function offsetMs(zone: Zone, at: number): number {
  const dayNo = newYorkDay(at);
  if (zone === "MET") return frankfurtOffsetMs(dayNo);
  return newYorkOffsetMs(dayNo) - (zone === "US/Central" ? HOUR_MS : 0);
}

/** Local time "20261120 14:47:01" of an instant. */
export function localTime(at: number, zone: Zone): string {
  const iso = new Date(at + offsetMs(zone, at)).toISOString();
  return `${iso.slice(0, 10).replaceAll("-", "")} ${iso.slice(11, 19)}`;
}

/** "20261120 14:47:01 US/Eastern", as executions and bars carry it. */
export function zonedTime(at: number, zone: Zone = "US/Eastern"): string {
  return `${localTime(at, zone)} ${zone}`;
}

/** "20261120 14:46:05 EST", as the greeting carries it. */
export function connectionTime(at: number): string {
  const isWinter = offsetMs("US/Eastern", at) === -5 * HOUR_MS;
  return `${localTime(at, "US/Eastern")} ${isWinter ? "EST" : "EDT"}`;
}
