import {
  BROKER_GREEKS,
  BROKER_GREEKS_STRIDE,
  CODE,
  CODE_STRIDE,
  PRICE,
  PRICE_STRIDE,
} from "../domain/market_data.ts";
import { absenceCode } from "../base/absence.ts";
import { GREEKS_SOURCES, MARK_SOURCES, STALENESS, UNDERLYING_AT } from "../domain/measures.ts";
import { setSpot } from "../pricing/columns.ts";
import { priceRange } from "../pricing/kernel.ts";
import type { BookState } from "./book_state.ts";
import { addContracts, addMarks, markRows } from "./cells.ts";
import { CONTRACT, type ContractColumns, MID, MID_STRIDE } from "./contract_columns.ts";
import { chooseGreeks, hasBrokerGreeks } from "./ladder.ts";
import { noteQuote } from "./mid_iv.ts";
import { put } from "./put.ts";
import { takeSource } from "./row_greeks.ts";
import { writeMarks } from "./row_marks.ts";
import { UNDERLYING_STRIDE } from "./tables.ts";
import { refreshTime } from "./valuation_time.ts";

const NO_UNDERLYING = absenceCode("noUnderlying");
const BROKER: number = GREEKS_SOURCES.indexOf("broker");
const CURRENT: number = STALENESS.indexOf("current");

/** What a fresh look at a driver found. */
export const DRIVER_MOVE = { none: 0, spot: 1, state: 2 } as const;

/**
 * Reads the spot of a driver from the board. Answers DRIVER_MOVE: `none`; `spot` when only the
 * price moved; `state` when it appeared, vanished or changed its staleness or level, so that
 * sources of Greeks have to be chosen anew.
 */
export function refreshDriver(state: BookState, driver: number): number {
  const columns = state.tables.driver;
  const handle = columns.handle[driver];
  if (handle < 0) return DRIVER_MOVE.none;
  const quotes = state.market.columns;
  const was = columns.spot[driver];
  const wasStale = columns.staleness[driver];
  const levelWas = columns.dataLevel[driver];
  const spot = quotes.prices[handle * PRICE_STRIDE + PRICE.mark];
  const staleness = state.market.staleness(handle, state.now);
  columns.spot[driver] = spot;
  columns.spotReceivedAt[driver] = quotes.prices[handle * PRICE_STRIDE + PRICE.markReceivedAt];
  columns.staleness[driver] = staleness;
  columns.dataLevel[driver] = quotes.dataLevel[handle];
  const isOther = staleness !== wasStale || columns.dataLevel[driver] !== levelWas;
  if (isOther || (was > 0) !== (spot > 0)) return DRIVER_MOVE.state;
  return spot === was || !(spot > 0) ? DRIVER_MOVE.none : DRIVER_MOVE.spot;
}

/**
 * Prices all contracts of a driver at its spot and marks their rows. The cells of the underlying
 * are to be summed anew afterwards. `isChoosing`: sources of Greeks are chosen anew, else they
 * stay: a pure spot tick keeps every volatility (sticky strike).
 */
export function repriceDriver(state: BookState, driver: number, isChoosing: boolean): void {
  const { tables } = state;
  const from = tables.driver.contractFrom[driver];
  const to = tables.driver.contractFrom[driver + 1];
  if (from === to) return;
  setSpot(tables.contract.pricing, from, to, tables.driver.spot[driver]);
  if (isChoosing) {
    for (let c = from; c < to; c++) chooseAnew(state, c);
  }
  priceRange(tables.contract.pricing, from, to);
  tables.contract.isPriceDue.fill(0, from, to);
  const { rowFrom } = tables.contract;
  tables.rowChanged.fill(state.tick, rowFrom[from], rowFrom[to]);
}

function chooseAnew(state: BookState, contract: number): void {
  const columns = state.tables.contract;
  if (columns.isPending[contract] === 1 && !(columns.mid[contract * MID_STRIDE + MID.spot] > 0)) {
    noteQuote(state, contract);
  }
  chooseGreeks(state, contract);
  takeSource(state, contract);
}

/** Values a contract that is new in the tables; its cells are to be summed anew afterwards. */
export function valueNewContract(state: BookState, contract: number): void {
  const columns = state.tables.contract;
  refreshTime(state, contract);
  setSpot(
    columns.pricing,
    contract,
    contract + 1,
    state.tables.driver.spot[columns.driver[contract]],
  );
  chooseAnew(state, contract);
  priceRange(columns.pricing, contract, contract + 1);
  valueNewRow(state, contract);
}

/** Writes what a contract brings to its rows, one of which is new. */
export function valueNewRow(state: BookState, contract: number): void {
  takeSource(state, contract);
  writeMarks(state, contract);
}

/**
 * Values one contract after something of its own changed and moves its leaf cells by the
 * difference. `hasNewMark`: its mark may have moved too. Sums of the broker's Greeks need no price
 * of the model; what rows show of it waits until somebody looks.
 */
export function revalueContract(state: BookState, contract: number, hasNewMark: boolean): void {
  const { tables } = state;
  const columns = tables.contract;
  addContracts(tables, contract, contract + 1, -1);
  chooseGreeks(state, contract);
  if (columns.kind[contract] === CONTRACT.option) {
    columns.isPriceDue[contract] = 1;
    if (!isFromBroker(state, contract)) priceDue(columns, contract);
  }
  if (hasNewMark) writeMarks(state, contract);
  takeSource(state, contract);
  addContracts(tables, contract, contract + 1, 1);
  markRows(tables, contract, state.tick);
}

/** Prices a contract at the volatility in use if that moved since it was priced. */
export function priceDue(columns: ContractColumns, contract: number): void {
  if (columns.isPriceDue[contract] === 0) return;
  columns.isPriceDue[contract] = 0;
  priceRange(columns.pricing, contract, contract + 1);
}

/**
 * The short way of a mark whose option keeps the broker's Greeks: moves what follows from the mark
 * and leaves the rest of the cells alone. False, and nothing done, when the ladder has to decide.
 */
export function moveMark(state: BookState, contract: number): boolean {
  const { tables, market } = state;
  const columns = tables.contract;
  const handle = columns.handle[contract];
  const isKept = columns.greeksSource[contract] === BROKER &&
    columns.staleness[contract] === CURRENT && columns.pricing.years[contract] > 0 &&
    tables.driver.staleness[columns.driver[contract]] === CURRENT &&
    market.staleness(handle, state.now) === CURRENT && hasBrokerGreeks(state, handle);
  if (!isKept) return false;
  addMarks(tables, contract, -1);
  writeMarks(state, contract);
  addMarks(tables, contract, 1);
  markRows(tables, contract, state.tick);
  return true;
}

function isFromBroker(state: BookState, contract: number): boolean {
  const { greeksSource, handle } = state.tables.contract;
  const rho = state.market.columns
    .brokerGreeks[handle[contract] * BROKER_GREEKS_STRIDE + BROKER_GREEKS.rhoPerPoint];
  return greeksSource[contract] === BROKER && rho === rho;
}

/** Writes the fields of an underlying from its own driver; carry and rate come from outside. */
export function writeUnderlying(
  state: BookState,
  underlying: number,
  terms: {
    readonly rate: number;
    readonly riskFreeRate: number;
    readonly dividendYield: number;
  },
): void {
  const { underlyingF64, underlyingChanged } = state.tables;
  const at = underlying * UNDERLYING_STRIDE;
  let isChanged = put(underlyingF64, at + UNDERLYING_AT.fxRate, terms.rate);
  isChanged = put(underlyingF64, at + UNDERLYING_AT.riskFreeRate, terms.riskFreeRate) || isChanged;
  isChanged = put(underlyingF64, at + UNDERLYING_AT.dividendYield, terms.dividendYield) ||
    isChanged;
  isChanged = writeUnderlyingPrice(state, underlying) || isChanged;
  if (isChanged) underlyingChanged[underlying] = state.tick;
}

/** Writes price, close, times and state of an underlying; true when anything differs. */
export function writeUnderlyingPrice(state: BookState, underlying: number): boolean {
  const { tables, market } = state;
  const { underlyingF64 } = tables;
  const driver = tables.primaryDriver[underlying];
  const handle = driver < 0 ? -1 : tables.driver.handle[driver];
  const at = underlying * UNDERLYING_STRIDE;
  const quotes = market.columns;
  const isKnown = handle >= 0;
  const source = isKnown
    ? quotes.codes[handle * CODE_STRIDE + CODE.markSource]
    : MARK_SOURCES.indexOf("none");
  const absence = isKnown ? quotes.codes[handle * CODE_STRIDE + CODE.markAbsence] : NO_UNDERLYING;
  const close = isKnown ? quotes.prices[handle * PRICE_STRIDE + PRICE.previousClose] : NaN;
  let isChanged = put(
    underlyingF64,
    at + UNDERLYING_AT.price,
    isKnown ? quotes.prices[handle * PRICE_STRIDE + PRICE.mark] : NaN,
  );
  isChanged = put(underlyingF64, at + UNDERLYING_AT.previousClose, close) || isChanged;
  const priceAt = isKnown ? quotes.prices[handle * PRICE_STRIDE + PRICE.markAt] : NaN;
  isChanged = put(underlyingF64, at + UNDERLYING_AT.priceAt, priceAt) || isChanged;
  const receivedAt = isKnown ? quotes.prices[handle * PRICE_STRIDE + PRICE.markReceivedAt] : NaN;
  isChanged = put(underlyingF64, at + UNDERLYING_AT.receivedAt, receivedAt) || isChanged;
  isChanged = put(underlyingF64, at + UNDERLYING_AT.priceSource, source) || isChanged;
  isChanged = put(underlyingF64, at + UNDERLYING_AT.priceAbsence, absence) || isChanged;
  const staleness = isKnown ? tables.driver.staleness[driver] : 0;
  isChanged = put(underlyingF64, at + UNDERLYING_AT.staleness, staleness) || isChanged;
  const level = isKnown ? quotes.dataLevel[handle] : 0;
  isChanged = put(underlyingF64, at + UNDERLYING_AT.dataLevel, level) || isChanged;
  return isChanged;
}
