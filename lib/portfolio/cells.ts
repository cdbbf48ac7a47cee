import { LEAF, LEAF_STRIDE, ROW_F64_AT } from "../domain/measures.ts";
import { ROW_FLAG, ROW_STRIDE, ROW_SUM, ROW_SUM_STRIDE, type Tables } from "./tables.ts";

/**
 * Adds (`sign` +1) or takes out (−1) what one row contributes to its leaf cell. What the row does
 * not have is counted instead of summed, so that NaN never reaches a cell.
 */
export function addRow(tables: Tables, row: number, cell: number, sign: number): void {
  const cells = tables.cellF64;
  const rowF64 = tables.rowF64;
  const flags = tables.rowFlags[row];
  const at = cell * LEAF_STRIDE;
  const f64 = row * ROW_STRIDE;
  if ((flags & ROW_FLAG.hasDayPnl) !== 0) {
    cells[at + LEAF.dayPnl] += sign * rowF64[f64 + ROW_F64_AT.dayPnl];
  } else {
    cells[at + LEAF.withoutDayPnl] += sign;
  }
  if ((flags & ROW_FLAG.isLeg) === 0) return;
  cells[at + LEAF.legs] += sign;
  if ((flags & ROW_FLAG.hasValue) !== 0) {
    cells[at + LEAF.marketValue] += sign * rowF64[f64 + ROW_F64_AT.marketValue];
  } else {
    cells[at + LEAF.withoutMark] += sign;
  }
  const sums = row * ROW_SUM_STRIDE;
  if ((flags & ROW_FLAG.hasSpot) !== 0) {
    cells[at + LEAF.contractNotional] += sign *
      tables.rowSums[sums + ROW_SUM.contractNotional];
  }
  if ((flags & ROW_FLAG.isStale) !== 0) cells[at + LEAF.staleLegs] += sign;
  if ((flags & ROW_FLAG.isModelled) !== 0) cells[at + LEAF.modelledLegs] += sign;
  if ((flags & ROW_FLAG.hasGreeks) === 0) {
    cells[at + LEAF.withoutGreeks] += sign;
    return;
  }
  addGreeks(tables, row, at, sign);
}

function addGreeks(tables: Tables, row: number, at: number, sign: number): void {
  const cells = tables.cellF64;
  const rowF64 = tables.rowF64;
  const rowSums = tables.rowSums;
  const flags = tables.rowFlags[row];
  const f64 = row * ROW_STRIDE;
  const sums = row * ROW_SUM_STRIDE;
  const dollarDelta = sign * rowF64[f64 + ROW_F64_AT.dollarDelta];
  const isLong = rowF64[f64 + ROW_F64_AT.dollarDelta] > 0;
  const rho = rowSums[sums + ROW_SUM.rho];
  cells[at + LEAF.positionDelta] += sign * rowF64[f64 + ROW_F64_AT.positionDelta];
  cells[at + LEAF.dollarDelta] += dollarDelta;
  cells[at + (isLong ? LEAF.longDollarDelta : LEAF.shortDollarDelta)] += dollarDelta;
  cells[at + LEAF.deltaChange] += sign * rowSums[sums + ROW_SUM.deltaChange];
  cells[at + LEAF.dollarGamma] += sign * rowSums[sums + ROW_SUM.dollarGamma];
  cells[at + LEAF.vega] += sign * rowF64[f64 + ROW_F64_AT.vega];
  cells[at + LEAF.theta] += sign * rowF64[f64 + ROW_F64_AT.theta];
  // IB sends no rho: what is not known is left out, and the row shows it absent.
  if (rho === rho) cells[at + LEAF.rho] += sign * rho;
  const size = isLong ? dollarDelta : -dollarDelta;
  if ((flags & ROW_FLAG.isStale) !== 0) cells[at + LEAF.staleDollarDelta] += size;
  if ((flags & ROW_FLAG.isModelled) !== 0) cells[at + LEAF.modelledDollarDelta] += size;
}

/** Sums the leaf cells of one underlying anew, from its rows; no trace of earlier sums is left. */
export function rebuildCells(tables: Tables, underlying: number, tick: number): void {
  const base = underlying * tables.accounts;
  tables.cellF64.fill(0, base * LEAF_STRIDE, (base + tables.accounts) * LEAF_STRIDE);
  const to = rowEnd(tables, underlying);
  for (let r = rowStart(tables, underlying); r < to; r++) {
    const cell = base + tables.rowAccount[r];
    addRow(tables, r, cell, 1);
    if (tables.rowChanged[r] === tick) tables.cellChanged[cell] = tick;
  }
}

/** First row of an underlying. */
export function rowStart(tables: Tables, underlying: number): number {
  const contract = tables.driver.contractFrom[tables.driverFrom[underlying]];
  return tables.contract.rowFrom[contract];
}

/** One past the last row of an underlying. */
export function rowEnd(tables: Tables, underlying: number): number {
  const contract = tables.driver.contractFrom[tables.driverFrom[underlying + 1]];
  return tables.contract.rowFrom[contract];
}

/**
 * Adds or takes out all rows of one contract: the two halves of the difference that an option's tick
 * makes. Their sum may differ from a rebuild in the last digits.
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

/** Marks the cells whose values differ from those `carried` over from the layout before. */
export function markDiffering(tables: Tables, carried: Float64Array, tick: number): void {
  for (let at = 0; at < carried.length; at++) {
    const isSame = carried[at] === tables.cellF64[at];
    if (!isSame) tables.cellChanged[Math.floor(at / LEAF_STRIDE)] = tick;
  }
}
