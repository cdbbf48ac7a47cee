import type { BookView } from "../../domain/book_view.ts";
import { ACCOUNT_AT, ACCOUNT_F64, LEAF, LEAF_STRIDE } from "../../domain/measures.ts";

/** Metrics that the line of today can show; the position is the index in a sample. */
export const TODAY_METRICS = ["profit", "dollarDelta", "gamma", "vega", "theta", "netLiq"] as const;

/** Name of a metric of the line of today. */
export type TodayMetric = typeof TODAY_METRICS[number];

/** How a metric is named and drawn. */
export interface MetricStyle {
  readonly name: string;
  readonly button: string;
  readonly unit: string;
  readonly isSigned: boolean;
  /** Money made or lost: area under the line, tinted above zero and hatched below. */
  readonly isResult: boolean;
  /** The axis contains zero. */
  readonly hasZero: boolean;
}

/** Styles by metric. Units name the base currency where it says "money". */
export const METRIC_STYLES: Readonly<Record<TodayMetric, MetricStyle>> = {
  profit: {
    name: "Profit",
    button: "Profit",
    unit: "money",
    isSigned: true,
    isResult: true,
    hasZero: true,
  },
  dollarDelta: {
    name: "Dollar delta",
    button: "Δ $",
    unit: "money",
    isSigned: true,
    isResult: false,
    hasZero: false,
  },
  gamma: {
    name: "Gamma at 1 %",
    button: "Gamma",
    unit: "money of delta",
    isSigned: true,
    isResult: false,
    hasZero: false,
  },
  vega: {
    name: "Vega",
    button: "Vega",
    unit: "money per vol point",
    isSigned: true,
    isResult: false,
    hasZero: false,
  },
  theta: {
    name: "Theta",
    button: "Theta",
    unit: "money per day",
    isSigned: true,
    isResult: false,
    hasZero: false,
  },
  netLiq: {
    name: "Net liq",
    button: "Net liq",
    unit: "money",
    isSigned: false,
    isResult: false,
    hasZero: false,
  },
};

/** Reads a metric; anything else is profit. */
export function parseMetric(saved: string | null): TodayMetric {
  return TODAY_METRICS.find((metric) => metric === saved) ?? "profit";
}

/** Unit of a metric with the currency put in: "USD per day". */
export function metricUnit(metric: TodayMetric, currency: string): string {
  return METRIC_STYLES[metric].unit.replace("money", currency);
}

const CELL_OF = {
  profit: LEAF.dayPnl,
  dollarDelta: LEAF.dollarDelta,
  gamma: LEAF.dollarGamma,
  vega: LEAF.vega,
  theta: LEAF.theta,
} as const;

function accountMetric(view: BookView, account: number, metric: TodayMetric): number {
  const field = (name: keyof typeof ACCOUNT_AT) =>
    view.accountF64[account * ACCOUNT_F64.length + ACCOUNT_AT[name]];
  if (metric === "netLiq") return field("netLiquidation");
  let sum = 0;
  for (let u = 0; u < view.underlyingCount; u++) {
    sum += view.cellF64[(u * view.accountCount + account) * LEAF_STRIDE + CELL_OF[metric]];
  }
  if (metric !== "profit") return sum;
  const cash = field("cashPnl");
  return sum + (Number.isFinite(cash) ? cash : 0);
}

/**
 * Every metric of every account, `sample[account * TODAY_METRICS.length + metric]`, in the base
 * currency; NaN where it is unknown, and of accounts that are not told now: `told`, by index. Sums
 * over accounts are exact.
 */
export function sampleMetrics(view: BookView, told: readonly boolean[] | null = null) {
  const sample = new Float64Array(view.accountCount * TODAY_METRICS.length).fill(NaN);
  for (let account = 0; account < view.accountCount; account++) {
    if (told !== null && !told[account]) continue;
    TODAY_METRICS.forEach((metric, index) => {
      sample[account * TODAY_METRICS.length + index] = accountMetric(view, account, metric);
    });
  }
  return sample;
}
