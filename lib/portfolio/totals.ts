import { type Absent, absent } from "../base/absence.ts";
import { indexOf } from "../base/record.ts";
import type { BookView } from "../domain/book_view.ts";
import {
  ACCOUNT_AT,
  ACCOUNT_F64,
  type AccountF64,
  LEAF,
  LEAF_STRIDE,
  type LeafMeasure,
  STALENESS,
  UNDERLYING_AT,
  UNDERLYING_F64,
  type UnderlyingF64,
} from "../domain/measures.ts";

/** Measures summed over a choice of accounts, LEAF_STRIDE values in the order of LEAF_MEASURES. */
export type Sums = Float64Array;

/** Dense indices of accounts of a view; what an account filter chooses. */
export type AccountSelection = readonly number[];

const ACCOUNT_STRIDE = ACCOUNT_F64.length;
const UNDERLYING_STRIDE = UNDERLYING_F64.length;
const CLOSED = indexOf(STALENESS).closed;

/** All accounts of a view. */
export function allAccounts(view: BookView): AccountSelection {
  return Array.from({ length: view.accountCount }, (_, index) => index);
}

/**
 * The accounts with these ids, in the order of the view; ids that are not there choose nothing.
 * Ids are those of `Account.id`.
 */
export function selectAccounts(view: BookView, accountIds: readonly string[]): AccountSelection {
  const wanted = new Set(accountIds);
  return allAccounts(view).filter((index) => wanted.has(view.account(index).account.id));
}

/** Adds the leaf cells of one underlying over the accounts into `into`, which is returned. */
export function addUnderlying(
  view: BookView,
  underlying: number,
  accounts: AccountSelection,
  into: Sums,
): Sums {
  for (const account of accounts) {
    const from = (underlying * view.accountCount + account) * LEAF_STRIDE;
    for (let m = 0; m < LEAF_STRIDE; m++) into[m] += view.cellF64[from + m];
  }
  return into;
}

/** Sums of one underlying over the accounts; exact, since leaf cells add. */
export function underlyingSums(
  view: BookView,
  underlying: number,
  accounts: AccountSelection,
): Sums {
  return addUnderlying(view, underlying, accounts, new Float64Array(LEAF_STRIDE));
}

/**
 * Sums over all underlyings. `positionDelta` and `deltaChange` are NaN: shares of different
 * underlyings do not add (T-001); use `portfolioDelta`.
 */
export function portfolioSums(view: BookView, accounts: AccountSelection): Sums {
  const sums = new Float64Array(LEAF_STRIDE);
  for (let u = 0; u < view.underlyingCount; u++) addUnderlying(view, u, accounts, sums);
  sums[LEAF.positionDelta] = NaN;
  sums[LEAF.deltaChange] = NaN;
  return sums;
}

/** One measure of sums. */
export function measure(sums: Sums, name: LeafMeasure): number {
  return sums[LEAF[name]];
}

/** A field of an underlying, NaN when absent. */
export function underlyingField(view: BookView, underlying: number, name: UnderlyingF64): number {
  return view.underlyingF64[underlying * UNDERLYING_STRIDE + UNDERLYING_AT[name]];
}

/** A field of an account in the base currency, NaN when absent. */
export function accountField(view: BookView, account: number, name: AccountF64): number {
  return view.accountF64[account * ACCOUNT_STRIDE + ACCOUNT_AT[name]];
}

/** A field added over accounts; NaN when one of them does not have it. */
export function accountSum(view: BookView, accounts: AccountSelection, name: AccountF64): number {
  return accounts.reduce((sum, account) => sum + accountField(view, account, name), 0);
}

/** A delta of the whole book in shares of a reference index, and what it means. */
export interface PortfolioDelta {
  /** Dollar delta divided by the price of the reference, in its shares. */
  readonly value: number;
  /** Travels as `delta_basis`: which delta was divided, and by what. */
  readonly basis: {
    readonly kind: "dollarDelta";
    readonly reference: string;
    /** Price of the reference in the base currency. */
    readonly price: number;
  };
}

/**
 * The book's delta in shares of `reference` (its symbol as an underlying): Σ $Δ / price of the
 * reference in the base currency. Absent (`noUnderlying`) while the reference has no price or rate.
 * Source: design.md, "Rules that hold everywhere".
 */
export function portfolioDelta(
  view: BookView,
  accounts: AccountSelection,
  reference: string,
): PortfolioDelta | Absent {
  for (let u = 0; u < view.underlyingCount; u++) {
    if (view.underlying(u).symbol !== reference) continue;
    const price = underlyingField(view, u, "price") * underlyingField(view, u, "fxRate");
    if (!(price > 0)) return absent("noUnderlying");
    const value = measure(portfolioSums(view, accounts), "dollarDelta") / price;
    return { value, basis: { kind: "dollarDelta", reference, price } };
  }
  return absent("noUnderlying");
}

/** Net liq as the book computes it, beside the broker's own figure. */
export interface NetLiq {
  /** Cash + accrued + Σ market value; NaN when an account reports no cash. */
  readonly computed: number;
  /** The broker's own figure, never overwritten; NaN when not reported. */
  readonly broker: number;
  /** Computed − broker; NaN when either is missing. */
  readonly difference: number;
  /** Legs that have no market value and are missing in `computed`. */
  readonly legsLeftOut: number;
}

/** Net liq over accounts in the base currency. Source: formulas §6. */
export function netLiq(view: BookView, accounts: AccountSelection): NetLiq {
  const sums = portfolioSums(view, accounts);
  const computed = accountSum(view, accounts, "cash") + accountSum(view, accounts, "accrued") +
    measure(sums, "marketValue");
  const broker = accountSum(view, accounts, "netLiquidation");
  const legsLeftOut = measure(sums, "withoutMark");
  return { computed, broker, difference: computed - broker, legsLeftOut };
}

/**
 * Day P&L over accounts in the base currency: Σ rows + what cash earned (NaN from an account that
 * does not say), and the number of rows left out. Source: formulas §6.
 */
export function dayPnlOf(
  view: BookView,
  accounts: AccountSelection,
): { readonly positions: number; readonly cash: number; readonly rowsLeftOut: number } {
  const sums = portfolioSums(view, accounts);
  return {
    positions: measure(sums, "dayPnl"),
    cash: accountSum(view, accounts, "cashPnl"),
    rowsLeftOut: measure(sums, "withoutDayPnl"),
  };
}

/** How much a sum can be trusted. */
export interface Trust {
  /** The weakest state of any part above 1 % of the sum. */
  readonly state: "live" | "closed" | "modelled" | "stale";
  /** Legs that are not in the sum, each for its reason. */
  readonly withoutGreeks: number;
  readonly withoutMark: number;
  readonly withoutDayPnl: number;
}

/** Parts up to this share of a sum do not weaken it. Source: ui.md §5. */
const SHARE_MIN = 0.01;

/**
 * The state that a sum inherits: stale or modelled when such legs carry more than 1 % of its gross
 * dollar delta (when nothing has a delta: when there are any), else closed with `isClosed`, else
 * live.
 */
export function trustOf(sums: Sums, isClosed: boolean): Trust {
  const gross = measure(sums, "longDollarDelta") - measure(sums, "shortDollarDelta");
  const weighs = (dollars: number, legs: number) =>
    gross > 0 ? dollars / gross > SHARE_MIN : legs > 0.5;
  const isStale = weighs(measure(sums, "staleDollarDelta"), measure(sums, "staleLegs"));
  const isModelled = weighs(measure(sums, "modelledDollarDelta"), measure(sums, "modelledLegs"));
  const state = isStale ? "stale" : isModelled ? "modelled" : isClosed ? "closed" : "live";
  return {
    state,
    withoutGreeks: measure(sums, "withoutGreeks"),
    withoutMark: measure(sums, "withoutMark"),
    withoutDayPnl: measure(sums, "withoutDayPnl"),
  };
}

/** True when every underlying that has legs in the accounts is closed, and there is one. */
export function isAllClosed(view: BookView, accounts: AccountSelection): boolean {
  let legs = 0;
  for (let u = 0; u < view.underlyingCount; u++) {
    const own = measure(underlyingSums(view, u, accounts), "legs");
    if (own === 0) continue;
    if (underlyingField(view, u, "staleness") !== CLOSED) return false;
    legs += own;
  }
  return legs > 0;
}
