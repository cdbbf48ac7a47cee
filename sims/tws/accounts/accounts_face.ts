import { present } from "../../../lib/base/assert.ts";
import { CURRENCIES, type Fill, type Instrument } from "../../../lib/world/mod.ts";
import type { MarketFace } from "../market_face.ts";
import type { TwsBehaviour } from "../options.ts";
import { type BookLine, paidFor, PositionBook } from "./book.ts";

/** Accounts of the world; the odd options of each may be an account of their own. */
const WORLD_ACCOUNTS = 3;
/** Share of an account's first dollars that its account of odd options starts with. */
const ODD_SHARE = 0.4;
const CLAIMS_MAX = 10_000;

/** An account as TWS knows it. */
export interface TwsAccount {
  /** "DU1044417". */
  readonly number: string;
  /** Account of the world behind it. */
  readonly worldId: string;
  /** 1 holds the odd options of the world's account, 0 the rest. */
  readonly part: 0 | 1;
  /** "INDIVIDUAL", "JOINT", "IRA-TRAD". */
  readonly type: string;
}

/** A change of an account that its subscribers are told. */
export interface PositionChange {
  readonly account: TwsAccount;
  readonly instrument: Instrument;
}

/** Money of an account by currency, native. */
export interface CurrencyMoney {
  readonly currency: string;
  /** Units of the base currency for one unit. */
  readonly rate: number;
  readonly cash: number;
  readonly stock: number;
  readonly option: number;
  readonly futureOption: number;
  /** Variation of futures since the previous close, part of the cash. */
  readonly futuresPnl: number;
  readonly realized: number;
  readonly unrealized: number;
}

interface Holder {
  readonly account: TwsAccount;
  readonly book: PositionBook;
  /** Dollars of the account of odd options; the other takes what remains of the world's. */
  oddCash: number;
}

/** Accounts of the world as TWS shows them, with positions at TWS's own cost. */
export class AccountsFace {
  readonly accounts: readonly TwsAccount[];
  readonly #market: MarketFace;
  readonly #prefix: string;
  readonly #isSplit: (worldId: string) => boolean;
  readonly #holders = new Map<string, Holder>();
  /** Accounts by ids of clients' orders. */
  readonly #claims = new Map<string, string>();
  readonly #followers = new Set<(change: PositionChange) => void>();

  constructor(market: MarketFace, behaviour: Pick<TwsBehaviour, "accounts" | "isPaper">) {
    const { accounts: count, isPaper } = behaviour;
    this.#market = market;
    this.#prefix = isPaper ? "DU" : "U";
    const { world } = market;
    const shown = world.accounts().slice(0, Math.min(count, WORLD_ACCOUNTS));
    const split = new Set(shown.slice(0, Math.max(0, count - WORLD_ACCOUNTS)).map(({ id }) => id));
    this.#isSplit = (worldId) => split.has(worldId);
    this.accounts = [
      ...shown.map(({ id, name }) => this.#accountOf(id, 0, name)),
      ...shown.filter(({ id }) => split.has(id)).map(({ id, name }) =>
        this.#accountOf(id, 1, name)
      ),
    ];
    for (const account of this.accounts) this.#fill(account);
    market.follow({
      happened: (event) => {
        if (event.kind === "fill") this.#take(event.fill);
        if (event.kind === "sessionOpened") this.#startDay();
      },
    });
  }

  /** An account by its number; undefined when there is none. */
  of(number: string): TwsAccount | undefined {
    return this.#holders.get(number)?.account;
  }

  /** The account that an instrument of an account of the world is in; undefined for none shown. */
  holderOf(worldId: string, instrument: Instrument): TwsAccount | undefined {
    return this.#holders.get(this.#numberOf(worldId, this.#partOf(worldId, instrument)))?.account;
  }

  /** Tells every change of a position; the returned function ends it. */
  follow(changed: (change: PositionChange) => void): () => void {
    this.#followers.add(changed);
    return () => void this.#followers.delete(changed);
  }

  /** Open positions of an account, in the order of their instruments. */
  positions(account: TwsAccount): BookLine[] {
    return this.lines(account).filter(({ signedQuantity }) => signedQuantity !== 0);
  }

  /** Positions and what was closed today, in the order of their instruments. */
  lines(account: TwsAccount): BookLine[] {
    const lines = [...this.#holder(account.number).book.lines()];
    return lines.sort((a, b) => a.instrument.id - b.instrument.id);
  }

  /** The line of an instrument in an account; undefined when there is none. */
  line(account: TwsAccount, instrument: Instrument): BookLine | undefined {
    return this.#holder(account.number).book.line(instrument);
  }

  /** Names the account of an order placed by a client: its fills go there, whatever they are of. */
  claim(orderId: string, account: TwsAccount): void {
    this.#claims.set(orderId, account.number);
    if (this.#claims.size <= CLAIMS_MAX) return;
    for (const oldest of this.#claims.keys()) return void this.#claims.delete(oldest);
  }

  /** Money of an account by currency at the marks of now. */
  money(account: TwsAccount): CurrencyMoney[] {
    return CURRENCIES.map((currency) => this.#moneyIn(account, currency));
  }

  /** Units of the base currency (USD) for one unit of a currency. */
  rate(currency: string): number {
    return currency === "EUR" ? this.#market.world.fxRate().rate : 1;
  }

  /** Net liquidation value of an account, base currency. */
  netLiq(account: TwsAccount): number {
    return this.money(account).reduce(
      (sum, { rate, cash, stock, option, futureOption }) =>
        sum + rate * (cash + stock + option + futureOption),
      0,
    );
  }

  /** Unrealized P&L of a line, native currency. */
  unrealized({ instrument, signedQuantity, unitCost }: BookLine): number {
    return signedQuantity * instrument.multiplier * (this.#market.mark(instrument) - unitCost);
  }

  /** P&L of a line since the previous close, after fees, native currency. */
  daily({ instrument, signedQuantity, dayQuantity, dayPaid }: BookLine): number {
    const mark = this.#market.mark(instrument);
    const { prevClose } = this.#market.latest(instrument);
    const before = signedQuantity - dayQuantity;
    // What was listed today has no close; then it was not held either.
    const closeValue = before === 0 ? 0 : before * (Number.isNaN(prevClose) ? mark : prevClose);
    const value = signedQuantity === 0 ? 0 : signedQuantity * mark;
    return instrument.multiplier * (value - closeValue) - dayPaid;
  }

  #fill(account: TwsAccount): void {
    const { world } = this.#market;
    const book = new PositionBook();
    const dollars = world.balances(account.worldId).cash.USD;
    this.#holders.set(account.number, {
      account,
      book,
      oddCash: Math.round(dollars * (this.#isSplit(account.worldId) ? ODD_SHARE : 0) * 100) / 100,
    });
    for (
      const { instrument: id, signedQuantity, averagePrice } of world.positions(account.worldId)
    ) {
      const instrument = this.#market.instrument(id);
      if (this.#partOf(account.worldId, instrument) !== account.part) continue;
      book.open(instrument, signedQuantity, averagePrice);
    }
    for (const fill of world.fillsToday()) {
      if (this.#holderOf(fill)?.account !== account) continue;
      book.noteDay({ ...fill, instrument: this.#market.instrument(fill.instrument) });
    }
  }

  #moneyIn(account: TwsAccount, currency: typeof CURRENCIES[number]): CurrencyMoney {
    const sums = {
      stock: 0,
      option: 0,
      futureOption: 0,
      futuresPnl: 0,
      realized: 0,
      unrealized: 0,
    };
    for (const line of this.lines(account)) {
      const { instrument, signedQuantity, realized } = line;
      if (instrument.currency !== currency) continue;
      sums.realized += realized;
      if (signedQuantity === 0) continue;
      sums.unrealized += this.unrealized(line);
      const worth = signedQuantity * instrument.multiplier * this.#market.mark(instrument);
      if (instrument.kind === "future") sums.futuresPnl += this.daily(line);
      else if (instrument.kind === "option") sums.option += worth;
      else if (instrument.kind === "futureOption") sums.futureOption += worth;
      else sums.stock += worth;
    }
    return { currency, rate: this.rate(currency), cash: this.#cash(account, currency), ...sums };
  }

  #cash(account: TwsAccount, currency: typeof CURRENCIES[number]): number {
    const holder = this.#holder(account.number);
    if (account.part === 1) return currency === "USD" ? holder.oddCash : 0;
    const whole = this.#market.world.balances(account.worldId).cash[currency];
    return whole - (currency === "USD" ? this.#oddCashOf(account.worldId) : 0);
  }

  #oddCashOf(worldId: string): number {
    if (!this.#isSplit(worldId)) return 0;
    return this.#holder(this.#numberOf(worldId, 1)).oddCash;
  }

  #take(fill: Fill): void {
    const holder = this.#holderOf(fill);
    if (holder === undefined) return;
    const instrument = this.#market.instrument(fill.instrument);
    const { signedQuantity, price, fees } = fill;
    const booked = { instrument, signedQuantity, price, fees };
    if (holder.account.part === 1) {
      // Variation of futures stays in the cash of the other part.
      holder.oddCash -= instrument.kind === "future" ? fees : paidFor(booked);
    }
    holder.book.apply(booked);
    this.#tell(holder.account, instrument);
  }

  #startDay(): void {
    const { world } = this.#market;
    for (const { book } of this.#holders.values()) book.startDay();
    for (const { account, book } of this.#holders.values()) {
      for (const line of book.lines()) {
        // An order of a client put it into this part; the world settled it in the other one.
        if (line.signedQuantity === 0 || world.isLive(line.instrument.id)) continue;
        line.signedQuantity = 0;
        this.#tell(account, line.instrument);
      }
    }
  }

  #tell(account: TwsAccount, instrument: Instrument): void {
    for (const changed of this.#followers) changed({ account, instrument });
  }

  #holderOf(fill: Fill): Holder | undefined {
    const claimed = fill.orderId === undefined ? undefined : this.#claims.get(fill.orderId);
    if (claimed !== undefined) return this.#holders.get(claimed);
    const part = this.#partOf(fill.account, this.#market.instrument(fill.instrument));
    return this.#holders.get(this.#numberOf(fill.account, part));
  }

  #partOf(worldId: string, { kind, id }: Instrument): 0 | 1 {
    return this.#isSplit(worldId) && kind === "option" && id % 2 === 1 ? 1 : 0;
  }

  #holder(number: string): Holder {
    return present(this.#holders.get(number), "the account");
  }

  #numberOf(worldId: string, part: 0 | 1): string {
    return `${this.#prefix}${part + 1}${worldId.slice(-6)}`;
  }

  #accountOf(worldId: string, part: 0 | 1, name: string): TwsAccount {
    const type = name === "IRA" ? "IRA-TRAD" : name.toUpperCase();
    return { number: this.#numberOf(worldId, part), worldId, part, type };
  }
}
