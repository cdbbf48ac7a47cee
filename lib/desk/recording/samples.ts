import type { UnixMs } from "../../base/brand.ts";
import type { BookView } from "../../domain/book_view.ts";
import { PRICE, PRICE_STRIDE } from "../../domain/market_data.ts";
import {
  ACCOUNT_AT,
  ACCOUNT_F64,
  LEAF,
  LEAF_STRIDE,
  ROW_F32,
  ROW_F32_AT,
  ROW_F64,
  ROW_F64_AT,
  UNDERLYING_AT,
  UNDERLYING_F64,
} from "../../domain/measures.ts";
import { sampleMetrics, TODAY_METRICS } from "../../portfolio/overview/metrics.ts";
import {
  type History,
  SAMPLE_COLUMNS,
  type SampleKind,
  type Samples,
} from "../../ports/history.ts";
import type { RowSeries } from "./row_series.ts";

/** What samples are read from and where their series get handles. */
export interface SampleSource {
  readonly view: BookView;
  readonly history: Pick<History, "series">;
  /** By the source's clock. */
  readonly at: UnixMs;
  /** Time until the next samples of the kind are due, ms by the source's clock. */
  readonly stepMs: number;
  /** Accounts that are told now, by index; of the others nothing is known. Absent: all are. */
  readonly told?: readonly boolean[];
}

function isTold({ told }: SampleSource, account: number): boolean {
  return told === undefined || told[account];
}

/** Where the quotes of an instrument stand. */
export interface QuoteSource {
  /** PRICE of each handle, NaN where absent. */
  prices(): Float64Array;
  handleOf(instrumentKey: string): number;
}

function empty(kind: SampleKind, count: number, { at, stepMs }: SampleSource): Samples {
  return {
    kind,
    at,
    stepMs,
    series: new Int32Array(count),
    values: new Float64Array(count * SAMPLE_COLUMNS[kind].length),
  };
}

/** One sample of every account: the metrics of today, then cash and flows. */
export function accountSamples(source: SampleSource): Samples {
  const { view, history } = source;
  const samples = empty("account", view.accountCount, source);
  const stride = SAMPLE_COLUMNS.account.length;
  const metrics = sampleMetrics(view, source.told);
  for (let a = 0; a < view.accountCount; a++) {
    samples.series[a] = history.series("account", view.account(a).account.id);
    const from = a * TODAY_METRICS.length;
    samples.values.set(metrics.subarray(from, from + TODAY_METRICS.length), a * stride);
    samples.values.fill(NaN, a * stride + TODAY_METRICS.length, (a + 1) * stride);
    if (!isTold(source, a)) continue;
    const field = a * ACCOUNT_F64.length;
    samples.values[a * stride + TODAY_METRICS.length] = view.accountF64[field + ACCOUNT_AT.cash];
    samples.values[a * stride + TODAY_METRICS.length + 1] =
      view.accountF64[field + ACCOUNT_AT.externalFlows];
  }
  return samples;
}

const UNDERLYING_LEAVES = [
  LEAF.dayPnl,
  LEAF.dollarDelta,
  LEAF.dollarGamma,
  LEAF.vega,
  LEAF.theta,
  LEAF.marketValue,
];

/** One sample of every cell that holds a position: an underlying in an account, with its price. */
export function underlyingSamples(source: SampleSource): Samples {
  const { view, history } = source;
  const held: number[] = [];
  for (let cell = 0; cell < view.underlyingCount * view.accountCount; cell++) {
    const isHeld = view.cellF64[cell * LEAF_STRIDE + LEAF.legs] > 0;
    if (isHeld && isTold(source, cell % view.accountCount)) held.push(cell);
  }
  const samples = empty("underlying", held.length, source);
  const stride = SAMPLE_COLUMNS.underlying.length;
  held.forEach((cell, i) => {
    const u = Math.floor(cell / view.accountCount);
    const { id } = view.account(cell % view.accountCount).account;
    samples.series[i] = history.series("underlying", `${id} ${view.underlying(u).symbol}`);
    samples.values[i * stride] =
      view.underlyingF64[u * UNDERLYING_F64.length + UNDERLYING_AT.price];
    UNDERLYING_LEAVES.forEach((leaf, k) => {
      samples.values[i * stride + 1 + k] = view.cellF64[cell * LEAF_STRIDE + leaf];
    });
  });
  return samples;
}

const POSITION_F64 = [ROW_F64_AT.signedQuantity, ROW_F64_AT.mark, ROW_F64_AT.dayPnl];
const POSITION_F32 = [
  ROW_F32_AT.delta,
  ROW_F32_AT.gamma,
  ROW_F32_AT.vegaPerPoint,
  ROW_F32_AT.thetaPerDay,
  ROW_F32_AT.iv,
];

/** Position rows [from, to) by dense index, and where their series are found. */
export interface SampledRows {
  readonly series: RowSeries;
  readonly from: number;
  readonly to: number;
}

/** One sample of each position row. */
export function positionSamples(source: SampleSource, { series, from, to }: SampledRows): Samples {
  const { view } = source;
  const samples = empty("position", to - from, source);
  const { values } = samples;
  const { rowF64, rowF32 } = view;
  const width = POSITION_F64.length + POSITION_F32.length;
  for (let row = from; row < to; row++) {
    let at = (row - from) * width;
    samples.series[row - from] = series.position(view, row);
    if (!isTold(source, view.accountOfRow(row))) {
      values.fill(NaN, at, at + width);
      continue;
    }
    for (let k = 0; k < POSITION_F64.length; k++) {
      values[at++] = rowF64[row * ROW_F64.length + POSITION_F64[k]];
    }
    for (let k = 0; k < POSITION_F32.length; k++) {
      values[at++] = rowF32[row * ROW_F32.length + POSITION_F32[k]];
    }
  }
  return samples;
}

/** First row of each contract, whoever holds it. */
function contractRows(view: BookView, { series, from, to }: SampledRows): number[] {
  const known = new Set<number>();
  const rows: number[] = [];
  for (let row = from; row < to; row++) {
    const input = series.input(view, row);
    if (known.has(input)) continue;
    known.add(input);
    rows.push(row);
  }
  return rows;
}

/**
 * What the engine computed position rows from: quotes, price of the underlying, volatility, rate
 * and yield; each contract once, whoever holds it.
 */
export function inputSamples(
  source: SampleSource,
  prices: Float64Array,
  sampled: SampledRows,
): Samples {
  const { view } = source;
  const rows = contractRows(view, sampled);
  const samples = empty("input", rows.length, source);
  const { values } = samples;
  const { rowF32, underlyingF64 } = view;
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const quote = sampled.series.quote(view, row);
    const u = view.underlyingOfRow(row) * UNDERLYING_F64.length;
    samples.series[i] = sampled.series.input(view, row);
    values[at++] = prices[quote * PRICE_STRIDE + PRICE.bid] ?? NaN;
    values[at++] = prices[quote * PRICE_STRIDE + PRICE.ask] ?? NaN;
    values[at++] = prices[quote * PRICE_STRIDE + PRICE.last] ?? NaN;
    values[at++] = underlyingF64[u + UNDERLYING_AT.price];
    values[at++] = rowF32[row * ROW_F32.length + ROW_F32_AT.iv];
    values[at++] = underlyingF64[u + UNDERLYING_AT.riskFreeRate];
    values[at++] = underlyingF64[u + UNDERLYING_AT.dividendYield];
  }
  return samples;
}
