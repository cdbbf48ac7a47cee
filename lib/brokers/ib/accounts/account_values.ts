import type { Currency, UnixMs } from "../../../base/brand.ts";
import { readAmount } from "../map/amount.ts";
import type { Oddities } from "../map/oddities.ts";

/** Tags that are read as numbers. Source: ib.md §8. */
export const AMOUNTS = [
  "NetLiquidation",
  "CashBalance",
  "TotalCashBalance",
  "TotalCashValue",
  "FuturesPNL",
  "AccruedCash",
  "AccruedDividend",
  "NetDividend",
  "ExchangeRate",
] as const;

/** One of `AMOUNTS`. */
export type AmountTag = typeof AMOUNTS[number];

/** A number that TWS told of an account. */
export interface ToldAmount {
  readonly value: number;
  /** When it arrived: TWS tells no time with it. */
  readonly at: UnixMs;
}

/** Totals over all currencies, in the base one, stand under this name. */
const TOTAL = "BASE";
const CURRENCY = /^[A-Z]{3}$/;
const CURRENCIES_MAX = 200;

function isAmount(tag: string): tag is AmountTag {
  return AMOUNTS.some((one) => one === tag);
}

/**
 * What TWS told of one account, by tag and currency, of account updates and account summary alike:
 * both use the same tags. A value that cannot be read makes the one before it absent and is counted
 * (R35).
 */
export class AccountValues {
  readonly #oddities: Oddities;
  readonly #amounts = new Map<AmountTag, Map<Currency, ToldAmount>>();
  #base: Currency | null = null;
  #type = "";
  #isLoading = false;

  constructor(oddities: Oddities) {
    this.#oddities = oddities;
  }

  /** The account's own currency; null before TWS told. */
  get base(): Currency | null {
    return this.#base;
  }

  /** INDIVIDUAL, JOINT …; empty before TWS told. */
  get type(): string {
    return this.#type;
  }

  /** True while TWS says that the account's values are not loaded yet. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Takes one row; true when anything that is kept changed. */
  take(
    row: { readonly tag: string; readonly value: string; readonly currency: string },
    at: UnixMs,
  ): boolean {
    const tag = row.tag.replace(/^\$LEDGER[-:]/, "");
    switch (tag) {
      case "AccountType":
        this.#type = row.value;
        return true;
      case "AccountReady":
        this.#isLoading = row.value === "false";
        return true;
      default:
        return isAmount(tag) && this.#takeAmount(tag, row, at);
    }
  }

  #takeAmount(
    tag: AmountTag,
    row: { readonly value: string; readonly currency: string },
    at: UnixMs,
  ): boolean {
    const { currency } = row;
    const rows = this.#amounts.get(tag) ?? new Map<Currency, ToldAmount>();
    this.#amounts.set(tag, rows);
    const value = readAmount(row.value);
    if (value === null) {
      this.#oddities.note(`account value ${tag} without a number`);
      return rows.delete(currency);
    }
    if (tag === "NetLiquidation" && CURRENCY.test(currency)) this.#base = currency;
    if (rows.size >= CURRENCIES_MAX && !rows.has(currency)) return false;
    const isNews = rows.get(currency)?.value !== value;
    rows.set(currency, { value, at });
    return isNews;
  }

  /** A tag's amount in a currency; null when it was not told. */
  of(tag: AmountTag, currency: Currency): ToldAmount | null {
    return this.#amounts.get(tag)?.get(currency) ?? null;
  }

  /** A tag's amount over all currencies, in the base one; null when it was not told. */
  total(tag: AmountTag): ToldAmount | null {
    const own = this.#base === null ? null : this.of(tag, this.#base);
    // Totals that have no row by currency stand under the base currency itself.
    return this.of(tag, TOTAL) ?? own;
  }

  /** A tag's amounts by currency, without the total. */
  byCurrency(tag: AmountTag): readonly (readonly [Currency, ToldAmount])[] {
    return [...this.#amounts.get(tag) ?? []].filter(([currency]) => CURRENCY.test(currency));
  }
}
