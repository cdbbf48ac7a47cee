import type { Currency, IsoDate, UnixMs } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { DAY_MS } from "../../calendar/date.ts";
import { marketStateAt } from "../../calendar/market_state.ts";
import type { Position } from "../../domain/position.ts";
import type {
  Answer,
  Bar,
  BarQuery,
  BrokerError,
  BrokerSink,
  ChainExpiry,
  Delivery,
  Subscription,
  SubscriptionChanges,
} from "../../ports/broker.ts";
import { SessionWatch } from "../feed/session_watch.ts";
import { IbAccounts } from "./accounts/ib_accounts.ts";
import { IbContracts } from "./contracts/ib_contracts.ts";
import { IB_FEEDS } from "./feeds.ts";
import { IbChains } from "./history/ib_chains.ts";
import { IbHistory } from "./history/ib_history.ts";
import { MissingCloses } from "./history/missing_closes.ts";
import { HeldQuantities } from "./held_quantities.ts";
import { missingWords } from "./map/accounts.ts";
import { IbMarket } from "./market/ib_market.ts";
import { NotingSink } from "./noting_sink.ts";
import type { IbOptions } from "./options.ts";
import { IbSupervisor } from "./supervisor.ts";

/** Instruments with market data at most; lines are shared among them. */
const SYMBOLS_MAX = 20_000;
const LINES = 100;
/** Bars of a minute come a day at a time, and each day is a request. */
const BARS_BACK_MS = { "1m": 5 * DAY_MS, "1d": 5 * 365 * DAY_MS } as const;

/** What a book is made of. */
export interface IbBookParts {
  readonly options: IbOptions;
  readonly baseCurrency: Currency;
  readonly referenceKey: string;
  /** Who listens now; null for nobody. */
  readonly sink: () => BrokerSink | null;
}

/** True in the regular session of shares. */
function isShareSession(now: UnixMs): boolean {
  const state = marketStateAt(now, "equity");
  return state.ok && state.value.phase === "open";
}

/**
 * Everything that runs between the beginning of a connection and the end of the adapter: the
 * supervised connection, contracts, accounts, market data, and the calendar.
 */
export class IbBook {
  readonly supervisor: IbSupervisor;
  readonly contracts: IbContracts;
  readonly accounts: IbAccounts;
  readonly market: IbMarket;
  readonly history: IbHistory;
  readonly chains: IbChains;
  readonly #now: () => UnixMs;
  readonly #closes: MissingCloses;
  readonly #sink: () => BrokerSink | null;
  readonly #held = new HeldQuantities();
  readonly #calendar: SessionWatch;

  constructor({ options, baseCurrency, referenceKey, sink }: IbBookParts) {
    const { clock, timers, host, port, clientId } = options;
    this.#now = () => clock.now();
    this.#sink = sink;
    // Lines go to what is at risk first, so what is held has to be known.
    const noting = new NotingSink(sink, (id, positions) => this.#held.take(id, positions));
    this.contracts = new IbContracts({ clock, timers });
    this.accounts = new IbAccounts({
      clock,
      timers,
      contracts: this.contracts,
      baseCurrency,
      clientId,
      allowed: options.accounts,
      cashCurrencies: options.cashCurrencies,
      sink: () => sink() === null ? null : noting,
    });
    this.market = new IbMarket({
      clock,
      timers,
      feed: IB_FEEDS.market,
      market: (batch) => sink()?.market(batch),
      contractOf: (instrument) => this.contracts.byKey(instrument.key)?.query ?? null,
      heldQuantity: (key) => this.#held.of(key),
      dataType: options.marketDataType,
      linesMax: options.linesMax ?? LINES,
      referenceKey,
      capacity: SYMBOLS_MAX,
      changed: () => this.supervisor.refresh(),
    });
    this.history = new IbHistory({
      clock,
      timers,
      contractOf: ({ key }) => {
        const listing = this.contracts.byKey(key);
        if (listing === null) return null;
        return { query: listing.query, secType: listing.details.contract.secType };
      },
    });
    this.chains = new IbChains({ timers });
    const { accounts, market, contracts, history, chains } = this;
    this.#closes = new MissingCloses({
      timers,
      history,
      without: () => market.withoutClose(),
      tell: (close) => sink()?.previousClose(close),
    });
    this.supervisor = new IbSupervisor({
      ...options,
      address: { host, port, clientId },
      open: options.openClient,
      parts: [contracts, accounts, market, history, chains],
      notes: {
        account: [{
          detail: () => this.#lacking(options.accounts),
          counts: () => accounts.counts(),
        }],
        market: [market],
      },
      reference: () => market.reference(),
      isRegularSession: options.isRegularSession ?? isShareSession,
      health: (health) => sink()?.health(health),
    });
    this.#calendar = new SessionWatch(clock, timers, {
      session: (date) => this.#startSession(date),
      lifecycle: (event) => sink()?.lifecycle(event),
    });
  }

  /** What of the accounts the book lacks, in words; null: nothing. */
  #lacking(allowed: readonly string[]): string | null {
    const link = this.supervisor.link();
    if (link === null) return null;
    const { unreadPositions } = this.accounts;
    const unread = unreadPositions > 0
      ? `positions that could not be read and are missing: ${unreadPositions}`
      : null;
    const lacking = [missingWords(link.accounts, allowed), unread].filter((one) => one !== null);
    return lacking.length === 0 ? null : lacking.join("; ");
  }

  /** How market data arrives while nothing is known of an instrument. */
  static delivery(): Delivery {
    return { feed: IB_FEEDS.market, cadenceMs: null, isDerived: false };
  }

  /** Begins to connect; nobody waits for it. Call once. */
  start(): void {
    this.#calendar.start();
    this.supervisor.start();
  }

  /** Ends everything; idempotent. */
  close(): void {
    this.#calendar.close();
    this.supervisor.close();
    this.#closes.close();
    this.history.close();
    this.accounts.close();
    this.market.close();
  }

  /** Positions of an account. */
  async positions(accountId: string, signal: AbortSignal): Answer<readonly Position[]> {
    const positions = await this.accounts.positions(accountId, signal);
    if (positions.ok) this.#held.take(accountId, positions.value);
    return positions;
  }

  /** Option chain of an underlying, by the desk's name of it. */
  async chain(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    const known = await this.contracts.instruments([underlying], signal);
    if (!known.ok) return known;
    const listing = this.contracts.byKey(underlying);
    if (listing === null) return unknownInstrument(`IB lists nothing as ${underlying}`);
    const { conId, symbol, secType, currency, exchange } = listing.details.contract;
    const own = secType === "FUT" ? exchange : "";
    return await this.chains.chain({ conId, symbol, secType, currency, exchange: own }, signal);
  }

  /** Complete bars of an instrument, from the end of the span back as far as is asked of IB. */
  async bars(query: BarQuery, signal: AbortSignal): Answer<readonly Bar[]> {
    const known = await this.contracts.instruments([query.instrumentKey], signal);
    if (!known.ok) return known;
    const to = Math.min(query.to, this.#now());
    const from = Math.max(query.from, to - BARS_BACK_MS[query.size]);
    return await this.history.bars(known.value[0], { ...query, from, to }, signal);
  }

  /** Makes `wanted` the set of instruments with market data; an unknown one changes nothing. */
  subscribe(wanted: readonly Subscription[]): Result<null, BrokerError> {
    const unknown = this.#unknown(wanted);
    if (unknown === null) this.market.subscribe(wanted);
    return unknown ?? ok(null);
  }

  /** Changes that set; an unknown one changes nothing. */
  changeSubscriptions(changes: SubscriptionChanges): Result<null, BrokerError> {
    const unknown = this.#unknown(changes.added);
    if (unknown === null) this.market.change(changes);
    return unknown ?? ok(null);
  }

  /** What is subscribed was described before, and what was described is kept. */
  #unknown(wanted: readonly Subscription[]): Result<never, BrokerError> | null {
    const stranger = wanted.find(({ instrument: { kind, key } }) =>
      kind !== "unsupported" && this.contracts.byKey(key) === null
    );
    if (stranger === undefined) return null;
    return unknownInstrument(`IB was not asked for ${stranger.instrument.key}`);
  }

  #startSession(date: IsoDate): void {
    this.#sink()?.session(date);
    this.market.startSession();
    this.#closes.startSession();
    this.accounts.startSession();
  }
}

function unknownInstrument(message: string): Result<never, BrokerError> {
  return fail({ code: "unknownInstrument", message, fix: null });
}
