import { absenceCode } from "../base/absence.ts";
import { indexOf } from "../base/record.ts";
import {
  GREEKS_SOURCES,
  ROW_F32_AT,
  ROW_F64_AT,
  ROW_U8_AT,
  STALENESS,
} from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import { CONTRACT } from "./contract_columns.ts";
import { dayPnl, dayPnlAbsence, type DayPnlInput } from "./day_pnl.ts";
import { put, putCode, putFloat } from "./put.ts";
import {
  PRESENT,
  ROW_F32_STRIDE,
  ROW_FLAG,
  ROW_STRIDE,
  ROW_SUM,
  ROW_SUM_STRIDE,
  ROW_TRADE,
  ROW_TRADE_STRIDE,
  ROW_U8_STRIDE,
  type Tables,
} from "./tables.ts";

const SOURCE = indexOf(GREEKS_SOURCES);
const STATE = indexOf(STALENESS);
const UNSUPPORTED = absenceCode("unsupported");
const NO_RATE = absenceCode("noRate");
const GREEKS_FLAGS = ROW_FLAG.hasGreeks | ROW_FLAG.hasSpot | ROW_FLAG.isStale |
  ROW_FLAG.isModelled;

/** One record for all rows: the day P&L of a row is computed between two lines, never kept. */
const day: DayPnlInput = {
  quantity: 0,
  overnight: 0,
  fillQuantity: 0,
  fillValue: 0,
  fees: 0,
  multiplier: 0,
  mark: 0,
  close: 0,
  rate: 0,
  ratePrevious: 0,
  isFuture: false,
};

/** Takes over quantity and trades of a row's holding. A quantity of 0 makes it no leg. */
export function writeHolding(tables: Tables, row: number, tick: number): void {
  const holding = tables.rowHoldings[row];
  const at = row * ROW_TRADE_STRIDE;
  tables.rowTrades[at + ROW_TRADE.overnight] = holding.overnight;
  tables.rowTrades[at + ROW_TRADE.fillQuantity] = holding.fillQuantity;
  tables.rowTrades[at + ROW_TRADE.fillValue] = holding.fillValue;
  tables.rowTrades[at + ROW_TRADE.fees] = holding.fees;
  const quantityAt = row * ROW_STRIDE + ROW_F64_AT.signedQuantity;
  if (put(tables.rowF64, quantityAt, holding.quantity)) tables.rowChanged[row] = tick;
  if (holding.quantity !== 0) tables.rowFlags[row] |= ROW_FLAG.isLeg;
  else tables.rowFlags[row] &= ~ROW_FLAG.isLeg;
}

/**
 * Writes what follows from the mark into the rows of a contract: mark, market value (futures 0),
 * day P&L and their reasons. The caller takes the old contribution out of the cell before.
 */
export function writeMarks(state: BookState, contract: number): void {
  const { tables, market, tick } = state;
  const { rowF64, rowU8, rowFlags, rowTrades } = tables;
  const columns = tables.contract;
  const quotes = market.columns;
  const handle = columns.handle[contract];
  const kind = columns.kind[contract];
  const isSupported = kind !== CONTRACT.unsupported;
  const isFuture = kind === CONTRACT.future;
  const multiplier = columns.multiplier[contract];
  const rate = columns.rate[contract];
  const mark = isSupported ? quotes.mark[handle] : NaN;
  const markAbsence = isSupported ? quotes.markAbsence[handle] : UNSUPPORTED;
  const valueOfOne = isFuture ? 0 : multiplier * mark * rate;
  day.multiplier = multiplier;
  day.mark = mark;
  day.close = quotes.previousClose[handle];
  day.rate = rate;
  day.ratePrevious = columns.ratePrevious[contract];
  day.isFuture = isFuture;
  for (let r = columns.rowFrom[contract]; r < columns.rowFrom[contract + 1]; r++) {
    const f64 = r * ROW_STRIDE;
    const u8 = r * ROW_U8_STRIDE;
    const trades = r * ROW_TRADE_STRIDE;
    day.quantity = rowF64[f64 + ROW_F64_AT.signedQuantity];
    day.overnight = rowTrades[trades + ROW_TRADE.overnight];
    day.fillQuantity = rowTrades[trades + ROW_TRADE.fillQuantity];
    day.fillValue = rowTrades[trades + ROW_TRADE.fillValue];
    day.fees = rowTrades[trades + ROW_TRADE.fees];
    const value = day.quantity === 0 || isFuture ? 0 : day.quantity * valueOfOne;
    const dayCode = isSupported ? dayPnlCode(markAbsence) : UNSUPPORTED;
    let isChanged = put(rowF64, f64 + ROW_F64_AT.mark, mark);
    isChanged = put(rowF64, f64 + ROW_F64_AT.marketValue, value) || isChanged;
    const profit = dayCode === PRESENT ? dayPnl(day) : NaN;
    isChanged = put(rowF64, f64 + ROW_F64_AT.dayPnl, profit) || isChanged;
    const markAt = isSupported ? quotes.markAt[handle] : NaN;
    isChanged = put(rowF64, f64 + ROW_F64_AT.markAt, markAt) || isChanged;
    const source = isSupported ? quotes.markSource[handle] : 0;
    const absence = markAbsence === PRESENT && !(rate > 0) ? NO_RATE : markAbsence;
    isChanged = putCode(rowU8, u8 + ROW_U8_AT.markSource, source) || isChanged;
    isChanged = putCode(rowU8, u8 + ROW_U8_AT.markAbsence, absence) || isChanged;
    isChanged = putCode(rowU8, u8 + ROW_U8_AT.dayPnlAbsence, dayCode) || isChanged;
    const flags = (value === value ? ROW_FLAG.hasValue : 0) |
      (dayCode === PRESENT ? ROW_FLAG.hasDayPnl : 0);
    rowFlags[r] = (rowFlags[r] & ~(ROW_FLAG.hasValue | ROW_FLAG.hasDayPnl)) | flags;
    if (isChanged) tables.rowChanged[r] = tick;
  }
}

/** A missing mark is reported with the reason that the mark has. */
function dayPnlCode(markAbsence: number): number {
  const why = dayPnlAbsence(day);
  return why === "noQuote" ? markAbsence : absenceCode(why);
}

/**
 * Writes what follows from Greeks and spot into the rows of a contract (formulas §4), with their
 * source, reason and state. The caller takes the old contribution out of the cell before.
 */
export function writeGreeks(state: BookState, contract: number): void {
  const { tables, market, tick } = state;
  const { rowF64, rowF32, rowU8, rowFlags, rowSums } = tables;
  const columns = tables.contract;
  const driver = columns.driver[contract];
  const spot = tables.driver.spot[driver];
  const handle = columns.handle[contract];
  const source = columns.greeksSource[contract];
  const hasGreeks = columns.greeksAbsence[contract] === PRESENT;
  const multiplier = hasGreeks ? columns.multiplier[contract] : NaN;
  const rate = columns.rate[contract];
  const money = multiplier * rate;
  readGreeks(state, contract);
  const { delta, gamma, vega, theta, rho, iv, probItm } = greeks;
  const deltaOfOne = multiplier * delta;
  const dollarDeltaOfOne = deltaOfOne * spot * rate;
  const deltaChangeOfOne = multiplier * gamma * 0.01 * spot;
  const notionalOfOne = columns.kind[contract] === CONTRACT.unsupported
    ? NaN
    : columns.multiplier[contract] * spot * rate;
  const staleness = columns.staleness[contract];
  const received = newest(
    market.columns.markReceivedAt[handle],
    newest(
      source === SOURCE.broker ? market.columns.greeksReceivedAt[handle] : NaN,
      tables.driver.spotReceivedAt[driver],
    ),
  );
  const flags = (hasGreeks ? ROW_FLAG.hasGreeks : 0) |
    (notionalOfOne === notionalOfOne ? ROW_FLAG.hasSpot : 0) |
    (staleness === STATE.stale ? ROW_FLAG.isStale : 0) |
    (source === SOURCE.model || source === SOURCE.modelLastIv ? ROW_FLAG.isModelled : 0);
  for (let r = columns.rowFrom[contract]; r < columns.rowFrom[contract + 1]; r++) {
    const f64 = r * ROW_STRIDE;
    const f32 = r * ROW_F32_STRIDE;
    const u8 = r * ROW_U8_STRIDE;
    const sums = r * ROW_SUM_STRIDE;
    const quantity = rowF64[f64 + ROW_F64_AT.signedQuantity];
    // Adding 0 keeps a short share's gamma from being −0.
    const deltaChange = quantity * deltaChangeOfOne + 0;
    let isChanged = put(rowF64, f64 + ROW_F64_AT.positionDelta, quantity * deltaOfOne);
    isChanged = put(rowF64, f64 + ROW_F64_AT.dollarDelta, quantity * dollarDeltaOfOne) ||
      isChanged;
    isChanged = put(rowF64, f64 + ROW_F64_AT.vega, quantity * money * vega + 0) || isChanged;
    isChanged = put(rowF64, f64 + ROW_F64_AT.theta, quantity * money * theta + 0) || isChanged;
    isChanged = put(rowF64, f64 + ROW_F64_AT.greeksAt, columns.greeksAt[contract]) || isChanged;
    isChanged = put(rowF64, f64 + ROW_F64_AT.receivedAt, received) || isChanged;
    rowSums[sums + ROW_SUM.deltaChange] = deltaChange;
    rowSums[sums + ROW_SUM.dollarGamma] = deltaChange * spot * rate;
    rowSums[sums + ROW_SUM.rho] = quantity * money * rho + 0;
    rowSums[sums + ROW_SUM.contractNotional] = Math.abs(quantity) * notionalOfOne;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.delta, delta) || isChanged;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.gamma, gamma) || isChanged;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.thetaPerDay, theta) || isChanged;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.vegaPerPoint, vega) || isChanged;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.rhoPerPoint, rho) || isChanged;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.iv, iv) || isChanged;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.deltaChange, deltaChange) || isChanged;
    isChanged = putFloat(rowF32, f32 + ROW_F32_AT.probItm, probItm) || isChanged;
    isChanged = putCode(rowU8, u8 + ROW_U8_AT.greeksSource, source) || isChanged;
    isChanged = putCode(rowU8, u8 + ROW_U8_AT.greeksAbsence, columns.greeksAbsence[contract]) ||
      isChanged;
    isChanged = putCode(rowU8, u8 + ROW_U8_AT.staleness, staleness) || isChanged;
    rowFlags[r] = (rowFlags[r] & ~GREEKS_FLAGS) | flags;
    if (isChanged) tables.rowChanged[r] = tick;
  }
}

/** The Greeks in use of the contract that is being written; one record for all. */
const greeks = { delta: 0, gamma: 0, vega: 0, theta: 0, rho: 0, iv: 0, probItm: 0 };

/**
 * Reads the Greeks in use, per unit and long: the broker's, the model's, those of a share or future,
 * or none. What the broker does not send of rho, and the probability, come from the model at the
 * broker's volatility.
 */
function readGreeks(state: BookState, contract: number): void {
  const { pricing, greeksSource, handle } = state.tables.contract;
  const quotes = state.market.columns;
  const source = greeksSource[contract];
  const isLinear = source === SOURCE.linear;
  if (isLinear || source === SOURCE.none) {
    greeks.delta = isLinear ? 1 : NaN;
    greeks.gamma =
      greeks.vega =
      greeks.theta =
      greeks.rho =
        isLinear ? 0 : NaN;
    greeks.iv = greeks.probItm = NaN;
    return;
  }
  greeks.iv = pricing.volatility[contract];
  greeks.probItm = probabilityInTheMoney(state, contract);
  greeks.rho = pricing.rhoPerPoint[contract];
  if (source !== SOURCE.broker) {
    greeks.delta = pricing.delta[contract];
    greeks.gamma = pricing.gamma[contract];
    greeks.vega = pricing.vegaPerPoint[contract];
    greeks.theta = pricing.thetaPerDay[contract];
    return;
  }
  const at = handle[contract];
  greeks.delta = quotes.brokerDelta[at];
  greeks.gamma = quotes.brokerGamma[at];
  greeks.vega = quotes.brokerVegaPerPoint[at];
  greeks.theta = quotes.brokerThetaPerDay[at];
  if (quotes.brokerRhoPerPoint[at] === quotes.brokerRhoPerPoint[at]) {
    greeks.rho = quotes.brokerRhoPerPoint[at];
  }
}

/** N(cp·d2), from the price that was just made: its cash leg over the present strike. */
function probabilityInTheMoney(state: BookState, contract: number): number {
  const { sign, delta, spot, price, presentStrike } = state.tables.contract.pricing;
  const asset = sign[contract] * delta[contract] * spot[contract];
  const cash = asset - sign[contract] * price[contract];
  return Math.min(1, Math.max(0, cash / presentStrike[contract]));
}

/** The later of two instants of which either may be absent. */
function newest(a: number, b: number): number {
  return a >= b || b !== b ? a : b;
}
