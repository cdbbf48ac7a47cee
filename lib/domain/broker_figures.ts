import type { Currency, UnixMs } from "../base/brand.ts";

/** A figure as a broker told it. What was not told is null, never a figure of 0. */
export interface ToldFigure {
  readonly value: number;
  /** When it held by the source's clock, as the broker says; null: it does not say. */
  readonly at: UnixMs | null;
  /** Where it was read, in words: "balances", "positions with marks". */
  readonly source: string;
}

/** What a broker says of one holding; prices per unit in the instrument's currency. */
export interface PositionFigures {
  /** Canonical key, as in `Position.instrumentKey`. */
  readonly instrumentKey: string;
  /** What the broker calls it: the name of a holding that the desk does not know. */
  readonly name: string;
  /** Long > 0, short < 0. */
  readonly signedQuantity: number;
  readonly multiplier: number | null;
  readonly mark: ToldFigure | null;
  readonly previousClose: ToldFigure | null;
  /** Quantity · multiplier · mark, in the instrument's currency; absent: the broker gives none. */
  readonly marketValue?: ToldFigure | null;
  /** Against the average price that the broker knows, in the instrument's currency. */
  readonly unrealizedPnl?: ToldFigure | null;
  /** Result since the previous official close, in the account's currency. */
  readonly dayPnl?: ToldFigure | null;
}

/** What a broker says of one account, in the account's currency. Shown beside the desk's own. */
export interface AccountFigures {
  readonly accountId: string;
  readonly currency: Currency;
  readonly netLiquidation: ToldFigure | null;
  readonly cash: ToldFigure | null;
  /** Cash on its way, money in above 0, that is not in `cash`. */
  readonly pendingCash: ToldFigure | null;
  /** Value of all positions, short ones below 0. */
  readonly positionsValue: ToldFigure | null;
  /** Result since the previous official close, where the broker itself gives one. */
  readonly dayPnl: ToldFigure | null;
  /** Every holding that the broker lists. */
  readonly positions: readonly PositionFigures[];
  /** Holdings in the broker's list that could not be read: the list is not whole when above 0. */
  readonly unreadCount: number;
}
