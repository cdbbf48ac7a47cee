import { type AbsenceReason, absenceReason } from "../../base/absence.ts";
import type { BookView } from "../../domain/book_view.ts";
import { DATA_LEVELS } from "../../domain/market_data.ts";
import {
  ACCOUNT_AT,
  ACCOUNT_F64,
  GREEKS_SOURCES,
  ROW_U8,
  ROW_U8_AT,
  type RowU8,
  STALENESS,
  UNDERLYING_AT,
  UNDERLYING_F64,
} from "../../domain/measures.ts";
import { ABSENCE_WORDS } from "../../format/words.ts";
import type { FigureState } from "./figure.ts";
import type { BookScope } from "./scope.ts";

/** What a figure of a leg is made of: the mark, the Greeks, or today's result. */
export type Basis = "mark" | "greeks" | "result";

/** A part above this share of a sum gives the sum its own state. Source: ui.md §5. */
const PART_OF_SUM = 0.01;

const U8_STRIDE = ROW_U8.length;
const STALE = STALENESS.indexOf("stale");
const CLOSED = STALENESS.indexOf("closed");
const LIVE = DATA_LEVELS.indexOf("live");
const DELAYED = DATA_LEVELS.indexOf("delayed");
const FROM_MODEL = GREEKS_SOURCES.indexOf("model");
const FROM_LAST_IV = GREEKS_SOURCES.indexOf("modelLastIv");

/** A code of a row. */
export function rowCode(view: BookView, row: number, field: RowU8): number {
  return view.rowU8[row * U8_STRIDE + ROW_U8_AT[field]];
}

function absenceOf(view: BookView, row: number, basis: Basis): number {
  const field = basis === "mark"
    ? "markAbsence"
    : basis === "greeks"
    ? "greeksAbsence"
    : "dayPnlAbsence";
  return rowCode(view, row, field);
}

/** True when a leg's Greeks come from the desk's own model. */
export function isModelled(view: BookView, row: number): boolean {
  const source = rowCode(view, row, "greeksSource");
  return source === FROM_MODEL || source === FROM_LAST_IV;
}

/** True when a leg's inputs are stale; never after the close. */
export function isStale(view: BookView, row: number): boolean {
  return rowCode(view, row, "staleness") === STALE;
}

/** True when a leg's figures are those of the close. */
export function isClosed(view: BookView, row: number): boolean {
  return rowCode(view, row, "staleness") === CLOSED;
}

/** True when a leg's price, its Greeks or its underlying's price are delayed or worse. */
export function isDelayed(view: BookView, row: number): boolean {
  return rowCode(view, row, "dataLevel") !== LIVE;
}

/** True when any price behind the chosen legs is delayed: sums of them say so (G-005). */
export function hasDelayed(scope: BookScope): boolean {
  const { view } = scope;
  for (let u = 0; u < view.underlyingCount; u++) {
    if (!(scope.group(u, "legs") > 0)) continue;
    if (underlyingValue(view, u, "dataLevel") === DELAYED) return true;
    if (scope.rowsOf(u).some((row) => rowCode(view, row, "dataLevel") === DELAYED)) return true;
  }
  return false;
}

/** State of a leg's figure. A volatility kept from before makes Greeks stale while in session. */
export function legState(view: BookView, row: number, basis: Basis): FigureState {
  if (absenceOf(view, row, basis) !== 0) return "absent";
  if (isStale(view, row)) return "stale";
  if (basis !== "greeks" || !isModelled(view, row)) return "live";
  const isOldIv = rowCode(view, row, "greeksSource") === FROM_LAST_IV && !isClosed(view, row);
  return isOldIv ? "stale" : "modelled";
}

/** Why a leg lacks something, "present" when nothing is missing; the mark's reason first. */
export function legAbsence(view: BookView, row: number): AbsenceReason {
  for (const basis of ["mark", "greeks", "result"] as const) {
    const code = absenceOf(view, row, basis);
    if (code !== 0) return absenceReason(code);
  }
  return "present";
}

/** True when all that a leg lacks is its result of the day: it has a mark and Greeks. */
export function isValued(view: BookView, row: number): boolean {
  return absenceOf(view, row, "mark") === 0 && absenceOf(view, row, "greeks") === 0;
}

function sumState(parts: SumParts, basis: Basis): FigureState {
  const missing = basis === "mark"
    ? parts.withoutMark
    : basis === "greeks"
    ? parts.withoutGreeks
    : parts.withoutDayPnl;
  if (parts.legs > 0 && missing >= parts.legs) return "absent";
  const threshold = PART_OF_SUM * Math.abs(parts.dollarDelta);
  if (parts.staleLegs > 0 && parts.staleDollarDelta > threshold) return "stale";
  if (basis !== "greeks" || parts.modelledLegs === 0) return "live";
  return parts.modelledDollarDelta > threshold ? "modelled" : "live";
}

interface SumParts {
  readonly legs: number;
  readonly withoutMark: number;
  readonly withoutGreeks: number;
  readonly withoutDayPnl: number;
  readonly dollarDelta: number;
  readonly staleLegs: number;
  readonly staleDollarDelta: number;
  readonly modelledLegs: number;
  readonly modelledDollarDelta: number;
}

function partsOf(read: (measure: keyof SumParts) => number): SumParts {
  return {
    legs: read("legs"),
    withoutMark: read("withoutMark"),
    withoutGreeks: read("withoutGreeks"),
    withoutDayPnl: read("withoutDayPnl"),
    dollarDelta: read("dollarDelta"),
    staleLegs: read("staleLegs"),
    staleDollarDelta: read("staleDollarDelta"),
    modelledLegs: read("modelledLegs"),
    modelledDollarDelta: read("modelledDollarDelta"),
  };
}

/**
 * State of a sum over one underlying: the weakest state of any part above 1 % of it, measured in
 * dollar delta; absent when no leg has a value.
 */
export function groupState(scope: BookScope, underlying: number, basis: Basis): FigureState {
  return sumState(partsOf((measure) => scope.group(underlying, measure)), basis);
}

/** State of a sum over everything chosen, by the same rule. */
export function totalState(scope: BookScope, basis: Basis): FigureState {
  return sumState(partsOf((measure) => scope.total(measure)), basis);
}

/** True when the broker's figures of an account are older than it promises them. */
export function isAccountOld(view: BookView, account: number): boolean {
  return view.accountF64[account * ACCOUNT_F64.length + ACCOUNT_AT.staleness] === STALE;
}

/** State of what the brokers say of the chosen accounts: the weakest of them counts. */
export function balanceState(scope: BookScope): FigureState {
  return scope.accounts.some((account) => isAccountOld(scope.view, account)) ? "stale" : "live";
}

/** A field of an underlying. */
export function underlyingValue(
  view: BookView,
  underlying: number,
  field: keyof typeof UNDERLYING_AT,
): number {
  return view.underlyingF64[underlying * UNDERLYING_F64.length + UNDERLYING_AT[field]];
}

/** State of an underlying's price. */
export function priceState(view: BookView, underlying: number): FigureState {
  if (!Number.isFinite(underlyingValue(view, underlying, "price"))) return "absent";
  return underlyingValue(view, underlying, "staleness") === STALE ? "stale" : "live";
}

/** Why an underlying has no price, in words; "" when it has one. */
export function priceAbsence(view: BookView, underlying: number): string {
  if (priceState(view, underlying) !== "absent") return "";
  const reason = absenceReason(underlyingValue(view, underlying, "priceAbsence"));
  return reason === "present" ? ABSENCE_WORDS.noQuote : ABSENCE_WORDS[reason];
}
