import { CODE, CODE_STRIDE, PRICE, PRICE_STRIDE } from "../domain/market_data.ts";
import { absenceCode } from "../base/absence.ts";
import { ROW_F64_AT, ROW_U8_AT } from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import { CONTRACT, UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import { dayPnl, dayPnlAbsence, type DayPnlInput } from "./day_pnl.ts";
import { put, putCode } from "./put.ts";
import {
  PRESENT,
  ROW_FLAG,
  ROW_KEPT,
  ROW_KEPT_STRIDE,
  ROW_STRIDE,
  ROW_TRADE,
  ROW_TRADE_STRIDE,
  ROW_U8_STRIDE,
  type Tables,
} from "./tables.ts";

// The hot path reads column indices from constants: a lookup by name in a table costs as much as
// the arithmetic.
const QUANTITY = ROW_F64_AT.signedQuantity;
const MARK = ROW_F64_AT.mark;
const MARK_AT = ROW_F64_AT.markAt;
const MARK_SOURCE = ROW_U8_AT.markSource;
const MARK_ABSENCE = ROW_U8_AT.markAbsence;
const DAY_ABSENCE = ROW_U8_AT.dayPnlAbsence;

const UNSUPPORTED = absenceCode("unsupported");
const NO_QUOTE = absenceCode("noQuote");
const NO_RATE = absenceCode("noRate");
const HAS_VALUE: number = ROW_FLAG.hasValue;
const HAS_DAY_PNL: number = ROW_FLAG.hasDayPnl;

/** One record for all rows: the day P&L of a row is computed between two lines, never kept. */
const day: DayPnlInput = {
  quantity: NaN,
  overnight: NaN,
  fillQuantity: NaN,
  fillValue: NaN,
  fees: NaN,
  multiplier: NaN,
  mark: NaN,
  close: NaN,
  rate: NaN,
  ratePrevious: NaN,
  isFuture: false,
};

/** Takes over quantity and trades of a row's holding. A quantity of 0 makes it no leg. */
export function writeHolding({ tables, holdings, tick }: BookState, row: number): void {
  const holding = holdings.byId(tables.rowIds[row]);
  const at = row * ROW_TRADE_STRIDE;
  tables.rowTrades[at + ROW_TRADE.overnight] = holding.overnight;
  tables.rowTrades[at + ROW_TRADE.fillQuantity] = holding.fillQuantity;
  tables.rowTrades[at + ROW_TRADE.fillValue] = holding.fillValue;
  tables.rowTrades[at + ROW_TRADE.fees] = holding.fees;
  const quantityAt = row * ROW_STRIDE + QUANTITY;
  if (put(tables.rowF64, quantityAt, holding.quantity)) tables.rowChanged[row] = tick;
  writeShares(tables, row);
  if (holding.quantity !== 0) tables.rowFlags[row] |= ROW_FLAG.isLeg;
  else tables.rowFlags[row] &= ~ROW_FLAG.isLeg;
}

/** Writes the shares of a row, and the same in the base currency, at the present rate. */
export function writeShares(tables: Tables, row: number): void {
  const { rowF64, rowKept, rowContract } = tables;
  const { unit } = tables.contract;
  const of = rowContract[row] * UNIT_STRIDE;
  const at = row * ROW_KEPT_STRIDE;
  const shares = rowF64[row * ROW_STRIDE + QUANTITY] * unit[of + UNIT.multiplier];
  rowKept[at + ROW_KEPT.shares] = shares;
  rowKept[at + ROW_KEPT.money] = shares * unit[of + UNIT.rate];
}

/**
 * Writes what follows from the mark into the rows of a contract: mark, market value (futures 0),
 * day P&L and their reasons. The caller takes the old contribution out of the cell before.
 */
export function writeMarks(state: BookState, contract: number): void {
  const { tables, market } = state;
  const columns = tables.contract;
  const quotes = market.columns;
  const handle = columns.handle[contract];
  const isSupported = columns.kind[contract] !== CONTRACT.unsupported;
  day.mark = isSupported ? quotes.prices[handle * PRICE_STRIDE + PRICE.mark] : NaN;
  day.close = quotes.prices[handle * PRICE_STRIDE + PRICE.previousClose];
  const unit = contract * UNIT_STRIDE;
  day.multiplier = columns.unit[unit + UNIT.multiplier];
  day.rate = columns.unit[unit + UNIT.rate];
  day.ratePrevious = columns.unit[unit + UNIT.ratePrevious];
  day.isFuture = columns.kind[contract] === CONTRACT.future;
  const absence = isSupported ? quotes.codes[handle * CODE_STRIDE + CODE.markAbsence] : UNSUPPORTED;
  const markAt = isSupported ? quotes.prices[handle * PRICE_STRIDE + PRICE.markAt] : NaN;
  const source = isSupported ? quotes.codes[handle * CODE_STRIDE + CODE.markSource] : 0;
  for (let r = columns.rowFrom[contract]; r < columns.rowFrom[contract + 1]; r++) {
    const f64 = r * ROW_STRIDE;
    let isChanged = writeMoney(tables, r, absence);
    isChanged = put(tables.rowF64, f64 + MARK, day.mark) || isChanged;
    isChanged = put(tables.rowF64, f64 + MARK_AT, markAt) || isChanged;
    isChanged = putCode(tables.rowU8, r * ROW_U8_STRIDE + MARK_SOURCE, source) || isChanged;
    if (isChanged) tables.rowChanged[r] = state.tick;
  }
}

/** Market value and day P&L of one row of the contract that `day` describes. */
function writeMoney(tables: Tables, row: number, markAbsence: number): boolean {
  const { rowF64, rowKept, rowTrades, rowU8 } = tables;
  const kept = row * ROW_KEPT_STRIDE;
  const u8 = row * ROW_U8_STRIDE;
  const trades = row * ROW_TRADE_STRIDE;
  day.quantity = rowF64[row * ROW_STRIDE + QUANTITY];
  day.overnight = rowTrades[trades + ROW_TRADE.overnight];
  day.fillQuantity = rowTrades[trades + ROW_TRADE.fillQuantity];
  day.fillValue = rowTrades[trades + ROW_TRADE.fillValue];
  day.fees = rowTrades[trades + ROW_TRADE.fees];
  const isWorthless = day.quantity === 0 || day.isFuture;
  const value = isWorthless ? 0 : day.quantity * day.multiplier * day.mark * day.rate;
  const why = markAbsence === UNSUPPORTED ? UNSUPPORTED : dayPnlAbsence(day);
  const profit = why === PRESENT ? dayPnl(day) : NaN;
  const valueWhy = markAbsence === PRESENT && !(day.rate > 0) ? NO_RATE : markAbsence;
  let isChanged = put(rowKept, kept + ROW_KEPT.marketValue, value);
  isChanged = put(rowKept, kept + ROW_KEPT.dayPnl, profit) || isChanged;
  isChanged = putCode(rowU8, u8 + MARK_ABSENCE, valueWhy) || isChanged;
  // A missing mark is reported with the reason that the mark itself has.
  isChanged = putCode(rowU8, u8 + DAY_ABSENCE, why === NO_QUOTE ? markAbsence : why) || isChanged;
  const flags = (value === value ? HAS_VALUE : 0) | (why === PRESENT ? HAS_DAY_PNL : 0);
  tables.rowFlags[row] = (tables.rowFlags[row] & ~(HAS_VALUE | HAS_DAY_PNL)) | flags;
  return isChanged;
}
