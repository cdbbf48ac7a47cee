import type { Currency } from "../../base/brand.ts";
import { ok } from "../../base/result.ts";
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
  BrokerSink,
  Carry,
  ChainExpiry,
  Delivery,
  DeskMode,
  FeedHealth,
  PreviousClose,
  SourceClock,
  Subscription,
  SubscriptionChanges,
} from "../../ports/broker.ts";
import { notConnected, unknownAccount, withinCapability } from "./answers.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { JoinedBrokers } from "./joined_brokers.ts";
import { JoinedQueries } from "./queries.ts";
import type { Away, Member } from "./member.ts";
import type { JoinedOptions } from "./options.ts";

export type { JoinedMember, JoinedOptions } from "./options.ts";

/**
 * Several brokers as one: accounts of all, each contract once however many brokers hold it, its
 * market data from one of them at a time. One that is away takes nothing from the others.
 */
export class JoinedBroker implements BrokerAdapter {
  readonly id = "joined";
  readonly label: string;
  readonly mode: DeskMode;
  readonly baseCurrency: Currency;
  readonly referenceKey: string;
  readonly clock: SourceClock;
  readonly playback = null;
  readonly #brokers: JoinedBrokers;
  readonly #queries: JoinedQueries;

  constructor(options: JoinedOptions) {
    this.mode = options.mode;
    this.label = options.members.map(({ label }) => label).join(" and ");
    this.baseCurrency = options.baseCurrency;
    this.referenceKey = options.referenceKey;
    this.clock = options.source;
    this.#brokers = new JoinedBrokers(options);
    this.#queries = new JoinedQueries(this.#brokers);
  }

  get capabilities(): BrokerCapabilities {
    return capabilitiesOf(this.#brokers.known());
  }

  /** Connects the brokers that are there; works as soon as one of them does. */
  connect(sink: BrokerSink, signal: AbortSignal): Answer<null> {
    return this.#brokers.connect(sink, signal);
  }

  /**
   * Takes in a broker while the desk runs: connects its adapter and asks it from then on. After a
   * failure the adapter is the caller's to close, and the broker is away as before.
   */
  admit(id: string, adapter: BrokerAdapter, signal: AbortSignal): Answer<null> {
    return this.#brokers.admit(id, adapter, signal);
  }

  /** What an admitted broker has is in the book; until then a feed says that it is on its way. */
  loaded(id: string): void {
    this.#brokers.loaded(id);
  }

  /** Says why a broker is away. Its adapter, if it had one, is the caller's to close. */
  away(id: string, away: Away): void {
    this.#brokers.away(id, away);
  }

  async accounts(signal: AbortSignal): Answer<readonly Account[]> {
    return await this.#queries.accounts(signal);
  }

  instruments(keys: readonly string[], signal: AbortSignal): Answer<readonly Instrument[]> {
    return this.#brokers.instruments(keys, signal);
  }

  positions(accountId: string, signal: AbortSignal): Answer<readonly Position[]> {
    return this.#queries.positions(accountId, signal);
  }

  balances(accountId: string, signal: AbortSignal): Answer<Balances> {
    return this.#of(accountId, signal, async (member, adapter, own) => {
      const answer = await adapter.balances(own, signal);
      return answer.ok ? ok(this.#brokers.naming(member).balances(answer.value)) : answer;
    });
  }

  figures(accountId: string, signal: AbortSignal): Answer<AccountFigures> {
    return this.#of(
      accountId,
      signal,
      (member, adapter, own) => this.#queries.figures(member, adapter, own, signal),
    );
  }

  fxRates(signal: AbortSignal): Answer<readonly FxRate[]> {
    return this.#queries.fxRates(signal);
  }

  previousCloses(
    keys: readonly string[],
    signal: AbortSignal,
  ): Answer<readonly PreviousClose[]> {
    return this.#queries.previousCloses(keys, signal);
  }

  fillsToday(accountId: string, signal: AbortSignal): Answer<readonly Fill[]> {
    return this.#of(
      accountId,
      signal,
      (member, adapter, own) =>
        withinCapability(
          adapter.capabilities.reportsFills,
          () => this.#queries.held(member, adapter.fillsToday(own, signal), signal),
        ),
    );
  }

  orders(accountId: string, signal: AbortSignal): Answer<readonly Order[]> {
    return this.#of(
      accountId,
      signal,
      (member, adapter, own) =>
        withinCapability(
          adapter.capabilities.reportsOrders,
          () => this.#queries.held(member, adapter.orders(own, signal), signal),
        ),
    );
  }

  carry(underlyings: readonly string[], signal: AbortSignal): Answer<readonly Carry[]> {
    return this.#queries.carry(underlyings, signal);
  }

  chain(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    return this.#queries.chain(underlying, signal);
  }

  bars(query: BarQuery, signal: AbortSignal): Answer<readonly Bar[]> {
    return this.#queries.bars(query, signal);
  }

  subscribe(wanted: readonly Subscription[], signal: AbortSignal): Answer<null> {
    return this.#brokers.subscribe((router) => router.replace(wanted), signal);
  }

  changeSubscriptions(changes: SubscriptionChanges, signal: AbortSignal): Answer<null> {
    return this.#brokers.subscribe((router) => router.change(changes), signal);
  }

  delivery(instrument: Instrument): Delivery {
    return this.#brokers.delivery(instrument);
  }

  /** The feeds of all brokers; of one that is away, that it is. */
  health(): readonly FeedHealth[] {
    return this.#brokers.health();
  }

  /** Of each broker by its id. */
  debug(): unknown {
    const { members } = this.#brokers;
    return Object.fromEntries(members.map(({ id, adapter }) => [id, adapter?.debug?.() ?? null]));
  }

  close(): Promise<void> {
    return this.#brokers.close();
  }

  /** Asks the broker of an account by the broker's own id. */
  #of<T>(
    accountId: string,
    signal: AbortSignal,
    ask: (member: Member, adapter: BrokerAdapter, own: string) => Answer<T>,
  ): Answer<T> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return Promise.resolve(refused);
    const owner = this.#brokers.ownerOf(accountId);
    if (owner === null) return Promise.resolve(unknownAccount(accountId));
    const { adapter } = owner.member;
    return adapter === null
      ? Promise.resolve(notConnected(owner.member.label))
      : ask(owner.member, adapter, owner.own);
  }
}
