import type { IsoDate, UnixMs } from "../base/brand.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Account, Balances, FxRate } from "../domain/account.ts";
import type { MarketBatch } from "../domain/market_data.ts";
import type { Fill, Order, Position } from "../domain/position.ts";
import { type Board, createBoard } from "../market/board.ts";
import { refreshSessions } from "../market/sessions.ts";
import { type Book, createBook } from "../portfolio/book.ts";
import type { Divergence } from "../portfolio/divergence.ts";
import type { Verification } from "../portfolio/verify.ts";
import type {
  BrokerAdapter,
  BrokerError,
  BrokerSink,
  Carry,
  FeedHealth,
  LifecycleEvent,
  PreviousClose,
} from "../ports/broker.ts";
import type { Clock } from "../ports/clock.ts";
import type { Timer, Timers } from "../ports/timers.ts";
import { loadBook } from "./loading.ts";
import { InstrumentSync } from "./instrument_sync.ts";

/** What the engine tells besides numbers; each goes out at once. */
export interface EngineListener {
  fill(fill: Fill): void;
  /** A fill of today from before the desk listened. */
  earlierFill(fill: Fill): void;
  order(order: Order): void;
  lifecycle(event: LifecycleEvent): void;
  feed(health: FeedHealth): void;
  /** Something went wrong inside; `message` is for the log and the reader. */
  trouble(message: string): void;
}

/** What an engine is made from. */
export interface EngineOptions {
  readonly adapter: BrokerAdapter;
  /** Account ids, nicknames or last digits to load; empty for all. */
  readonly accounts: readonly string[];
  /** True: an account that is not there ends the start; else it is only told. */
  readonly requiresAccounts: boolean;
  /** Asked about a source's accounts before anything of them is taken; absent: all may come. */
  readonly admits?: (accounts: readonly Account[]) => Result<null, BrokerError>;
  /** Instruments at most. */
  readonly capacity: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly listener: EngineListener;
}

const SWEEP_EVERY_MS = 1000;
/** Every contract is looked at once per sweep, a share of them at each step; a small book whole. */
const ADVANCE_EVERY_MS = 50;
const ADVANCE_CONTRACTS = 2_000;
/** Contracts at a step whose broker and model deltas are compared: some have to be solved first. */
const DIVERGENCE_CONTRACTS = 500;
const VERIFY_EVERY_MS = 60_000;
/** Rows verified at once, and the pause to the next: a large book holds nobody up. */
const VERIFY_ROWS = 2_000;
const VERIFY_STEP_MS = 50;

/**
 * Broker -> board -> book. Takes what the adapter delivers, keeps board and book, describes and
 * subscribes what positions need, and moves time. Knows no socket and no page.
 */
export class Engine implements BrokerSink {
  readonly adapter: BrokerAdapter;
  readonly board: Board;
  readonly book: Book;
  readonly #options: EngineOptions;
  readonly #sync: InstrumentSync;
  readonly #abort = new AbortController();
  readonly #timers: Timer[] = [];
  #verifyTimer: Timer | null = null;
  #isLoaded = false;
  #sessionsChangeAt = -Infinity;
  #recomputeMs = NaN;
  #eventsBefore = 0;
  #eventsPerSecond = 0;
  #divergences: readonly Divergence[] = [];
  #isComparing = false;
  #verification: Verification | null = null;
  readonly #balances = new Map<string, Balances>();
  readonly #lastFillAt = new Map<string, UnixMs>();
  /** Ids of the accounts that are in the book whole. */
  readonly #accounts = new Set<string>();
  /** Rates as told last, by currency. */
  readonly #rates = new Map<string, FxRate>();
  #previousNetLiq: (accountId: string) => number | null = () => null;

  constructor(options: EngineOptions) {
    const { adapter, capacity } = options;
    this.#options = options;
    this.adapter = adapter;
    this.board = createBoard({ capacity });
    this.book = createBook({
      baseCurrency: adapter.baseCurrency,
      market: this.board,
      startAt: adapter.clock.now(),
    });
    this.#sync = new InstrumentSync({
      adapter,
      board: this.board,
      book: this.book,
      signal: this.#abort.signal,
      trouble: options.listener.trouble,
    });
  }

  /** Connects and loads; resolves when the book holds every account. */
  async start(): Promise<Result<null, BrokerError>> {
    const { adapter, timers, requiresAccounts } = this.#options;
    const { signal } = this.#abort;
    const connected = await adapter.connect(this, signal);
    if (!connected.ok) return connected;
    this.#refreshSessions();
    const loaded = await this.#load(requiresAccounts);
    if (!loaded.ok) return loaded;
    const synced = await this.#sync.run();
    if (!synced.ok) return synced;
    if (signal.aborted) {
      return fail({ code: "canceled", message: "the desk is stopping", fix: null });
    }
    for (const health of adapter.health()) this.health(health);
    this.#isLoaded = true;
    // What came in while loading may need more than was described.
    this.#sync.request();
    this.#timers.push(
      timers.setPeriodic(SWEEP_EVERY_MS, () => this.#sweep()),
      timers.setPeriodic(ADVANCE_EVERY_MS, () => this.#step()),
      timers.setPeriodic(VERIFY_EVERY_MS, () => this.#verifyPart()),
    );
    return ok(null);
  }

  /** Loads the accounts that came since the start, as of a broker that was late. */
  async takeIn(): Promise<Result<null, BrokerError>> {
    const loaded = await this.#load(false);
    // What is held is described; what drives it and its market data follow.
    this.#sync.request();
    return loaded;
  }

  #load(requiresAccounts: boolean): Promise<Result<null, BrokerError>> {
    const { adapter, accounts, admits, listener } = this.#options;
    return loadBook({
      adapter,
      book: this.book,
      loaded: this.#accounts,
      accounts,
      requiresAccounts,
      admits,
      signal: this.#abort.signal,
      trouble: listener.trouble,
      setBalances: (balances) => this.balances(balances),
      setFxRate: (rate) => this.fxRate(rate),
      fill: (fill) => listener.earlierFill(fill),
      describe: (keys) => this.#sync.describe(keys),
    });
  }

  /** Exchange rates as told last. */
  fxRates(): readonly FxRate[] {
    return [...this.#rates.values()];
  }

  /** True once the book holds every account. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Time of the newest board and book update, smoothed, ms; NaN before the first. */
  get recomputeMs(): number {
    return this.#recomputeMs;
  }

  /** Market events of the last second. */
  get eventsPerSecond(): number {
    return this.#eventsPerSecond;
  }

  /** Contracts whose broker and model deltas disagree. */
  get divergences(): readonly Divergence[] {
    return this.#divergences;
  }

  /** The last full recomputation, null before the first. */
  get verification(): Verification | null {
    return this.#verification;
  }

  /** When the newest fill of an account happened since the start; null when none did. */
  lastFillAt(accountId: string): UnixMs | null {
    return this.#lastFillAt.get(accountId) ?? null;
  }

  /** Recomputes everything from the inputs and keeps the finding. */
  verify(): Verification {
    this.#verification = this.book.verify();
    return this.#verification;
  }

  #verifyPart(): void {
    const found = this.book.verifyPart(VERIFY_ROWS);
    if (found !== null) this.#verification = found;
    else {this.#verifyTimer = this.#options.timers.setTimer(VERIFY_STEP_MS, () =>
        this.#verifyPart());}
  }

  /** Ends everything; idempotent. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#verifyTimer?.cancel();
    this.#abort.abort();
    await this.adapter.close();
  }

  #sourceNow(): UnixMs {
    return this.adapter.clock.now();
  }

  #refreshSessions(): void {
    const now = this.#sourceNow();
    if (now >= this.#sessionsChangeAt) this.#sessionsChangeAt = refreshSessions(this.board, now);
  }

  #advance(): void {
    this.#refreshSessions();
    const share = this.book.rowCount * ADVANCE_EVERY_MS / SWEEP_EVERY_MS;
    this.book.advanceTime(this.#sourceNow(), Math.max(ADVANCE_CONTRACTS, share));
  }

  #step(): void {
    this.#advance();
    if (!this.#isComparing) return;
    const found = this.book.sweepDivergence(DIVERGENCE_CONTRACTS);
    if (found === null) return;
    this.#divergences = found;
    this.#isComparing = false;
  }

  /** Once a second: a new comparison of deltas begins, unless the last goes on in a large book. */
  #sweep(): void {
    this.#isComparing = true;
    this.#eventsPerSecond = this.board.eventCount - this.#eventsBefore;
    this.#eventsBefore = this.board.eventCount;
  }

  market(batch: MarketBatch): void {
    const { clock } = this.#options;
    const startedAt = clock.monotonic();
    const now = this.#sourceNow();
    this.board.apply(batch, now);
    this.book.applyMarket(this.board.takeTouched(), now);
    const tookMs = clock.monotonic() - startedAt;
    const known = Number.isNaN(this.#recomputeMs) ? tookMs : this.#recomputeMs;
    this.#recomputeMs = known + 0.1 * (tookMs - known);
  }

  positions(accountId: string, positions: readonly Position[]): void {
    this.book.setPositions(accountId, positions);
    if (this.#isLoaded) this.#sync.request();
  }

  balances(balances: Balances): void {
    this.#balances.set(balances.accountId, balances);
    const { previousNetLiquidation } = balances;
    this.book.setBalances({
      ...balances,
      previousNetLiquidation: previousNetLiquidation ?? this.#previousNetLiq(balances.accountId),
    });
  }

  /** Where the broker does not say what an account was worth at the previous close, this does. */
  usePreviousNetLiq(recorded: (accountId: string) => number | null): void {
    this.#previousNetLiq = recorded;
    for (const balances of this.#balances.values()) this.balances(balances);
  }

  fxRate(rate: FxRate): void {
    this.#rates.set(rate.currency, rate);
    this.book.setFxRate(rate);
  }

  previousClose(close: PreviousClose): void {
    const handle = this.book.handleOf(close.instrumentKey);
    if (!this.board.isRegistered(handle)) return;
    this.board.setPreviousClose(handle, close.close, this.#sourceNow());
    this.book.applyMarket(this.board.takeTouched(), this.#sourceNow());
  }

  fill(fill: Fill): void {
    if (this.book.applyFill(fill)) this.#lastFillAt.set(fill.accountId, fill.filledAt);
    this.#options.listener.fill(fill);
    if (this.#isLoaded) this.#sync.request();
  }

  order(order: Order): void {
    this.#options.listener.order(order);
  }

  carry(carry: Carry): void {
    this.book.setCarry(carry);
  }

  health(health: FeedHealth): void {
    if (this.board.setFeedState(health.feed, health.state, health.since)) {
      this.#advance();
    }
    this.#options.listener.feed(health);
  }

  redelivered(handles: readonly number[]): void {
    for (const handle of handles) {
      const instrument = this.book.instrument(handle);
      const { kind, sessionClass } = instrument;
      this.board.register(handle, { kind, sessionClass, ...this.adapter.delivery(instrument) });
    }
    this.#advance();
  }

  trouble(message: string): void {
    this.#options.listener.trouble(message);
  }

  lifecycle(event: LifecycleEvent): void {
    this.#options.listener.lifecycle(event);
  }

  session(_date: IsoDate): void {
    if (this.adapter.playback !== null) {
      // A recording that jumped: nothing known before holds, and everything is told anew.
      this.board.reset();
      this.book.reset();
    } else {
      this.board.startSession();
      this.book.startSession();
    }
    this.#sessionsChangeAt = -Infinity;
    this.#refreshSessions();
    this.book.applyMarket(this.board.takeTouched(), this.#sourceNow());
    if (this.#isLoaded) this.#sync.requestCloses();
  }
}
