import { type Instrument, isOption } from "../domain/instrument.ts";
import { setContract, setRates } from "../pricing/columns.ts";
import { CONTRACT, UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import type { Directory } from "./directory.ts";
import type { Tables } from "./tables.ts";

/** What a contract knows of its volatility; it outlives a move in the columns. */
export const SOLVED_NAMES = [
  "solvedIv",
  "solvedAbsence",
  "solvedAt",
  "isPending",
  "quoteSpot",
  "quoteYears",
] as const;

/** Values in the order of SOLVED_NAMES. */
export type SolvedIv = readonly number[];

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
  if (solved !== undefined) SOLVED_NAMES.forEach((name, i) => columns[name][c] = solved[i]);
}

function contractKind(instrument: Instrument): number {
  if (isOption(instrument)) return CONTRACT.option;
  if (instrument.kind === "equity") return CONTRACT.equity;
  return instrument.kind === "future" ? CONTRACT.future : CONTRACT.unsupported;
}
