import { CODE, CODE_STRIDE, PRICE, PRICE_STRIDE } from "../domain/market_data.ts";
import { absenceCode } from "../base/absence.ts";
import { ROW_F64_AT, ROW_U8_AT } from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import { CONTRACT, UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import { dayPnl, dayPnlAbsence, type DayPnlInput } from "./day_pnl.ts";
import { put } from "./put.ts";
import {
  PRESENT,
  ROW_FLAG,
  ROW_KEPT,
  ROW_KEPT_STRIDE,
  ROW_STRIDE,
  ROW_U8_STRIDE,
  type Tables,
} from "./tables.ts";

// The hot path reads column indices from constants: a lookup by name in a table costs as much as
// the arithmetic.
const QUANTITY = ROW_F64_AT.signedQuantity;
const MARK = ROW_F64_AT.mark;
const MARK_AT = ROW_F64_AT.markAt;
const MARKET_VALUE = ROW_F64_AT.marketValue;
const DAY_PNL = ROW_F64_AT.dayPnl;
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
  const { rowF64, rowKept } = tables;
  const at = row * ROW_KEPT_STRIDE;
  rowKept[at + ROW_KEPT.quantity] = holding.quantity;
  rowKept[at + ROW_KEPT.overnight] = holding.overnight;
  rowKept[at + ROW_KEPT.fillQuantity] = holding.fillQuantity;
  rowKept[at + ROW_KEPT.fillValue] = holding.fillValue;
  rowKept[at + ROW_KEPT.fees] = holding.fees;
  if (put(rowF64, row * ROW_STRIDE + QUANTITY, holding.quantity)) tables.rowChanged[row] = tick;
  writeShares(tables, row);
  if (holding.quantity !== 0) tables.rowFlags[row] |= ROW_FLAG.isLeg;
  else tables.rowFlags[row] &= ~ROW_FLAG.isLeg;
}

/** Writes the shares of a row. */
function writeShares({ rowKept, rowContract, contract: { unit } }: Tables, row: number): void {
  const of = rowContract[row] * UNIT_STRIDE;
  const at = row * ROW_KEPT_STRIDE;
  rowKept[at + ROW_KEPT.shares] = rowKept[at + ROW_KEPT.quantity] * unit[of + UNIT.multiplier];
}

/**
 * Writes what sums need of the mark into the rows of a contract: market value (futures 0), day P&L
 * and whether they are there. The caller takes the old contribution out of the cell before, and
 * marks the rows as changed; what readers see of the mark follows when one looks (`showMarks`).
 */
export function writeMarks(state: BookState, contract: number): void {
  const { tables } = state;
  const { rowKept, rowFlags } = tables;
  const { rowFrom } = tables.contract;
  const isSupported = readContract(state, contract);
  const end = rowFrom[contract + 1];
  for (let r = rowFrom[contract]; r < end; r++) {
    const kept = r * ROW_KEPT_STRIDE;
    readRow(rowKept, kept);
    const isWorthless = day.quantity === 0 || day.isFuture;
    const value = isWorthless ? 0 : day.quantity * day.multiplier * day.mark * day.rate;
    const hasProfit = isSupported && dayPnlAbsence(day) === PRESENT;
    rowKept[kept + ROW_KEPT.marketValue] = value;
    rowKept[kept + ROW_KEPT.dayPnl] = hasProfit ? dayPnl(day) : NaN;
    const flags = (value === value ? HAS_VALUE : 0) | (hasProfit ? HAS_DAY_PNL : 0);
    rowFlags[r] = (rowFlags[r] & ~(HAS_VALUE | HAS_DAY_PNL)) | flags;
  }
}

/** Writes what readers see of a row's mark: the mark itself, market value, day P&L and reasons. */
export function showMarks(state: BookState, row: number): void {
  const { tables, market } = state;
  const { rowF64, rowU8, rowKept } = tables;
  const contract = tables.rowContract[row];
  const handle = tables.contract.handle[contract];
  const isSupported = readContract(state, contract);
  const kept = row * ROW_KEPT_STRIDE;
  readRow(rowKept, kept);
  const { prices, codes } = market.columns;
  const f64 = row * ROW_STRIDE;
  rowF64[f64 + MARK] = day.mark;
  rowF64[f64 + MARK_AT] = isSupported ? prices[handle * PRICE_STRIDE + PRICE.markAt] : NaN;
  rowF64[f64 + MARKET_VALUE] = rowKept[kept + ROW_KEPT.marketValue];
  rowF64[f64 + DAY_PNL] = rowKept[kept + ROW_KEPT.dayPnl];
  const absence = isSupported ? codes[handle * CODE_STRIDE + CODE.markAbsence] : UNSUPPORTED;
  const why = isSupported ? dayPnlAbsence(day) : UNSUPPORTED;
  const u8 = row * ROW_U8_STRIDE;
  rowU8[u8 + MARK_SOURCE] = isSupported ? codes[handle * CODE_STRIDE + CODE.markSource] : 0;
  rowU8[u8 + MARK_ABSENCE] = absence === PRESENT && !(day.rate > 0) ? NO_RATE : absence;
  // A missing mark is reported with the reason that the mark itself has.
  rowU8[u8 + DAY_ABSENCE] = why === NO_QUOTE ? absence : why;
}

/** Reads a contract and its mark into `day`; false for one that is listed and not valued. */
function readContract({ tables, market }: BookState, contract: number): boolean {
  const { kind, handle, unit } = tables.contract;
  const { prices } = market.columns;
  const isSupported = kind[contract] !== CONTRACT.unsupported;
  const at = handle[contract] * PRICE_STRIDE;
  const own = contract * UNIT_STRIDE;
  day.mark = isSupported ? prices[at + PRICE.mark] : NaN;
  day.close = prices[at + PRICE.previousClose];
  day.multiplier = unit[own + UNIT.multiplier];
  day.rate = unit[own + UNIT.rate];
  day.ratePrevious = unit[own + UNIT.ratePrevious];
  day.isFuture = kind[contract] === CONTRACT.future;
  return isSupported;
}

/** Reads what is held and traded in a row into `day`. */
function readRow(rowKept: Float64Array, kept: number): void {
  day.quantity = rowKept[kept + ROW_KEPT.quantity];
  day.overnight = rowKept[kept + ROW_KEPT.overnight];
  day.fillQuantity = rowKept[kept + ROW_KEPT.fillQuantity];
  day.fillValue = rowKept[kept + ROW_KEPT.fillValue];
  day.fees = rowKept[kept + ROW_KEPT.fees];
}
