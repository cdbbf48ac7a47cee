import { dayOfIso, newYorkMs } from "../../../lib/world/civil.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import { previousSession, sessionOn } from "../../../lib/world/session.ts";

const TYPE_NAMES = {
  equity: "Equity",
  // An index is an equity with `is-index`.
  index: "Equity",
  future: "Future",
  option: "Equity Option",
  futureOption: "Future Option",
} as const satisfies Record<Instrument["kind"], string>;

/** `instrument-type` of an instrument. */
export function typeName(instrument: Instrument): string {
  return TYPE_NAMES[instrument.kind];
}

/** Instant at which an option or future ends, Unix ms; null for what does not. */
export function endsAt(instrument: Instrument): number | null {
  if (instrument.option !== undefined) return instrument.option.expiresAt;
  return instrument.expiry === undefined ? null : newYorkMs(dayOfIso(instrument.expiry), 9.5);
}

/** Instant at which an option stops trading: what settles at the open, the session before. */
export function stopsTradingAt(expiry: string, settlement: "AM" | "PM"): number {
  const dayNo = dayOfIso(expiry);
  if (settlement === "PM") return sessionOn(dayNo).regularCloseAt;
  return sessionOn(previousSession(dayNo)).lateCloseAt;
}

/** Number of calendar days from a market instant to an expiry. */
export function daysTo(expiry: string, fromDay: number): number {
  return dayOfIso(expiry) - fromDay;
}
