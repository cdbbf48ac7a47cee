import { type Instrument, isOption } from "../domain/instrument.ts";
import { daysBetween } from "../format/time.ts";

/**
 * Calendar days to the expiry of an option or a future, 0 on its day and after; null of what never
 * expires, NaN where `today`, the exchange's date, is not known. Source: formulas §2.
 */
export function daysToExpiry(instrument: Instrument, today: string): number | null {
  if (!isOption(instrument) && instrument.kind !== "future") return null;
  return Math.max(0, daysBetween(today, instrument.expiry));
}

/**
 * True for a contract that has expired and that the broker still reports: it settles, and goes when
 * the broker takes it out of the account. `now` is the source's clock, in ms.
 */
export function isSettling(instrument: Instrument, now: number): boolean {
  if (!isOption(instrument) && instrument.kind !== "future") return false;
  return instrument.expiresAt <= now;
}
