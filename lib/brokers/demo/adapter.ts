import { fail, ok, type Result } from "../../base/result.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type {
  Answer,
  BarQuery,
  BrokerAdapter,
  BrokerCapabilities,
  BrokerError,
  BrokerSink,
  FeedHealth,
  SourceClock,
  Subscription,
} from "../../ports/broker.ts";
import { previousSession } from "../../calendar/sessions.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import type { ContractQuery } from "../../world/mod.ts";
import { DemoBatches } from "./batches.ts";
import { HeldPositions } from "./held_positions.ts";
import { MarketClock } from "./market_clock.ts";
import { DEMO_FEED, DemoHealth } from "./health.ts";
import { InstrumentBook } from "./instrument_book.ts";
import {
  mapAccount,
  mapBalances,
  mapFill,
  mapFxRate,
  mapLifecycle,
  mapOrder,
  mapPosition,
  sessionEvent,
} from "./map.ts";
import { SubscribedIds } from "./subscribed_ids.ts";
import type { FromWorld, WorldLink, WorldQuery, WorldStart } from "./wire/messages.ts";
import { canceled, notConnected, Queries } from "./wire/queries.ts";
import { chainExpiries, chainKeys } from "./chain.ts";

/** How the demo market is opened. */
export interface DemoOptions {
  readonly start: WorldStart;
  readonly link: WorldLink;
  readonly clock: Clock;
  readonly timers: Timers;
}

const CAPABILITIES: BrokerCapabilities = {
  streamsGreeks: true,
  streamsTrades: true,
  reportsNetLiquidation: true,
  reportsFills: true,
  reportsOrders: true,
  hasChains: true,
  barSizes: ["1d"],
  isReplayable: false,
};
const HEALTH_EVERY_MS = 1000;
const DAY_MS = 86_400_000;
const BARS_MAX = 1000;

type Ready = Extract<FromWorld, { kind: "ready" }>;

/** The seeded market behind the broker contract. Source: lib/world. */
export function demoBroker(options: DemoOptions): BrokerAdapter {
  return new DemoBroker(options);
}

class DemoBroker implements BrokerAdapter {
  readonly id = "demo";
  readonly label = "Demo market";
  readonly mode = "demo";
  readonly capabilities = CAPABILITIES;
  readonly baseCurrency = "USD";
  readonly playback = null;
  readonly clock: SourceClock;
  readonly #options: DemoOptions;
  readonly #time: MarketClock;
  readonly #book = new InstrumentBook();
  readonly #batches = new DemoBatches();
  readonly #held = new HeldPositions();
  readonly #subscribed = new SubscribedIds();
  readonly #health: DemoHealth;
  readonly #queries: Queries;
  readonly #opened = Promise.withResolvers<Result<Ready, BrokerError>>();
  #ready: Ready | null = null;
  #sink: BrokerSink | null = null;
  #healthTimer: Timer | null = null;
  #isClosed = false;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#time = new MarketClock(options.clock, options.start.speed);
    this.clock = this.#time;
    this.#health = new DemoHealth(options.clock, this.#time);
    this.#queries = new Queries(options.link);
  }

  /** The liquid share that proves the feed alive. */
  get referenceKey(): string {
    return this.#ready?.referenceSymbol ?? "SPY";
  }

  async connect(sink: BrokerSink, signal: AbortSignal): Answer<null> {
    if (signal.aborted) return canceled();
    if (this.#isClosed) return notConnected();
    const { link, start, timers } = this.#options;
    this.#sink = sink;
    if (this.#ready !== null) return ok(null);
    link.receive((message) => this.#receive(message));
    link.send({ kind: "start", start });
    const answer = await this.#queries.orAborted(this.#opened.promise, signal);
    if (!answer.ok) return answer;
    this.#ready = answer.value;
    this.#healthTimer = timers.setPeriodic(HEALTH_EVERY_MS, () => this.#reportHealth());
    return ok(null);
  }

  #receive(message: FromWorld): void {
    if (this.#isClosed) return;
    switch (message.kind) {
      case "ready":
        this.#time.set(message.moment);
        this.#book.add(message.instruments);
        return this.#opened.resolve(ok(message));
      case "market":
        this.#time.set(message.moment);
        return this.#market(message);
      case "events":
        this.#time.set(message.moment);
        return this.#events(message);
      case "moment":
        this.#time.set(message.moment);
        return this.#health.beat(message.lost);
      case "answer":
        return this.#queries.resolve(message.id, message.answer);
      case "failed":
        return this.#fail(message.message);
    }
  }

  #market(message: Extract<FromWorld, { kind: "market" }>): void {
    this.#health.beat(null);
    const batch = this.#batches.wanted(message.columns);
    if (batch.count > 0) {
      this.#health.event(batch.eventAt[batch.count - 1]);
      this.#sink?.market(batch);
    }
    const { kind, handle, eventAt, values } = message.columns;
    this.#options.link.send(
      { kind: "recycle", columns: message.columns },
      [kind.buffer, handle.buffer, eventAt.buffer, values.buffer],
    );
  }

  #events(message: Extract<FromWorld, { kind: "events" }>): void {
    const sink = this.#sink;
    if (sink === null) return;
    const key = this.#book.keyOf;
    for (const event of message.events) {
      switch (event.kind) {
        case "listed":
          this.#book.add([event.instrument]);
          break;
        case "sessionOpened":
          sink.session(event.date);
          sink.lifecycle(sessionEvent("sessionOpened", event.at, event.date));
          break;
        case "sessionClosed":
          sink.lifecycle(sessionEvent("sessionClosed", event.at, event.date));
          break;
        case "fill":
          sink.fill(mapFill(event.fill, key));
          break;
        case "order":
          sink.order(mapOrder(event.order, key, event.at));
          break;
        case "lifecycle":
          sink.lifecycle(mapLifecycle(event.lifecycle, key, event.at));
          break;
        case "fx":
          sink.fxRate(mapFxRate(event.fx));
          break;
        case "position":
        case "balance":
        case "flow":
        case "resync":
          break;
      }
    }
    for (const { account, isWhole, positions } of message.moved) {
      const moved = positions.map((held) => mapPosition(held, key, message.moment.now));
      const all = isWhole ? this.#held.replace(account, moved) : this.#held.change(account, moved);
      sink.positions(account, all);
    }
    for (const balances of message.balances) sink.balances(mapBalances(balances));
  }

  #fail(why: string): void {
    this.#health.fail(why);
    const error: BrokerError = {
      code: "unreachable",
      message: `the demo market stopped: ${why}`,
      fix: "restart the desk; if it happens again, report it with this line",
    };
    this.#opened.resolve(fail(error));
    this.#queries.failAll(error);
    this.#reportHealth();
  }

  #reportHealth(): void {
    if (this.#isClosed) return;
    const changed = this.#health.update();
    if (changed !== null) this.#sink?.health(changed);
  }

  accounts(signal: AbortSignal) {
    const refused = this.#refuse(signal);
    if (refused !== null || this.#ready === null) {
      return Promise.resolve(refused ?? notConnected());
    }
    return Promise.resolve(ok(this.#ready.accounts.map((account) => mapAccount(account))));
  }

  instruments(keys: readonly string[], signal: AbortSignal) {
    return Promise.resolve(this.#refuse(signal) ?? this.#book.instruments(keys));
  }

  /** Why no call is answered now, or null. */
  #refuse(signal: AbortSignal) {
    if (signal.aborted) return canceled();
    return this.#ready === null || this.#isClosed ? notConnected() : null;
  }

  /** World ids of keys; contracts that only stand in a chain are listed first. */
  async #idsOf(keys: readonly string[], signal: AbortSignal): Answer<number[]> {
    const refused = this.#refuse(signal);
    if (refused !== null) return refused;
    const contracts = this.#book.unlisted(keys);
    if (contracts.length > 0) {
      const listed = await this.#ask({ kind: "list", contracts }, signal);
      if (!listed.ok) return listed;
      this.#book.add(listed.value.filter((one) => one !== null));
    }
    return this.#book.ids(keys);
  }

  async positions(account: string, signal: AbortSignal) {
    const held = await this.#ask({ kind: "positions", account }, signal);
    const asOf = this.clock.now();
    if (!held.ok) return held;
    if (held.value === null) return noAccount(account);
    return ok(held.value.map((one) => mapPosition(one, this.#book.keyOf, asOf)));
  }

  async balances(account: string, signal: AbortSignal) {
    const answer = await this.#ask({ kind: "balances", account }, signal);
    if (!answer.ok) return answer;
    return answer.value === null ? noAccount(account) : ok(mapBalances(answer.value));
  }

  async fxRates(signal: AbortSignal) {
    const fx = await this.#ask({ kind: "fx" }, signal);
    return fx.ok ? ok([mapFxRate(fx.value)]) : fx;
  }

  async previousCloses(keys: readonly string[], signal: AbortSignal) {
    const ids = await this.#idsOf(keys, signal);
    if (!ids.ok) return ids;
    const closes = await this.#ask({ kind: "closes", ids: ids.value }, signal);
    if (!closes.ok) return closes;
    const before = previousSession(this.#time.date);
    const session = before.ok ? before.value : this.#time.date;
    return ok(keys.flatMap((instrumentKey, index) => {
      const close = closes.value[index];
      return Number.isNaN(close) ? [] : [{ instrumentKey, close, session }];
    }));
  }

  async fillsToday(account: string, signal: AbortSignal) {
    if (!this.#hasAccount(account)) return this.#refuse(signal) ?? noAccount(account);
    const fills = await this.#ask({ kind: "fills", account }, signal);
    return fills.ok ? ok(fills.value.map((fill) => mapFill(fill, this.#book.keyOf))) : fills;
  }

  async orders(account: string, signal: AbortSignal) {
    if (!this.#hasAccount(account)) return this.#refuse(signal) ?? noAccount(account);
    const orders = await this.#ask({ kind: "orders", account }, signal);
    const asOf = this.clock.now();
    if (!orders.ok) return orders;
    return ok(orders.value.map((order) => mapOrder(order, this.#book.keyOf, asOf)));
  }

  async carry(underlyings: readonly string[], signal: AbortSignal) {
    const answer = await this.#ask({ kind: "carry", underlyings }, signal);
    if (!answer.ok) return answer;
    const asOf = this.#time.date;
    return ok(underlyings.flatMap((underlying, index) => {
      const carry = answer.value[index];
      if (carry === null) return [];
      const { riskFreeRate, dividendYield } = carry;
      return [{ underlying, riskFreeRate, dividendYield, source: "demo market", asOf }];
    }));
  }

  async chain(underlying: string, signal: AbortSignal) {
    const chain = await this.#ask({ kind: "chain", underlying }, signal);
    if (!chain.ok) return chain;
    if (chain.value.length === 0 && !this.#book.hasUnderlying(underlying)) {
      return fail<BrokerError>({
        code: "unknownInstrument",
        message: `the demo market lists no ${underlying}`,
        fix: null,
      });
    }
    const expiries = chainExpiries(chain.value);
    this.#book.addChain(chainKeys(expiries));
    const bare = chain.value.filter(({ root }) => !this.#book.hasTemplate(root));
    const first = bare.map(({ root, expiry, strikes }): ContractQuery => ({
      root,
      expiry,
      strike: strikes[0],
      right: "call",
    }));
    if (first.length === 0) return ok(expiries);
    const listed = await this.#ask({ kind: "list", contracts: first }, signal);
    if (!listed.ok) return listed;
    this.#book.add(listed.value.filter((one) => one !== null));
    return ok(expiries);
  }

  async bars(query: BarQuery, signal: AbortSignal) {
    const ids = await this.#idsOf([query.instrumentKey], signal);
    if (!ids.ok) return ids;
    if (query.size !== "1d") {
      const message = "the demo market keeps daily bars only";
      return fail<BrokerError>({ code: "unsupported", message, fix: null });
    }
    const days = Math.ceil((this.clock.now() - query.from) / DAY_MS);
    const count = Math.min(BARS_MAX, Math.max(1, days));
    const bars = await this.#ask({ kind: "bars", id: ids.value[0], count }, signal);
    if (!bars.ok) return bars;
    const mapped = bars.value.map(({ date, ...prices }) => ({
      startsAt: Date.parse(`${date}T00:00:00Z`),
      ...prices,
    }));
    return ok(mapped.filter((bar) => bar.startsAt >= query.from && bar.startsAt < query.to));
  }

  async subscribe(wanted: readonly Subscription[], signal: AbortSignal): Answer<null> {
    const missing = this.#subscribed.missing(wanted);
    const ids = await this.#idsOf(missing.map((one) => one.instrument.key), signal);
    if (!ids.ok) return ids;
    const refused = this.#refuse(signal);
    if (refused !== null) return refused;
    this.#subscribed.learn(missing, ids.value);
    this.#batches.want(wanted.map((one) => one.handle));
    this.#options.link.send({
      kind: "subscribe",
      ids: this.#subscribed.of(wanted),
      handles: Int32Array.from(wanted, (one) => one.handle),
    });
    return ok(null);
  }

  #hasAccount(account: string): boolean {
    return this.#ready?.accounts.some(({ id }) => id === account) ?? false;
  }

  #ask<Q extends WorldQuery>(query: Q, signal: AbortSignal) {
    const refused = this.#refuse(signal);
    return refused === null ? this.#queries.ask(query, signal) : Promise.resolve(refused);
  }

  delivery(_instrument: Instrument) {
    return { feed: DEMO_FEED, cadenceMs: null, isDerived: false };
  }

  health(): readonly FeedHealth[] {
    return [this.#health.read()];
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#health.close();
    this.#healthTimer?.cancel();
    this.#options.link.close();
    const { error } = notConnected();
    this.#opened.resolve(fail(error));
    this.#queries.failAll(error);
    return Promise.resolve();
  }
}

function noAccount(account: string) {
  return fail<BrokerError>({
    code: "unknownAccount",
    message: `the demo market has no account ${account.slice(-4)}`,
    fix: null,
  });
}
