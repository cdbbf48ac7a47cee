import type { AbsenceReason } from "../../base/absence.ts";
import type { UnixMs } from "../../base/brand.ts";
import type { MARK_SOURCES, STALENESS } from "../../domain/measures.ts";
import type { ModelGreeks } from "../model_greeks.ts";

/** A broker's Greeks of one option as the board holds them, per long unit. */
export interface FeedGreeks {
  readonly iv: number | null;
  readonly delta: number | null;
  readonly gamma: number | null;
  readonly thetaPerDay: number | null;
  readonly vegaPerPoint: number | null;
  /** Event time; null when the feed sends none. */
  readonly at: UnixMs | null;
  readonly isStale: boolean;
}

/** What makes an option's exercise and moneyness, for causes. */
export interface OptionFacts {
  readonly right: "call" | "put";
  readonly strike: number;
  /** May be exercised before its expiry. */
  readonly isAmerican: boolean;
  /** Price of what drives it; null when unknown. */
  readonly spot: number | null;
  /** The desk's own Greeks, or why there are none. */
  readonly model: ModelGreeks | AbsenceReason;
  readonly feed: FeedGreeks | null;
}

/** One position as the desk has it; prices per unit in the instrument's currency. */
export interface OurPosition {
  readonly instrumentKey: string;
  /** "SPY 21 Mar 560 put". */
  readonly label: string;
  readonly underlying: string;
  readonly signedQuantity: number;
  readonly overnightQuantity: number;
  readonly multiplier: number;
  readonly tickSize: number;
  /** Base currency per unit of its currency; null when unknown. */
  readonly rate: number | null;
  /** A future has no market value; its mark is compared all the same. */
  readonly isFuture: boolean;
  readonly isSupported: boolean;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly last: number | null;
  readonly previousClose: number | null;
  readonly mark: number | null;
  readonly markSource: typeof MARK_SOURCES[number];
  readonly markAt: UnixMs | null;
  readonly staleness: typeof STALENESS[number];
  /** Null for what is no option. */
  readonly option: OptionFacts | null;
}

/** One account as the desk has it, base currency; null where a part is unknown. */
export interface OurAccount {
  readonly accountId: string;
  readonly currency: string;
  /** Base currency per unit of the account's; null when unknown. */
  readonly rate: number | null;
  readonly cash: number | null;
  readonly accrued: number | null;
  /** When cash held as the broker told it; null when it did not say. */
  readonly cashAt: UnixMs | null;
  /** Σ positions at our marks; null when one has none. */
  readonly positionsValue: number | null;
  readonly dayPnl: number | null;
  /** What the broker told at the previous official close, and flows since. */
  readonly previousNetLiq: number | null;
  readonly externalFlows: number | null;
  /** By instrument key. */
  readonly positions: ReadonlyMap<string, OurPosition>;
  /** Source's clock when this was read. */
  readonly readAt: UnixMs;
}

/** Cash + accrued + positions at our marks; null when a part is unknown. Source: formulas §6. */
export function ourNetLiq(account: OurAccount): number | null {
  const { cash, accrued, positionsValue } = account;
  if (cash === null || accrued === null || positionsValue === null) return null;
  return cash + accrued + positionsValue;
}
