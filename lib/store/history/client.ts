import { assert } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import { fail, type Result } from "../../base/result.ts";
import {
  type DailyBar,
  type DailyEntry,
  type History,
  type HistoryStatus,
  type Line,
  type LineQuery,
  SAMPLE_COLUMNS,
  type SampleKind,
  type Samples,
} from "../../ports/history.ts";
import type { RecordingProblem } from "../../ports/journal.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { type StoreProblem, storeProblem } from "../problem.ts";
import { DailyRequests } from "./daily_requests.ts";
import { checkLine } from "./line_check.ts";
import { LineRequests } from "./line_requests.ts";
import type { HistoryPlace } from "./file.ts";
import { SeriesNames } from "./series_names.ts";
import { WaitingBars } from "./waiting_bars.ts";
import { WAITING_BYTES_MAX, WAITING_SAMPLES_MAX, WaitingSamples } from "./waiting_samples.ts";
import type { FromHistory, HistoryLink, ToHistory, WorkerState } from "./wire/messages.ts";

/** Where history is kept, of what, and with what it works. */
export interface HistoryOptions extends HistoryPlace {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Starts the worker; called again when one breaks. */
  readonly link: () => HistoryLink;
  /** Bounds of what waits in memory while the disk refuses; the usual ones when absent. */
  readonly waitingMax?: { readonly samples: number; readonly bytes: number };
}

/** Samples reach the worker, and the disk, at the latest after this. */
const POST_EVERY_MS = 500;
const BATCH_SAMPLES_MAX = 200_000;
const RESTART_MS = 1000;
const CLOSE_LIMIT_MS = 1800;
/** A batch takes milliseconds; a worker that is silent for this long waits for its disk. */
const SILENCE_MS = 10_000;

/** Of a batch nothing was kept: its times are in blocks already, or no more series have room. */
const NOTHING_KEPT: StoreProblem = {
  code: "io",
  message: "the samples are older than what is kept, or of too many series",
  fix: "check the clock: if it was ahead, recording goes on by itself when that time has come",
};

interface InFlight {
  readonly sampleCount: number;
  /** Everything up to here is done when it is. */
  readonly order: number;
}

interface Flush {
  readonly order: number;
  readonly resolve: () => void;
}

/** The desk's side of history: takes samples, hands them to the worker, asks it for lines. */
export class HistoryClient implements History {
  readonly #options: HistoryOptions;
  readonly #names = new SeriesNames();
  readonly #waiting: WaitingSamples;
  readonly #bars = new WaitingBars();
  readonly #lines: LineRequests;
  readonly #dailies: DailyRequests;
  #link: HistoryLink | null = null;
  #isReady = false;
  /** Nothing is taken any more. */
  #isOver = false;
  #inFlight: InFlight | null = null;
  #flushes: Flush[] = [];
  #order = 0;
  #doneOrder = 0;
  #poster: Timer | null = null;
  #restart: Timer | null = null;
  #silence: Timer | null = null;
  #isCloseSent = false;
  #closing: Promise<void> | null = null;
  #isClosing = false;
  #closed = Promise.withResolvers<void>();
  #trouble: StoreProblem | null = null;
  #since: UnixMs;
  #taken = 0;
  #written = 0;
  #lost = 0;
  #state: WorkerState = { sizeBytes: 0, damagedCount: 0 };

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#since = options.clock.now();
    const { samples, bytes } = options.waitingMax ??
      { samples: WAITING_SAMPLES_MAX, bytes: WAITING_BYTES_MAX };
    this.#waiting = new WaitingSamples(samples, bytes);
    const { timers } = options;
    this.#lines = new LineRequests((id, query) => this.#send({ kind: "line", id, query }), timers);
    this.#dailies = new DailyRequests((id, query) => this.#send({ kind: "daily", id, query }));
  }

  /** Starts the worker and opens the database; null, or why it cannot be used. */
  async start(): Promise<StoreProblem | null> {
    const { promise, resolve } = Promise.withResolvers<StoreProblem | null>();
    this.#connect(resolve);
    const problem = await promise;
    if (problem !== null) this.#link?.close();
    return problem;
  }

  series(kind: SampleKind, key: string): number {
    return this.#names.handleOf(kind, key);
  }

  record(samples: Samples): void {
    const { kind, at, stepMs, series, values } = samples;
    assert(values.length === series.length * SAMPLE_COLUMNS[kind].length, "a value a column");
    assert(stepMs >= 1, "samples have a step");
    if (series.length === 0) return;
    this.#taken += series.length;
    if (this.#isOver || this.#isClosing) return void (this.#lost += series.length);
    const kept = {
      kind,
      at: Math.round(at),
      stepMs: Math.round(stepMs),
      series: series.slice(),
      values: values.slice(),
    };
    this.#lost += this.#waiting.push({ samples: kept, order: ++this.#order });
    this.#postSoon();
  }

  recordDaily(bars: readonly DailyEntry[]): void {
    if (this.#isOver || this.#isClosing) return;
    this.#order++;
    this.#bars.put(bars);
    this.#postSoon();
  }

  line(query: LineQuery): Promise<Result<Line, RecordingProblem>> {
    const checked = checkLine(query);
    if (!checked.ok) return Promise.resolve(checked);
    if (!this.#isReady) return Promise.resolve(fail(this.#absence()));
    return this.#lines.ask(query);
  }

  daily(
    of: { readonly kind: SampleKind; readonly key: string; readonly column: string },
    countMax: number,
  ): Promise<Result<readonly DailyBar[], RecordingProblem>> {
    if (!this.#isReady) return Promise.resolve(fail(this.#absence()));
    return this.#dailies.ask({ ...of, countMax });
  }

  status(): HistoryStatus {
    const { damagedCount, sizeBytes } = this.#state;
    const damage = damagedCount === 0 ? null : storeProblem(
      "damaged",
      `${damagedCount} stretches of history cannot be read any more and are drawn as gaps`,
    );
    return {
      isRecording: this.#isReady && this.#trouble === null && !this.#isClosing,
      since: this.#since,
      problem: this.#trouble ?? damage,
      taken: this.#taken,
      written: this.#written,
      lost: this.#lost,
      sizeBytes,
    };
  }

  flush(): Promise<void> {
    this.#post();
    if (this.#closing !== null) return this.#closing;
    if (this.#doneOrder >= this.#order) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#flushes.push({ order: this.#order, resolve });
    return promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    const timer = this.#options.timers.setTimer(CLOSE_LIMIT_MS, () => this.#closed.resolve());
    this.#poster?.cancel();
    this.#restart?.cancel();
    if (!this.#isReady) this.#closed.resolve();
    else if (this.#trouble !== null) this.#send({ kind: "close" });
    else if (this.#inFlight === null) this.#sendLast();
    await this.#closed.promise;
    timer.cancel();
    this.#isReady = false;
    this.#link?.close();
    this.#failAll(this.#absence());
    this.#giveUp();
  }

  /** Everything that waits, batch by batch, then the end. */
  #sendLast(): void {
    this.#post();
    if (this.#inFlight === null && !this.#isCloseSent) {
      this.#isCloseSent = true;
      this.#send({ kind: "close" });
    }
  }

  #connect(opened: (problem: StoreProblem | null) => void): void {
    const { directory, mode, source } = this.#options;
    const link = this.#options.link();
    this.#link = link;
    link.receive((message) => {
      if (message.kind === "ready") {
        this.#isReady = true;
        this.#postSoon();
        this.#names.forget();
        this.#recover();
        this.#state = message.state;
        return opened(null);
      }
      if (message.kind === "refused") return opened(message.problem);
      this.#receive(message, opened);
    });
    this.#send({ kind: "start", place: { directory, mode, source } });
  }

  #send(message: ToHistory, transfer?: readonly ArrayBuffer[]): void {
    this.#link?.send(message, transfer);
  }

  #receive(message: FromHistory, opened: (problem: StoreProblem | null) => void): void {
    switch (message.kind) {
      case "taken":
        return this.#batchDone(message);
      case "trouble":
        this.#stop(message.problem);
        return message.isFinal ? this.#giveUp() : undefined;
      case "again":
        return this.#inFlight === null ? this.#recover() : undefined;
      case "line":
        this.#state = message.state;
        return this.#lines.resolve(message.id, message.line);
      case "daily":
        return this.#dailies.resolve(message.id, message.bars);
      case "closed":
        this.#count(message);
        return this.#closed.resolve();
      case "failed":
        return this.#isReady ? this.#workerEnded(message.message) : opened(
          storeProblem("io", `history's worker ended as it started: ${message.message}`),
        );
      default:
        return;
    }
  }

  #postSoon(): void {
    this.#poster ??= this.#options.timers.setTimer(POST_EVERY_MS, () => this.#post());
  }

  #post(): void {
    this.#poster?.cancel();
    this.#poster = null;
    if (!this.#isReady || this.#inFlight !== null) return;
    const entries = this.#waiting.take(BATCH_SAMPLES_MAX);
    const daily = this.#bars.takeAll();
    const last = entries.at(-1);
    if (last === undefined && daily.length === 0) return;
    const samples = entries.map((entry) => entry.samples);
    const sampleCount = samples.reduce((sum, { series }) => sum + series.length, 0);
    // What is left waiting is newer; without any left, everything so far is on its way.
    const order = this.#waiting.sampleCount === 0 ? this.#order : last?.order ?? 0;
    this.#inFlight = { sampleCount, order };
    const transfer = samples.flatMap(({ series, values }) => [series.buffer, values.buffer]);
    const series = this.#names.takeNew();
    this.#silence = this.#options.timers.setTimer(SILENCE_MS, () => this.#notAnswered());
    this.#send({ kind: "batch", batch: { series, samples, daily } }, transfer);
  }

  #notAnswered(): void {
    if (this.#trouble !== null) return;
    this.#stop(storeProblem("io", `the disk has not answered for ${SILENCE_MS / 1000} s`));
  }

  #batchDone(message: Extract<FromHistory, { kind: "taken" }>): void {
    this.#silence?.cancel();
    this.#count(message);
    this.#state = message.state;
    if (message.written === 0 && message.lost > 0) this.#stop(NOTHING_KEPT);
    else this.#recover();
    const done = this.#inFlight;
    this.#inFlight = null;
    if (done !== null) this.#settle(done.order);
    if (this.#isClosing) this.#sendLast();
    else if (this.#flushes.length > 0 || this.#waiting.sampleCount >= BATCH_SAMPLES_MAX) {
      this.#post();
    } else if (this.#waiting.sampleCount > 0 || this.#bars.size > 0) this.#postSoon();
  }

  #count(done: { readonly written: number; readonly lost: number }): void {
    this.#written += done.written;
    this.#lost += done.lost;
    if (this.#inFlight === null) return;
    const sampleCount = this.#inFlight.sampleCount - done.written - done.lost;
    this.#inFlight = { ...this.#inFlight, sampleCount };
  }

  #settle(order: number): void {
    this.#doneOrder = Math.max(this.#doneOrder, order);
    const done = this.#flushes.filter((flush) => flush.order <= this.#doneOrder);
    this.#flushes = this.#flushes.filter((flush) => flush.order > this.#doneOrder);
    for (const { resolve } of done) resolve();
  }

  #stop(problem: StoreProblem): void {
    if (this.#trouble === null) this.#since = this.#options.clock.now();
    this.#trouble = problem;
  }

  /** Nothing will be written any more in this run. */
  #giveUp(): void {
    this.#isOver = true;
    this.#silence?.cancel();
    this.#lost += (this.#inFlight?.sampleCount ?? 0) + this.#waiting.sampleCount;
    this.#inFlight = null;
    this.#waiting.take(Infinity);
    this.#bars.takeAll();
    this.#settle(Infinity);
  }

  #recover(): void {
    if (this.#trouble !== null) this.#since = this.#options.clock.now();
    this.#trouble = null;
  }

  #workerEnded(why: string): void {
    this.#isReady = false;
    this.#silence?.cancel();
    this.#link?.close();
    this.#lost += this.#inFlight?.sampleCount ?? 0;
    const order = this.#inFlight?.order ?? 0;
    this.#inFlight = null;
    this.#settle(order);
    this.#stop(storeProblem("io", `history's worker ended: ${why}`));
    this.#failAll(this.#absence());
    if (this.#isClosing) return this.#closed.resolve();
    this.#startAgain();
  }

  #startAgain(): void {
    this.#restart = this.#options.timers.setTimer(RESTART_MS, () =>
      this.#connect((problem) => {
        if (problem === null) return;
        this.#link?.close();
        this.#stop(problem);
        this.#startAgain();
      }));
  }

  #absence(): RecordingProblem {
    return this.#trouble ?? storeProblem("missing", "history is not open");
  }

  #failAll(problem: RecordingProblem): void {
    this.#lines.failAll(problem);
    this.#dailies.failAll(problem);
  }
}
