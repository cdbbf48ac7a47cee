import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { ok } from "../../base/result.ts";
import type { Account } from "../../domain/account.ts";
import type { Answer, Bar, BarQuery, BrokerSink, FeedHealth } from "../../ports/broker.ts";
import { AccountStream } from "./account_stream/account_stream.ts";
import { sessionDate } from "../feed/session_date.ts";
import { HeldAccounts } from "./accounts/held_accounts.ts";
import { NewAccounts } from "./accounts/new_accounts.ts";
import { DxlinkFeed } from "./dxlink_feed.ts";
import { FEED_DOMAIN, STREAMER_HOSTS } from "../../settings/tastytrade_addresses.ts";
import { isFeedUrl, quoteTokensFrom } from "./feed/quote_tokens.ts";
import { InstrumentCache } from "./instruments/instrument_cache.ts";
import { InstrumentLookup, unknownInstrument } from "./instruments/instrument_lookup.ts";
import { ListedChains } from "./instruments/listed_chains.ts";
import { Carries } from "./market/carries.ts";
import { CandleBars } from "./market/candle_bars.ts";
import { previousCloses } from "./market/previous_closes.ts";
import { RescaledCloses } from "./market/rescaled_closes.ts";
import { MarketSubscriptions } from "./market/market_subscriptions.ts";
import { SessionWatch } from "../feed/session_watch.ts";
import { SummaryDays } from "./market/summary_days.ts";
import type { TastytradeOptions } from "./options.ts";
import type { TastytradeServices } from "./rest/services.ts";
import type { RestTransport } from "./rest/transport.ts";

/** Ids of the feeds in health and delivery. */
export const FEEDS = {
  market: "tastytrade",
  account: "tastytrade-account",
  rest: "tastytrade-rest",
} as const;

/** Symbols with market data at most. */
const SYMBOLS_MAX = 50_000;
const FLUSH_S = 0.1;

/** What a session is made of. */
export interface BrokerSessionParts {
  readonly options: TastytradeOptions;
  readonly transport: RestTransport;
  readonly services: TastytradeServices;
  /** Open accounts of the login, at least one. */
  readonly accounts: readonly Account[];
  readonly reference: string;
  /** Who listens now; null for nobody. */
  readonly sink: () => BrokerSink | null;
}

/**
 * Everything that runs between the first answer of the broker and the end: instruments, accounts,
 * both feeds, and the calendar. It is made once per login and closed once.
 */
export class BrokerSession {
  readonly services: TastytradeServices;
  readonly accounts: readonly Account[];
  readonly cache = new InstrumentCache();
  readonly lookup: InstrumentLookup;
  readonly chains: ListedChains;
  readonly held: HeldAccounts;
  readonly #opened: NewAccounts;
  readonly rescaled = new RescaledCloses((keys) => void this.#tellCloses(keys));
  readonly subscriptions: MarketSubscriptions;
  readonly carries: Carries;
  readonly #sink: () => BrokerSink | null;
  readonly #feed: DxlinkFeed;
  readonly #stream: AccountStream;
  readonly #bars: CandleBars;
  readonly #days: SummaryDays;
  readonly #calendar: SessionWatch;
  readonly #now: () => UnixMs;
  readonly #closing = new AbortController();

  constructor(parts: BrokerSessionParts) {
    const { options, services, accounts, sink } = parts;
    const { clock, timers, random } = options;
    this.services = services;
    this.accounts = accounts;
    this.#sink = sink;
    this.#now = () => clock.now();
    const { cache } = this;
    this.lookup = new InstrumentLookup(services, cache);
    const { lookup } = this;
    this.chains = new ListedChains(services, cache, lookup);
    const { drift } = services;
    const { rescaled } = this;
    const named = { services, cache, lookup, clock, timers, rescaled };
    this.held = new HeldAccounts({ ...named, accounts, random, drift, sink });
    this.#opened = new NewAccounts({
      services,
      timers,
      known: accounts,
      changed: () => this.#sink()?.health(this.#accountHealth(this.#stream.health())),
    });
    this.#days = new SummaryDays(clock);
    this.#feed = this.#marketFeed(parts);
    this.subscriptions = new MarketSubscriptions(this.#feed, cache);
    this.#stream = this.#accountStream(parts);
    this.#bars = new CandleBars({ feed: this.#feed, clock, timers });
    this.carries = new Carries({
      services,
      timers,
      today: () => this.today(),
      later: (carry) => this.#sink()?.carry(carry),
    });
    this.#calendar = new SessionWatch(clock, timers, {
      session: (date) => this.#startSession(date),
      lifecycle: (event) => this.#sink()?.lifecycle(event),
    });
  }

  /** Begins to connect the feeds; nobody waits for them. Call once. */
  start(): void {
    this.#feed.start();
    this.#stream.start();
    this.held.start();
    this.#opened.start();
    this.#calendar.start();
  }

  /** Ends everything. */
  close(): void {
    this.#closing.abort();
    this.#calendar.close();
    this.held.close();
    this.#opened.close();
    this.carries.close();
    this.#bars.close();
    this.#stream.close();
    this.#feed.close();
  }

  /** Both feeds try at once when they wait: the user changed something. */
  retryNow(): void {
    this.#stream.retryNow();
    this.#feed.retryNow();
  }

  /** Health of market data and account stream. */
  health(): FeedHealth[] {
    return [this.#marketHealth(this.#feed.health()), this.#accountHealth(this.#stream.health())];
  }

  /** The session of now, by which closes and carry are dated. */
  today(): IsoDate {
    return sessionDate(this.#now());
  }

  /** Complete bars of an instrument. */
  async bars(query: BarQuery, signal: AbortSignal): Answer<readonly Bar[]> {
    const known = await this.lookup.instruments([query.instrumentKey], signal);
    if (!known.ok) return known;
    const listed = this.cache.byKey(query.instrumentKey);
    if (listed === null) return unknownInstrument(query.instrumentKey);
    const bars = await this.#bars.bars(listed, query, signal);
    return bars.ok ? ok(bars.value) : bars;
  }

  /** Closes that were told before a split was known. */
  async #tellCloses(keys: readonly string[]): Promise<void> {
    const closes = await previousCloses(this, keys, this.today(), this.#closing.signal);
    if (!closes.ok) return;
    for (const close of closes.value) this.#sink()?.previousClose(close);
  }

  #marketFeed({ options, services, reference }: BrokerSessionParts): DxlinkFeed {
    const { isLoopbackAllowed } = options;
    return new DxlinkFeed({
      ...options,
      id: FEEDS.market,
      label: "tastytrade market data",
      tokens: quoteTokensFrom((signal) => services.quoteToken(signal)),
      isUrlAllowed: (url) => isFeedUrl(url, [FEED_DOMAIN], isLoopbackAllowed),
      aggregationPeriodS: FLUSH_S,
      reference,
      capacity: SYMBOLS_MAX,
      listener: {
        market: (batch) => {
          this.#days.settle(batch);
          this.rescaled.settle(batch, (handle) => this.subscriptions.keyOf(handle));
          this.#sink()?.market(batch);
        },
        health: (health) => this.#sink()?.health(this.#marketHealth(health)),
        noData: (handle) => {
          this.subscriptions.noData(handle);
          this.#sink()?.health(this.#marketHealth(this.#feed.health()));
        },
      },
    });
  }

  #accountStream({ options, transport, services, accounts }: BrokerSessionParts): AccountStream {
    const { endpoints, isLoopbackAllowed, version } = options;
    return new AccountStream({
      ...options,
      id: FEEDS.account,
      label: "tastytrade accounts",
      url: endpoints.accountStreamer,
      isUrlAllowed: (url) => isFeedUrl(url, STREAMER_HOSTS, isLoopbackAllowed),
      tokens: transport.tokens,
      accountNumbers: accounts.map(({ number }) => number),
      source: `deltadesk/${version}`,
      drift: services.drift,
      listener: {
        subscribed: () => this.held.loadAll(),
        notice: (notice) => this.held.take(notice),
        health: (health) => this.#sink()?.health(this.#accountHealth(health)),
      },
    });
  }

  /** Which symbols have no data stands in the words of the feed that does not bring them. */
  #marketHealth(health: FeedHealth): FeedHealth {
    const words = [health.detail, this.subscriptions.detail()].filter((one) => one !== null);
    return {
      ...health,
      detail: words.length === 0 ? null : words.join("; "),
      dropped: { ...health.dropped, ...this.subscriptions.counts() },
    };
  }

  #accountHealth(health: FeedHealth): FeedHealth {
    const notice = this.#opened.notice();
    return {
      ...health,
      dropped: { ...health.dropped, ...this.held.counts() },
      ...(notice === null ? {} : { notice }),
    };
  }

  #startSession(date: IsoDate): void {
    this.cache.startDay();
    this.chains.startDay();
    this.rescaled.startDay();
    this.#sink()?.session(date);
    this.held.startSession();
  }
}
