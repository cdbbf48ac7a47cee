import type { UnixMs } from "../../../base/brand.ts";
import type { Fields } from "./fields.ts";

/** The broker's view of the session, for comparison with the calendar. Null: not sent. */
export interface MarketSession {
  /** Open, Closed, Pre-market, Extended; an open set. */
  readonly state: string | null;
  readonly opensAt: UnixMs | null;
  readonly closesAt: UnixMs | null;
  readonly nextOpensAt: UnixMs | null;
  readonly previousClosedAt: UnixMs | null;
}

/** Reads `data` of `GET /market-time/equities/sessions/current`. */
export function readMarketSession(fields: Fields): MarketSession {
  return {
    state: fields.text("state", "expected"),
    opensAt: fields.instant("open-at"),
    closesAt: fields.instant("close-at"),
    nextOpensAt: fields.child("next-session")?.instant("open-at") ?? null,
    previousClosedAt: fields.child("previous-session")?.instant("close-at") ?? null,
  };
}
