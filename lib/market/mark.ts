import { CODE, CODE_STRIDE, PRICE, PRICE_STRIDE, SPREAD_SHARE_MAX } from "../domain/market_data.ts";
import { absenceCode } from "../base/absence.ts";
import { indexOf } from "../base/record.ts";
import { MARK_SOURCES } from "../domain/measures.ts";
import type { BoardColumns } from "./board_columns.ts";

const SOURCE = indexOf(MARK_SOURCES);
const PRESENT = absenceCode("present");
const NO_QUOTE = absenceCode("noQuote");
const CROSSED = absenceCode("crossed");

/**
 * Derives the mark of one instrument: the mid when both sides have a price; else the last trade
 * when it lies inside [bid, ask] or there is no quote; else what the broker values the position at,
 * where it says so; else the previous close. A side without a price bounds nothing (no bid is 0, no
 * ask is ∞); a crossed quote counts as no quote. When nothing is left the mark is absent, because
 * of the quote (crossed or noQuote). A trade of an instrument that `isDerived` is no trade but a
 * computed price, and its mark says so, as does a mid whose spread is over SPREAD_SHARE_MAX of it.
 * Source: formulas §1.
 */
export function deriveMark(board: BoardColumns, handle: number, isDerived: boolean): void {
  const { prices, codes } = board;
  const at = handle * PRICE_STRIDE;
  const of = handle * CODE_STRIDE;
  const bid = prices[at + PRICE.bid];
  const ask = prices[at + PRICE.ask];
  if (bid > 0 && ask >= bid) {
    codes[of + CODE.quoteAbsence] = PRESENT;
    prices[at + PRICE.mark] = (bid + ask) / 2;
    const isWide = ask - bid > SPREAD_SHARE_MAX * prices[at + PRICE.mark];
    codes[of + CODE.markSource] = isWide ? SOURCE.wideMid : SOURCE.mid;
    codes[of + CODE.markAbsence] = PRESENT;
    prices[at + PRICE.markAt] = prices[at + PRICE.quoteAt];
    prices[at + PRICE.markReceivedAt] = prices[at + PRICE.quoteReceivedAt];
    return;
  }
  if (codes[of + CODE.quoteAbsence] !== CROSSED) codes[of + CODE.quoteAbsence] = NO_QUOTE;
  const last = prices[at + PRICE.last];
  // Comparisons with an absent side are false, so that an absent side excludes nothing.
  if (last > 0 && !(last < bid) && !(last > ask)) {
    prices[at + PRICE.mark] = last;
    codes[of + CODE.markSource] = isDerived ? SOURCE.derived : SOURCE.last;
    codes[of + CODE.markAbsence] = PRESENT;
    prices[at + PRICE.markAt] = prices[at + PRICE.tradeAt];
    prices[at + PRICE.markReceivedAt] = prices[at + PRICE.tradeReceivedAt];
    return;
  }
  if (board.brokerMark[handle] >= 0) {
    prices[at + PRICE.mark] = board.brokerMark[handle];
    codes[of + CODE.markSource] = SOURCE.brokerMark;
    codes[of + CODE.markAbsence] = PRESENT;
    prices[at + PRICE.markAt] = board.brokerMarkAt[handle];
    prices[at + PRICE.markReceivedAt] = board.brokerMarkAt[handle];
    return;
  }
  deriveFromClose(board, handle);
}

function deriveFromClose(board: BoardColumns, handle: number): void {
  const { prices, codes } = board;
  const at = handle * PRICE_STRIDE;
  const of = handle * CODE_STRIDE;
  const close = prices[at + PRICE.previousClose];
  const hasClose = close >= 0;
  prices[at + PRICE.mark] = close;
  codes[of + CODE.markSource] = hasClose ? SOURCE.previousClose : SOURCE.none;
  codes[of + CODE.markAbsence] = hasClose ? PRESENT : codes[of + CODE.quoteAbsence];
  prices[at + PRICE.markAt] = hasClose ? prices[at + PRICE.closeAt] : NaN;
  prices[at + PRICE.markReceivedAt] = hasClose ? board.closeReceivedAt[handle] : NaN;
}
