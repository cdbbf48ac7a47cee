import type { UnixMs } from "../../base/brand.ts";
import type { BookView } from "../../domain/book_view.ts";
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

/** What samples are read from and where their series get handles. */
export interface SampleSource {
  readonly view: BookView;
  readonly history: Pick<History, "series">;
  /** By the source's clock. */
  readonly at: UnixMs;
  /** Time until the next samples of the kind are due, ms by the source's clock. */
  readonly stepMs: number;
}

/** Latest quotes by instrument handle, NaN where absent. */
export interface QuoteColumns {
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly last: Float64Array;
}

/** Where the quotes of an instrument stand. */
export interface QuoteSource {
  columns(): QuoteColumns;
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
  const metrics = sampleMetrics(view);
  for (let a = 0; a < view.accountCount; a++) {
    samples.series[a] = history.series("account", view.account(a).account.id);
    const from = a * TODAY_METRICS.length;
    samples.values.set(metrics.subarray(from, from + TODAY_METRICS.length), a * stride);
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
    if (view.cellF64[cell * LEAF_STRIDE + LEAF.legs] > 0) held.push(cell);
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

/** One sample of each position row in [from, to), by dense index. */
export function positionSamples(source: SampleSource, from: number, to: number): Samples {
  const { view, history } = source;
  const samples = empty("position", to - from, source);
  const { rowF64, rowF32 } = view;
  const stride = SAMPLE_COLUMNS.position.length;
  for (let row = from; row < to; row++) {
    const { accountId, instrument } = view.row(row);
    const account = view.account(view.accountIds.indexOf(accountId)).account.id;
    samples.series[row - from] = history.series("position", `${account} ${instrument.key}`);
    const at = (row - from) * stride;
    POSITION_F64.forEach((field, k) => {
      samples.values[at + k] = rowF64[row * ROW_F64.length + field];
    });
    POSITION_F32.forEach((field, k) => {
      samples.values[at + POSITION_F64.length + k] = rowF32[row * ROW_F32.length + field];
    });
  }
  return samples;
}

/**
 * What the engine computed position rows [from, to) from: quotes, price of the underlying,
 * volatility, rate and yield; each contract once, whoever holds it.
 */
export function inputSamples(
  source: SampleSource,
  quotes: QuoteSource,
  { from, to }: { readonly from: number; readonly to: number },
): Samples {
  const { view, history } = source;
  const rows = new Map<string, number>();
  for (let row = from; row < to; row++) {
    const { key } = view.row(row).instrument;
    if (!rows.has(key)) rows.set(key, row);
  }
  const samples = empty("input", rows.size, source);
  const stride = SAMPLE_COLUMNS.input.length;
  const { bid, ask, last } = quotes.columns();
  const { rowF32 } = view;
  let i = 0;
  for (const [key, row] of rows) {
    const handle = quotes.handleOf(key);
    const u = view.underlyingOfRow(row) * UNDERLYING_F64.length;
    samples.series[i] = history.series("input", key);
    samples.values.set([
      bid[handle] ?? NaN,
      ask[handle] ?? NaN,
      last[handle] ?? NaN,
      view.underlyingF64[u + UNDERLYING_AT.price],
      rowF32[row * ROW_F32.length + ROW_F32_AT.iv],
      view.underlyingF64[u + UNDERLYING_AT.riskFreeRate],
      view.underlyingF64[u + UNDERLYING_AT.dividendYield],
    ], i * stride);
    i++;
  }
  return samples;
}
