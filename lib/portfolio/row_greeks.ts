import { indexOf } from "../base/record.ts";
import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../domain/market_data.ts";
import { GREEKS_SOURCES, STALENESS } from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import { addContracts, markRows } from "./cells.ts";
import { CONTRACT, UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import { PRESENT, ROW_FLAG } from "./tables.ts";

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
 * Takes over the Greeks of a contract's source, and tells its rows what they contribute by it.
 * Follows a choice on the ladder.
 */
export function takeSource(state: BookState, contract: number): void {
  const { tables } = state;
  const columns = tables.contract;
  const source = columns.greeksSource[contract];
  if (source === BROKER) takeBrokerGreeks(state, contract);
  else if (source === LINEAR || source === NONE) {
    const at = contract * UNIT_STRIDE;
    columns.unit[at + UNIT.delta] = source === LINEAR ? 1 : NaN;
    columns.unit.fill(source === LINEAR ? 0 : NaN, at + UNIT.gamma, at + UNIT.multiplier);
  }
  const isSupported = columns.kind[contract] !== CONTRACT.unsupported;
  const hasSpot = isSupported && tables.driver.spot[columns.driver[contract]] > 0;
  const flags = (columns.greeksAbsence[contract] === PRESENT ? ROW_FLAG.hasGreeks : 0) |
    (hasSpot && columns.unit[contract * UNIT_STRIDE + UNIT.rate] > 0 ? ROW_FLAG.hasSpot : 0) |
    (columns.staleness[contract] === STALE ? ROW_FLAG.isStale : 0) |
    (source === MODEL || source === MODEL_LAST_IV ? ROW_FLAG.isModelled : 0);
  for (let r = columns.rowFrom[contract]; r < columns.rowFrom[contract + 1]; r++) {
    tables.rowFlags[r] = (tables.rowFlags[r] & OTHER_FLAGS) | flags;
  }
}

/** Puts a broker's Greeks into `unit`. */
function takeBrokerGreeks(state: BookState, contract: number): void {
  const { unit, handle } = state.tables.contract;
  const { brokerGreeks } = state.market.columns;
  const at = contract * UNIT_STRIDE;
  const own = handle[contract] * BROKER_GREEKS_STRIDE;
  unit[at + UNIT.delta] = brokerGreeks[own + BROKER_GREEKS.delta];
  unit[at + UNIT.gamma] = brokerGreeks[own + BROKER_GREEKS.gamma];
  unit[at + UNIT.thetaPerDay] = brokerGreeks[own + BROKER_GREEKS.thetaPerDay];
  unit[at + UNIT.vegaPerPoint] = brokerGreeks[own + BROKER_GREEKS.vegaPerPoint];
  unit[at + UNIT.rhoPerPoint] = brokerGreeks[own + BROKER_GREEKS.rhoPerPoint];
}

/**
 * The short way of a broker's Greeks that follow a broker's Greeks: takes them over and moves the
 * leaf cells by the difference. False, and nothing done, when source or state could change with
 * them and the ladder has to decide.
 */
export function moveBrokerGreeks(state: BookState, contract: number): boolean {
  const { tables, market } = state;
  const columns = tables.contract;
  if (columns.greeksSource[contract] !== BROKER || columns.staleness[contract] !== CURRENT) {
    return false;
  }
  const { brokerGreeks } = market.columns;
  const own = columns.handle[contract] * BROKER_GREEKS_STRIDE;
  const iv = brokerGreeks[own + BROKER_GREEKS.iv];
  const sum = brokerGreeks[own + BROKER_GREEKS.delta] + brokerGreeks[own + BROKER_GREEKS.gamma] +
    brokerGreeks[own + BROKER_GREEKS.thetaPerDay] + brokerGreeks[own + BROKER_GREEKS.vegaPerPoint] +
    brokerGreeks[own + BROKER_GREEKS.rhoPerPoint] + iv;
  if (sum !== sum) return false;
  addContracts(tables, contract, contract + 1, -1);
  takeBrokerGreeks(state, contract);
  columns.pricing.volatility[contract] = iv;
  columns.isPriceDue[contract] = 1;
  addContracts(tables, contract, contract + 1, 1);
  markRows(tables, contract, state.tick);
  return true;
}
