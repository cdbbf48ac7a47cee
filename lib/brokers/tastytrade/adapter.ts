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
import { STREAMER_HOSTS } from "../../settings/tastytrade_addresses.ts";
import { accountFigures } from "./accounts/account_figures.ts";
import { BrokerSession, FEEDS } from "./broker_session.ts";
import { isFeedUrl } from "./feed/quote_tokens.ts";
import type { InstrumentCache } from "./instruments/instrument_cache.ts";
import { previousCloses } from "./market/previous_closes.ts";
import type { TastytradeOptions } from "./options.ts";
import { canceled, notConnected } from "./rest/not_asked.ts";
import { RestWatch } from "./rest/rest_watch.ts";
import { TastytradeServices } from "./rest/services.ts";
import { RestTransport } from "./rest/transport.ts";

export type { TastytradeOptions } from "./options.ts";

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

const SKEW_FIX = "set this machine's clock; logins and stamps go by it";

/** tastytrade behind the broker contract: REST service, DXLink feed and account streamer. */
export class TastytradeBroker implements BrokerAdapter {
  readonly id = "tastytrade";
  readonly label = "tastytrade";
  readonly mode = "live";
  readonly capabilities = CAPABILITIES;
  readonly baseCurrency = "USD";
  readonly referenceKey = "SPY";
  readonly playback = null;
  readonly clock: SourceClock;
  /** Calls of the REST service, for the steps of the connection page. */
  readonly transport: RestTransport;
  readonly #options: TastytradeOptions;
  readonly #watch: RestWatch;
  #services: Promise<TastytradeServices> | null = null;
  #loaded: TastytradeServices | null = null;
  #session: BrokerSession | null = null;
  #sink: BrokerSink | null = null;
  #isClosed = false;

  private constructor(options: TastytradeOptions, transport: RestTransport, watch: RestWatch) {
    this.#options = options;
    this.#watch = watch;
    this.clock = options.clock;
    this.transport = transport;
  }

  /** Makes an adapter; nothing is sent. Fails with a sentence when an address is not allowed. */
  static open(options: TastytradeOptions): Result<TastytradeBroker, string> {
    const { endpoints, isLoopbackAllowed, http, clock } = options;
    if (!isFeedUrl(endpoints.accountStreamer, STREAMER_HOSTS, isLoopbackAllowed)) {
      return fail("the address of the account streamer is not tastytrade's");
    }
    let tell: (health: FeedHealth) => void = () => {};
    const watch = new RestWatch({
      id: FEEDS.rest,
      label: "tastytrade requests",
      http,
      clock,
      tell: (health) => tell(health),
    });
    const transport = RestTransport.open({ ...options, http: watch, baseUrl: endpoints.rest });
    if (!transport.ok) return transport;
    const broker = new TastytradeBroker(options, transport.value, watch);
    tell = (health) => broker.#sink?.health(health);
    return ok(broker);
  }

  /** What can be asked of the broker; null before `connect` began. */
  services(): TastytradeServices | null {
    return this.#loaded;
  }

  /** What is known of instruments, by the broker's symbols too; null before it is connected. */
  cache(): InstrumentCache | null {
    return this.#session?.cache ?? null;
  }

  /** Feeds that wait try at once, and so do refused logins: the user changed something. */
  retryNow(): void {
    this.transport.tokens.forgive();
    this.#session?.retryNow();
  }

  async connect(sink: BrokerSink, signal: AbortSignal): Answer<null> {
    if (signal.aborted) return canceled();
    if (this.#isClosed) return notConnected();
    this.#sink = sink;
    if (this.#session !== null) return ok(null);
    this.#services ??= TastytradeServices.load(this.transport);
    const services = await this.#services;
    this.#loaded = services;
    const records = await services.accounts(signal);
    if (!records.ok) return this.#explained(records.error);
    if (this.#isClosed) return notConnected();
    // Another call may have been faster.
    if (this.#session !== null) return ok(null);
    const accounts = records.value.filter(({ isClosed }) => !isClosed)
      .map(({ account }) => this.#options.isPaper ? { ...account, isPaper: true } : account);
    if (accounts.length === 0) return noAccounts();
    const { referenceKey: reference, transport } = this;
    this.#session = new BrokerSession({
      options: this.#options,
      transport,
      services,
      accounts,
      reference,
      sink: () => this.#sink,
    });
    this.#session.start();
    return ok(null);
  }

  accounts(signal: AbortSignal): Answer<readonly Account[]> {
    return this.#ask(signal, ({ accounts }) => Promise.resolve(ok(accounts)));
  }

  instruments(keys: readonly string[], signal: AbortSignal): Answer<readonly Instrument[]> {
    return this.#ask(signal, ({ lookup }) => lookup.instruments(keys, signal));
  }

  positions(accountId: string, signal: AbortSignal): Answer<readonly Position[]> {
    return this.#ask(signal, async ({ held }) => {
      const account = held.of(accountId);
      return account.ok ? await account.value.positions(signal) : account;
    });
  }

  balances(accountId: string, signal: AbortSignal): Answer<Balances> {
    return this.#ask(signal, async ({ held }) => {
      const account = held.of(accountId);
      return account.ok ? await account.value.balances(signal) : account;
    });
  }

  figures(accountId: string, signal: AbortSignal): Answer<AccountFigures> {
    return this.#ask(signal, async ({ held }) => {
      const account = held.of(accountId);
      return account.ok ? await accountFigures(account.value.loader, signal) : account;
    });
  }

  /** The broker deals in dollars and publishes no rates; other cash has none here. */
  fxRates(signal: AbortSignal): Answer<readonly FxRate[]> {
    return this.#ask(signal, () => Promise.resolve(ok([])));
  }

  previousCloses(
    keys: readonly string[],
    signal: AbortSignal,
  ): Answer<readonly PreviousClose[]> {
    return this.#ask(signal, async (session) => {
      const known = await session.lookup.instruments(keys, signal);
      return known.ok ? await previousCloses(session, keys, session.today(), signal) : known;
    });
  }

  fillsToday(accountId: string, signal: AbortSignal): Answer<readonly Fill[]> {
    return this.#ask(signal, async ({ held }) => {
      const account = held.of(accountId);
      return account.ok ? await account.value.fillsToday(signal) : account;
    });
  }

  orders(accountId: string, signal: AbortSignal): Answer<readonly Order[]> {
    return this.#ask(signal, async ({ held }) => {
      const account = held.of(accountId);
      return account.ok ? await account.value.orders(signal) : account;
    });
  }

  carry(underlyings: readonly string[], signal: AbortSignal): Answer<readonly Carry[]> {
    return this.#ask(signal, ({ carries }) => carries.of(underlyings, signal));
  }

  chain(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    return this.#ask(signal, ({ chains }) => chains.chain(underlying, signal));
  }

  bars(query: BarQuery, signal: AbortSignal): Answer<readonly Bar[]> {
    return this.#ask(signal, (session) => session.bars(query, signal));
  }

  subscribe(wanted: readonly Subscription[], signal: AbortSignal): Answer<null> {
    return this.#ask(
      signal,
      ({ subscriptions }) => Promise.resolve(subscriptions.replace(wanted)),
    );
  }

  changeSubscriptions(
    { added, removed }: SubscriptionChanges,
    signal: AbortSignal,
  ): Answer<null> {
    return this.#ask(
      signal,
      ({ subscriptions }) => Promise.resolve(subscriptions.change(added, removed)),
    );
  }

  /** Everything comes over one feed, when it changes. */
  delivery(_instrument: Instrument): Delivery {
    return { feed: FEEDS.market, cadenceMs: null, isDerived: false };
  }

  /** Market data, account stream and requests; the first two once it is connected. */
  health(): readonly FeedHealth[] {
    return [...this.#session?.health() ?? [], this.#watch.health()];
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#sink = null;
    this.#session?.close();
    this.#watch.close();
    this.transport.close();
    return Promise.resolve();
  }

  #ask<T>(signal: AbortSignal, query: (session: BrokerSession) => Answer<T>): Answer<T> {
    if (this.#isClosed || this.#session === null) return Promise.resolve(notConnected());
    return signal.aborted ? Promise.resolve(canceled()) : query(this.#session);
  }

  /** A wrong clock is named, because it breaks logins in ways that look like something else. */
  #explained(error: BrokerError): Result<never, BrokerError> {
    const { skewMs } = this.#watch;
    if (skewMs === 0 || error.code === "canceled") return fail(error);
    const minutes = Math.round(Math.abs(skewMs) / 60_000);
    const side = skewMs > 0 ? "behind" : "ahead of";
    const message = `${error.message}; this machine's clock is ${minutes} min ${side} the broker's`;
    return fail({ ...error, message, fix: SKEW_FIX });
  }
}

function noAccounts(): Result<never, BrokerError> {
  return fail({
    code: "refused",
    message: "this login has no open account",
    fix: "use a grant of the login whose accounts you want to see",
  });
}
