import { yearsToExpiry } from "../calendar/expiry.ts";
import { setYearsToExpiry } from "../pricing/columns.ts";
import type { BookState } from "./book_state.ts";
import { CONTRACT } from "./contract_columns.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Options with less than this left are valued anew every second. */
const LAST_DAY_MS = 86_400_000;

/**
 * The instant at which an option is valued while the source's clock shows `now`: the last full
 * minute, in its last 24 hours the last full second. A function of the two times alone, so that
 * anybody can value the book at the same instant. All in ms.
 */
export function valuationTime(expiresAt: number, now: number): number {
  const stepMs = expiresAt - now > LAST_DAY_MS ? MINUTE_MS : SECOND_MS;
  return Math.floor(now / stepMs) * stepMs;
}

/** Whether the step from `before` to `now` can move the time of any option. */
export function isNewSecond(before: number, now: number): boolean {
  return Math.floor(before / SECOND_MS) !== Math.floor(now / SECOND_MS);
}

/**
 * Brings the time to expiry of every option to `state.now`. Drivers whose options moved get
 * `touchDriver`, with `hasExpired` when one ran out of time and its source is to be chosen anew.
 * `before`: the clock at the last call, NaN for "all anew".
 */
export function refreshTimes(
  state: BookState,
  before: number,
  touchDriver: (driver: number, hasExpired: boolean) => void,
): void {
  const { contract: columns } = state.tables;
  const { now } = state;
  const isNewMinute = Math.floor(before / MINUTE_MS) !== Math.floor(now / MINUTE_MS);
  for (let c = 0; c < state.tables.contracts; c++) {
    if (columns.kind[c] !== CONTRACT.option) continue;
    const expiresAt = columns.expiresAt[c];
    if (!isNewMinute && expiresAt - now > LAST_DAY_MS && expiresAt - before > LAST_DAY_MS) continue;
    const years = yearsToExpiry(expiresAt, valuationTime(expiresAt, now));
    if (years === 0 && columns.pricing.years[c] === 0) continue;
    setYearsToExpiry(columns.pricing, c, years);
    touchDriver(columns.driver[c], years === 0);
  }
}

/** Brings the time to expiry of one option to `state.now`. */
export function refreshTime(state: BookState, contract: number): void {
  const { contract: columns } = state.tables;
  if (columns.kind[contract] !== CONTRACT.option) return;
  const expiresAt = columns.expiresAt[contract];
  const years = yearsToExpiry(expiresAt, valuationTime(expiresAt, state.now));
  setYearsToExpiry(columns.pricing, contract, years);
}
