import { isoOf } from "./civil.ts";
import { expiresAt, listedExpiries } from "./expiry.ts";
import { LISTINGS } from "./listings.ts";
import type { ChainExpiry } from "./types.ts";

const LOWEST_RATIO = 0.6;
const HIGHEST_RATIO = 1.45;
const SMALLEST_COUNT = 6;

/** A class on a session day, at a level of its underlying; futures options end with the future. */
export interface ChainQuery {
  readonly underlying: number;
  readonly optionClass: number;
  readonly dayNo: number;
  readonly level: number;
  /** Expiries must be before this day. */
  readonly beforeDay: number;
}

/** Days on which a class expires, ascending, from a session day on. */
export function chainExpiries(query: ChainQuery): number[] {
  const { cycle, settlement } = LISTINGS[query.underlying].classes[query.optionClass];
  return listedExpiries(cycle, query.dayNo).filter((day) =>
    day < query.beforeDay && (settlement === "PM" || day > query.dayNo)
  );
}

/** Strikes of a class around a level, ascending; wide enough for the wings of a year. */
export function chainStrikes(query: ChainQuery): number[] {
  const { strikeInterval } = LISTINGS[query.underlying].classes[query.optionClass];
  const center = Math.round(query.level / strikeInterval);
  const reach = (ratio: number): number => Math.round(query.level * ratio / strikeInterval);
  const first = Math.max(1, Math.min(reach(LOWEST_RATIO), center - SMALLEST_COUNT));
  const last = Math.max(reach(HIGHEST_RATIO), center + SMALLEST_COUNT);
  const strikes: number[] = [];
  for (let n = first; n <= last; n++) strikes.push(n * strikeInterval);
  return strikes;
}

/** The listed expiries of a class with their strikes. */
export function chainOf(query: ChainQuery): ChainExpiry[] {
  const optionClass = LISTINGS[query.underlying].classes[query.optionClass];
  const strikes = chainStrikes(query);
  return chainExpiries(query).map((dayNo) => ({
    root: optionClass.root,
    expiry: isoOf(dayNo),
    expiresAt: expiresAt(dayNo, optionClass.settlement),
    settlement: optionClass.settlement,
    multiplier: optionClass.multiplier,
    deliverable: optionClass.deliverable,
    strikes,
  }));
}
