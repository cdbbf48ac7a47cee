import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import type { Carry } from "../../../ports/broker.ts";
import { type Drift, Fields } from "./fields.ts";

/** Implied volatility of one expiry. */
export interface ExpiryVolatility {
  readonly expiry: IsoDate;
  readonly settlement: string | null;
  readonly iv: number;
}

/**
 * What the broker measures about an underlying. Volatilities are annual decimals (0.16 is 16 %),
 * ranks and percentiles fractions, of which a rank may pass 1 when today is outside its year;
 * yields decimals per year. Null: not sent, or what cannot be.
 */
export interface MarketMetrics {
  readonly symbol: string;
  readonly beta: number | null;
  readonly ivIndex: number | null;
  /** Change of `ivIndex` over five days, in the same unit. */
  readonly ivIndexChange: number | null;
  readonly ivRank: number | null;
  /** The other way of ranking that the broker has. */
  readonly ivRankTastytrade: number | null;
  /** Which of the two `ivRank` is; an open set. */
  readonly ivRankSource: string | null;
  readonly ivPercentile: number | null;
  readonly iv30Day: number | null;
  readonly historicalVolatility30Day: number | null;
  readonly historicalVolatility60Day: number | null;
  readonly historicalVolatility90Day: number | null;
  readonly correlationSpy: number | null;
  readonly liquidityRating: number | null;
  readonly dividendYield: number | null;
  readonly dividendRatePerShare: number | null;
  readonly exDividendOn: IsoDate | null;
  /** Percent a year, as sent. */
  readonly borrowRatePct: number | null;
  readonly lendability: string | null;
  readonly earningsOn: IsoDate | null;
  readonly isEarningsEstimated: boolean | null;
  /** BTO, AMC …; an open set. */
  readonly earningsTime: string | null;
  readonly expiries: readonly ExpiryVolatility[];
  readonly updatedAt: UnixMs | null;
}

const PERCENT = 100;
/** No rank as a fraction is above it: the highest of a recorded year is below 1.4. */
const FRACTION_MAX = 2;
const IV_MAX = 10;
const BETA_MAX = 20;

const RANKS = [
  "implied-volatility-index-rank",
  "implied-volatility-rank",
  "tos-implied-volatility-index-rank",
  "tw-implied-volatility-index-rank",
  "implied-volatility-percentile",
] as const;

/**
 * By what the ranks of an answer are divided: 1 where all of them can be fractions, as the service
 * sends them, 100 where one cannot. All rows of an answer have the same unit.
 */
function rankDivisor(rows: readonly Fields[]): number {
  const isPercent = rows.some((fields) =>
    RANKS.some((name) => Math.abs(fields.decimal(name) ?? 0) > FRACTION_MAX)
  );
  if (isPercent) rows[0].note("implied-volatility-index-rank", "unit");
  return isPercent ? PERCENT : 1;
}

function within(fields: Fields, name: string, bounds: readonly [number, number]): number | null {
  const value = fields.decimal(name);
  if (value === null) return null;
  if (value >= bounds[0] && value <= bounds[1]) return value;
  fields.note(name, "value");
  return null;
}

/** A volatility above 0, in decimals; the broker's 0 means that it has none. */
function volatility(fields: Fields, name: string, divisor: number): number | null {
  const value = within(fields, name, [0, IV_MAX * divisor]);
  return value === null || value === 0 ? null : value / divisor;
}

function rank(fields: Fields, name: string, divisor: number): number | null {
  const value = within(fields, name, [-FRACTION_MAX * divisor, FRACTION_MAX * divisor]);
  return value === null ? null : value / divisor;
}

function readExpiries(fields: Fields): ExpiryVolatility[] {
  return fields.children("option-expiration-implied-volatilities").flatMap((row) => {
    const expiry = row.date("expiration-date", "expected");
    const iv = volatility(row, "implied-volatility", 1);
    const settlement = row.text("settlement-type");
    return expiry === null || iv === null ? [] : [{ expiry, settlement, iv }];
  });
}

function readRow(fields: Fields, divisor: number): MarketMetrics | null {
  const symbol = fields.text("symbol", "expected");
  if (symbol === null) return null;
  const earnings = fields.child("earnings");
  return {
    symbol,
    beta: within(fields, "beta", [-BETA_MAX, BETA_MAX]),
    ivIndex: volatility(fields, "implied-volatility-index", 1),
    ivIndexChange: within(fields, "implied-volatility-index-5-day-change", [-IV_MAX, IV_MAX]),
    ivRank: rank(fields, "implied-volatility-index-rank", divisor) ??
      rank(fields, "implied-volatility-rank", divisor),
    ivRankTastytrade: rank(fields, "tw-implied-volatility-index-rank", divisor),
    ivRankSource: fields.text("implied-volatility-index-rank-source"),
    ivPercentile: rank(fields, "implied-volatility-percentile", divisor),
    iv30Day: volatility(fields, "implied-volatility-30-day", PERCENT),
    historicalVolatility30Day: volatility(fields, "historical-volatility-30-day", PERCENT),
    historicalVolatility60Day: volatility(fields, "historical-volatility-60-day", PERCENT),
    historicalVolatility90Day: volatility(fields, "historical-volatility-90-day", PERCENT),
    correlationSpy: within(fields, "corr-spy-3month", [-1, 1]),
    liquidityRating: fields.decimal("liquidity-rating"),
    dividendYield: fields.amount("dividend-yield"),
    dividendRatePerShare: fields.amount("dividend-rate-per-share"),
    exDividendOn: fields.date("dividend-ex-date"),
    borrowRatePct: fields.decimal("borrow-rate"),
    lendability: fields.text("lendability"),
    earningsOn: earnings?.date("expected-report-date") ?? null,
    isEarningsEstimated: earnings?.flag("estimated") ?? null,
    earningsTime: earnings?.text("time-of-day") ?? null,
    expiries: readExpiries(fields),
    updatedAt: fields.instant("updated-at"),
  };
}

/**
 * Reads the items of `GET /market-metrics`. Units are mixed on the wire: index, ranks, percentile
 * and the volatilities of expiries are fractions, those that name a number of days are percent.
 * Source: tastytrade.md §7.
 */
export function readMetrics(items: unknown, drift: Drift): MarketMetrics[] {
  const rows = Fields.listOf(items, "metrics", drift);
  const divisor = rows.length === 0 ? 1 : rankDivisor(rows);
  return rows.map((fields) => readRow(fields, divisor)).filter((row) => row !== null);
}

/**
 * What holding an underlying costs and brings, from the broker's figures of a year, made
 * continuous. Null when the yield is not known: a payer of none has 0.
 */
export function mapCarry(
  metrics: MarketMetrics,
  riskFreeRate: number,
  asOf: IsoDate,
): Carry | null {
  const { symbol, dividendYield } = metrics;
  if (dividendYield === null) return null;
  return {
    underlying: symbol,
    riskFreeRate: Math.log1p(riskFreeRate),
    dividendYield: Math.log1p(dividendYield),
    source: "tastytrade",
    asOf,
  };
}
