import { unreachable } from "../../../base/assert.ts";
import { fail, ok } from "../../../base/result.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { LineQuery } from "../../../ports/history.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { problemOf, type StoreProblem, storeProblem } from "../../problem.ts";
import { BatchWork, HandleIds } from "../batch_work.ts";
import { readDaily } from "../daily.ts";
import { HistoryFile, type HistoryPlace } from "../file.ts";
import { checkLine } from "../line_check.ts";
import { type Scan, scanLine } from "../scan.ts";
import type { DailyQuery, FromHistory, HistoryBatch, ToHistory, WorkerState } from "./messages.ts";

/** What the server needs from where it runs. */
export interface HistoryServerOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly send: (message: FromHistory, transfer?: readonly ArrayBuffer[]) => void;
}

interface RunningScan {
  readonly id: number;
  readonly scan: Scan;
}

/** Work between two looks at the messages. */
const SLICE_MS = 8;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;

/**
 * Owns the history database and speaks `messages.ts`: writes batches, scans lines and tidies up in
 * slices, so that none of them waits long for another. In a worker; in tests beside its client.
 */
export class HistoryServer {
  readonly #options: HistoryServerOptions;
  readonly #ids = new HandleIds();
  #scans: RunningScan[] = [];
  #place: HistoryPlace | null = null;
  #file: HistoryFile | null = null;
  #batch: HistoryBatch | null = null;
  #work: BatchWork | null = null;
  #isNewFile = false;
  #pump: Timer | null = null;
  #retry: Timer | null = null;
  #retryMs = RETRY_MS;
  #damagedCount = 0;
  #isClosed = false;

  constructor(options: HistoryServerOptions) {
    this.#options = options;
  }

  /** Takes one message. */
  handle(message: ToHistory): void {
    if (this.#isClosed) return;
    switch (message.kind) {
      case "start":
        return void this.#start(message.place);
      case "batch":
        this.#batch = message.batch;
        this.#beginBatch();
        return this.#run();
      case "line":
        return this.#line(message.id, message.query);
      case "daily":
        return void this.#daily(message.id, message.query);
      case "close":
        return this.#close();
      default:
        unreachable(message);
    }
  }

  async #start(place: HistoryPlace): Promise<void> {
    this.#place = place;
    const opened = await HistoryFile.open(place);
    if (!opened.ok) {
      return this.#options.send({ kind: "refused", problem: opened.error });
    }
    if (this.#isClosed) return opened.value.close();
    this.#file = opened.value;
    this.#options.send({ kind: "ready", state: this.#state() });
  }

  #state(): WorkerState {
    return { sizeBytes: this.#file?.sizeBytes() ?? 0, damagedCount: this.#damagedCount };
  }

  #beginBatch(): void {
    if (this.#batch === null || this.#file === null) return;
    this.#work = new BatchWork(this.#file, this.#batch, this.#ids, this.#isNewFile);
  }

  /** Works for a slice of time; goes on later when there is more to do. */
  #run(): void {
    this.#pump?.cancel();
    this.#pump = null;
    const { clock, timers } = this.#options;
    const endsAt = clock.monotonic() + SLICE_MS;
    while (this.#doOne()) {
      if (clock.monotonic() < endsAt) continue;
      this.#pump = timers.setTimer(0, () => this.#run());
      return;
    }
  }

  /** Does a little of what is most urgent; false when there is nothing to do. */
  #doOne(): boolean {
    if (this.#isClosed || this.#file === null) return false;
    const wrote = this.#work !== null && this.#retry === null && this.#write(this.#work);
    const scanned = this.#scan(this.#file);
    return wrote || scanned;
  }

  #write(work: BatchWork): boolean {
    try {
      if (!work.isDone) work.step();
    } catch (error) {
      this.#stumble(error);
      return false;
    }
    this.#retryMs = RETRY_MS;
    if (work.isDone) {
      this.#work = null;
      this.#batch = null;
      this.#isNewFile = false;
      const { written, lost } = work;
      this.#options.send({ kind: "taken", written, lost, state: this.#state() });
    }
    return true;
  }

  #stumble(error: unknown): void {
    const problem = problemOf(error, this.#path());
    if (problem === null) throw error;
    this.#options.send({ kind: "trouble", problem });
    this.#retry = this.#options.timers.setTimer(this.#retryMs, () => {
      this.#retry = null;
      this.#run();
    });
    this.#retryMs = Math.min(RETRY_MAX_MS, this.#retryMs * 2);
  }

  #path(): string {
    return this.#file?.path ?? this.#place?.directory ?? "history";
  }

  #line(id: number, query: LineQuery): void {
    const column = checkLine(query);
    if (this.#file === null || !column.ok) {
      const line = fail(storeProblem("missing", "history is not open"));
      return this.#options.send({ kind: "line", id, line, state: this.#state() });
    }
    this.#scans.push({ id, scan: scanLine(this.#file, query, column.value) });
    this.#run();
  }

  /** A slice of each scan in turn; false when there is none. */
  #scan(file: HistoryFile): boolean {
    const running = this.#scans.shift();
    if (running === undefined) return false;
    const { id, scan } = running;
    try {
      const next = scan.next();
      if (next.done !== true) {
        this.#scans.push(running);
        return true;
      }
      this.#damagedCount += next.value.damagedCount;
      const { at, value } = next.value;
      this.#options.send(
        { kind: "line", id, line: ok(next.value), state: this.#state() },
        [at.buffer, value.buffer],
      );
    } catch (error) {
      const problem = problemOf(error, file.path);
      if (problem === null) throw error;
      this.#options.send({ kind: "line", id, line: fail(problem), state: this.#state() });
    }
    return true;
  }

  async #daily(id: number, query: DailyQuery): Promise<void> {
    const file = this.#file;
    const answer = (bars: FromHistory) => this.#options.send(bars);
    if (file === null) {
      return answer({ kind: "daily", id, bars: fail(storeProblem("missing", "not open")) });
    }
    try {
      answer({ kind: "daily", id, bars: ok(await readDaily(file, query)) });
    } catch (error) {
      const problem: StoreProblem | null = problemOf(error, file.path);
      if (problem === null) throw error;
      answer({ kind: "daily", id, bars: fail(problem) });
    }
  }

  #close(): void {
    this.#pump?.cancel();
    const work = this.#retry === null ? this.#work : null;
    this.#retry?.cancel();
    try {
      while (work !== null && !work.isDone) work.step();
    } catch (error) {
      if (problemOf(error, this.#path()) === null) throw error;
    }
    this.#isClosed = true;
    this.#file?.close();
    const { written, lost } = this.#work ?? { written: 0, lost: 0 };
    this.#options.send({ kind: "closed", written, lost });
  }
}
