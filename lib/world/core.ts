import { Outbox, STATUS } from "./columns.ts";
import { Hours } from "./hours.ts";
import { type ContractTerms, InstrumentTable } from "./instruments.ts";
import { ACCOUNTS, Ledger } from "./ledger.ts";
import { Maker } from "./maker.ts";
import { Market } from "./market.ts";
import { Model } from "./model.ts";
import { Prng } from "./prng.ts";
import { EventQueue } from "./queue.ts";
import { Quotes } from "./quotes.ts";
import type { Fill, FillKind, FxRate, Instrument } from "./types.ts";
import { passFills } from "./records.ts";
import type { Tape } from "./tape.ts";

/** Market events that wait for a drain at most. */
const OUTBOX_MAX = 65_536;

/** A move of one position, before it has an id. */
export interface FillTerms {
  readonly ledger: Ledger;
  readonly instrument: number;
  readonly signedQuantity: number;
  readonly price: number;
  readonly kind: FillKind;
  readonly at: number;
  readonly orderId?: string;
}

/** Fees of a trade in whole cents of native currency; lifecycle moves are free. */
export function feesOf(instrument: Instrument, quantity: number, price: number): number {
  const units = Math.abs(quantity);
  const round = (amount: number): number => Math.round(amount * 100) / 100;
  switch (instrument.kind) {
    case "option":
      return round(units * (instrument.option?.settles === "cash" ? 1.3 : 0.65));
    case "futureOption":
    case "future":
      return round(units * 2.25);
    case "equity":
      return instrument.currency === "EUR"
        ? round(Math.max(3, units * price * 0.0005))
        : round(Math.max(1, units * 0.005));
    case "index":
      return 0;
  }
}

/** The parts of a world and the two things that all of them do: list a contract, book a fill. */
export class Core {
  readonly seed: number;
  readonly table = new InstrumentTable();
  readonly quotes = new Quotes();
  readonly hours = new Hours();
  readonly outbox = new Outbox(OUTBOX_MAX);
  readonly events = new EventQueue();
  readonly market: Market;
  readonly model: Model;
  readonly maker: Maker;
  readonly ledgers: readonly Ledger[];
  /** Fills of the present session, oldest first. */
  fills: Fill[] = [];
  /** EURUSD at the previous session's close. */
  prevEurUsd = 0;
  /** Instant of the previous session's last close, Unix ms. */
  prevCloseAt = 0;
  /** Whether instruments quote at all now. */
  isOpen = false;
  /** Set when the list of what quotes has to be built again. */
  isActivityStale = true;
  #fillCount = 0;
  #eurUsd = 0;

  constructor(seed: number) {
    this.seed = seed;
    const { table, quotes, outbox } = this;
    this.market = new Market(new Prng(seed, "market"));
    this.model = new Model(table, this.market, quotes);
    this.maker = new Maker({
      table,
      quotes,
      outbox,
      market: this.market,
      model: this.model,
      random: new Prng(seed, "quotes"),
    });
    this.publishFx(0);
    this.events.take();
    this.ledgers = ACCOUNTS.map((account) => new Ledger(account, { table, quotes }));
  }

  /** EURUSD as last published: what balances are worth until the next one. */
  eurUsd(): number {
    return this.#eurUsd;
  }

  /** Publishes EURUSD. */
  publishFx(at: number): void {
    this.#eurUsd = Math.round(this.market.eurUsd * 1e5) / 1e5;
    this.events.push({ kind: "fx", at, fx: this.fx(at) });
  }

  /** The published rate with its session reference. */
  fx(at: number): FxRate {
    return { pair: "EURUSD", rate: this.eurUsd(), at, prevRate: this.prevEurUsd };
  }

  /** Announces a new instrument and gives it its columns; `prevClose` NaN is "none". */
  announce(instrument: Instrument, at: number, prevClose: number): void {
    this.quotes.add(prevClose, instrument.kind !== "index");
    this.quotes.summaryAt[instrument.id] = at;
    this.isActivityStale = true;
    this.events.push({ kind: "listed", at, instrument });
  }

  /** Id of a contract, listed and quoted now if it was not before. */
  list(terms: ContractTerms, at: number): number {
    const { table, quotes } = this;
    const before = table.all.length;
    const instrument = table.listOption(terms);
    const id = instrument.id;
    if (id < before) return id;
    // A contract that the book did not hold had a close all the same.
    const close = this.model.priceAt(id, this.prevCloseAt, quotes.prevSpot[terms.underlying]);
    this.announce(instrument, at, Math.max(0.01, Math.round(close * 100) / 100));
    if (this.isOpen && this.hours.isOpen(table, id, at)) {
      this.maker.quote(id, at);
      this.maker.greeks(id, at);
      quotes.dayOpen[id] = quotes.mark(id);
    }
    return id;
  }

  /** Books a fill: ledger, list of the day, events. */
  book(terms: FillTerms): Fill {
    const instrument = this.table.all[terms.instrument];
    const isTrade = terms.kind === "trade";
    const fill: Fill = {
      fillId: `F${String(++this.#fillCount).padStart(8, "0")}`,
      orderId: terms.orderId,
      kind: terms.kind,
      account: terms.ledger.account.id,
      instrument: terms.instrument,
      at: terms.at,
      signedQuantity: terms.signedQuantity,
      price: terms.price,
      multiplier: instrument.multiplier,
      currency: instrument.currency,
      fees: isTrade ? feesOf(instrument, terms.signedQuantity, terms.price) : 0,
    };
    terms.ledger.apply(fill);
    this.fills.push(fill);
    this.events.push({ kind: "fill", at: terms.at, fill });
    const position = terms.ledger.position(terms.instrument);
    this.events.push({ kind: "position", at: terms.at, position });
    return fill;
  }

  /** Trades at the touch: buys at the ask, sells at the bid (or one tick where nobody bids). */
  tradeNow(terms: Omit<FillTerms, "price" | "kind">): Fill {
    const { quotes, maker } = this;
    const id = terms.instrument;
    maker.quote(id, terms.at);
    const tick = 1 / this.table.all[id].ticks.small;
    const price = terms.signedQuantity > 0
      ? quotes.ask[id]
      : quotes.bid[id] > 0
      ? quotes.bid[id]
      : tick;
    maker.print(id, terms.at, price, Math.abs(terms.signedQuantity));
    return this.book({ ...terms, price, kind: "trade" });
  }

  /** Publishes the balances of every account. */
  publishBalances(at: number): void {
    for (const ledger of this.ledgers) {
      this.events.push({ kind: "balance", at, balances: ledger.balances(at, this.eurUsd()) });
    }
  }

  /** Halts or resumes an underlying with its options. */
  setHalted(underlying: number, isHalted: boolean, at: number): void {
    const { table, maker } = this;
    for (let id = 0; id < table.all.length; id++) {
      if (table.underlyingOf[id] !== underlying || !table.isLive[id]) continue;
      maker.status(id, at, isHalted ? STATUS.halted : STATUS.trading);
    }
    this.isActivityStale = true;
  }

  /** True when an instrument can be quoted and traded now. */
  canTrade(id: number, at: number): boolean {
    return this.isOpen && !this.quotes.isHalted[id] && this.hours.isOpen(this.table, id, at);
  }

  /** Passes what all parts hold through a tape; instruments before what refers to them. */
  persist(tape: Tape): void {
    tape.section("core");
    for (const part of [this.table, this.quotes, this.market, this.maker]) part.persist(tape);
    for (const part of [this.outbox, this.events, ...this.ledgers]) part.persist(tape);
    this.fills = passFills(tape, this.fills);
    this.prevEurUsd = tape.f64(this.prevEurUsd);
    this.prevCloseAt = tape.f64(this.prevCloseAt);
    this.isOpen = tape.flag(this.isOpen);
    this.isActivityStale = tape.flag(this.isActivityStale);
    this.#fillCount = tape.f64(this.#fillCount);
    this.#eurUsd = tape.f64(this.#eurUsd);
  }
}
