import { fail, ok, type Result } from "../../base/result.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type {
  Answer,
  BarQuery,
  BrokerCapabilities,
  BrokerError,
  BrokerSink,
  FeedHealth,
  SourceClock,
  Subscription,
  SubscriptionChanges,
} from "../../ports/broker.ts";
import type { Timer } from "../../ports/timers.ts";
import { DemoAnswers } from "./answers.ts";
import { DemoBatches } from "./batches.ts";
import { HeldPositions } from "./held_positions.ts";
import { LastCheckpoint } from "./last_checkpoint.ts";
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
import { begunOf, type DemoAdapter, type DemoOptions } from "./options.ts";
import { SubscribedIds } from "./subscribed_ids.ts";
import type { FromWorld } from "./wire/messages.ts";
import { canceled, notConnected, Queries } from "./wire/queries.ts";

export type { DemoAdapter, DemoBegun, DemoOptions } from "./options.ts";

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
/** In place of a handle: nobody wants the instrument any more. */
const NOT_WANTED = -1;

type Ready = Extract<FromWorld, { kind: "ready" }>;

/** The seeded market behind the broker contract. Source: lib/world. */
export function demoBroker(options: DemoOptions): DemoAdapter {
  return new DemoBroker(options);
}

class DemoBroker implements DemoAdapter {
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
  readonly #answers: DemoAnswers;
  readonly #last = new LastCheckpoint();
  #isStarted = false;
  #isClosed = false;
  #hasFailed = false;
  #ended: Promise<void> | null = null;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#time = new MarketClock(options.clock, options.start.speed);
    this.clock = this.#time;
    this.#health = new DemoHealth(options.clock, this.#time);
    this.#queries = new Queries(options.link);
    this.#answers = new DemoAnswers({
      queries: this.#queries,
      book: this.#book,
      time: this.#time,
      accounts: () => this.#isClosed ? null : this.#ready?.accounts ?? null,
    });
  }

  /** The liquid share that proves the feed alive. */
  get referenceKey(): string {
    return this.#ready?.referenceSymbol ?? "SPY";
  }

  async connect(sink: BrokerSink, signal: AbortSignal): Answer<null> {
    if (signal.aborted) return canceled();
    if (this.#isClosed) return notConnected();
    const { timers } = this.#options;
    this.#sink = sink;
    if (this.#ready !== null) return ok(null);
    this.#start();
    const answer = await this.#queries.orAborted(this.#opened.promise, signal);
    if (!answer.ok) return answer;
    this.#ready = answer.value;
    this.#healthTimer = timers.setPeriodic(HEALTH_EVERY_MS, () => this.#reportHealth());
    return ok(null);
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { link, start, resume = null, onCheckpoint } = this.#options;
    const keepsCheckpoints = onCheckpoint !== undefined;
    link.receive((message) => this.#receive(message));
    link.send(
      { kind: "start", start, resume, keepsCheckpoints },
      resume === null ? [] : [resume.checkpoint.buffer],
    );
  }

  #receive(message: FromWorld): void {
    if (message.kind === "checkpoint") {
      this.#options.onCheckpoint?.(message.bytes, message.at);
      if (message.isAsked) this.#last.settle();
      return;
    }
    if (message.kind === "failed") return this.#fail(message.message);
    if (this.#isClosed) return;
    switch (message.kind) {
      case "ready":
        this.#time.set(message.moment);
        this.#book.add(message.instruments);
        this.#options.onBegun?.(begunOf(message.begun));
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
    this.#hasFailed = true;
    this.#last.settle();
    if (this.#isClosed) return;
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
    const refused = this.#answers.refuse(signal);
    if (refused !== null || this.#ready === null) {
      return Promise.resolve(refused ?? notConnected());
    }
    return Promise.resolve(ok(this.#ready.accounts.map((account) => mapAccount(account))));
  }

  instruments(keys: readonly string[], signal: AbortSignal) {
    return Promise.resolve(this.#answers.refuse(signal) ?? this.#book.instruments(keys));
  }

  positions(account: string, signal: AbortSignal) {
    return this.#answers.positions(account, signal);
  }

  balances(account: string, signal: AbortSignal) {
    return this.#answers.balances(account, signal);
  }

  figures(account: string, signal: AbortSignal) {
    return this.#answers.figures(account, signal);
  }

  fxRates(signal: AbortSignal) {
    return this.#answers.fxRates(signal);
  }

  previousCloses(keys: readonly string[], signal: AbortSignal) {
    return this.#answers.previousCloses(keys, signal);
  }

  fillsToday(account: string, signal: AbortSignal) {
    return this.#answers.fillsToday(account, signal);
  }

  orders(account: string, signal: AbortSignal) {
    return this.#answers.orders(account, signal);
  }

  carry(underlyings: readonly string[], signal: AbortSignal) {
    return this.#answers.carry(underlyings, signal);
  }

  chain(underlying: string, signal: AbortSignal) {
    return this.#answers.chain(underlying, signal);
  }

  bars(query: BarQuery, signal: AbortSignal) {
    return this.#answers.bars(query, signal);
  }

  async subscribe(wanted: readonly Subscription[], signal: AbortSignal): Answer<null> {
    const missing = this.#subscribed.missing(wanted);
    const ids = await this.#answers.idsOf(missing.map((one) => one.instrument.key), signal);
    if (!ids.ok) return ids;
    const refused = this.#answers.refuse(signal);
    if (refused !== null) return refused;
    this.#subscribed.learn(missing, ids.value);
    this.#batches.want(wanted.map((one) => one.handle));
    this.#options.link.send({
      kind: "subscribe",
      isWhole: true,
      ids: this.#subscribed.of(wanted),
      handles: Int32Array.from(wanted, (one) => one.handle),
    });
    return ok(null);
  }

  async changeSubscriptions(changes: SubscriptionChanges, signal: AbortSignal): Answer<null> {
    const { added, removed } = changes;
    const ids = await this.#answers.idsOf(added.map((one) => one.instrument.key), signal);
    if (!ids.ok) return ids;
    const refused = this.#answers.refuse(signal);
    if (refused !== null) return refused;
    const handles = added.map((one) => one.handle);
    // What is gone comes first: a contract described anew is both, under one handle.
    const gone = this.#subscribed.forget([...removed, ...handles]);
    this.#subscribed.learn(added, ids.value);
    this.#batches.change(handles, removed);
    this.#options.link.send({
      kind: "subscribe",
      isWhole: false,
      ids: Int32Array.from([...gone, ...ids.value]),
      handles: Int32Array.from([...gone.map(() => NOT_WANTED), ...handles]),
    });
    return ok(null);
  }

  delivery(_instrument: Instrument) {
    return { feed: DEMO_FEED, cadenceMs: null, isDerived: false };
  }

  health(): readonly FeedHealth[] {
    return [this.#health.read()];
  }

  requestCheckpoint(): void {
    if (this.#ready !== null && !this.#isClosed) this.#options.link.send({ kind: "checkpoint" });
  }

  close(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const { link, timers, onCheckpoint } = this.#options;
    const isRunning = this.#ready !== null && !this.#hasFailed;
    this.#isClosed = true;
    this.#health.close();
    this.#healthTimer?.cancel();
    const { error } = notConnected();
    this.#opened.resolve(fail(error));
    this.#queries.failAll(error);
    if (onCheckpoint !== undefined && isRunning) await this.#last.take(link, timers);
    link.close();
  }
}
