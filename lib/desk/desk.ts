import { fail, ok, type Result } from "../base/result.ts";
import { LEAF, LEAF_STRIDE } from "../domain/measures.ts";
import type { BrokerError } from "../ports/broker.ts";
import { WHOLE_SCOPE } from "../stream/protocol/audience.ts";
import { toldAccounts } from "../portfolio/broker_parts.ts";
import { paperStandIn } from "../portfolio/paper.ts";
import { openStream } from "../stream/hub/web_socket.ts";
import { Hub } from "../stream/hub/hub.ts";
import type { FeedStatus, FxRateStatus, MarketStatus } from "../stream/protocol/messages.ts";
import { ApiAnswers } from "./api_answers.ts";
import { type ApiState, apiState } from "./api_data.ts";
import { debugReport } from "./debug_report.ts";
import { deskMetrics } from "./desk_metrics.ts";
import { Engine } from "./engine.ts";
import { type EventLog, eventLog } from "./event_log.ts";
import { type LoopLag, watchLoopLag } from "./loop_lag.ts";
import { marketStatus, opensOn } from "./market_status.ts";
import { OpenSockets } from "./open_sockets.ts";
import type { DeskOptions } from "./options.ts";
import { readinessCauses } from "./readiness.ts";
import { lastingDifferences, reconciliationAnswer } from "./reconciliation/answers.ts";
import { deskReconciler } from "./reconciliation/desk_reconciler.ts";
import type { Reconciler } from "./reconciliation/reconciler.ts";
import type { RowNames } from "./row_names.ts";
import type { DeskServices } from "./services.ts";
import { Recording, type Store } from "./recording/recording.ts";
import type { QuoteSource } from "./recording/samples.ts";
import { Settling } from "./recording/settling.ts";
import { TodayRecorder } from "./recording/today_recorder.ts";

/** A running desk. */
export interface Desk {
  readonly services: DeskServices;
  /** Takes in the accounts that its source has more than before, as of a broker that was late. */
  takeIn(): Promise<Result<null, BrokerError>>;
  /** Says goodbye to every viewer, closes the broker and ends all timers; idempotent. */
  stop(reason: string): Promise<void>;
}

const SAMPLE_EVERY_MS = 1000;
/** How long a stop waits for viewers to take their leave. */
const FAREWELL_MS = 1000;
const PRINCIPAL = { id: "local", roles: ["viewer"] };

const CANCELED: BrokerError = { code: "canceled", message: "the start was given up", fix: null };

/**
 * Starts broker, board, book and stream; resolves when the book holds every account. A start that
 * fails, or that `signal` gives up, has closed the adapter and left nothing running.
 */
export async function startDesk(
  options: DeskOptions,
  signal: AbortSignal | null = null,
): Promise<Result<Desk, BrokerError>> {
  const desk = new RunningDesk(options);
  let stopped: Promise<void> | null = null;
  const giveUp = () => void (stopped ??= desk.stop("the start was given up"));
  signal?.addEventListener("abort", giveUp);
  const started = signal?.aborted ? fail(CANCELED) : await desk.start();
  signal?.removeEventListener("abort", giveUp);
  if (started.ok && stopped === null) return ok(desk);
  await (stopped ?? desk.stop("the broker could not be opened"));
  return started.ok ? fail(CANCELED) : started;
}

class RunningDesk implements Desk {
  readonly services: DeskServices;
  readonly #options: DeskOptions;
  readonly #engine: Engine;
  readonly #hub: Hub;
  readonly #sockets = new OpenSockets();
  readonly #lag: LoopLag;
  readonly #today: TodayRecorder;
  readonly #recording: Recording | null;
  #settling = new Settling();
  readonly #log: EventLog;
  readonly #reconciler: Reconciler;
  readonly #answers: ApiAnswers;
  readonly #startedAt: number;
  #sampler: { cancel(): void } | null = null;
  #session: MarketStatus | null = null;
  #isStopping = false;

  constructor(options: DeskOptions) {
    const { adapter, clock, timers } = options;
    this.#options = options;
    this.#startedAt = clock.now();
    this.#answers = new ApiAnswers(timers);
    this.#today = new TodayRecorder(options.speed);
    this.#log = eventLog((event) => this.#hub.publish(event), () => this.#hub.statusChanged());
    this.#recording = options.store === null ? null : this.#record(options.store);
    const told = this.#log.listener(adapter);
    this.#engine = new Engine({
      adapter,
      accounts: options.accounts,
      requiresAccounts: options.requiresAccounts,
      admits: options.admits,
      capacity: options.capacity,
      clock,
      timers,
      listener: this.#recording?.listener(told) ?? told,
    });
    this.#reconciler = deskReconciler(this.#engine, options);
    this.#hub = new Hub({
      clock,
      timers,
      epoch: options.epoch,
      mode: adapter.mode,
      standIn: () => this.#standIn(),
      product: options.version,
      book: () => this.#engine.book,
      sourceNow: () => adapter.clock.now(),
      feeds: () => this.#feeds(),
      market: () => this.#market(),
      rates: () => this.#rates(),
      // Before the source is there its clock says 1970, and so would the time since when it keeps.
      recording: () => this.#engine.isLoaded ? this.#recording?.status() ?? null : null,
    });
    this.#lag = watchLoopLag(clock, timers);
    this.services = this.#makeServices();
  }

  async start(): Promise<Result<null, BrokerError>> {
    const { timers } = this.#options;
    const started = await this.#engine.start();
    if (!started.ok) return started;
    await this.#restore();
    if (this.#isStopping) return fail(CANCELED);
    this.#hub.start();
    this.#reconciler.start();
    this.#sampler = timers.setPeriodic(SAMPLE_EVERY_MS, () => this.#sample());
    return started;
  }

  async takeIn(): Promise<Result<null, BrokerError>> {
    const taken = await this.#engine.takeIn();
    if (!taken.ok) return taken;
    // Its legs have no prices yet, and no sum is to be recorded without them.
    this.#settling = new Settling();
    await this.#restore();
    this.#hub.statusChanged();
    return taken;
  }

  #record(store: Store): Recording {
    const { clock, timers, speed } = this.#options;
    const quotes: QuoteSource = {
      prices: () => this.#engine.board.columns.prices,
      handleOf: (key) => this.#engine.book.handleOf(key),
    };
    const view = () => this.#engine.book;
    const sourceNow = () => this.#options.adapter.clock.now();
    return new Recording({ store, view, quotes, speed, clock, timers, sourceNow });
  }

  /** Goes on with the session as far as it was recorded. */
  async #restore(): Promise<void> {
    const market = this.#market();
    this.#session = market;
    if (this.#recording === null || market === null) return;
    const { sessionDate, since } = market;
    if (sessionDate === null || since === null) return;
    const opensAt = market.session === "closed" ? opensOn(sessionDate) ?? since : since;
    const span = { date: sessionDate, opensAt };
    const lines = await this.#recording.restore(span, this.#options.adapter.clock.now());
    if (lines !== null) this.#today.restore(this.#engine.book, lines);
    this.#engine.usePreviousNetLiq((account) => this.#previousNetLiq(account));
  }

  /** In base currency, and so only for accounts that are kept in it. */
  #previousNetLiq(accountId: string): number | null {
    const { baseCurrency } = this.#options.adapter;
    const account = this.services.accounts().find(({ id }) => id === accountId);
    const date = this.#market()?.sessionDate ?? null;
    if (account === undefined || account.currency !== baseCurrency || date === null) return null;
    return this.#recording?.previousNetLiq(account, date) ?? null;
  }

  #sample(): void {
    const { adapter } = this.#options;
    const now = adapter.clock.now();
    const before = this.#session;
    const market = this.#market();
    this.#session = market;
    if (adapter.playback?.state().isPaused ?? false) return;
    if (market?.session !== "closed") {
      // What a late or silent feed left standing is no sample: the line has a gap there.
      const { book } = this.#engine;
      const told = toldAccounts(book, adapter.health());
      const isTold = told.includes(true) || book.accountCount === 0;
      if (!isTold || !this.#settling.isSettled(book, market?.sessionDate ?? null)) return;
      this.#today.sample(book, now, told);
      if (market?.sessionDate) this.#recording?.sample(now, market.sessionDate, told);
    } else if (before?.session !== "closed" && market.sessionDate !== null) {
      this.#recording?.close(now, market.sessionDate);
    }
  }

  async stop(reason: string): Promise<void> {
    this.#isStopping = true;
    this.#sampler?.cancel();
    this.#lag.stop();
    this.#reconciler.stop();
    this.#hub.stop(reason);
    const farewell = this.#sockets.closed(this.#options.timers, FAREWELL_MS);
    await Promise.all([farewell, this.#engine.stop()]);
    await this.#recording?.stop();
  }

  /** Known in whole once the accounts are: paper money is told by them. */
  #standIn() {
    return this.#options.standIn ?? paperStandIn(this.#engine.book);
  }

  #feeds(): FeedStatus[] {
    const feeds = this.#options.adapter.health();
    // The rate is the desk's; with one feed it is that feed's.
    const rate = feeds.length === 1 ? this.#engine.eventsPerSecond : null;
    return feeds.map((feed) => ({ ...feed, eventsPerSecond: rate }));
  }

  #rates(): FxRateStatus[] {
    return this.#engine.fxRates().filter(({ rate }) => Number.isFinite(rate))
      .map(({ currency, base, rate, asOf }) => ({ currency, base, rate, asOf }));
  }

  #market() {
    const { adapter, speed } = this.#options;
    const isPaused = adapter.playback?.state().isPaused ?? false;
    return marketStatus(adapter.clock.now(), isPaused ? 0 : speed);
  }

  #causes() {
    const { adapter, isDirectoryWritable } = this.#options;
    const now = adapter.clock.now();
    const feeds = adapter.health();
    const newest = Math.max(...feeds.map((feed) => feed.lastEventAt ?? -Infinity));
    return readinessCauses({
      isBookLoaded: this.#engine.isLoaded,
      feeds,
      isMarketOpen: this.#market()?.session === "regular" &&
        !feeds.every((feed) => feed.state === "closed"),
      isPaused: adapter.playback?.state().isPaused ?? false,
      newestEventAgeMs: Number.isFinite(newest) ? (now - newest) / this.#options.speed : null,
      isDataDirectoryWritable: isDirectoryWritable(),
      recordingProblem: this.#recording?.status().message ?? null,
      aggregateDifference: this.#engine.verification?.maxRelative ?? null,
      loopLagMs: this.#lag.worstMs(),
      isStopping: this.#isStopping,
    });
  }

  #recalculate() {
    this.#hub.flush();
    const stream = { epoch: this.#options.epoch, seq: this.#hub.seq };
    const found = this.#engine.verify();
    const { book } = this.#engine;
    let netLiq = 0;
    for (let cell = 0; cell < book.underlyingCount * book.accountCount; cell++) {
      netLiq += book.cellF64[cell * LEAF_STRIDE + LEAF.marketValue];
    }
    return { netLiq, difference: found.maxRelative, rows: book.rowCount, stream };
  }

  #apiState(accounts: readonly number[], known: RowNames | null): ApiState {
    const { adapter, epoch } = this.#options;
    // Flushed now, the answer is exactly what the stream's viewers have at this sequence.
    this.#hub.flush();
    const context = {
      mode: adapter.mode,
      standIn: this.#standIn(),
      referenceKey: adapter.referenceKey,
      sourceNow: adapter.clock.now(),
      feeds: adapter.health(),
      fxRates: this.#engine.fxRates(),
      stream: { epoch, seq: this.#hub.seq },
    };
    return apiState(this.#engine.book, accounts, context, known);
  }

  #reconciled() {
    const { adapter } = this.#options;
    return {
      reconciler: this.#reconciler,
      mode: adapter.mode,
      broker: adapter.label,
      baseCurrency: adapter.baseCurrency,
      accounts: this.services.accounts(),
      now: adapter.clock.now(),
    };
  }

  #makeServices(): DeskServices {
    const { adapter, version, servesDebug } = this.#options;
    const engine = this.#engine;
    const mode = () => this.#standIn() ?? adapter.mode;
    const figures = () => ({
      hub: this.#hub.metrics(),
      loopLagMs: this.#lag.worstMs(),
      startedAt: this.#startedAt,
    });
    return {
      get mode() {
        return mode();
      },
      label: adapter.label,
      version,
      baseCurrency: adapter.baseCurrency,
      servesDebug,
      view: () => engine.book,
      accounts: () =>
        Array.from({ length: engine.book.accountCount }, (_, a) => engine.book.account(a).account),
      snapshot: () => {
        this.#hub.flush();
        return this.#hub.pageSnapshot(PRINCIPAL);
      },
      feeds: () => this.#feeds(),
      sourceNow: () => adapter.clock.now(),
      market: () => this.#market(),
      rates: () => this.#rates(),
      recomputeMs: () => Number.isNaN(engine.recomputeMs) ? null : engine.recomputeMs,
      today: () => this.#today.history(),
      history: (query) =>
        this.#recording?.line(query) ?? Promise.resolve(ok(this.#today.line(query))),
      recording: () => this.#recording?.status() ?? null,
      playback: () => adapter.playback,
      data: (accounts) => this.#answers.body((known) => this.#apiState(accounts, known)),
      reconciliation: async (accounts) => {
        await this.#reconciler.look();
        return reconciliationAnswer(this.#reconciled(), accounts);
      },
      lastingDifferences: () => lastingDifferences(this.#reconciled()),
      debug: () => debugReport(engine, figures()),
      recalculate: () => this.#recalculate(),
      readiness: () => this.#causes(),
      metrics: () =>
        deskMetrics(engine, figures(), {
          now: this.#options.clock.now(),
          store: this.#options.store,
        }),
      openStream: (socket, format) => {
        this.#sockets.add(socket);
        openStream(this.#hub, socket, { principal: PRINCIPAL, scope: WHOLE_SCOPE, format });
      },
    };
  }
}
