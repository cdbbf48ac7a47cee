import type { IsoDate } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { tradeDateAt } from "../../calendar/market_state.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import type { FxRate } from "../../domain/account.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type {
  Answer,
  BrokerAdapter,
  BrokerError,
  BrokerSink,
  Carry,
  Delivery,
  FeedHealth,
  LifecycleEvent,
  PreviousClose,
} from "../../ports/broker.ts";
import type { Timer } from "../../ports/timers.ts";
import { canceled, notConnected } from "./answers.ts";
import { FeedTrust } from "./feed_trust.ts";
import { FxTable } from "./fx_table.ts";
import { InstrumentRegistry } from "./instrument_registry.ts";
import { Knowledge } from "./knowledge.ts";
import { MarketRouter } from "./market_router.ts";
import { type Away, Member } from "./member.ts";
import { type LinkListener, MemberLink } from "./member_link.ts";
import { Naming } from "./naming.ts";
import type { JoinedOptions } from "./options.ts";

const LOOK_MS = 1_000;
/** A broker that did not take its subscriptions is asked again so often, in looks. */
const RETRY_LOOKS = 5;
/** Closes that are missing are asked for so often, in looks. */
const OWED_LOOKS = 30;
const NOBODY = "no broker";

/**
 * The brokers behind a joined adapter: who is there, what each calls things, which of them speaks
 * for an instrument, and what they tell in one voice.
 */
export class JoinedBrokers implements LinkListener {
  readonly members: readonly Member[];
  readonly registry: InstrumentRegistry;
  readonly knowledge: Knowledge;
  readonly fx: FxTable;
  readonly #options: JoinedOptions;
  readonly #trust = new FeedTrust();
  readonly #router: MarketRouter;
  readonly #namings: readonly Naming[];
  readonly #links: (MemberLink | null)[];
  /** Adapters that stand for a broker, connected or about to be. */
  readonly #offered: (BrokerAdapter | null)[];
  readonly #lifetime = new AbortController();
  /** Place of the broker that told the carry of an underlying. */
  readonly #carriers = new Map<string, number>();
  /** Keys whose previous close could not be asked for. */
  readonly #owed = new Map<string, (keys: readonly string[]) => Answer<readonly PreviousClose[]>>();
  #sink: BrokerSink | null = null;
  #timer: Timer | null = null;
  #looks = 0;
  #session: IsoDate = "";
  #marketEvent = "";
  #seen = { trust: -1, registry: -1 };
  #isClosed = false;

  constructor(options: JoinedOptions) {
    const { members, source } = options;
    this.#options = options;
    this.members = members.map((name, place) => new Member(name, place, source.now()));
    this.#offered = members.map(({ adapter }) => adapter);
    this.#links = members.map(() => null);
    this.registry = new InstrumentRegistry(members.map(({ id }) => id));
    this.#namings = this.members.map((member) => new Naming(member, this.registry));
    this.fx = new FxTable(options.baseCurrency, members.length);
    const { members: all, registry } = this;
    const { referenceKey } = options;
    this.#router = new MarketRouter({ members: all, registry, trust: this.#trust, referenceKey });
    this.knowledge = new Knowledge({
      members: all,
      registry,
      timers: options.timers,
      lifetime: this.#lifetime.signal,
      trouble: (message) => this.#sink?.trouble?.(message),
    });
  }

  /** Adapters that are there or about to be. */
  known(): readonly BrokerAdapter[] {
    return this.#offered.filter((adapter) => adapter !== null);
  }

  /** Brokers that are connected, the preferred first. */
  connected(): readonly Member[] {
    return this.members.filter(({ adapter }) => adapter !== null);
  }

  /** What a broker says, in the desk's names. */
  naming({ place }: Member): Naming {
    return this.#namings[place];
  }

  /** The broker of an account and the broker's own id of it; null when none has it. */
  ownerOf(accountId: string): { readonly member: Member; readonly own: string } | null {
    for (const member of this.members) {
      const own = member.ownAccountId(accountId);
      if (own !== null) return { member, own };
    }
    return null;
  }

  /** Ends what runs by itself. */
  get lifetime(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** The failure that every call answers now; null when calls can be made. */
  refuse(signal: AbortSignal): Result<never, BrokerError> | null {
    if (this.#isClosed || this.connected().length === 0) return notConnected(NOBODY);
    return signal.aborted ? canceled() : null;
  }

  async connect(sink: BrokerSink, signal: AbortSignal): Answer<null> {
    if (signal.aborted) return canceled();
    if (this.#isClosed) return notConnected(NOBODY);
    this.#sink = sink;
    const date = tradeDateAt(this.#options.source.now());
    this.#session ||= date.ok ? date.value : "";
    const answers = await Promise.all(this.members.map((member) => this.#come(member, signal)));
    if (this.#isClosed) return notConnected(NOBODY);
    const failure = answers.find((answer) => answer !== null && !answer.ok);
    if (this.connected().length === 0) return failure ?? notConnected(NOBODY);
    const { referenceKey } = this.#options;
    for (const member of this.connected()) void this.knowledge.ask(member, [referenceKey]);
    this.#timer ??= this.#options.timers.setPeriodic(LOOK_MS, () => this.#look());
    return ok(null);
  }

  /** Connects what is offered for a broker; null when nothing is, or it is connected. */
  async #come(member: Member, signal: AbortSignal): Promise<Result<null, BrokerError> | null> {
    const adapter = this.#offered[member.place];
    if (adapter === null || member.adapter === adapter) return null;
    const link = new MemberLink(member, this.naming(member), this);
    const answer = await adapter.connect(link, signal);
    if (!answer.ok || this.#isClosed) {
      link.close();
      if (answer.ok) return notConnected(NOBODY);
      member.leave({
        state: "down",
        since: this.#options.source.now(),
        detail: answer.error.message,
      });
      return answer;
    }
    this.#links[member.place]?.close();
    this.#links[member.place] = link;
    member.come(adapter);
    for (const health of member.health()) this.#takeHealth(health);
    return answer;
  }

  /** See `JoinedBroker.admit`. */
  async admit(id: string, adapter: BrokerAdapter, signal: AbortSignal): Answer<null> {
    const member = this.members.find((one) => one.id === id);
    if (member === undefined || this.#isClosed) return notConnected(id);
    this.#offered[member.place] = adapter;
    const answer = await this.#come(member, signal);
    if (answer !== null && !answer.ok) {
      this.#offered[member.place] = null;
      return answer;
    }
    member.isLoading = true;
    for (const health of member.health()) this.#sink?.health(health);
    this.#settle();
    const { referenceKey } = this.#options;
    void this.knowledge.ask(member, [referenceKey, ...this.#router.behind(member.place)]);
    return ok(null);
  }

  /** See `JoinedBroker.loaded`. */
  loaded(id: string): void {
    const member = this.members.find((one) => one.id === id);
    if (member !== undefined) member.isLoading = false;
  }

  /** See `JoinedBroker.away`. */
  away(id: string, away: Away): void {
    const member = this.members.find((one) => one.id === id);
    if (member === undefined || this.#isClosed) return;
    if (member.adapter !== null) {
      for (const { feed } of member.health()) this.#trust.forget(feed);
    }
    this.#offered[member.place] = null;
    this.#links[member.place]?.close();
    this.#links[member.place] = null;
    if (!member.leave(away)) return;
    for (const health of member.health()) this.#sink?.health(health);
    this.#settle();
  }

  /** Changes what is wanted, and gives each broker its share. */
  async subscribe(
    change: (router: MarketRouter) => Result<null, BrokerError>,
    signal: AbortSignal,
  ): Answer<null> {
    const refused = this.refuse(signal);
    if (refused !== null) return refused;
    const changed = change(this.#router);
    if (!changed.ok) return changed;
    const answers = await Promise.all(this.connected().map((member) => member.send(signal)));
    if (signal.aborted) return canceled();
    // One that failed is asked again while the others go on.
    return answers.some((answer) => answer.ok) ? ok(null) : answers[0] ?? ok(null);
  }

  /** Descriptions by the desk's keys, of whoever knows them. */
  async instruments(
    keys: readonly string[],
    signal: AbortSignal,
  ): Answer<readonly Instrument[]> {
    const refused = this.refuse(signal);
    if (refused !== null) return refused;
    const failure = await this.knowledge.describe(keys, signal);
    if (signal.aborted) return canceled();
    const found: Instrument[] = [];
    for (const key of keys) {
      const instrument = this.registry.instrument(key);
      if (instrument !== null) found.push(instrument);
      else if (failure !== null) return fail(failure);
      else {
        const message = `no broker knows ${key}`;
        return fail({ code: "unknownInstrument", message, fix: null });
      }
    }
    return ok(found);
  }

  /** Closes that could not be asked for are told when their broker answers `ask` again. */
  owe(keys: readonly string[], ask: (keys: readonly string[]) => Answer<readonly PreviousClose[]>) {
    for (const key of keys) this.#owed.set(key, ask);
  }

  /** Place of the broker that prices of a contract come from; −1: nobody. */
  sourceOf(key: string): number {
    return this.#router.sourceOf(key);
  }

  delivery(instrument: Instrument): Delivery {
    return this.#router.delivery(instrument);
  }

  health(): readonly FeedHealth[] {
    return this.members.flatMap((member) => member.health());
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sink = null;
    this.#timer?.cancel();
    this.#lifetime.abort();
    for (const link of this.#links) link?.close();
    const since = this.#options.source.now();
    const closing = this.known().map((adapter) => adapter.close());
    for (const member of this.members) {
      if (member.adapter === null) member.leave({ state: "closed", since, detail: null });
    }
    await Promise.all(closing);
  }

  sink(): BrokerSink | null {
    return this.#sink;
  }

  isFrom(handle: number, broker: number): boolean {
    return this.#router.isFrom(handle, broker);
  }

  speaksFor(key: string, broker: number): boolean {
    return this.#router.sourceOf(key) === broker;
  }

  learn(member: Member, keys: readonly string[]): Promise<void> {
    return this.knowledge.learnHeld(member, keys);
  }

  heard(member: Member, health: FeedHealth): void {
    const shown = member.shown(health);
    this.#takeHealth(shown);
    this.#sink?.health(shown);
    if (this.#seen.trust !== this.#trust.version) this.#settle();
  }

  fxRate({ place }: Member, rate: FxRate): void {
    for (const changed of this.fx.take(place, rate)) this.#sink?.fxRate(changed);
  }

  carry({ place }: Member, carry: Carry): void {
    const teller = this.#carriers.get(carry.underlying) ?? place;
    if (place > teller) return;
    this.#carriers.set(carry.underlying, place);
    this.#sink?.carry(carry);
  }

  session(date: IsoDate): void {
    if (date <= this.#session) return;
    this.#session = date;
    this.#sink?.session(date);
  }

  marketEvent(event: LifecycleEvent): void {
    const name = `${event.kind} ${newYorkTime(event.at).date}`;
    if (name === this.#marketEvent) return;
    this.#marketEvent = name;
    this.#sink?.lifecycle(event);
  }

  #takeHealth({ feed, state }: FeedHealth): void {
    this.#trust.take(feed, state, this.#options.clock.monotonic());
  }

  #look(): void {
    this.#looks++;
    this.#trust.look(this.#options.clock.monotonic());
    const { trust, registry } = this.#seen;
    if (trust !== this.#trust.version || registry !== this.registry.version) this.#settle();
    if (this.#looks % RETRY_LOOKS === 0) this.#send();
    if (this.#looks % OWED_LOOKS === 0) void this.#pay();
  }

  /** Asks for the closes that are still missing. */
  async #pay(): Promise<void> {
    const keys = [...this.#owed.keys()];
    const [ask] = this.#owed.values();
    if (ask === undefined) return;
    this.#owed.clear();
    const answer = await ask(keys);
    if (!answer.ok) return this.owe(keys, ask);
    for (const close of answer.value) this.#sink?.previousClose(close);
  }

  /** Takes market data from where it is to come from now. */
  #settle(): void {
    this.#seen = { trust: this.#trust.version, registry: this.registry.version };
    const moved = this.#router.rebalance();
    if (moved.length > 0) this.#sink?.redelivered?.(moved);
    this.#send();
    const orphans = this.#router.orphans();
    if (orphans.length === 0) return;
    for (const member of this.connected()) {
      const feed = member.pricesFeed();
      if (feed === null || !this.#trust.isLive(member.feedId(feed))) continue;
      void this.knowledge.ask(member, orphans);
    }
  }

  #send(): void {
    for (const member of this.members) {
      if (member.isBehind) void member.send(this.#lifetime.signal);
    }
  }
}
