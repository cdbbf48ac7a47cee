import { IB_CODES, isAdvisory } from "../codes.ts";
import type { IbNotice } from "../wire/client.ts";

/**
 * What a notice about a market-data request means for its line.
 *
 * - `none`: nothing changes. `delayed`: delayed data flows instead.
 * - `outOfLines`: the request has none; others have to go first.
 * - `refused`: not subscribed at this type of data. `competing`: another session has the data.
 * - `noGreeks`: prices flow, computations do not. `dead`: nothing will ever come of this request.
 */
export type LineReaction =
  | "none"
  | "delayed"
  | "outOfLines"
  | "refused"
  | "competing"
  | "noGreeks"
  | "dead";

const REFUSALS: ReadonlySet<number> = new Set([
  IB_CODES.notSubscribed,
  IB_CODES.needsSubscription,
  IB_CODES.delayedNotEnabled,
  IB_CODES.delayedNotEnabledToo,
]);
const NO_GREEKS: ReadonlySet<number> = new Set([10090, 10091]);

/** The reaction to a notice about a line. Source: ib.md section 10. */
export function lineReaction(notice: IbNotice): LineReaction {
  const { code } = notice;
  if (code === IB_CODES.outOfLines) return "outOfLines";
  if (code === IB_CODES.unknownTicker) return "none";
  if (code === IB_CODES.delayedShown) return "delayed";
  if (code === IB_CODES.competingSession) return "competing";
  if (REFUSALS.has(code)) return "refused";
  if (NO_GREEKS.has(code)) return "noGreeks";
  return isAdvisory(notice) ? "none" : "dead";
}
