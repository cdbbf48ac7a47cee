import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../domain/market_data.ts";
import { indexOf } from "../base/record.ts";
import {
  GREEKS_SOURCES,
  ROW_F32_AT,
  ROW_F64_AT,
  ROW_U8_AT,
  STALENESS,
} from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import { addGreeks } from "./cells.ts";
import { CONTRACT, UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import {
  PRESENT,
  ROW_F32_STRIDE,
  ROW_FLAG,
  ROW_STRIDE,
  ROW_SUM,
  ROW_SUM_STRIDE,
  ROW_U8_STRIDE,
  type Tables,
} from "./tables.ts";

// The hot path reads column indices from constants: a lookup by name in a table costs as much as
// the arithmetic.
const QUANTITY = ROW_F64_AT.signedQuantity;
const POSITION_DELTA = ROW_F64_AT.positionDelta;
const DOLLAR_DELTA = ROW_F64_AT.dollarDelta;
const VEGA = ROW_F64_AT.vega;
const THETA = ROW_F64_AT.theta;
const GREEKS_AT = ROW_F64_AT.greeksAt;
const RECEIVED_AT = ROW_F64_AT.receivedAt;
const F32_DELTA = ROW_F32_AT.delta;
const F32_GAMMA = ROW_F32_AT.gamma;
const F32_THETA = ROW_F32_AT.thetaPerDay;
const F32_VEGA = ROW_F32_AT.vegaPerPoint;
const F32_RHO = ROW_F32_AT.rhoPerPoint;
const F32_IV = ROW_F32_AT.iv;
const F32_DELTA_CHANGE = ROW_F32_AT.deltaChange;
const F32_PROB_ITM = ROW_F32_AT.probItm;
const U8_SOURCE = ROW_U8_AT.greeksSource;
const U8_ABSENCE = ROW_U8_AT.greeksAbsence;
const U8_STALENESS = ROW_U8_AT.staleness;
const SUM_DELTA_CHANGE = ROW_SUM.deltaChange;
const SUM_DOLLAR_GAMMA = ROW_SUM.dollarGamma;
const SUM_RHO = ROW_SUM.rho;
const SUM_NOTIONAL = ROW_SUM.contractNotional;

const SOURCE = indexOf(GREEKS_SOURCES);
const NONE = SOURCE.none;
const BROKER = SOURCE.broker;
const MODEL = SOURCE.model;
const MODEL_LAST_IV = SOURCE.modelLastIv;
const LINEAR = SOURCE.linear;
const STALE = indexOf(STALENESS).stale;
const CURRENT = indexOf(STALENESS).current;
const OTHER_FLAGS = ROW_FLAG.isLeg | ROW_FLAG.hasValue | ROW_FLAG.hasDayPnl;

/**
 * Takes over the Greeks of a contract's source, and writes source, reason, times, state and
 * volatility into its rows. Follows a choice on the ladder and a pricing; `writeExposure` writes
 * the figures afterwards.
 *
 * What a broker does not send of rho comes from the model at the broker's volatility.
 */
export function writeSource(state: BookState, contract: number): void {
  const { tables, market } = state;
  const columns = tables.contract;
  const source = columns.greeksSource[contract];
  const absence = columns.greeksAbsence[contract];
  const staleness = columns.staleness[contract];
  takeGreeks(state, contract);
  const handle = columns.handle[contract];
  const own = source === BROKER
    ? market.columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.receivedAt]
    : NaN;
  const spotReceivedAt = tables.driver.spotReceivedAt[columns.driver[contract]];
  const receivedAt = newest(newest(market.columns.markReceivedAt[handle], spotReceivedAt), own);
  const isSupported = columns.kind[contract] !== CONTRACT.unsupported;
  const hasSpot = isSupported && tables.driver.spot[columns.driver[contract]] > 0;
  const flags = (absence === PRESENT ? ROW_FLAG.hasGreeks : 0) |
    (hasSpot && columns.unit[contract * UNIT_STRIDE + UNIT.rate] > 0 ? ROW_FLAG.hasSpot : 0) |
    (staleness === STALE ? ROW_FLAG.isStale : 0) |
    (source === MODEL || source === MODEL_LAST_IV ? ROW_FLAG.isModelled : 0);
  for (let r = columns.rowFrom[contract]; r < columns.rowFrom[contract + 1]; r++) {
    tables.rowFlags[r] = (tables.rowFlags[r] & OTHER_FLAGS) | flags;
    tables.rowF64[r * ROW_STRIDE + GREEKS_AT] = columns.greeksAt[contract];
    tables.rowF64[r * ROW_STRIDE + RECEIVED_AT] = receivedAt;
    tables.rowF32[r * ROW_F32_STRIDE + F32_IV] = columns.pricing.volatility[contract];
    tables.rowU8[r * ROW_U8_STRIDE + U8_SOURCE] = source;
    tables.rowU8[r * ROW_U8_STRIDE + U8_ABSENCE] = absence;
    tables.rowU8[r * ROW_U8_STRIDE + U8_STALENESS] = staleness;
  }
}

/** Puts the Greeks of the source into `unit`; what is the model's follows with each pricing. */
function takeGreeks(state: BookState, contract: number): void {
  const { unit, greeksSource, handle, isRhoModelled } = state.tables.contract;
  const quotes = state.market.columns;
  const source = greeksSource[contract];
  const at = contract * UNIT_STRIDE;
  if (source === BROKER) {
    const own = handle[contract];
    unit[at + UNIT.delta] = quotes.brokerGreeks[own * BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta];
    unit[at + UNIT.gamma] = quotes.brokerGreeks[own * BROKER_GREEKS_STRIDE + BROKER_GREEKS.gamma];
    unit[at + UNIT.thetaPerDay] =
      quotes.brokerGreeks[own * BROKER_GREEKS_STRIDE + BROKER_GREEKS.thetaPerDay];
    unit[at + UNIT.vegaPerPoint] =
      quotes.brokerGreeks[own * BROKER_GREEKS_STRIDE + BROKER_GREEKS.vegaPerPoint];
    const rho = quotes.brokerGreeks[own * BROKER_GREEKS_STRIDE + BROKER_GREEKS.rhoPerPoint];
    unit[at + UNIT.rhoPerPoint] = rho;
    isRhoModelled[contract] = rho === rho ? 0 : 1;
  } else if (source === LINEAR || source === NONE) {
    unit[at + UNIT.delta] = source === LINEAR ? 1 : NaN;
    unit.fill(source === LINEAR ? 0 : NaN, at + UNIT.gamma, at + UNIT.multiplier);
  }
}

/**
 * Writes the figures that follow from Greeks and spot into the rows of the contracts `from` up to,
 * not including, `to`, all of one driver (formulas §4), and marks the rows. The caller takes the
 * old contributions out of the cells before, or sums the cells anew afterwards.
 */
export function writeExposure(state: BookState, from: number, to: number): void {
  const { tables, tick } = state;
  const { greeksSource, unit, pricing, rowFrom, driver, isRhoModelled } = tables.contract;
  const { delta, gamma, thetaPerDay, vegaPerPoint, rhoPerPoint } = pricing;
  const { sign, price, presentStrike } = pricing;
  const { rowF64, rowF32, rowChanged } = tables;
  const spot = tables.driver.spot[driver[from]];
  const spotReceivedAt = tables.driver.spotReceivedAt[driver[from]];
  for (let c = from; c < to; c++) {
    const source = greeksSource[c];
    const at = c * UNIT_STRIDE;
    if (source === MODEL || source === MODEL_LAST_IV) {
      unit[at + UNIT.delta] = delta[c];
      unit[at + UNIT.gamma] = gamma[c];
      unit[at + UNIT.thetaPerDay] = thetaPerDay[c];
      unit[at + UNIT.vegaPerPoint] = vegaPerPoint[c];
      unit[at + UNIT.rhoPerPoint] = rhoPerPoint[c];
    } else if (source === BROKER && isRhoModelled[c] === 1) {
      unit[at + UNIT.rhoPerPoint] = rhoPerPoint[c];
    }
    // N(cp·d2), from the price that was just made: its cash leg over the present strike.
    const probItm = sign[c] * (delta[c] * spot - price[c]) / presentStrike[c];
    const end = rowFrom[c + 1];
    for (let r = rowFrom[c]; r < end; r++) {
      writeRow(tables, r, c, spot);
      rowF32[r * ROW_F32_STRIDE + F32_PROB_ITM] = probItm;
      const receivedAt = r * ROW_STRIDE + RECEIVED_AT;
      if (spotReceivedAt > rowF64[receivedAt]) rowF64[receivedAt] = spotReceivedAt;
      rowChanged[r] = tick;
    }
  }
}

/** Writes the figures of one row of a contract. */
function writeRow(tables: Tables, row: number, contract: number, spot: number): void {
  const { rowF64, rowF32, rowSums } = tables;
  const { unit } = tables.contract;
  const at = contract * UNIT_STRIDE;
  const f64 = row * ROW_STRIDE;
  const f32 = row * ROW_F32_STRIDE;
  const sums = row * ROW_SUM_STRIDE;
  const delta = unit[at + UNIT.delta];
  const gamma = unit[at + UNIT.gamma];
  const theta = unit[at + UNIT.thetaPerDay];
  const vega = unit[at + UNIT.vegaPerPoint];
  const rho = unit[at + UNIT.rhoPerPoint];
  const rate = unit[at + UNIT.rate];
  const shares = rowF64[f64 + QUANTITY] * unit[at + UNIT.multiplier];
  const money = shares * rate;
  const positionDelta = shares * delta;
  // Adding 0 keeps a short share's gamma from being −0.
  const deltaChange = shares * gamma * 0.01 * spot + 0;
  rowF64[f64 + POSITION_DELTA] = positionDelta;
  rowF64[f64 + DOLLAR_DELTA] = positionDelta * spot * rate;
  rowF64[f64 + VEGA] = money * vega + 0;
  rowF64[f64 + THETA] = money * theta + 0;
  rowSums[sums + SUM_DELTA_CHANGE] = deltaChange;
  rowSums[sums + SUM_DOLLAR_GAMMA] = deltaChange * spot * rate;
  rowSums[sums + SUM_RHO] = money * rho + 0;
  rowSums[sums + SUM_NOTIONAL] = Math.abs(money) * spot;
  rowF32[f32 + F32_DELTA] = delta;
  rowF32[f32 + F32_GAMMA] = gamma;
  rowF32[f32 + F32_THETA] = theta;
  rowF32[f32 + F32_VEGA] = vega;
  rowF32[f32 + F32_RHO] = rho;
  rowF32[f32 + F32_DELTA_CHANGE] = deltaChange;
}

/**
 * The short way of a broker's Greeks that follow a broker's Greeks: takes them over, writes the
 * figures and moves the leaf cells by the difference. False, and nothing done, when source or state
 * could change with them and the ladder has to decide.
 */
export function moveBrokerGreeks(state: BookState, contract: number): boolean {
  const { tables, market, tick } = state;
  const columns = tables.contract;
  if (columns.greeksSource[contract] !== BROKER || columns.staleness[contract] !== CURRENT) {
    return false;
  }
  const handle = columns.handle[contract];
  const quotes = market.columns;
  const greeks = quotes.brokerGreeks;
  const own = handle * BROKER_GREEKS_STRIDE;
  const iv = greeks[own + BROKER_GREEKS.iv];
  const sum = greeks[own + BROKER_GREEKS.delta] + greeks[own + BROKER_GREEKS.gamma] +
    greeks[own + BROKER_GREEKS.thetaPerDay] + greeks[own + BROKER_GREEKS.vegaPerPoint] +
    greeks[own + BROKER_GREEKS.rhoPerPoint] + iv;
  if (sum !== sum) return false;
  const greeksAt = greeks[own + BROKER_GREEKS.at];
  const receivedAt = greeks[own + BROKER_GREEKS.receivedAt];
  const spot = tables.driver.spot[columns.driver[contract]];
  const base = columns.underlying[contract] * tables.accounts;
  takeGreeks(state, contract);
  columns.pricing.volatility[contract] = iv;
  columns.greeksAt[contract] = greeksAt;
  const end = columns.rowFrom[contract + 1];
  for (let r = columns.rowFrom[contract]; r < end; r++) {
    const cell = base + tables.rowAccount[r];
    const f64 = r * ROW_STRIDE;
    addGreeks(tables, r, cell, -1);
    writeRow(tables, r, contract, spot);
    addGreeks(tables, r, cell, 1);
    tables.rowF64[f64 + GREEKS_AT] = greeksAt;
    tables.rowF64[f64 + RECEIVED_AT] = newest(tables.rowF64[f64 + RECEIVED_AT], receivedAt);
    tables.rowF32[r * ROW_F32_STRIDE + F32_IV] = iv;
    tables.rowChanged[r] = tick;
    tables.cellChanged[cell] = tick;
  }
  return true;
}

/** The later of two instants of which either may be absent. */
function newest(a: number, b: number): number {
  return a >= b || b !== b ? a : b;
}
