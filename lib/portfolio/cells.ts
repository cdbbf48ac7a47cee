import { LEAF, LEAF_STRIDE, ROW_F64_AT } from "../domain/measures.ts";
import { ROW_FLAG, ROW_STRIDE, ROW_SUM, ROW_SUM_STRIDE, type Tables } from "./tables.ts";

// The hot path reads column indices from constants: a lookup by name in a table costs as much as
// the arithmetic.
const LEGS = LEAF.legs;
const POSITION_DELTA = LEAF.positionDelta;
const DOLLAR_DELTA = LEAF.dollarDelta;
const LONG = LEAF.longDollarDelta;
const SHORT = LEAF.shortDollarDelta;
const DELTA_CHANGE = LEAF.deltaChange;
const DOLLAR_GAMMA = LEAF.dollarGamma;
const VEGA = LEAF.vega;
const THETA = LEAF.theta;
const RHO = LEAF.rho;
const MARKET_VALUE = LEAF.marketValue;
const DAY_PNL = LEAF.dayPnl;
const CONTRACT_NOTIONAL = LEAF.contractNotional;
const WITHOUT_GREEKS = LEAF.withoutGreeks;
const WITHOUT_MARK = LEAF.withoutMark;
const WITHOUT_DAY_PNL = LEAF.withoutDayPnl;
const STALE_LEGS = LEAF.staleLegs;
const MODELLED_LEGS = LEAF.modelledLegs;
const STALE_DOLLAR_DELTA = LEAF.staleDollarDelta;
const MODELLED_DOLLAR_DELTA = LEAF.modelledDollarDelta;
const ROW_POSITION_DELTA = ROW_F64_AT.positionDelta;
const ROW_DOLLAR_DELTA = ROW_F64_AT.dollarDelta;
const ROW_VEGA = ROW_F64_AT.vega;
const ROW_THETA = ROW_F64_AT.theta;
const ROW_MARKET_VALUE = ROW_F64_AT.marketValue;
const ROW_DAY_PNL = ROW_F64_AT.dayPnl;
const SUM_DELTA_CHANGE = ROW_SUM.deltaChange;
const SUM_DOLLAR_GAMMA = ROW_SUM.dollarGamma;
const SUM_RHO = ROW_SUM.rho;
const SUM_NOTIONAL = ROW_SUM.contractNotional;

const IS_LEG: number = ROW_FLAG.isLeg;
const HAS_GREEKS: number = ROW_FLAG.hasGreeks;
const HAS_VALUE: number = ROW_FLAG.hasValue;
const HAS_DAY_PNL: number = ROW_FLAG.hasDayPnl;
const IS_STALE: number = ROW_FLAG.isStale;
const IS_MODELLED: number = ROW_FLAG.isModelled;
const HAS_SPOT: number = ROW_FLAG.hasSpot;

/**
 * Adds (`sign` +1) or takes out (−1) what one row contributes to its leaf cell. What the row does
 * not have is counted instead of summed, so that NaN never reaches a cell.
 */
export function addRow(tables: Tables, row: number, cell: number, sign: number): void {
  const cells = tables.cellF64;
  const flags = tables.rowFlags[row];
  const at = cell * LEAF_STRIDE;
  const f64 = row * ROW_STRIDE;
  if ((flags & HAS_DAY_PNL) !== 0) cells[at + DAY_PNL] += sign * tables.rowF64[f64 + ROW_DAY_PNL];
  else cells[at + WITHOUT_DAY_PNL] += sign;
  if ((flags & IS_LEG) === 0) return;
  cells[at + LEGS] += sign;
  if ((flags & HAS_VALUE) === 0) cells[at + WITHOUT_MARK] += sign;
  else cells[at + MARKET_VALUE] += sign * tables.rowF64[f64 + ROW_MARKET_VALUE];
  if ((flags & HAS_SPOT) !== 0) {
    const sums = row * ROW_SUM_STRIDE;
    cells[at + CONTRACT_NOTIONAL] += sign * tables.rowSums[sums + SUM_NOTIONAL];
  }
  if ((flags & IS_STALE) !== 0) cells[at + STALE_LEGS] += sign;
  if ((flags & IS_MODELLED) !== 0) cells[at + MODELLED_LEGS] += sign;
  if ((flags & HAS_GREEKS) === 0) cells[at + WITHOUT_GREEKS] += sign;
  else addSums(tables, row, at, sign);
}

/** The part of `addRow` that Greeks decide, for a row that has them. */
export function addGreeks(tables: Tables, row: number, cell: number, sign: number): void {
  if ((tables.rowFlags[row] & IS_LEG) !== 0) addSums(tables, row, cell * LEAF_STRIDE, sign);
}

function addSums(tables: Tables, row: number, at: number, sign: number): void {
  const { cellF64: cells, rowF64, rowSums } = tables;
  const flags = tables.rowFlags[row];
  const f64 = row * ROW_STRIDE;
  const sums = row * ROW_SUM_STRIDE;
  const own = rowF64[f64 + ROW_DOLLAR_DELTA];
  const dollarDelta = sign * own;
  const rho = rowSums[sums + SUM_RHO];
  cells[at + POSITION_DELTA] += sign * rowF64[f64 + ROW_POSITION_DELTA];
  cells[at + DOLLAR_DELTA] += dollarDelta;
  cells[at + (own > 0 ? LONG : SHORT)] += dollarDelta;
  cells[at + DELTA_CHANGE] += sign * rowSums[sums + SUM_DELTA_CHANGE];
  cells[at + DOLLAR_GAMMA] += sign * rowSums[sums + SUM_DOLLAR_GAMMA];
  cells[at + VEGA] += sign * rowF64[f64 + ROW_VEGA];
  cells[at + THETA] += sign * rowF64[f64 + ROW_THETA];
  // IB sends no rho: what is not known is left out, and the row shows it absent.
  if (rho === rho) cells[at + RHO] += sign * rho;
  if ((flags & (IS_STALE | IS_MODELLED)) === 0) return;
  const size = sign * Math.abs(own);
  if ((flags & IS_STALE) !== 0) cells[at + STALE_DOLLAR_DELTA] += size;
  if ((flags & IS_MODELLED) !== 0) cells[at + MODELLED_DOLLAR_DELTA] += size;
}

/** Flags of a leg with everything but, perhaps, a day P&L; whatever its state. */
const WHOLE = ROW_FLAG.isLeg | ROW_FLAG.hasGreeks | ROW_FLAG.hasValue | ROW_FLAG.hasSpot;

/**
 * Sums the leaf cells of one underlying anew, from its rows; no trace of earlier sums is left.
 *
 * Almost every row has everything: those are added without a branch per measure, others by
 * `addRow`. On a tick of the spot this loop is as long as the pricing, so it is written out.
 */
export function rebuildCells(tables: Tables, underlying: number, tick: number): void {
  const { rowAccount, rowChanged, rowFlags, rowF64, rowSums, cellF64: cells, cellChanged } = tables;
  const base = underlying * tables.accounts;
  cells.fill(0, base * LEAF_STRIDE, (base + tables.accounts) * LEAF_STRIDE);
  const to = rowEnd(tables, underlying);
  for (let r = rowStart(tables, underlying); r < to; r++) {
    const cell = base + rowAccount[r];
    if (rowChanged[r] === tick) cellChanged[cell] = tick;
    const flags = rowFlags[r];
    const sums = r * ROW_SUM_STRIDE;
    const rho = rowSums[sums + SUM_RHO];
    if ((flags & WHOLE) !== WHOLE || rho !== rho) {
      addRow(tables, r, cell, 1);
      continue;
    }
    const at = cell * LEAF_STRIDE;
    const f64 = r * ROW_STRIDE;
    const dollarDelta = rowF64[f64 + ROW_DOLLAR_DELTA];
    const isLong = dollarDelta > 0;
    cells[at + LEGS] += 1;
    cells[at + POSITION_DELTA] += rowF64[f64 + ROW_POSITION_DELTA];
    cells[at + DOLLAR_DELTA] += dollarDelta;
    cells[at + LONG] += isLong ? dollarDelta : 0;
    cells[at + SHORT] += isLong ? 0 : dollarDelta;
    cells[at + DELTA_CHANGE] += rowSums[sums + SUM_DELTA_CHANGE];
    cells[at + DOLLAR_GAMMA] += rowSums[sums + SUM_DOLLAR_GAMMA];
    cells[at + VEGA] += rowF64[f64 + ROW_VEGA];
    cells[at + THETA] += rowF64[f64 + ROW_THETA];
    cells[at + RHO] += rho;
    cells[at + MARKET_VALUE] += rowF64[f64 + ROW_MARKET_VALUE];
    if ((flags & HAS_DAY_PNL) !== 0) cells[at + DAY_PNL] += rowF64[f64 + ROW_DAY_PNL];
    else cells[at + WITHOUT_DAY_PNL] += 1;
    cells[at + CONTRACT_NOTIONAL] += rowSums[sums + SUM_NOTIONAL];
    if ((flags & IS_STALE) !== 0) {
      cells[at + STALE_LEGS] += 1;
      cells[at + STALE_DOLLAR_DELTA] += Math.abs(dollarDelta);
    }
    if ((flags & IS_MODELLED) !== 0) {
      cells[at + MODELLED_LEGS] += 1;
      cells[at + MODELLED_DOLLAR_DELTA] += Math.abs(dollarDelta);
    }
  }
}

/** As `rebuildCells`, and marks every cell that differs from before: by a row that went, too. */
export function settleCells(tables: Tables, underlying: number, tick: number): void {
  const { cellF64, cellChanged, accounts } = tables;
  const base = underlying * accounts;
  const before = cellF64.slice(base * LEAF_STRIDE, (base + accounts) * LEAF_STRIDE);
  rebuildCells(tables, underlying, tick);
  for (let at = 0; at < before.length; at++) {
    const cell = base + Math.floor(at / LEAF_STRIDE);
    if (before[at] !== cellF64[base * LEAF_STRIDE + at]) cellChanged[cell] = tick;
  }
}

/** First row of an underlying. */
export function rowStart(tables: Tables, underlying: number): number {
  const contract = tables.driver.contractFrom[tables.driverFrom[underlying]];
  return tables.contract.rowFrom[contract];
}

/** One past the last row of an underlying. */
export function rowEnd(tables: Tables, underlying: number): number {
  return rowStart(tables, underlying + 1);
}

/**
 * Adds or takes out all rows of one contract: the two halves of the difference that an option's
 * tick makes. Their sum may differ from a rebuild in the last digits.
 */
export function addContract(tables: Tables, contract: number, sign: number): void {
  const { rowFrom, underlying } = tables.contract;
  const base = underlying[contract] * tables.accounts;
  for (let r = rowFrom[contract]; r < rowFrom[contract + 1]; r++) {
    addRow(tables, r, base + tables.rowAccount[r], sign);
  }
}

/** Marks the cells of a contract whose rows changed in this tick. */
export function markCells(tables: Tables, contract: number, tick: number): void {
  const { rowFrom, underlying } = tables.contract;
  const base = underlying[contract] * tables.accounts;
  for (let r = rowFrom[contract]; r < rowFrom[contract + 1]; r++) {
    if (tables.rowChanged[r] === tick) tables.cellChanged[base + tables.rowAccount[r]] = tick;
  }
}
