import type { Holdings } from "./holdings.ts";
import type { MarketView } from "./market_view.ts";
import type { Tables } from "./tables.ts";

/** What the steps of a revaluation share. */
export interface BookState {
  tables: Tables;
  readonly holdings: Holdings;
  readonly market: MarketView;
  /** The source's clock at the present message, ms; NaN before the first. */
  now: number;
  /** Number of the present change, for the marks. */
  tick: number;
  /** Number of the present layout. */
  layout: number;
}
