import {
  BROKER_GREEKS,
  BROKER_GREEKS_STRIDE,
  CODE,
  CODE_STRIDE,
  PRICE,
  PRICE_STRIDE,
} from "../domain/market_data.ts";
import { absenceCode } from "../base/absence.ts";
import { indexOf } from "../base/record.ts";
import { GREEKS_SOURCES, STALENESS } from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import {
  CONTRACT,
  type ContractColumns,
  MID,
  MID_STRIDE,
  UNIT,
  UNIT_STRIDE,
} from "./contract_columns.ts";
import { solvePending } from "./mid_iv.ts";
import { PRESENT } from "./tables.ts";

const SOURCE = indexOf(GREEKS_SOURCES);
const STATE = indexOf(STALENESS);
const UNSUPPORTED = absenceCode("unsupported");
const NO_UNDERLYING = absenceCode("noUnderlying");
const NO_RATE = absenceCode("noRate");

/** The worse of two STALENESS codes: stale, else closed, else current. */
export function worse(a: number, b: number): number {
  if (a === STATE.stale || b === STATE.stale) return STATE.stale;
  return a === STATE.closed || b === STATE.closed ? STATE.closed : STATE.current;
}

/**
 * Decides where the Greeks of a contract come from and sets its source, reason, time, state and the
 * volatility that the model is to use. Spot and time to expiry are those of the present message.
 *
 * Shares and futures are "linear" (δ = 1). Options go down the ladder of formulas §3: the broker's
 * Greeks, when delta, gamma, theta and vega are there and current; the model at the volatility of
 * the present mid; the model at the last good volatility (own, else the broker's), marked stale
 * unless the market is closed; else none, with the reason that the mid was refused for. An expired
 * option is its intrinsic value, whatever else is known. Without spot or rate there is nothing.
 */
export function chooseGreeks(state: BookState, contract: number): void {
  const { tables, market } = state;
  const columns = tables.contract;
  const driver = columns.driver[contract];
  const handle = columns.handle[contract];
  const kind = columns.kind[contract];
  columns.greeksAt[contract] = NaN;
  if (kind === CONTRACT.unsupported) {
    columns.staleness[contract] = STATE.current;
    return decide(columns, contract, SOURCE.none, UNSUPPORTED);
  }
  const own = market.staleness(handle, state.now);
  columns.staleness[contract] = worse(own, tables.driver.staleness[driver]);
  if (!(tables.driver.spot[driver] > 0)) {
    const why = kind === CONTRACT.option
      ? NO_UNDERLYING
      : market.columns.codes[handle * CODE_STRIDE + CODE.markAbsence];
    return decide(columns, contract, SOURCE.none, why);
  }
  if (!(columns.unit[contract * UNIT_STRIDE + UNIT.rate] > 0)) {
    return decide(columns, contract, SOURCE.none, NO_RATE);
  }
  if (kind === CONTRACT.option) return chooseOption(state, contract, own);
  columns.greeksAt[contract] = market.columns.prices[handle * PRICE_STRIDE + PRICE.markAt];
  decide(columns, contract, SOURCE.linear, PRESENT);
}

function chooseOption(state: BookState, contract: number, own: number): void {
  const columns = state.tables.contract;
  const { columns: quotes } = state.market;
  const { volatility, years, riskFreeRate, carryYield } = columns.pricing;
  const handle = columns.handle[contract];
  const carry = riskFreeRate[contract] - carryYield[contract];
  const hasCarry = carry === carry;
  if (years[contract] === 0) {
    if (!hasCarry) return decide(columns, contract, SOURCE.none, NO_RATE);
    volatility[contract] = 0;
    columns.greeksAt[contract] = quotes.prices[handle * PRICE_STRIDE + PRICE.markAt];
    return decide(columns, contract, SOURCE.model, PRESENT);
  }
  if (hasBrokerGreeks(state, handle)) {
    volatility[contract] = quotes.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.iv];
    return decide(columns, contract, SOURCE.broker, PRESENT);
  }
  if (hasCarry) chooseModel(state, contract, own);
  else decide(columns, contract, SOURCE.none, NO_RATE);
}

/** True when the broker's Greeks of an instrument are complete and not stale. */
export function hasBrokerGreeks(state: BookState, handle: number): boolean {
  const { brokerGreeks } = state.market.columns;
  const at = handle * BROKER_GREEKS_STRIDE;
  const sum = brokerGreeks[at + BROKER_GREEKS.delta] + brokerGreeks[at + BROKER_GREEKS.gamma] +
    brokerGreeks[at + BROKER_GREEKS.thetaPerDay] + brokerGreeks[at + BROKER_GREEKS.vegaPerPoint];
  return sum === sum && state.market.greeksStaleness(handle, state.now) !== STATE.stale;
}

function chooseModel(state: BookState, contract: number, own: number): void {
  const columns = state.tables.contract;
  const { columns: quotes } = state.market;
  const { volatility } = columns.pricing;
  const handle = columns.handle[contract];
  if (columns.isPending[contract] === 1) solvePending(state, contract);
  const solved = columns.mid[contract * MID_STRIDE + MID.solvedIv];
  const isMidGood = columns.solvedAbsence[contract] === PRESENT;
  if (isMidGood && own !== STATE.stale) {
    volatility[contract] = solved;
    columns.greeksAt[contract] = columns.mid[contract * MID_STRIDE + MID.solvedAt];
    return decide(columns, contract, SOURCE.model, PRESENT);
  }
  const isOwn = solved > 0;
  volatility[contract] = isOwn
    ? solved
    : quotes.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.iv];
  columns.greeksAt[contract] = isOwn
    ? columns.mid[contract * MID_STRIDE + MID.solvedAt]
    : quotes.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.at];
  if (!(volatility[contract] > 0)) {
    columns.greeksAt[contract] = NaN;
    return decide(columns, contract, SOURCE.none, columns.solvedAbsence[contract]);
  }
  if (columns.staleness[contract] === STATE.current) columns.staleness[contract] = STATE.stale;
  decide(columns, contract, SOURCE.modelLastIv, PRESENT);
}

function decide(columns: ContractColumns, contract: number, source: number, why: number): void {
  columns.greeksSource[contract] = source;
  columns.greeksAbsence[contract] = why;
  if (source === SOURCE.none) columns.pricing.volatility[contract] = NaN;
}
