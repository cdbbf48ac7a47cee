import type { Currency } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Account, Balances, FxRate } from "../../domain/account.ts";
import type { AccountFigures } from "../../domain/broker_figures.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { Fill, Order, Position } from "../../domain/position.ts";
import type {
  Answer,
  Bar,
  BarQuery,
  BrokerAdapter,
  BrokerCapabilities,
  BrokerError,
  BrokerSink,
  Carry,
  ChainExpiry,
  Delivery,
  FeedHealth,
  PreviousClose,
  SourceClock,
  Subscription,
  SubscriptionChanges,
} from "../../ports/broker.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { IbBook } from "./ib_book.ts";
import { assumedCarries } from "./market/assumed_carry.ts";
import type { IbOptions } from "./options.ts";
import type { IbSupervisor } from "./supervisor.ts";

export type { IbOptions } from "./options.ts";

const CAPABILITIES: BrokerCapabilities = {
  streamsGreeks: true,
  streamsTrades: true,
  reportsNetLiquidation: true,
  reportsFills: true,
  reportsOrders: true,
  hasChains: true,
  barSizes: ["1m", "1d"],
  isReplayable: false,
};
const REFERENCE = "SPY";
const CLIENT_ID_TRIES = 3;

/** Interactive Brokers behind the broker contract: TWS or IB Gateway over its socket API. */
export class IbBroker implements BrokerAdapter {
  readonly id = "ib";
  readonly label = "Interactive Brokers";
  readonly mode = "live";
  readonly capabilities = CAPABILITIES;
  readonly referenceKey = REFERENCE;
  readonly playback = null;
  readonly baseCurrency: Currency;
  readonly clock: SourceClock;
  readonly #options: IbOptions;
  #book: IbBook | null = null;
  #sink: BrokerSink | null = null;
  #isConnected = false;
  #isClosed = false;

  private constructor(options: IbOptions) {
    this.#options = options;
    this.baseCurrency = options.baseCurrency ?? "USD";
    this.clock = options.clock;
  }

  /** Makes an adapter; nothing is sent. */
  static open(options: IbOptions): IbBroker {
    return new IbBroker(options);
  }

  /** What runs behind it, for the connection page and tests; null before `connect` began. */
  book(): IbBook | null {
    return this.#book;
  }

  /** A connection that waits tries at once: the user changed something. */
  retryNow(): void {
    this.#book?.supervisor.retryNow();
  }

  /**
   * Opens the connection and waits for the accounts. A failure has ended what was begun: nothing
   * goes on trying.
   */
  async connect(sink: BrokerSink, signal: AbortSignal): Answer<null> {
    if (signal.aborted) return canceled();
    if (this.#isClosed) return notConnected();
    this.#sink = sink;
    if (this.#isConnected) return ok(null);
    const book = this.#book ?? this.#begin();
    const ready = await firstConnection(book.supervisor, signal);
    const accounts = ready.ok ? await book.accounts.accounts(signal) : ready;
    if (this.#isClosed) return notConnected();
    if (!accounts.ok) {
      if (this.#book === book && !this.#isConnected) this.#end();
      return accounts;
    }
    this.#isConnected = true;
    return ok(null);
  }

  accounts(signal: AbortSignal): Answer<readonly Account[]> {
    return this.#ask(signal, ({ accounts }) => accounts.accounts(signal));
  }

  instruments(keys: readonly string[], signal: AbortSignal): Answer<readonly Instrument[]> {
    return this.#ask(signal, ({ contracts }) => contracts.instruments(keys, signal));
  }

  positions(accountId: string, signal: AbortSignal): Answer<readonly Position[]> {
    return this.#ask(signal, (book) => book.positions(accountId, signal));
  }

  balances(accountId: string, signal: AbortSignal): Answer<Balances> {
    return this.#ask(signal, ({ accounts }) => accounts.balances(accountId, signal));
  }

  figures(accountId: string, signal: AbortSignal): Answer<AccountFigures> {
    return this.#ask(signal, ({ accounts }) => accounts.figures(accountId, signal));
  }

  fxRates(signal: AbortSignal): Answer<readonly FxRate[]> {
    return this.#ask(signal, ({ accounts }) => accounts.fxRates(signal));
  }

  /** Those that came with market data; the others come through the sink with theirs. */
  previousCloses(keys: readonly string[], signal: AbortSignal): Answer<readonly PreviousClose[]> {
    return this.#ask(signal, async ({ contracts, market }) => {
      const known = await contracts.instruments(keys, signal);
      if (!known.ok) return known;
      const closes = [...new Set(keys)].map((key) => market.previousClose(key));
      return ok(closes.filter((close) => close !== null));
    });
  }

  fillsToday(accountId: string, signal: AbortSignal): Answer<readonly Fill[]> {
    return this.#ask(signal, ({ accounts }) => accounts.fillsToday(accountId, signal));
  }

  orders(accountId: string, signal: AbortSignal): Answer<readonly Order[]> {
    return this.#ask(signal, ({ accounts }) => accounts.orders(accountId, signal));
  }

  /** IB publishes neither rates nor yields over this API: they are assumed, and say so. */
  carry(underlyings: readonly string[], signal: AbortSignal): Answer<readonly Carry[]> {
    const today = newYorkTime(this.clock.now()).date;
    return this.#ask(signal, () => Promise.resolve(ok(assumedCarries(underlyings, today))));
  }

  chain(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    return this.#ask(signal, (book) => book.chain(underlying, signal));
  }

  bars(query: BarQuery, signal: AbortSignal): Answer<readonly Bar[]> {
    return this.#ask(signal, (book) => book.bars(query, signal));
  }

  subscribe(wanted: readonly Subscription[], signal: AbortSignal): Answer<null> {
    return this.#ask(signal, (book) => Promise.resolve(book.subscribe(wanted)));
  }

  changeSubscriptions(changes: SubscriptionChanges, signal: AbortSignal): Answer<null> {
    return this.#ask(signal, (book) => Promise.resolve(book.changeSubscriptions(changes)));
  }

  delivery(instrument: Instrument): Delivery {
    return this.#book?.market.delivery(instrument) ?? IbBook.delivery();
  }

  /** Connection, accounts and market data; empty before it began. */
  health(): readonly FeedHealth[] {
    return this.#book?.supervisor.health() ?? [];
  }

  /** Version, pace, messages set aside (R34), and how the last connection ended. */
  debug(): unknown {
    return this.#book?.supervisor.debug() ?? null;
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#isConnected = false;
    this.#sink = null;
    this.#book?.close();
    return Promise.resolve();
  }

  #begin(): IbBook {
    const book = new IbBook({
      options: this.#options,
      baseCurrency: this.baseCurrency,
      referenceKey: this.referenceKey,
      sink: () => this.#sink,
    });
    this.#book = book;
    book.start();
    return book;
  }

  #end(): void {
    this.#book?.close();
    this.#book = null;
  }

  #ask<T>(signal: AbortSignal, query: (book: IbBook) => Answer<T>): Answer<T> {
    if (!this.#isConnected || this.#book === null) return Promise.resolve(notConnected());
    return signal.aborted ? Promise.resolve(canceled()) : query(this.#book);
  }
}

/** As `whenReady`; TWS may hold the client id for a moment after a connection of ours ended. */
async function firstConnection(supervisor: IbSupervisor, signal: AbortSignal): Answer<null> {
  let ready = await supervisor.whenReady(signal);
  for (let tries = 1; tries < CLIENT_ID_TRIES && !ready.ok; tries++) {
    if (signal.aborted || supervisor.lastEnd?.code !== "clientIdInUse") break;
    ready = await supervisor.whenReady(signal);
  }
  return ready;
}

function notConnected(): Result<never, BrokerError> {
  return fail({ code: "notConnected", message: "not connected to TWS", fix: null });
}

function canceled(): Result<never, BrokerError> {
  return fail({ code: "canceled", message: "canceled", fix: null });
}
