import { assert } from "../base/assert.ts";
import type { Currency } from "../base/brand.ts";
import type { Account } from "../domain/account.ts";
import { type Instrument, isOption, type Unsupported } from "../domain/instrument.ts";

/** An underlying of the directory, with its carry as continuous annual decimals (NaN unknown). */
export interface UnderlyingEntry {
  readonly id: number;
  readonly symbol: string;
  readonly currency: Currency;
  /** Handle whose price keeps it in the book even without positions, or -1. */
  pinnedHandle: number;
  riskFreeRate: number;
  dividendYield: number;
}

/** Carry of an underlying, continuous annual decimals; 0 yield for what pays none. */
export interface BookCarry {
  readonly underlying: string;
  readonly riskFreeRate: number;
  readonly dividendYield: number;
}

/** Rates of one currency into the base currency; NaN while unknown. */
export interface CurrencyRate {
  /** Index of the currency, below 256. */
  readonly index: number;
  rate: number;
  previousClose: number;
}

/** There are some 180 in the world; their index is one byte in the columns. */
const CURRENCIES_MAX = 256;

/**
 * Who is who in the book: instruments by handle and key, accounts and underlyings by id, rates and
 * carry. Ids are dense, given in order of arrival and never given again; nothing is ever removed,
 * so that all are stable for the epoch.
 */
export class Directory {
  readonly baseCurrency: Currency;
  readonly capacity: number;
  readonly accounts: Account[] = [];
  readonly underlyings: UnderlyingEntry[] = [];
  readonly #instruments: Instrument[] = [];
  readonly #handleByKey = new Map<string, number>();
  readonly #placeholders = new Set<string>();
  readonly #accountById = new Map<string, number>();
  readonly #underlyingBySymbol = new Map<string, number>();
  readonly #rates = new Map<string, CurrencyRate>();
  readonly #carries = new Map<string, BookCarry>();

  /** `capacity`: number of instruments at most. */
  constructor(baseCurrency: Currency, capacity: number) {
    this.baseCurrency = baseCurrency;
    this.capacity = capacity;
    this.#rates.set(baseCurrency, { index: 0, rate: 1, previousClose: 1 });
  }

  /**
   * The handle of an instrument, given on first sight; a changed description of a known key takes
   * the place of the old one. -1 when the directory is full.
   */
  addInstrument(instrument: Instrument): number {
    const known = this.#handleByKey.get(instrument.key);
    this.#placeholders.delete(instrument.key);
    if (known !== undefined) {
      this.#instruments[known] = instrument;
      return known;
    }
    if (this.#instruments.length >= this.capacity) return -1;
    const handle = this.#instruments.length;
    this.#instruments.push(instrument);
    this.#handleByKey.set(instrument.key, handle);
    return handle;
  }

  /** True when the directory already says the same of this instrument's key. */
  describes(instrument: Instrument): boolean {
    const handle = this.handleOf(instrument.key);
    if (handle < 0) return false;
    if (this.#instruments[handle] === instrument) return true;
    const known = new Map<string, unknown>(Object.entries(this.#instruments[handle]));
    const fields = Object.entries(instrument);
    return known.size === fields.length &&
      fields.every(([name, value]) => known.get(name) === value);
  }

  /** The handle of a key, or -1. */
  handleOf(key: string): number {
    return this.#handleByKey.get(key) ?? -1;
  }

  /** The instrument of a handle that `addInstrument` gave. */
  instrument(handle: number): Instrument {
    return this.#instruments[handle];
  }

  /** Number of instruments; handles are below it. */
  get instrumentCount(): number {
    return this.#instruments.length;
  }

  /**
   * The handle of a key that nobody described: a placeholder stands for it, listed and not valued,
   * until its description arrives (T-009). -1 when the directory is full.
   */
  handleOrPlaceholder(key: string): number {
    const known = this.#handleByKey.get(key);
    if (known !== undefined) return known;
    const handle = this.addInstrument(placeholder(key, this.baseCurrency));
    if (handle >= 0) this.#placeholders.add(key);
    return handle;
  }

  /** Keys that only a placeholder stands for. */
  get placeholders(): ReadonlySet<string> {
    return this.#placeholders;
  }

  /** The index of an account, given on first sight; a changed description replaces the old one. */
  addAccount(account: Account): number {
    const known = this.#accountById.get(account.id);
    if (known !== undefined) {
      this.accounts[known] = account;
      return known;
    }
    this.#accountById.set(account.id, this.accounts.length);
    return this.accounts.push(account) - 1;
  }

  /** The index of an account id, or -1. */
  accountOf(accountId: string): number {
    return this.#accountById.get(accountId) ?? -1;
  }

  /** The underlying of a symbol, made on first sight with the currency of what needs it. */
  underlyingOf(symbol: string, currency: Currency): UnderlyingEntry {
    const known = this.#underlyingBySymbol.get(symbol);
    if (known !== undefined) return this.underlyings[known];
    const entry: UnderlyingEntry = {
      id: this.underlyings.length,
      symbol,
      currency,
      pinnedHandle: -1,
      riskFreeRate: this.#carries.get(symbol)?.riskFreeRate ?? NaN,
      dividendYield: this.#carries.get(symbol)?.dividendYield ?? NaN,
    };
    this.#underlyingBySymbol.set(symbol, entry.id);
    this.underlyings.push(entry);
    return entry;
  }

  /**
   * Keeps the carry of an underlying, known yet or not (its currency comes with its instruments).
   * Returns the underlying's id, or -1 while nothing else is known of it.
   */
  setCarry(carry: BookCarry): number {
    this.#carries.set(carry.underlying, carry);
    const id = this.#underlyingBySymbol.get(carry.underlying) ?? -1;
    if (id < 0) return -1;
    this.underlyings[id].riskFreeRate = carry.riskFreeRate;
    this.underlyings[id].dividendYield = carry.dividendYield;
    return id;
  }

  /** Handle of the instrument whose price drives `handle`: itself unless it is an option; or -1. */
  driverOf(handle: number): number {
    const instrument = this.#instruments[handle];
    if (isOption(instrument)) return this.handleOf(instrument.underlyingKey);
    return instrument.kind === "unsupported" ? -1 : handle;
  }

  /** Rates of a currency; both NaN until told. */
  rateOf(currency: Currency): CurrencyRate {
    const known = this.#rates.get(currency);
    if (known !== undefined) return known;
    assert(this.#rates.size < CURRENCIES_MAX, `more than ${CURRENCIES_MAX} currencies`);
    const unknown = { index: this.#rates.size, rate: NaN, previousClose: NaN };
    this.#rates.set(currency, unknown);
    return unknown;
  }
}

function placeholder(key: string, currency: Currency): Unsupported {
  return {
    kind: "unsupported",
    key,
    symbol: key,
    underlying: key,
    multiplier: 1,
    currency,
    exchange: "",
    sessionClass: "equity",
    tickSize: 0,
    description: "not described by the broker yet",
  };
}
