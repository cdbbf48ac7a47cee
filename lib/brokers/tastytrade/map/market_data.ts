import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import type { PreviousClose } from "../../../ports/broker.ts";
import { type Drift, Fields } from "./fields.ts";

/** A row of `GET /market-data/by-type`, per unit in dollars. Null: not sent. */
export interface MarketDataRow {
  readonly symbol: string;
  readonly instrumentType: string | null;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly last: number | null;
  readonly mark: number | null;
  /** Official close of `summaryOn`, once that session is over. */
  readonly close: number | null;
  readonly previousClose: number | null;
  readonly previousCloseOn: IsoDate | null;
  readonly summaryOn: IsoDate | null;
  readonly beta: number | null;
  readonly isHalted: boolean | null;
  readonly updatedAt: UnixMs | null;
}

/** Reads the items of a market data answer. */
export function readMarketData(items: unknown, drift: Drift): MarketDataRow[] {
  return Fields.listOf(items, "marketData", drift).flatMap((fields) => {
    const symbol = fields.text("symbol", "expected");
    if (symbol === null) return [];
    return [{
      symbol,
      instrumentType: fields.text("instrument-type"),
      bid: fields.amount("bid"),
      ask: fields.positive("ask"),
      last: fields.positive("last"),
      mark: fields.amount("mark"),
      close: fields.positive("close"),
      previousClose: fields.positive("prev-close"),
      previousCloseOn: fields.date("prev-close-date"),
      summaryOn: fields.date("summary-date"),
      beta: fields.decimal("beta"),
      isHalted: fields.flag("is-trading-halted"),
      updatedAt: fields.instant("updated-at"),
    }];
  });
}

/**
 * The official close before the session `today`: the broker's previous close while its summary is
 * of today, and its close when the summary is of a session before. Null when neither is known or
 * dated.
 */
export function mapPreviousClose(
  row: MarketDataRow,
  instrumentKey: string,
  today: IsoDate,
): PreviousClose | null {
  const { close, previousClose, previousCloseOn, summaryOn } = row;
  if (summaryOn !== null && summaryOn < today && close !== null) {
    return { instrumentKey, close, session: summaryOn };
  }
  const isOfToday = summaryOn === null || summaryOn >= today;
  if (!isOfToday || previousClose === null || previousCloseOn === null) return null;
  if (previousCloseOn >= today) return null;
  return { instrumentKey, close: previousClose, session: previousCloseOn };
}
