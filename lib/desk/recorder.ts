import type { BookView } from "../domain/book_view.ts";
import { ACCOUNT_AT, ACCOUNT_F64, LEAF, LEAF_STRIDE } from "../domain/measures.ts";

/** Portfolio metrics whose line since the start the desk keeps, additive over accounts. */
export const TRAIL_METRICS = [
  "dayPnl",
  "dollarDelta",
  "dollarGamma",
  "vega",
  "theta",
  "marketValue",
  "netLiq",
] as const;

/** Name of a trail metric. */
export type TrailMetric = typeof TRAIL_METRICS[number];

const LEAF_OF: readonly number[] = [
  LEAF.dayPnl,
  LEAF.dollarDelta,
  LEAF.dollarGamma,
  LEAF.vega,
  LEAF.theta,
  LEAF.marketValue,
];

const STRIDE = TRAIL_METRICS.length;
const DAY_PNL = TRAIL_METRICS.indexOf("dayPnl");
const NET_LIQ = TRAIL_METRICS.indexOf("netLiq");

/** True when `name` is a trail metric. */
export function isTrailMetric(name: string): name is TrailMetric {
  return TRAIL_METRICS.some((metric) => metric === name);
}

/**
 * One sample of every trail metric per account: `out[account * TRAIL_METRICS.length + metric]`,
 * base currency. Sums what is present, as the page does; NaN only where nothing is known. Net liq
 * is the broker's figure, or cash + accrued + market value where the broker reports none.
 */
export function sampleAccounts(view: BookView, out: Float64Array): void {
  for (let account = 0; account < view.accountCount; account++) {
    const to = account * STRIDE;
    for (let metric = 0; metric < LEAF_OF.length; metric++) {
      let sum = 0;
      for (let u = 0; u < view.underlyingCount; u++) {
        sum += view.cellF64[(u * view.accountCount + account) * LEAF_STRIDE + LEAF_OF[metric]];
      }
      out[to + metric] = sum;
    }
    const from = account * ACCOUNT_F64.length;
    const field = (index: number) => view.accountF64[from + index];
    out[to + DAY_PNL] += field(ACCOUNT_AT.cashPnl);
    const broker = field(ACCOUNT_AT.netLiquidation);
    const own = field(ACCOUNT_AT.cash) + field(ACCOUNT_AT.accrued) +
      out[to + LEAF_OF.indexOf(LEAF.marketValue)];
    out[to + NET_LIQ] = Number.isNaN(broker) ? own : broker;
  }
}
