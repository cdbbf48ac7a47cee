import { assert } from "../base/assert.ts";
import type { InstrumentTable } from "./instruments.ts";
import type { Quotes } from "./quotes.ts";
import { type Account, type Balances, CURRENCIES, type Fill, type Position } from "./types.ts";
import type { Tape } from "./tape.ts";

/** The accounts of the world. */
export const ACCOUNTS: readonly Account[] = [
  { id: "DX10044417", name: "Individual", baseCurrency: "USD" },
  { id: "DX10058203", name: "Joint", baseCurrency: "USD" },
  { id: "DX10091136", name: "IRA", baseCurrency: "USD" },
];

/** Books of the double entry; debits positive, so that every posting sums to zero. */
const BOOKS = ["cash", "securities", "fees", "variation", "capital"] as const;
type BookName = typeof BOOKS[number];

const CURRENCY_COUNT = CURRENCIES.length;

/** One held instrument of an account. */
interface Holding {
  readonly instrument: number;
  quantity: number;
  averagePrice: number;
  /** Futures: value at which variation was last settled, in cents. */
  basisCents: number;
}

const NO_HOLDING: Holding = { instrument: 0, quantity: 0, averagePrice: 0, basisCents: 0 };

/** What a ledger needs to value itself. */
export interface LedgerParts {
  readonly table: InstrumentTable;
  readonly quotes: Quotes;
}

/** Whole cents of an amount. */
export function toCents(amount: number): number {
  return Math.round(amount * 100);
}

/**
 * One account's double-entry books in whole cents per currency, and its holdings.
 *
 * Securities stand at what was paid for them; their gain is what marks say beyond that. Futures
 * stand at nothing: their variation is cash the moment the mark moves.
 */
export class Ledger {
  readonly account: Account;
  /** Net liq at the previous official closes, base currency. */
  prevNetLiq = 0;
  prevNative = { USD: 0, EUR: 0 };
  /** External flows since then, base currency. */
  flows = 0;
  readonly #parts: LedgerParts;
  readonly #cents: Record<BookName, Float64Array>;
  readonly #holdings = new Map<number, Holding>();

  constructor(account: Account, parts: LedgerParts) {
    this.account = account;
    this.#parts = parts;
    const book = (): Float64Array => new Float64Array(CURRENCY_COUNT);
    this.#cents = {
      cash: book(),
      securities: book(),
      fees: book(),
      variation: book(),
      capital: book(),
    };
  }

  /** Signed quantity held; 0 when nothing is. */
  quantityOf(instrument: number): number {
    return this.#holdings.get(instrument)?.quantity ?? 0;
  }

  /** Ids of the instruments held. */
  held(): IterableIterator<number> {
    return this.#holdings.keys();
  }

  /** The position in an instrument; quantity 0 when nothing is held. */
  position(instrument: number): Position {
    const holding = this.#holdings.get(instrument);
    return {
      account: this.account.id,
      instrument,
      signedQuantity: holding?.quantity ?? 0,
      averagePrice: holding?.averagePrice ?? 0,
    };
  }

  /** Money that enters (or leaves) from outside; `amount` in currency units. */
  deposit(currency: number, amount: number): void {
    const cents = toCents(amount);
    this.#post(currency, "cash", "capital", cents);
  }

  /** A position that enters from outside at `value` per unit, with the cost its owner remembers. */
  transferIn(instrument: number, quantity: number, value: number, averagePrice: number): void {
    const currency = this.#currencyOf(instrument);
    const cents = this.#valueCents(instrument, quantity, value);
    if (this.#isFuture(instrument)) {
      this.#move(instrument, quantity, averagePrice).basisCents += cents;
      return;
    }
    this.#post(currency, "securities", "capital", cents);
    this.#move(instrument, quantity, averagePrice);
  }

  /** Books a fill and its fees, and moves the holding. */
  apply(fill: Fill): void {
    const currency = this.#currencyOf(fill.instrument);
    const cents = this.#valueCents(fill.instrument, fill.signedQuantity, fill.price);
    const holding = this.#move(fill.instrument, fill.signedQuantity, fill.price);
    if (this.#isFuture(fill.instrument)) {
      holding.basisCents += cents;
      if (holding.quantity === 0) this.#settle(currency, holding, 0);
    } else this.#post(currency, "securities", "cash", cents);
    if (fill.fees !== 0) this.#post(currency, "fees", "cash", toCents(fill.fees));
    if (holding.quantity === 0) this.#holdings.delete(fill.instrument);
  }

  /** Settles the variation of every future into cash at its mark. */
  settleVariation(): void {
    for (const holding of this.#holdings.values()) {
      if (!this.#isFuture(holding.instrument)) continue;
      const mark = this.#parts.quotes.mark(holding.instrument);
      const cents = this.#valueCents(holding.instrument, holding.quantity, mark);
      this.#settle(this.#currencyOf(holding.instrument), holding, cents);
    }
  }

  /** Sum of all books in cents, by currency: zero, or the ledger is broken. */
  trialBalance(): number[] {
    return CURRENCIES.map((_, currency) =>
      BOOKS.reduce((sum, book) => sum + this.#cents[book][currency], 0)
    );
  }

  /** Cash, position value and net liq at the marks (or official closes) of this moment. */
  balances(at: number, eurUsd: number, isAtClose = false): Balances {
    const { quotes, table } = this.#parts;
    const value = new Float64Array(CURRENCY_COUNT);
    const variation = new Float64Array(CURRENCY_COUNT);
    for (const holding of this.#holdings.values()) {
      const id = holding.instrument;
      const price = isAtClose ? quotes.officialClose[id] : quotes.mark(id);
      const worth = holding.quantity * table.multiplier[id] * price;
      const currency = this.#currencyOf(id);
      if (this.#isFuture(id)) variation[currency] += worth - holding.basisCents / 100;
      else value[currency] += worth;
    }
    const usd = this.#cents.cash[0] / 100 + variation[0];
    const eur = this.#cents.cash[1] / 100 + variation[1];
    return {
      account: this.account.id,
      at,
      cash: { USD: usd, EUR: eur },
      marketValue: { USD: value[0], EUR: value[1] },
      netLiq: usd + value[0] + (eur + value[1]) * eurUsd,
      prevNetLiq: this.prevNetLiq,
      prevNative: this.prevNative,
      flows: this.flows,
    };
  }

  /**
   * Net liq from the other side of the books: capital less fees plus gains. Equal to the one of
   * `balances` as long as every posting was balanced.
   */
  netLiqFromCapital(eurUsd: number): number {
    const { quotes, table } = this.#parts;
    const native = new Float64Array(CURRENCY_COUNT);
    for (let c = 0; c < CURRENCY_COUNT; c++) {
      const { capital, fees, variation, securities } = this.#cents;
      native[c] = -(capital[c] + fees[c] + variation[c] + securities[c]) / 100;
    }
    for (const { instrument, quantity, basisCents } of this.#holdings.values()) {
      const worth = quantity * table.multiplier[instrument] * quotes.mark(instrument);
      native[this.#currencyOf(instrument)] += this.#isFuture(instrument)
        ? worth - basisCents / 100
        : worth;
    }
    return native[0] + native[1] * eurUsd;
  }

  #settle(currency: number, holding: Holding, valueCents: number): void {
    this.#post(currency, "cash", "variation", valueCents - holding.basisCents);
    holding.basisCents = valueCents;
  }

  #post(currency: number, debit: BookName, credit: BookName, cents: number): void {
    assert(Number.isInteger(cents), "money is booked in whole cents");
    this.#cents[debit][currency] += cents;
    this.#cents[credit][currency] -= cents;
  }

  #move(instrument: number, change: number, price: number): Holding {
    const known = this.#holdings.get(instrument);
    if (known === undefined) {
      const fresh = { instrument, quantity: change, averagePrice: price, basisCents: 0 };
      this.#holdings.set(instrument, fresh);
      return fresh;
    }
    const after = known.quantity + change;
    if (known.quantity * change > 0) {
      known.averagePrice = (known.quantity * known.averagePrice + change * price) / after;
    } else if (known.quantity * after < 0) known.averagePrice = price;
    known.quantity = after;
    return known;
  }

  #valueCents(instrument: number, quantity: number, price: number): number {
    return Math.round(quantity * this.#parts.table.multiplier[instrument] * price * 100);
  }

  #currencyOf(instrument: number): number {
    return CURRENCIES.indexOf(this.#parts.table.all[instrument].currency);
  }

  #isFuture(instrument: number): boolean {
    return this.#parts.table.all[instrument].kind === "future";
  }

  /** Passes books and holdings through a tape; the order of the holdings is part of them. */
  persist(tape: Tape): void {
    tape.section(this.account.id);
    this.prevNetLiq = tape.f64(this.prevNetLiq);
    this.prevNative = { USD: tape.f64(this.prevNative.USD), EUR: tape.f64(this.prevNative.EUR) };
    this.flows = tape.f64(this.flows);
    for (const book of BOOKS) tape.floats(this.#cents[book]);
    const holdings = tape.list([...this.#holdings.values()], NO_HOLDING, (holding) => ({
      instrument: tape.i32(holding.instrument),
      quantity: tape.f64(holding.quantity),
      averagePrice: tape.f64(holding.averagePrice),
      basisCents: tape.f64(holding.basisCents),
    }));
    if (!tape.isReading) return;
    this.#holdings.clear();
    for (const holding of holdings) this.#holdings.set(holding.instrument, holding);
  }
}
