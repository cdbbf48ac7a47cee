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
 * computed price, and its mark says so.
 * Source: formulas §1.
 */
export function deriveMark(board: BoardColumns, handle: number, isDerived: boolean): void {
  const bid = board.bid[handle];
  const ask = board.ask[handle];
  if (bid > 0 && ask >= bid) {
    board.quoteAbsence[handle] = PRESENT;
    board.mark[handle] = (bid + ask) / 2;
    board.markSource[handle] = SOURCE.mid;
    board.markAbsence[handle] = PRESENT;
    board.markAt[handle] = board.quoteAt[handle];
    board.markReceivedAt[handle] = board.quoteReceivedAt[handle];
    return;
  }
  if (board.quoteAbsence[handle] !== CROSSED) board.quoteAbsence[handle] = NO_QUOTE;
  const last = board.last[handle];
  // Comparisons with an absent side are false, so that an absent side excludes nothing.
  if (last > 0 && !(last < bid) && !(last > ask)) {
    board.mark[handle] = last;
    board.markSource[handle] = isDerived ? SOURCE.derived : SOURCE.last;
    board.markAbsence[handle] = PRESENT;
    board.markAt[handle] = board.tradeAt[handle];
    board.markReceivedAt[handle] = board.tradeReceivedAt[handle];
    return;
  }
  if (board.brokerMark[handle] >= 0) {
    board.mark[handle] = board.brokerMark[handle];
    board.markSource[handle] = SOURCE.brokerMark;
    board.markAbsence[handle] = PRESENT;
    board.markAt[handle] = board.brokerMarkAt[handle];
    board.markReceivedAt[handle] = board.brokerMarkAt[handle];
    return;
  }
  deriveFromClose(board, handle);
}

function deriveFromClose(board: BoardColumns, handle: number): void {
  const close = board.previousClose[handle];
  const hasClose = close >= 0;
  board.mark[handle] = close;
  board.markSource[handle] = hasClose ? SOURCE.previousClose : SOURCE.none;
  board.markAbsence[handle] = hasClose ? PRESENT : board.quoteAbsence[handle];
  board.markAt[handle] = hasClose ? board.closeAt[handle] : NaN;
  board.markReceivedAt[handle] = hasClose ? board.closeReceivedAt[handle] : NaN;
}
