import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { ok, type Result } from "../../base/result.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type {
  Answer,
  BarQuery,
  BrokerAdapter,
  BrokerCapabilities,
  BrokerError,
  BrokerSink,
  Delivery,
  FeedHealth,
  Playback,
  PreviousClose,
  SourceClock,
  Subscription,
} from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import {
  barsOf,
  brokerFailure,
  carryOf,
  chainOf,
  findInstruments,
  hasMinuteBars,
} from "./answers.ts";
import { ReplayFeed } from "./feed.ts";
import { Ledger, type LedgerInstant, REPLAY_BROKER } from "./ledger.ts";
import type { ReplayData } from "./open.ts";
import { Player } from "./player.ts";
import { REPLAY_FEED, ReplayHealth } from "./quality.ts";

/** How a recording is played. */
export interface ReplayOptions {
  /** Recorded seconds per second, 0.1 to 1000. */
  readonly speed: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** A recording as a broker. */
export interface ReplayBroker extends BrokerAdapter {
  readonly playback: Playback;
}

/**
 * Plays a recording as a broker, from `openReplay`'s data.
 *
 * The clock stands at the end of the first minute until something is subscribed; that minute is
 * delivered next, the others follow at their ends. All events of one minute come in one batch.
 * Source: docs/replay.md.
 */
export function replayBroker(data: ReplayData, options: ReplayOptions): ReplayBroker {
  return new RecordedBroker(data, options);
}

class RecordedBroker implements ReplayBroker {
  readonly id = REPLAY_BROKER;
  readonly label: string;
  readonly mode = "replay";
  readonly capabilities: BrokerCapabilities;
  readonly baseCurrency: string;
  readonly referenceKey: string;
  readonly clock: SourceClock;
  readonly playback: Playback;
  readonly #data: ReplayData;
  readonly #delivery: Delivery;
  readonly #derivedKeys: ReadonlySet<string>;
  readonly #timers: Timers;
  readonly #ledger: Ledger;
  readonly #feed: ReplayFeed;
  readonly #player: Player;
  readonly #health: ReplayHealth;
  readonly #late = new Set<number>();
  #lateTimer: Timer | null = null;
  #sink: BrokerSink | null = null;
  #isClosed = false;
  #session: IsoDate;
  #fillsUntil: UnixMs;

  constructor(data: ReplayData, options: ReplayOptions) {
    const { manifest, recording, minuteFrom, minuteTo } = data;
    this.#data = data;
    this.#timers = options.timers;
    this.#ledger = new Ledger(data);
    this.#feed = new ReplayFeed(data);
    this.#player = new Player({ ...options, recording, minuteFrom, minuteTo }, {
      restarted: () => this.#restarted(),
      minute: (minute) => this.#minute(minute),
      ended: () => this.#ended(),
    });
    this.label = `Recording ${manifest.name}`;
    this.baseCurrency = manifest.baseCurrency;
    this.referenceKey = manifest.referenceSymbol;
    const { cadenceMs } = recording;
    this.#delivery = { feed: REPLAY_FEED, cadenceMs, isDerived: false };
    this.#derivedKeys = new Set(
      manifest.underlyings.filter(({ spot }) => spot.rule === "parity").map(({ symbol }) => symbol),
    );
    this.clock = this.#player.playhead;
    this.playback = this.#player;
    this.#health = new ReplayHealth(data, this.clock.now());
    this.#session = this.#today();
    this.#fillsUntil = this.clock.now();
    this.capabilities = {
      streamsGreeks: false,
      streamsTrades: true,
      reportsNetLiquidation: data.book.accounts.some((one) => one.netLiquidation !== null),
      reportsFills: true,
      reportsOrders: false,
      hasChains: true,
      barSizes: hasMinuteBars(data) ? ["1m"] : [],
      isReplayable: true,
    };
  }

  connect(sink: BrokerSink, signal: AbortSignal): Answer<null> {
    if (signal.aborted) return Promise.resolve(canceled());
    if (this.#isClosed) return Promise.resolve(notConnected());
    this.#sink = sink;
    return Promise.resolve(ok(null));
  }

  accounts(signal: AbortSignal) {
    return this.#answer(signal, () => ok(this.#ledger.accounts));
  }

  instruments(keys: readonly string[], signal: AbortSignal) {
    return this.#answer(signal, () => findInstruments(this.#data, keys));
  }

  positions(accountId: string, signal: AbortSignal) {
    return this.#ofAccount(accountId, signal, (at) => this.#ledger.positionsAt(accountId, at));
  }

  balances(accountId: string, signal: AbortSignal) {
    return this.#ofAccount(accountId, signal, (at) => this.#ledger.balancesAt(accountId, at));
  }

  fillsToday(accountId: string, signal: AbortSignal) {
    return this.#ofAccount(accountId, signal, (at) => this.#ledger.fillsToday(accountId, at));
  }

  fxRates(signal: AbortSignal) {
    return this.#answer(signal, () => ok(this.#ledger.fxRates()));
  }

  previousCloses(keys: readonly string[], signal: AbortSignal) {
    return this.#answer(signal, () => {
      const known = findInstruments(this.#data, keys);
      return known.ok ? ok(this.#closes(keys)) : known;
    });
  }

  orders(_accountId: string, signal: AbortSignal) {
    return this.#answer(
      signal,
      () => brokerFailure("unsupported", "a recording has no orders"),
    );
  }

  carry(underlyings: readonly string[], signal: AbortSignal) {
    return this.#answer(signal, () => carryOf(this.#data, underlyings));
  }

  chain(underlying: string, signal: AbortSignal) {
    return this.#answer(signal, () => chainOf(this.#data, underlying));
  }

  bars(query: BarQuery, signal: AbortSignal) {
    return this.#answer(
      signal,
      () =>
        this.capabilities.barSizes.length > 0
          ? barsOf(this.#data, query, this.clock.now())
          : brokerFailure("unsupported", "the recording has no whole one-minute bars"),
    );
  }

  subscribe(wanted: readonly Subscription[], signal: AbortSignal): Answer<null> {
    return this.#answer(signal, () => {
      const known = findInstruments(this.#data, wanted.map(({ instrument }) => instrument.key));
      if (!known.ok) return known;
      const added = this.#feed.want(wanted);
      for (const index of added) this.#late.add(index);
      if (wanted.length > 0 && !this.#player.isStarted) this.#player.start();
      else if (added.size > 0) this.#scheduleLate();
      return ok(null);
    });
  }

  delivery({ key }: Instrument): Delivery {
    return { ...this.#delivery, isDerived: this.#derivedKeys.has(key) };
  }

  health(): readonly FeedHealth[] {
    return [this.#health.report(this.clock.now())];
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#sink = null;
    this.#player.close();
    this.#lateTimer?.cancel();
    this.#lateTimer = null;
    this.#health.enter("closed", this.clock.now());
    return Promise.resolve();
  }

  #answer<T>(signal: AbortSignal, make: () => Result<T, BrokerError>): Answer<T> {
    if (signal.aborted) return Promise.resolve(canceled());
    if (this.#sink === null) return Promise.resolve(notConnected());
    return Promise.resolve(make());
  }

  #ofAccount<T>(id: string, signal: AbortSignal, make: (at: LedgerInstant) => T): Answer<T> {
    return this.#answer(signal, () => {
      if (!this.#ledger.has(id)) {
        return brokerFailure("unknownAccount", "the book has no such account");
      }
      return ok(make(this.#instant()));
    });
  }

  #instant(): LedgerInstant {
    return { now: this.clock.now(), session: this.#session };
  }

  #today(): IsoDate {
    return newYorkTime(this.clock.now() - this.#data.recording.cadenceMs).date;
  }

  #closes(keys: readonly string[]): readonly PreviousClose[] {
    const closes = keys.map((key) => this.#ledger.previousClose(key, this.#session));
    return closes.filter((close) => close !== null);
  }

  /** Subscriptions that came while playing begin with what was recorded last. */
  #scheduleLate(): void {
    this.#lateTimer ??= this.#timers.setTimer(0, () => {
      this.#lateTimer = null;
      if (this.#player.isSeeking) return;
      const batch = this.#feed.latest(this.#late, this.#data.minuteFrom, this.#player.next);
      this.#late.clear();
      if (batch.count > 0) this.#sink?.market(batch);
    });
  }

  #restarted(): void {
    const now = this.clock.now();
    this.#session = this.#today();
    this.#fillsUntil = now;
    this.#late.clear();
    this.#health.restart();
    this.#tellSession();
    this.#enter("connecting");
  }

  /** Every delivery may close the broker: what follows asks for the sink again. */
  #minute(minute: number): void {
    const now = this.clock.now();
    if (this.#today() !== this.#session) this.#beginSession();
    this.#tellFills(now);
    this.#late.clear();
    const hasFlaws = this.#health.count(minute);
    const batch = this.#feed.minute(minute);
    if (batch.count > 0) this.#health.delivered(now);
    if (this.#health.enter("live", now) || hasFlaws) this.#sink?.health(this.#health.report(now));
    if (batch.count > 0) this.#sink?.market(batch);
  }

  #ended(): void {
    this.#enter("closed");
  }

  #enter(state: "connecting" | "closed"): void {
    const now = this.clock.now();
    if (this.#health.enter(state, now)) this.#sink?.health(this.#health.report(now));
  }

  #beginSession(): void {
    this.#session = this.#today();
    this.#tellSession();
  }

  #tellSession(): void {
    this.#sink?.session(this.#session);
    const keys = this.#data.instruments.instruments.map((instrument) => instrument.key);
    for (const close of this.#closes(keys)) this.#sink?.previousClose(close);
    for (const { id } of this.#ledger.accounts) this.#tellAccount(id);
  }

  #tellFills(now: UnixMs): void {
    const touched = new Set<string>();
    for (const fill of this.#ledger.fills) {
      if (fill.filledAt <= this.#fillsUntil || fill.filledAt > now) continue;
      this.#sink?.fill(fill);
      touched.add(fill.accountId);
    }
    this.#fillsUntil = now;
    for (const id of touched) this.#tellAccount(id);
  }

  #tellAccount(id: string): void {
    this.#sink?.positions(id, this.#ledger.positionsAt(id, this.#instant()));
    this.#sink?.balances(this.#ledger.balancesAt(id, this.#instant()));
  }
}

function canceled(): Result<never, BrokerError> {
  return brokerFailure("canceled", "the call was canceled");
}

function notConnected(): Result<never, BrokerError> {
  return brokerFailure("notConnected", "the recording is not open");
}
