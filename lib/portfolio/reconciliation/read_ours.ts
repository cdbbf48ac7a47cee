import type { UnixMs } from "../../base/brand.ts";
import {
  BROKER_GREEKS,
  BROKER_GREEKS_STRIDE,
  PRICE,
  PRICE_STRIDE,
} from "../../domain/market_data.ts";
import { type Instrument, isOption, type Option } from "../../domain/instrument.ts";
import { LEAF, LEAF_STRIDE, MARK_SOURCES, STALENESS } from "../../domain/measures.ts";
import type { MarketView } from "../market_view.ts";
import { contractLabel } from "../overview/leg_label.ts";
import { rowCode } from "../overview/trust.ts";
import { rowValue } from "../overview/values.ts";
import { accountField } from "../totals.ts";
import type { TableView } from "../table_view.ts";
import type { FeedGreeks, OptionFacts, OurAccount, OurPosition } from "./our_figures.ts";

/** Where the desk's side is read from. */
export interface OurSource {
  readonly book: TableView & { instrument(handle: number): Instrument };
  readonly market: MarketView;
  /** The handle of a key, or -1. */
  readonly handleOf: (key: string) => number;
  readonly now: UnixMs;
  /** False: marks and sums alone, without the work of the model. */
  readonly hasGreeks: boolean;
}

const STALE = STALENESS.indexOf("stale");

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function feedGreeks(source: OurSource, handle: number): FeedGreeks | null {
  const { market, now } = source;
  const at = handle * BROKER_GREEKS_STRIDE;
  const greek = (name: keyof typeof BROKER_GREEKS) =>
    known(market.columns.brokerGreeks[at + BROKER_GREEKS[name]]);
  if (greek("delta") === null && greek("iv") === null) return null;
  return {
    iv: greek("iv"),
    delta: greek("delta"),
    gamma: greek("gamma"),
    thetaPerDay: greek("thetaPerDay"),
    vegaPerPoint: greek("vegaPerPoint"),
    at: greek("at"),
    isStale: market.greeksStaleness(handle, now) === STALE,
  };
}

/** Options on shares and on futures may be exercised early; those on an index may not. */
function isAmerican(source: OurSource, option: Option): boolean {
  if (option.kind === "futureOption") return true;
  const driver = source.handleOf(option.underlyingKey);
  return driver >= 0 && source.book.instrument(driver).kind === "equity";
}

function optionFacts(source: OurSource, row: number, option: Option): OptionFacts {
  const { book, market, handleOf } = source;
  const driver = handleOf(option.underlyingKey);
  return {
    right: option.right,
    strike: option.strike,
    isAmerican: isAmerican(source, option),
    spot: driver < 0 ? null : known(market.columns.prices[driver * PRICE_STRIDE + PRICE.mark]),
    model: book.modelGreeksOfRow(row),
    feed: feedGreeks(source, handleOf(option.key)),
  };
}

function labelOf(instrument: Instrument, underlying: string, year: number): string {
  const contract = contractLabel(instrument, underlying, year);
  return instrument.kind === "unsupported" ? contract : `${underlying} ${contract}`;
}

function positionOf(source: OurSource, row: number): OurPosition {
  const { book, market, now } = source;
  const u = book.underlyingOfRow(row);
  const { symbol } = book.underlying(u);
  const instrument = book.instrumentOfRow(row);
  const handle = source.handleOf(instrument.key);
  const { prices } = market.columns;
  const price = (name: keyof typeof PRICE) =>
    handle < 0 ? null : known(prices[handle * PRICE_STRIDE + PRICE[name]]);
  const year = new Date(now).getUTCFullYear();
  return {
    instrumentKey: instrument.key,
    label: labelOf(instrument, symbol, year),
    underlying: symbol,
    signedQuantity: rowValue(book, row, "signedQuantity"),
    overnightQuantity: book.overnightOfRow(row),
    multiplier: instrument.multiplier,
    tickSize: instrument.tickSize,
    rate: known(book.rateOf(instrument.currency)),
    isFuture: instrument.kind === "future",
    isSupported: instrument.kind !== "unsupported",
    bid: price("bid"),
    ask: price("ask"),
    last: price("last"),
    previousClose: price("previousClose"),
    mark: known(rowValue(book, row, "mark")),
    markSource: MARK_SOURCES[rowCode(book, row, "markSource")] ?? "none",
    markAt: known(rowValue(book, row, "markAt")),
    staleness: STALENESS[market.staleness(handle, now)] ?? "stale",
    option: source.hasGreeks && isOption(instrument) ? optionFacts(source, row, instrument) : null,
  };
}

/** Σ of a measure over the account's cells; legs without it are not in it. */
function leafSum(book: TableView, account: number, name: "marketValue" | "dayPnl"): number {
  let sum = 0;
  for (let u = 0; u < book.underlyingCount; u++) {
    sum += book.cellF64[(u * book.accountCount + account) * LEAF_STRIDE + LEAF[name]];
  }
  return sum;
}

/**
 * Reads the desk's side of an account (a dense index of the book) as it stands now. Walks over the
 * account's rows: meant for once in a while, never for every message.
 */
export function readOurAccount(source: OurSource, account: number): OurAccount {
  const { book, now } = source;
  const { account: own } = book.account(account);
  const positions = new Map<string, OurPosition>();
  let isValueKnown = true;
  let isResultKnown = true;
  for (let row = 0; row < book.rowCount; row++) {
    if (book.accountOfRow(row) !== account) continue;
    const position = positionOf(source, row);
    positions.set(position.instrumentKey, position);
    if (!position.isSupported) continue;
    if (rowCode(book, row, "markAbsence") !== 0 && position.signedQuantity !== 0) {
      isValueKnown = false;
    }
    if (rowCode(book, row, "dayPnlAbsence") !== 0) isResultKnown = false;
  }
  const field = (name: Parameters<typeof accountField>[2]) =>
    known(accountField(book, account, name));
  const cashPnl = field("cashPnl");
  const result = leafSum(book, account, "dayPnl");
  return {
    accountId: own.id,
    currency: book.baseCurrency,
    rate: known(book.rateOf(own.currency)),
    cash: field("cash"),
    accrued: field("accrued"),
    cashAt: field("asOf"),
    positionsValue: isValueKnown ? known(leafSum(book, account, "marketValue")) : null,
    dayPnl: isResultKnown && cashPnl !== null ? known(result + cashPnl) : null,
    previousNetLiq: field("previousNetLiquidation"),
    externalFlows: field("externalFlows"),
    positions,
    readAt: now,
  };
}
