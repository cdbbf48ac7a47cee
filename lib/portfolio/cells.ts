import { GREEKS_SOURCES, LEAF, LEAF_STRIDE } from "../domain/measures.ts";
import { type ContractColumns, UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import { ROW_FLAG, ROW_KEPT, ROW_KEPT_STRIDE, type Tables } from "./tables.ts";

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

const MODEL: number = GREEKS_SOURCES.indexOf("model");
const MODEL_LAST_IV: number = GREEKS_SOURCES.indexOf("modelLastIv");

const IS_LEG: number = ROW_FLAG.isLeg;
const HAS_GREEKS: number = ROW_FLAG.hasGreeks;
const HAS_VALUE: number = ROW_FLAG.hasValue;
const HAS_DAY_PNL: number = ROW_FLAG.hasDayPnl;
const IS_STALE: number = ROW_FLAG.isStale;
const IS_MODELLED: number = ROW_FLAG.isModelled;
const HAS_SPOT: number = ROW_FLAG.hasSpot;

/**
 * Adds (`sign` +1) or takes out (−1) what the rows of contracts `from` up to, not including, `to`
 * contribute to their leaf cells (formulas §4); all are of one underlying. What a row does not have
 * is counted instead of summed, so that NaN never reaches a cell.
 *
 * A contribution follows from what the tables hold and nobody keeps it: what a row once added is
 * taken out digit for digit before anything of it moves. On a tick of the spot this loop is as long
 * as the pricing, so it is written out, and signs of random order meet no branch.
 */
export function addContracts(tables: Tables, from: number, to: number, sign: number): void {
  if (from === to) return;
  const { rowAccount, rowFlags, rowKept, cellF64: cells, contract: columns } = tables;
  const { rowFrom, unit, driver, pricing } = columns;
  const base = columns.underlying[from] * tables.accounts;
  for (let c = from; c < to; c++) {
    const spot = tables.driver.spot[driver[c]];
    const onePercent = 0.01 * spot;
    const isModel = isModelled(columns, c);
    const own = c * UNIT_STRIDE;
    const delta = isModel ? pricing.delta[c] : unit[own + UNIT.delta];
    const gamma = isModel ? pricing.gamma[c] : unit[own + UNIT.gamma];
    const theta = isModel ? pricing.thetaPerDay[c] : unit[own + UNIT.thetaPerDay];
    const vega = isModel ? pricing.vegaPerPoint[c] : unit[own + UNIT.vegaPerPoint];
    const rho = rhoInUse(columns, c, isModel);
    const rate = unit[own + UNIT.rate];
    const end = rowFrom[c + 1];
    for (let r = rowFrom[c]; r < end; r++) {
      const flags = rowFlags[r];
      const at = (base + rowAccount[r]) * LEAF_STRIDE;
      const kept = r * ROW_KEPT_STRIDE;
      if ((flags & HAS_DAY_PNL) === 0) cells[at + WITHOUT_DAY_PNL] += sign;
      else cells[at + DAY_PNL] += sign * rowKept[kept + ROW_KEPT.dayPnl];
      if ((flags & IS_LEG) === 0) continue;
      const shares = sign * rowKept[kept + ROW_KEPT.shares];
      const money = shares * rate;
      cells[at + LEGS] += sign;
      if ((flags & HAS_VALUE) === 0) cells[at + WITHOUT_MARK] += sign;
      else cells[at + MARKET_VALUE] += sign * rowKept[kept + ROW_KEPT.marketValue];
      if ((flags & HAS_SPOT) !== 0) cells[at + CONTRACT_NOTIONAL] += sign * Math.abs(money) * spot;
      if ((flags & IS_STALE) !== 0) cells[at + STALE_LEGS] += sign;
      if ((flags & IS_MODELLED) !== 0) cells[at + MODELLED_LEGS] += sign;
      if ((flags & HAS_GREEKS) === 0) {
        cells[at + WITHOUT_GREEKS] += sign;
        continue;
      }
      const dollarDelta = money * delta * spot;
      const size = sign * Math.abs(dollarDelta);
      cells[at + POSITION_DELTA] += shares * delta;
      cells[at + DOLLAR_DELTA] += dollarDelta;
      // Half of d ± |d| is d or 0, exactly.
      cells[at + LONG] += 0.5 * (dollarDelta + size);
      cells[at + SHORT] += 0.5 * (dollarDelta - size);
      cells[at + DELTA_CHANGE] += shares * gamma * onePercent;
      cells[at + DOLLAR_GAMMA] += money * gamma * onePercent * spot;
      cells[at + VEGA] += money * vega;
      cells[at + THETA] += money * theta;
      // IB sends no rho: what is not known is left out, and the row shows it absent.
      if (rho === rho) cells[at + RHO] += money * rho;
      if ((flags & IS_STALE) !== 0) cells[at + STALE_DOLLAR_DELTA] += size;
      if ((flags & IS_MODELLED) !== 0) cells[at + MODELLED_DOLLAR_DELTA] += size;
    }
  }
}

/**
 * As `addContracts` for one contract, only what follows from its mark: market value, day P&L and
 * who has none.
 */
export function addMarks(tables: Tables, contract: number, sign: number): void {
  const { rowAccount, rowFlags, rowKept, cellF64: cells } = tables;
  const { rowFrom, underlying } = tables.contract;
  const base = underlying[contract] * tables.accounts;
  const end = rowFrom[contract + 1];
  for (let r = rowFrom[contract]; r < end; r++) {
    const flags = rowFlags[r];
    const at = (base + rowAccount[r]) * LEAF_STRIDE;
    const kept = r * ROW_KEPT_STRIDE;
    if ((flags & HAS_DAY_PNL) === 0) cells[at + WITHOUT_DAY_PNL] += sign;
    else cells[at + DAY_PNL] += sign * rowKept[kept + ROW_KEPT.dayPnl];
    if ((flags & IS_LEG) === 0) continue;
    if ((flags & HAS_VALUE) === 0) cells[at + WITHOUT_MARK] += sign;
    else cells[at + MARKET_VALUE] += sign * rowKept[kept + ROW_KEPT.marketValue];
  }
}

/** True when the Greeks in use of a contract are the model's; else they are in `unit`. */
export function isModelled({ greeksSource }: ContractColumns, contract: number): boolean {
  return greeksSource[contract] === MODEL || greeksSource[contract] === MODEL_LAST_IV;
}

/** Rho in use: what a broker does not send of it is the model's at the broker's volatility. */
export function rhoInUse(
  { unit, pricing }: ContractColumns,
  contract: number,
  isModel: boolean,
): number {
  const rho = isModel ? NaN : unit[contract * UNIT_STRIDE + UNIT.rhoPerPoint];
  return rho === rho ? rho : pricing.rhoPerPoint[contract];
}

/** Sums the leaf cells of one underlying anew; no trace of earlier sums is left. */
export function rebuildCells(tables: Tables, underlying: number, tick: number): void {
  const { driver, driverFrom, accounts, rowAccount, rowChanged, cellChanged } = tables;
  const { rowFrom } = tables.contract;
  const base = underlying * accounts;
  tables.cellF64.fill(0, base * LEAF_STRIDE, (base + accounts) * LEAF_STRIDE);
  const from = driver.contractFrom[driverFrom[underlying]];
  const to = driver.contractFrom[driverFrom[underlying + 1]];
  addContracts(tables, from, to, 1);
  const end = rowFrom[to];
  for (let r = rowFrom[from]; r < end; r++) {
    if (rowChanged[r] === tick) cellChanged[base + rowAccount[r]] = tick;
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

/** Marks the rows of a contract as changed in this tick, and their cells. */
export function markRows(tables: Tables, contract: number, tick: number): void {
  const { rowFrom, underlying } = tables.contract;
  const base = underlying[contract] * tables.accounts;
  const end = rowFrom[contract + 1];
  for (let r = rowFrom[contract]; r < end; r++) {
    tables.rowChanged[r] = tick;
    tables.cellChanged[base + tables.rowAccount[r]] = tick;
  }
}
