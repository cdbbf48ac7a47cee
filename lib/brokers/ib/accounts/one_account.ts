import type { Currency } from "../../../base/brand.ts";
import type { Balances } from "../../../domain/account.ts";
import type { Fill, Order, Position } from "../../../domain/position.ts";
import type { BrokerSink } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { IbContracts } from "../contracts/ib_contracts.ts";
import { accountIdOf } from "../map/accounts.ts";
import type { Oddities } from "../map/oddities.ts";
import type { IbContract } from "../wire/contract.ts";
import { AccountValues } from "./account_values.ts";
import { balancesOf } from "./balances.ts";
import { Closings } from "./closings.ts";
import { type DayFills, fillOf } from "./day_fills.ts";
import type { HeldLines } from "./held_lines.ts";
import { keepingSame, Overnight, positionsOf } from "./holdings.ts";
import type { ToldOrders } from "./told_orders.ts";

/** What all accounts of a login share. */
export interface SharedBook {
  readonly clock: Clock;
  readonly contracts: IbContracts;
  readonly lines: HeldLines;
  readonly fills: DayFills;
  readonly orders: ToldOrders;
  readonly oddities: Oddities;
  readonly cashCurrencies: readonly Currency[];
}

/** Balances without another word stay current so long after the connection ended, ms. */
const CURRENT_MS = 60_000;

/** Name under which it is noted that cash was told at all. */
const LEDGER = "ledger";

/** What the desk asked for once, and is told about from then on. */
export type Topic = "positions" | "fills" | "orders" | "balances";

/**
 * One account: puts what TWS told into the desk's terms, and tells differences about what the desk
 * asked for once. Contracts are to be resolved before.
 */
export class OneAccount {
  readonly number: string;
  readonly id: string;
  readonly values: AccountValues;
  readonly overnight = new Overnight();
  readonly #book: SharedBook;
  readonly #asked = new Set<Topic>();
  readonly #closings = new Closings();
  /** Currencies that cash was ever held in. */
  readonly #cashSeen = new Set<Currency>();
  /** Currency that the desk lists the account in; null before it asked. */
  #listedIn: Currency | null = null;
  #positions: readonly Position[] = [];
  readonly #fills = new Map<string, Fill>();

  constructor(number: string, book: SharedBook) {
    this.number = number;
    this.id = accountIdOf(number);
    this.values = new AccountValues(book.oddities);
    this.#book = book;
  }

  /**
   * Currency that the account is listed in, once for all: its own, `fallback` while TWS has not
   * told that. Balances are told in it.
   */
  listedIn(fallback: Currency): Currency {
    return this.#listedIn ??= this.values.base ?? fallback;
  }

  /** Contracts of everything that can be told of the account now. */
  contracts(): IbContract[] {
    const { lines, fills, orders, clock } = this.#book;
    const held = [...lines.of(this.number).values()].map(({ contract }) => contract);
    const filled = fills.of(this.number, clock.now()).map(({ contract }) => contract);
    return [...held, ...filled, ...orders.contracts(this.number)];
  }

  /** The lists of positions and fills are complete: tells what was held overnight. */
  learnOvernight(): void {
    const { lines, fills, clock } = this.#book;
    const today = fills.of(this.number, clock.now());
    this.overnight.learn(lines.of(this.number), today, clock.monotonic());
  }

  /** True when a position moved without the fill that would explain it. */
  isUnexplained(): boolean {
    const { lines, fills, clock } = this.#book;
    const gaps = new Map<number, number>();
    const add = (conId: number, quantity: number) =>
      gaps.set(conId, (gaps.get(conId) ?? 0) + quantity);
    for (const [conId, { quantity }] of lines.of(this.number)) add(conId, quantity);
    for (const conId of this.overnight.held()) add(conId, -this.overnight.of(conId));
    for (const { contract, signedQuantity } of fills.of(this.number, clock.now())) {
      add(contract.conId, -signedQuantity);
    }
    return [...gaps.values()].some((gap) => Math.abs(gap) > 1e-6);
  }

  /** Positions of now; what is answered counts as told. */
  positions(): readonly Position[] {
    this.#asked.add("positions");
    this.#positions = keepingSame(this.#positions, this.#positionsNow());
    return this.#positions;
  }

  /** Fills of today; what is answered counts as told. */
  fills(): readonly Fill[] {
    this.#asked.add("fills");
    const fills = this.#fillsNow();
    for (const fill of fills) this.#fills.set(fill.execId, fill);
    return fills;
  }

  /** Orders of now; what is answered counts as told. */
  orders(): readonly Order[] {
    this.#asked.add("orders");
    return this.#book.orders.of(this.number, this.#orderNames());
  }

  /** Balances of now; null while TWS told none. */
  balances(): Balances | null {
    this.#asked.add("balances");
    return this.#balancesNow();
  }

  /** Tells what differs from what was told; `isWhole`: the lists are complete. */
  tell(sink: BrokerSink, isWhole: boolean): void {
    if (this.#asked.has("fills")) this.#tellFills(sink);
    if (this.#asked.has("orders")) {
      for (const order of this.#book.orders.news(this.number, this.#orderNames())) {
        sink.order(order);
      }
    }
    if (!this.#asked.has("positions") || !isWhole) return;
    const positions = keepingSame(this.#positions, this.#positionsNow());
    if (positions === this.#positions) return;
    this.#positions = positions;
    sink.positions(this.id, positions);
  }

  /** Tells balances; with nobody to renew them they are current for a little while only. */
  tellBalances(sink: BrokerSink, isFed: boolean): void {
    const balances = this.#asked.has("balances") ? this.#balancesNow() : null;
    if (balances === null) return;
    const freshUntil = this.#book.clock.now() + CURRENT_MS;
    sink.balances(isFed ? balances : { ...balances, freshUntil });
  }

  /** Notes cash as it is, for the close that may come before it changes. */
  noteCash(): void {
    this.#balancesNow();
  }

  /** A new session: what was filled before is of another day. */
  startSession(): void {
    this.#fills.clear();
    // The book counts all as held overnight now: the next list tells it better, changed or not.
    this.#positions = [];
    this.overnight.startSession();
  }

  /** True when a fill of today explains that a position closed. */
  isFilled(conId: number): boolean {
    const { fills, clock } = this.#book;
    return fills.of(this.number, clock.now()).some(({ contract }) => contract.conId === conId);
  }

  /** Units of `to` for one of `from`, by the account's own rates; null without one of them. */
  rate(from: Currency, to: Currency): number | null {
    if (from === to) return 1;
    const [one, other] = [from, to].map((currency) =>
      currency === this.values.base ? 1 : this.values.of("ExchangeRate", currency)?.value ?? 0
    );
    return one > 0 && other > 0 ? one / other : null;
  }

  #positionsNow(): Position[] {
    const { lines, contracts, fills, clock } = this.#book;
    const known = new Map(
      fills.of(this.number, clock.now()).map(({ contract }) => [contract.conId, contract]),
    );
    for (const [conId, { contract }] of lines.of(this.number)) known.set(conId, contract);
    return positionsOf(lines.of(this.number), this.overnight, {
      accountId: this.id,
      of: (conId) => {
        const contract = known.get(conId);
        const instrument = contract === undefined
          ? contracts.byConId(conId)?.instrument
          : contracts.held(contract);
        return instrument === undefined
          ? null
          : { key: instrument.key, multiplier: instrument.multiplier };
      },
      now: clock.now(),
    });
  }

  #fillsNow(): Fill[] {
    const { fills, contracts, clock, oddities } = this.#book;
    return fills.of(this.number, clock.now()).map((executed) => {
      const { key, currency } = contracts.held(executed.contract);
      const cost = fills.costOf(executed);
      const rate = cost === null ? 1 : this.rate(cost.currency, currency);
      if (rate === null) oddities.note("commission in a currency without a rate");
      const fees = (cost?.amount ?? 0) * (rate ?? 0);
      return fillOf(executed, fees, { accountId: this.id, instrumentKey: key });
    });
  }

  #tellFills(sink: BrokerSink): void {
    for (const fill of this.#fillsNow()) {
      const known = this.#fills.get(fill.execId);
      const isNews = known === undefined || known.fees !== fill.fees ||
        known.price !== fill.price || known.signedQuantity !== fill.signedQuantity;
      if (!isNews) continue;
      this.#fills.set(fill.execId, fill);
      sink.fill(fill);
    }
  }

  #balancesNow(): Balances | null {
    const { cashCurrencies, clock } = this.#book;
    const now = clock.now();
    const told = balancesOf(this.values, { accountId: this.id, cashCurrencies, now });
    if (told === null) return null;
    const { base } = this.values;
    const listedIn = this.#listedIn ?? base;
    const rate = base === null || listedIn === null ? null : this.rate(base, listedIn);
    const isKnown = told.netLiquidation !== null && rate !== null;
    const netLiquidation = isKnown ? told.netLiquidation * rate : null;
    this.#closings.see(LEDGER, 1, now);
    const gone = new Set(this.#cashSeen);
    for (const { currency, amount } of told.cash) {
      this.#closings.see(currency, amount, now);
      this.#cashSeen.add(currency);
      gone.delete(currency);
    }
    for (const currency of gone) this.#closings.see(currency, 0, now);
    // What was not among the rows of that close was none.
    const none = this.#closings.of(LEDGER, now) === null ? null : 0;
    const cash = told.cash.map((one) => {
      return { ...one, previousClose: this.#closings.of(one.currency, now) ?? none };
    });
    return { ...told, netLiquidation, accrued: told.accrued * (rate ?? 0), cash };
  }

  #orderNames() {
    const { contracts } = this.#book;
    return {
      accountId: this.id,
      keyOf: (contract: IbContract) => contracts.held(contract).key,
    };
  }
}
