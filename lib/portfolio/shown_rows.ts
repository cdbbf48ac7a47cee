import { indexOf } from "../base/record.ts";
import { BROKER_GREEKS, BROKER_GREEKS_STRIDE, PRICE, PRICE_STRIDE } from "../domain/market_data.ts";
import { GREEKS_SOURCES, ROW_F32_AT, ROW_F64_AT, ROW_U8_AT } from "../domain/measures.ts";
import type { PricingColumns } from "../pricing/columns.ts";
import type { BookState } from "./book_state.ts";
import { isModelled, rhoInUse } from "./cells.ts";
import { UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import { priceDue } from "./revalue.ts";
import { showMarks } from "./row_marks.ts";
import {
  ROW_F32_STRIDE,
  ROW_KEPT,
  ROW_KEPT_STRIDE,
  ROW_STRIDE,
  ROW_U8_STRIDE,
  type Tables,
} from "./tables.ts";

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
const U8_DATA_LEVEL = ROW_U8_AT.dataLevel;

const BROKER: number = indexOf(GREEKS_SOURCES).broker;

/**
 * Writes what readers see of money, Greeks and spot into the rows that changed after tick `since`.
 * Sums need none of it, so that it waits until somebody looks: once per flush, however many ticks
 * came.
 */
export function showRows(state: BookState, since: number): void {
  const { rows, rowChanged } = state.tables;
  for (let r = 0; r < rows; r++) if (rowChanged[r] > since) showRow(state, r);
}

function showRow(state: BookState, row: number): void {
  const { tables } = state;
  const { rowU8, contract: columns } = tables;
  const contract = tables.rowContract[row];
  const u8 = row * ROW_U8_STRIDE;
  priceDue(columns, contract);
  showMarks(state, row);
  rowU8[u8 + U8_SOURCE] = columns.greeksSource[contract];
  rowU8[u8 + U8_ABSENCE] = columns.greeksAbsence[contract];
  rowU8[u8 + U8_STALENESS] = columns.staleness[contract];
  rowU8[u8 + U8_DATA_LEVEL] = Math.max(
    state.market.columns.dataLevel[columns.handle[contract]],
    tables.driver.dataLevel[columns.driver[contract]],
  );
  showTimes(state, row, contract);
  showGreeks(tables, row, contract);
}

/** Event time of the Greeks' input, and when the newest input of the contract's own arrived. */
function showTimes({ tables, market }: BookState, row: number, contract: number): void {
  const { greeksSource, greeksAt, handle } = tables.contract;
  const { brokerGreeks, prices } = market.columns;
  const f64 = row * ROW_STRIDE;
  const own = handle[contract] * BROKER_GREEKS_STRIDE;
  const isBroker = greeksSource[contract] === BROKER;
  const greeksReceivedAt = isBroker ? brokerGreeks[own + BROKER_GREEKS.receivedAt] : NaN;
  tables.rowF64[f64 + GREEKS_AT] = isBroker
    ? brokerGreeks[own + BROKER_GREEKS.at]
    : greeksAt[contract];
  tables.rowF64[f64 + RECEIVED_AT] = newest(
    prices[handle[contract] * PRICE_STRIDE + PRICE.markReceivedAt],
    greeksReceivedAt,
  );
}

/** Greeks of the contract, and what they make of the row (formulas §4). */
function showGreeks(tables: Tables, row: number, contract: number): void {
  const { rowF64, rowF32, rowKept, contract: columns } = tables;
  const { unit, pricing } = columns;
  const own = contract * UNIT_STRIDE;
  const f64 = row * ROW_STRIDE;
  const f32 = row * ROW_F32_STRIDE;
  const shares = rowKept[row * ROW_KEPT_STRIDE + ROW_KEPT.shares];
  const money = shares * unit[own + UNIT.rate];
  const spot = tables.driver.spot[columns.driver[contract]];
  const isModel = isModelled(columns, contract);
  const delta = isModel ? pricing.delta[contract] : unit[own + UNIT.delta];
  const gamma = isModel ? pricing.gamma[contract] : unit[own + UNIT.gamma];
  const theta = isModel ? pricing.thetaPerDay[contract] : unit[own + UNIT.thetaPerDay];
  const vega = isModel ? pricing.vegaPerPoint[contract] : unit[own + UNIT.vegaPerPoint];
  rowF64[f64 + POSITION_DELTA] = shares * delta;
  rowF64[f64 + DOLLAR_DELTA] = money * delta * spot;
  // Adding 0 keeps a short share's vega from being −0.
  rowF64[f64 + VEGA] = money * vega + 0;
  rowF64[f64 + THETA] = money * theta + 0;
  rowF32[f32 + F32_DELTA] = delta;
  rowF32[f32 + F32_GAMMA] = gamma;
  rowF32[f32 + F32_THETA] = theta;
  rowF32[f32 + F32_VEGA] = vega;
  rowF32[f32 + F32_RHO] = rhoInUse(columns, contract, isModel);
  rowF32[f32 + F32_IV] = pricing.volatility[contract];
  rowF32[f32 + F32_DELTA_CHANGE] = shares * gamma * 0.01 * spot + 0;
  rowF32[f32 + F32_PROB_ITM] = probItm(pricing, contract);
}

/** N(cp·d2), from the last price of the model: its cash leg over the present strike. */
function probItm({ sign, delta, spot, price, presentStrike }: PricingColumns, c: number): number {
  return sign[c] * (delta[c] * spot[c] - price[c]) / presentStrike[c];
}

/** The later of two instants of which either may be absent. */
function newest(a: number, b: number): number {
  return a >= b || b !== b ? a : b;
}
