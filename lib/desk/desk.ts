import { ok, type Result } from "../base/result.ts";
import { LEAF, LEAF_STRIDE } from "../domain/measures.ts";
import type { BrokerError } from "../ports/broker.ts";
import { WHOLE_SCOPE } from "../stream/protocol/audience.ts";
import { openStream } from "../stream/hub/web_socket.ts";
import { Hub } from "../stream/hub/hub.ts";
import type { FeedStatus } from "../stream/protocol/messages.ts";
import { apiData } from "./api_data.ts";
import { debugReport } from "./debug_report.ts";
import { deskMetrics } from "./desk_metrics.ts";
import { Engine } from "./engine.ts";
import { type EventLog, eventLog } from "./event_log.ts";
import { type LoopLag, watchLoopLag } from "./loop_lag.ts";
import { marketStatus } from "./market_status.ts";
import { OpenSockets } from "./open_sockets.ts";
import type { DeskOptions } from "./options.ts";
import { readinessCauses } from "./readiness.ts";
import type { DeskServices } from "./services.ts";
import { TodayRecorder } from "./today_recorder.ts";

/** A running desk. */
export interface Desk {
  readonly services: DeskServices;
  /** Says goodbye to every viewer, closes the broker and ends all timers; idempotent. */
  stop(reason: string): Promise<void>;
}

const SAMPLE_EVERY_MS = 1000;
/** How long a stop waits for viewers to take their leave. */
const FAREWELL_MS = 1000;
const PRINCIPAL = { id: "local", roles: ["viewer"] };

/** Starts broker, board, book and stream; resolves when the book holds every account. */
export async function startDesk(options: DeskOptions): Promise<Result<Desk, BrokerError>> {
  const desk = new RunningDesk(options);
  const started = await desk.start();
  if (started.ok) return ok(desk);
  await desk.stop("the broker could not be opened");
  return started;
}

class RunningDesk implements Desk {
  readonly services: DeskServices;
  readonly #options: DeskOptions;
  readonly #engine: Engine;
  readonly #hub: Hub;
  readonly #sockets = new OpenSockets();
  readonly #lag: LoopLag;
  readonly #today: TodayRecorder;
  readonly #log: EventLog;
  readonly #startedAt: number;
  #sampler: { cancel(): void } | null = null;
  #isStopping = false;

  constructor(options: DeskOptions) {
    const { adapter, clock, timers } = options;
    this.#options = options;
    this.#startedAt = clock.now();
    this.#today = new TodayRecorder(options.speed);
    this.#log = eventLog((event) => this.#hub.publish(event), () => this.#hub.statusChanged());
    this.#engine = new Engine({
      adapter,
      accounts: options.accounts,
      requiresAccounts: options.requiresAccounts,
      capacity: options.capacity,
      clock,
      timers,
      listener: this.#log.listener(adapter),
    });
    this.#hub = new Hub({
      clock,
      timers,
      epoch: options.epoch,
      mode: adapter.mode,
      product: options.version,
      book: () => this.#engine.book,
      sourceNow: () => adapter.clock.now(),
      feeds: () => this.#feeds(),
      market: () => this.#market(),
      recording: () => null,
    });
    this.#lag = watchLoopLag(clock, timers);
    this.services = this.#makeServices();
  }

  async start(): Promise<Result<null, BrokerError>> {
    const { timers, adapter } = this.#options;
    const started = await this.#engine.start();
    if (!started.ok) return started;
    this.#hub.start();
    this.#sampler = timers.setPeriodic(SAMPLE_EVERY_MS, () => {
      const isOpen = this.#market()?.session !== "closed";
      const isPaused = adapter.playback?.state().isPaused ?? false;
      if (isOpen && !isPaused) this.#today.sample(this.#engine.book, adapter.clock.now());
    });
    return started;
  }

  async stop(reason: string): Promise<void> {
    this.#isStopping = true;
    this.#sampler?.cancel();
    this.#lag.stop();
    this.#hub.stop(reason);
    const farewell = this.#sockets.closed(this.#options.timers, FAREWELL_MS);
    await Promise.all([farewell, this.#engine.stop()]);
  }

  #feeds(): FeedStatus[] {
    const feeds = this.#options.adapter.health();
    // The rate is the desk's; with one feed it is that feed's.
    const rate = feeds.length === 1 ? this.#engine.eventsPerSecond : null;
    return feeds.map((feed) => ({ ...feed, eventsPerSecond: rate }));
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
      aggregateDifference: this.#engine.verification?.maxRelative ?? null,
      loopLagMs: this.#lag.worstMs(),
      isStopping: this.#isStopping,
    });
  }

  #recalculate() {
    const found = this.#engine.verify();
    const { book } = this.#engine;
    let netLiq = 0;
    for (let cell = 0; cell < book.underlyingCount * book.accountCount; cell++) {
      netLiq += book.cellF64[cell * LEAF_STRIDE + LEAF.marketValue];
    }
    return { netLiq, difference: found.maxRelative, rows: book.rowCount };
  }

  #makeServices(): DeskServices {
    const { adapter, version, servesDebug } = this.#options;
    const engine = this.#engine;
    const figures = () => ({
      hub: this.#hub.metrics(),
      loopLagMs: this.#lag.worstMs(),
      startedAt: this.#startedAt,
    });
    return {
      mode: adapter.mode,
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
      recomputeMs: () => Number.isNaN(engine.recomputeMs) ? null : engine.recomputeMs,
      today: () => this.#today.history(),
      trail: (metric, accounts) => this.#today.read(metric, accounts),
      history: (query) => {
        const { at, value } = this.#today.read(query.metric, query.accounts);
        const isAsked = (time: number) => time >= query.from && time < query.to;
        const kept = Array.from(at.keys()).filter((i) => isAsked(at[i]));
        return Promise.resolve(ok({
          at: Float64Array.from(kept, (i) => at[i]),
          value: Float64Array.from(kept, (i) => value[i]),
          since: at.length === 0 ? null : at[0],
        }));
      },
      recording: () => null,
      playback: () => adapter.playback,
      data: (accounts) => {
        // Flushed now, the answer is exactly what the stream's viewers have at this sequence.
        this.#hub.flush();
        return apiData(engine.book, accounts, {
          mode: adapter.mode,
          referenceKey: adapter.referenceKey,
          sourceNow: adapter.clock.now(),
          stream: { epoch: this.#options.epoch, seq: this.#hub.seq },
        });
      },
      debug: () => debugReport(engine, figures()),
      recalculate: () => this.#recalculate(),
      readiness: () => this.#causes(),
      metrics: () => deskMetrics(engine, figures(), this.#options.clock.now()),
      openStream: (socket, format) => {
        this.#sockets.add(socket);
        openStream(this.#hub, socket, { principal: PRINCIPAL, scope: WHOLE_SCOPE, format });
      },
    };
  }
}
