import { isoOf } from "./civil.ts";
import { LISTINGS, SECTORS } from "./listings.ts";
import { Prng } from "./prng.ts";
import { previousSession } from "./session.ts";
import type { Bar } from "./types.ts";

/** Most daily bars that one query returns. */
export const BARS_MAX = 2000;

const MARKET_DAY = 0.0095;
const SECTOR_DAY = 0.0063;

/** The log return of an underlying on a past day: the same factors as the live market. */
function pastReturn(seed: number, underlying: number, dayNo: number): number {
  const listing = LISTINGS[underlying];
  const shared = new Prng(seed, `day ${dayNo}`);
  const market = MARKET_DAY * shared.gaussian();
  if (listing.sector === "none") return listing.beta * market;
  const sector = SECTORS.indexOf(listing.sector);
  let sectorMove = 0;
  for (let k = 1; k <= sector; k++) sectorMove = SECTOR_DAY * shared.gaussian();
  const own = new Prng(seed, `day ${dayNo} ${listing.root}`).gaussian();
  return listing.beta * market + sectorMove + 0.6 * listing.atmIv / 16 * own;
}

/** Where a history ends: the last close, and the session day it belongs to. */
export interface HistoryEnd {
  readonly seed: number;
  readonly underlying: number;
  readonly dayNo: number;
  readonly close: number;
}

/**
 * Daily bars before the world began, ascending, ending with `end`; made backwards from its close,
 * so that they join the live market without a step and share its correlations.
 */
export function pastBars(end: HistoryEnd, count: number): Bar[] {
  const bars: Bar[] = [];
  let { dayNo, close } = end;
  const range = 0.5 * LISTINGS[end.underlying].atmIv / 16;
  const cents = (price: number): number => Math.round(price * 100) / 100;
  for (let n = 0; n < Math.min(count, BARS_MAX); n++) {
    const before = close / Math.exp(pastReturn(end.seed, end.underlying, dayNo));
    const shape = new Prng(end.seed, `bar ${dayNo} ${LISTINGS[end.underlying].root}`);
    const open = before + (close - before) * 0.35 * shape.uniform();
    bars.push({
      date: isoOf(dayNo),
      open: cents(open),
      high: cents(Math.max(open, close) * (1 + range * shape.uniform())),
      low: cents(Math.min(open, close) * (1 - range * shape.uniform())),
      close: cents(close),
      volume: LISTINGS[end.underlying].kind === "index"
        ? 0
        : Math.round(LISTINGS[end.underlying].activity * 4e6 * (0.6 + shape.uniform())),
    });
    close = before;
    dayNo = previousSession(dayNo);
  }
  return bars.reverse();
}
