import { type Instrument, isOption } from "../domain/instrument.ts";
import { setContract, setRates } from "../pricing/columns.ts";
import {
  CONTRACT,
  type ContractColumns,
  MID_STRIDE,
  UNIT,
  UNIT_STRIDE,
} from "./contract_columns.ts";
import type { Directory } from "./directory.ts";
import type { Tables } from "./tables.ts";

/** What a contract knows of its volatility; it outlives a move in the columns. */
export interface SolvedIv {
  /** MID values. */
  readonly mid: Float64Array;
  readonly solvedAbsence: number;
  readonly isPending: number;
}

/** Reads what contract `c` knows of its volatility. */
export function solvedOf({ mid, solvedAbsence, isPending }: ContractColumns, c: number): SolvedIv {
  return {
    mid: mid.slice(c * MID_STRIDE, (c + 1) * MID_STRIDE),
    solvedAbsence: solvedAbsence[c],
    isPending: isPending[c],
  };
}

/**
 * Writes what the directory says of contract `c`, a new entry with a handle: terms, rates, rate of
 * exchange. `solved`: what was known of its volatility where it stood before.
 */
export function writeContract(
  tables: Tables,
  directory: Directory,
  c: number,
  solved: SolvedIv | undefined,
): void {
  const columns = tables.contract;
  const instrument = directory.instrument(columns.handle[c]);
  columns.kind[c] = contractKind(instrument);
  columns.tickSize[c] = instrument.tickSize;
  const unit = c * UNIT_STRIDE;
  const { index, rate, previousClose } = directory.rateOf(instrument.currency);
  columns.currency[c] = index;
  columns.unit[unit + UNIT.multiplier] = instrument.multiplier;
  columns.unit[unit + UNIT.rate] = rate;
  columns.unit[unit + UNIT.ratePrevious] = previousClose;
  if (!isOption(instrument)) return;
  const entry = directory.underlyingOf(instrument.underlying, instrument.currency);
  setContract(columns.pricing, c, {
    right: instrument.right,
    strike: instrument.strike,
    isOnFuture: instrument.kind === "futureOption",
  });
  setRates(columns.pricing, c, entry.riskFreeRate, entry.dividendYield);
  columns.expiresAt[c] = instrument.expiresAt;
  columns.isPending[c] = 1;
  if (solved === undefined) return;
  columns.mid.set(solved.mid, c * MID_STRIDE);
  columns.solvedAbsence[c] = solved.solvedAbsence;
  columns.isPending[c] = solved.isPending;
}

function contractKind(instrument: Instrument): number {
  if (isOption(instrument)) return CONTRACT.option;
  if (instrument.kind === "equity") return CONTRACT.equity;
  return instrument.kind === "future" ? CONTRACT.future : CONTRACT.unsupported;
}
