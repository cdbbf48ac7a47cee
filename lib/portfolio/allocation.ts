import type { BookView } from "../domain/book_view.ts";
import { type AccountSelection, measure, underlyingSums } from "./totals.ts";

/** What an allocation divides: dollar delta, or the market value of the positions. */
export type AllocationBy = "dollarDelta" | "marketValue";

/** One name of an allocation, in the base currency. */
export interface AllocationPart {
  /** Symbol, or null for the fold of the smaller names. */
  readonly symbol: string | null;
  /** Names in it: 1, or as many as were folded. */
  readonly names: number;
  /** Signed; its sign says long or short. */
  readonly value: number;
  /** |value| over the gross of all, 0 to 1. */
  readonly shareOfGross: number;
}

/** Long and short parts, each by size with its fold last, and their sums. */
export interface Allocation {
  readonly long: readonly AllocationPart[];
  readonly short: readonly AllocationPart[];
  readonly longSum: number;
  readonly shortSum: number;
  readonly net: number;
  readonly gross: number;
  readonly longCount: number;
  readonly shortCount: number;
}

/** More names than this are folded into one per side. Source: ui.md §4. */
const NAMES_MAX = 7;

/**
 * Divides the book among its underlyings: long and short by the sign of their sum over the accounts
 * (G-057), the largest names of both sides together first, at most seven, the others of a side
 * folded into one part. Names whose value is 0 are left out.
 */
export function allocation(
  view: BookView,
  accounts: AccountSelection,
  by: AllocationBy,
): Allocation {
  const names = valuesOf(view, accounts, by);
  const gross = names.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const shown = new Set(names.slice(0, NAMES_MAX).map(({ symbol }) => symbol));
  const side = (isLong: boolean) => {
    const own = names.filter(({ value }) => value > 0 === isLong);
    const kept = own.filter(({ symbol }) => shown.has(symbol)).map(({ symbol, value }) => ({
      symbol,
      names: 1,
      value,
      shareOfGross: Math.abs(value) / gross,
    }));
    const folded = own.filter(({ symbol }) => !shown.has(symbol));
    const value = folded.reduce((sum, name) => sum + name.value, 0);
    const fold = {
      symbol: null,
      names: folded.length,
      value,
      shareOfGross: Math.abs(value) / gross,
    };
    return {
      parts: folded.length === 0 ? kept : [...kept, fold],
      sum: own.reduce((sum, name) => sum + name.value, 0),
      count: own.length,
    };
  };
  const long = side(true);
  const short = side(false);
  return {
    long: long.parts,
    short: short.parts,
    longSum: long.sum,
    shortSum: short.sum,
    net: long.sum + short.sum,
    gross,
    longCount: long.count,
    shortCount: short.count,
  };
}

/** Names with a value, by size, then by symbol so that equal sizes keep their order. */
function valuesOf(
  view: BookView,
  accounts: AccountSelection,
  by: AllocationBy,
): { readonly symbol: string; readonly value: number }[] {
  const names = Array.from({ length: view.underlyingCount }, (_, u) => ({
    symbol: view.underlying(u).symbol,
    value: measure(underlyingSums(view, u, accounts), by),
  }));
  return names
    .filter(({ value }) => Math.abs(value) > 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.symbol < b.symbol ? -1 : 1));
}
