import { type AbsenceReason, absenceReason } from "../base/absence.ts";
import type { UnixMs } from "../base/brand.ts";
import { createEuropeanValue, type EuropeanValue, valueEuropean } from "../pricing/european.ts";
import type { BookState } from "./book_state.ts";
import { CONTRACT, MID, MID_STRIDE } from "./contract_columns.ts";
import { solvePending } from "./mid_iv.ts";
import { PRESENT } from "./tables.ts";

/** The model's value of a contract at the volatility of its own mid, whatever the row uses. */
export interface ModelGreeks extends Readonly<EuropeanValue> {
  readonly iv: number;
  /** Event time of the quote whose mid was solved, ms by the source's clock. */
  readonly quotedAt: UnixMs;
  /** False: the latest quote gave no volatility and an earlier one's is used. */
  readonly isOfLatestQuote: boolean;
}

/**
 * Values a contract by the model at the volatility of its own mid, into `out`. Solves the latest
 * quote if that waits. False, and `out` untouched, without a volatility or carry.
 */
export function valueAtOwnMid(state: BookState, contract: number, out: EuropeanValue): boolean {
  const columns = state.tables.contract;
  const { pricing } = columns;
  if (Number.isNaN(pricing.riskFreeRate[contract] - pricing.carryYield[contract])) return false;
  if (!(pricing.spot[contract] > 0)) return false;
  if (columns.isPending[contract] === 1) solvePending(state, contract);
  if (!(columns.mid[contract * MID_STRIDE + MID.solvedIv] > 0)) return false;
  const basis = valueEuropean({
    right: pricing.sign[contract] > 0 ? "call" : "put",
    spot: pricing.spot[contract],
    strike: pricing.strike[contract],
    yearsToExpiry: pricing.years[contract],
    volatility: columns.mid[contract * MID_STRIDE + MID.solvedIv],
    riskFreeRate: pricing.riskFreeRate[contract],
    dividendYield: pricing.carryYield[contract],
    isOnFuture: pricing.isOnFuture[contract] === 1,
  }, out);
  return typeof basis === "string";
}

/**
 * The desk's own Greeks of an option per long unit, beside which a broker's can be compared: a row
 * that uses the broker's would be compared with itself. The reason where there are none.
 */
export function modelGreeks(state: BookState, contract: number): ModelGreeks | AbsenceReason {
  const columns = state.tables.contract;
  if (columns.kind[contract] !== CONTRACT.option) return "unsupported";
  const value = createEuropeanValue();
  if (valueAtOwnMid(state, contract, value)) {
    return {
      ...value,
      iv: columns.mid[contract * MID_STRIDE + MID.solvedIv],
      quotedAt: columns.mid[contract * MID_STRIDE + MID.solvedAt],
      isOfLatestQuote: columns.solvedAbsence[contract] === PRESENT,
    };
  }
  const { pricing } = columns;
  if (!(pricing.spot[contract] > 0)) return "noUnderlying";
  const hasCarry = !Number.isNaN(pricing.riskFreeRate[contract] - pricing.carryYield[contract]);
  if (!hasCarry) return "noRate";
  const why = absenceReason(columns.solvedAbsence[contract]);
  return why === "present" ? "noQuote" : why;
}
