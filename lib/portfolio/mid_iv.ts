import { CODE, CODE_STRIDE, PRICE, PRICE_STRIDE, SPREAD_SHARE_MAX } from "../domain/market_data.ts";
import { absenceCode, type AbsenceReason } from "../base/absence.ts";
import { impliedVolatility, type ImpliedVolatilityTerms } from "../pricing/implied_volatility.ts";
import type { BookState } from "./book_state.ts";
import { MID, MID_STRIDE } from "./contract_columns.ts";
import { PRESENT } from "./tables.ts";

/** A mid whose time value is under this share of a tick says nothing about volatility. */
const TICK_SHARE_MIN = 0.5;

const WIDE_SPREAD = absenceCode("wideSpread");

/**
 * Notes that an option was quoted: its mid waits to be solved at the spot and the time to expiry of
 * this message, whenever that happens. A quote without spot waits for the first spot.
 */
export function noteQuote(state: BookState, contract: number): void {
  const columns = state.tables.contract;
  columns.isPending[contract] = 1;
  columns.mid[contract * MID_STRIDE + MID.spot] =
    state.tables.driver.spot[columns.driver[contract]];
  columns.mid[contract * MID_STRIDE + MID.years] = columns.pricing.years[contract];
}

/**
 * Solves the quote that waits, or notes why it gives no volatility; the last good one then stays.
 * The ladder, not the solver, refuses a spread over half of the mid and a time value under half a
 * tick. Needs a spot and known carry at the contract.
 */
export function solvePending(state: BookState, contract: number): void {
  const { tables, market } = state;
  const columns = tables.contract;
  const handle = columns.handle[contract];
  columns.isPending[contract] = 0;
  if (!(columns.mid[contract * MID_STRIDE + MID.spot] > 0)) {
    columns.mid[contract * MID_STRIDE + MID.spot] = tables.driver.spot[columns.driver[contract]];
    columns.mid[contract * MID_STRIDE + MID.years] = columns.pricing.years[contract];
  }
  const quoteAbsence = market.columns.codes[handle * CODE_STRIDE + CODE.quoteAbsence];
  if (quoteAbsence !== PRESENT) {
    columns.solvedAbsence[contract] = quoteAbsence;
    return;
  }
  const bid = market.columns.prices[handle * PRICE_STRIDE + PRICE.bid];
  const ask = market.columns.prices[handle * PRICE_STRIDE + PRICE.ask];
  const mid = (bid + ask) / 2;
  if (ask - bid > SPREAD_SHARE_MAX * mid) {
    columns.solvedAbsence[contract] = WIDE_SPREAD;
    return;
  }
  const iv = solveMid(state, contract, mid);
  if (typeof iv === "number") {
    columns.mid[contract * MID_STRIDE + MID.solvedIv] = iv;
    columns.mid[contract * MID_STRIDE + MID.solvedAt] =
      market.columns.prices[handle * PRICE_STRIDE + PRICE.quoteAt];
    columns.solvedAbsence[contract] = PRESENT;
  } else {
    columns.solvedAbsence[contract] = absenceCode(iv);
  }
}

/** Reused by every solve; written whole before each. */
const terms: { -readonly [Name in keyof ImpliedVolatilityTerms]: ImpliedVolatilityTerms[Name] } = {
  right: "call",
  price: 0,
  spot: 0,
  strike: 0,
  yearsToExpiry: 0,
  riskFreeRate: 0,
  dividendYield: 0,
  isOnFuture: false,
};

/** Volatility of a mid at the spot and years of its quote, or why there is none. */
function solveMid(state: BookState, contract: number, mid: number): number | AbsenceReason {
  const columns = state.tables.contract;
  const { sign, strike, riskFreeRate, carryYield, isOnFuture } = columns.pricing;
  terms.right = sign[contract] > 0 ? "call" : "put";
  terms.price = mid;
  terms.spot = columns.mid[contract * MID_STRIDE + MID.spot];
  terms.strike = strike[contract];
  terms.yearsToExpiry = columns.mid[contract * MID_STRIDE + MID.years];
  terms.riskFreeRate = riskFreeRate[contract];
  terms.dividendYield = carryYield[contract];
  terms.isOnFuture = isOnFuture[contract] === 1;
  const timeValue = mid - intrinsicValue(state, contract);
  const isThin = timeValue >= 0 && timeValue < TICK_SHARE_MIN * columns.tickSize[contract];
  if (isThin) return "noTimeValue";
  const iv = impliedVolatility(terms);
  return typeof iv === "number" ? iv : iv.why;
}

/** max(0, ±(S·e^{(b−r)T} − K·e^{−rT})) at the spot and years of the quote. */
function intrinsicValue(state: BookState, contract: number): number {
  const { mid, pricing } = state.tables.contract;
  const years = mid[contract * MID_STRIDE + MID.years];
  const isNow = years === pricing.years[contract];
  const yieldDiscount = isNow
    ? pricing.yieldDiscount[contract]
    : Math.exp(-pricing.carryYield[contract] * years);
  const presentStrike = isNow
    ? pricing.presentStrike[contract]
    : pricing.strike[contract] * Math.exp(-pricing.riskFreeRate[contract] * years);
  const inside = mid[contract * MID_STRIDE + MID.spot] * yieldDiscount - presentStrike;
  return Math.max(0, pricing.sign[contract] * inside);
}
