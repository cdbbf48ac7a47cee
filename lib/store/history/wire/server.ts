import { unreachable } from "../../../base/assert.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { DailyBar, LineQuery } from "../../../ports/history.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { mayPass, problemOf, type StoreProblem, storeProblem } from "../../problem.ts";
import { BatchWork, HandleIds } from "../batch_work.ts";
import { readDaily } from "../daily.ts";
import { HistoryFile, type HistoryPlace } from "../file.ts";
import { checkLine } from "../line_check.ts";
import { Scans } from "../scans.ts";
import { Upkeep } from "../upkeep.ts";
import type { DailyQuery, FromHistory, HistoryBatch, ToHistory, WorkerState } from "./messages.ts";

/** What the server needs from where it runs. */
export interface HistoryServerOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly send: (message: FromHistory, transfer?: readonly ArrayBuffer[]) => void;
}

/** The file while it is open, and what is done with it. */
interface Open {
  readonly file: HistoryFile;
  readonly upkeep: Upkeep;
  readonly scans: Scans;
}

/** Work between two looks at the messages. */
const SLICE_MS = 8;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;
const UPKEEP_MS = 60_000;
const NOT_OPEN = storeProblem("missing", "history is not open");

/**
 * Owns the history database and speaks `messages.ts`: writes batches, scans lines and tidies up in
 * slices, so that none of them waits long for another. In a worker; in tests beside its client.
 */
export class HistoryServer {
  readonly #options: HistoryServerOptions;
  readonly #ids = new HandleIds();
  #place: HistoryPlace | null = null;
  #open: Open | null = null;
  #epoch: number | null = null;
  #batch: HistoryBatch | null = null;
  #work: BatchWork | null = null;
  #isNewFile = false;
  #pump: Timer | null = null;
  #upkeepTimer: Timer | null = null;
  #retry: Timer | null = null;
  #retryMs = RETRY_MS;
  /** No write is tried while there is one. */
  #trouble: StoreProblem | null = null;
  #isTidy = true;
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
        this.#place = message.place;
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
    const problem = await this.#openFile(place);
    if (this.#isClosed) return;
    if (problem !== null) return this.#options.send({ kind: "refused", problem });
    this.#upkeepTimer = this.#options.timers.setPeriodic(UPKEEP_MS, () => {
      this.#open?.upkeep.notice(this.#options.clock.monotonic());
      this.#run();
    });
    this.#options.send({ kind: "ready", state: this.#state() });
    this.#run();
  }

  async #openFile(place: HistoryPlace): Promise<StoreProblem | null> {
    const opened = await HistoryFile.open(place, this.#epoch);
    if (!opened.ok) return opened.error;
    const file = opened.value;
    if (this.#isClosed) {
      file.close();
      return null;
    }
    this.#epoch = file.connection.epoch;
    const upkeep = new Upkeep(file, this.#options.clock.monotonic());
    this.#open = { file, upkeep, scans: new Scans(file) };
    return null;
  }

  #state(): WorkerState {
    const { file, upkeep, scans } = this.#open ?? {};
    const damagedCount = this.#damagedCount + (upkeep?.damagedCount ?? 0) +
      (scans?.damagedCount ?? 0);
    return { sizeBytes: file?.sizeBytes() ?? 0, damagedCount };
  }

  #beginBatch(): void {
    if (this.#batch === null || this.#open === null) return;
    this.#work = new BatchWork(this.#open.file, this.#batch, this.#ids, this.#isNewFile);
  }

  /** Works for a slice of time; goes on later when there is more to do. */
  #run(): void {
    this.#pump?.cancel();
    this.#pump = null;
    const { clock, timers } = this.#options;
    const endsAt = clock.monotonic() + SLICE_MS;
    while (this.#open !== null && !this.#isClosed && this.#doSome(this.#open)) {
      if (clock.monotonic() < endsAt) continue;
      this.#pump = timers.setTimer(0, () => this.#run());
      return;
    }
  }

  /** Does a little of everything that is due; false when nothing is. */
  #doSome(open: Open): boolean {
    const hasWritten = this.#trouble === null && this.#work !== null && this.#write(this.#work);
    // In one thread the answer to a batch may be the end.
    if (this.#isClosed) return false;
    const scanned = open.scans.step();
    if (scanned !== null) this.#answer(scanned.id, scanned.line);
    const hasScanned = scanned !== null || open.scans.isBusy;
    const hasSealed = this.#tidy(() => open.upkeep.seal());
    if (hasWritten || hasScanned || hasSealed) return true;
    return this.#tidy(() => open.upkeep.clean());
  }

  #write(work: BatchWork): boolean {
    try {
      if (!work.isDone) work.step();
      if (!work.isDone) return true;
    } catch (error) {
      this.#stumble(error);
      return false;
    }
    this.#work = null;
    this.#batch = null;
    this.#isNewFile = false;
    this.#retryMs = RETRY_MS;
    const { written, lost } = work;
    this.#options.send({ kind: "taken", written, lost, state: this.#state() });
    return true;
  }

  /** Runs a slice of upkeep. Damage ends upkeep, not recording. */
  #tidy(slice: () => boolean): boolean {
    if (this.#isClosed || this.#trouble !== null || !this.#isTidy) return false;
    try {
      return slice();
    } catch (error) {
      const problem = problemOf(error, this.#path());
      if (problem?.code === "damaged") {
        this.#isTidy = false;
        this.#damagedCount++;
      } else this.#stumble(error);
      return false;
    }
  }

  #stumble(error: unknown): void {
    const problem = problemOf(error, this.#path());
    if (problem === null) throw error;
    this.#wait(problem);
  }

  #wait(problem: StoreProblem): void {
    this.#trouble = problem;
    const isFinal = !mayPass(problem);
    this.#options.send({ kind: "trouble", problem, isFinal });
    if (isFinal) return;
    this.#retry = this.#options.timers.setTimer(this.#retryMs, () => void this.#tryAgain(problem));
    this.#retryMs = Math.min(RETRY_MAX_MS, this.#retryMs * 2);
  }

  async #tryAgain(problem: StoreProblem): Promise<void> {
    this.#retry = null;
    const still = problem.code === "full" ? this.#makeRoom() : await this.#reopen();
    if (this.#isClosed) return;
    if (still !== null) return this.#wait(still);
    this.#trouble = null;
    this.#options.send({ kind: "again" });
    this.#run();
  }

  /** What the log holds twice is given back, unless even that is the journal's to take. */
  #makeRoom(): StoreProblem | null {
    const connection = this.#open?.file.connection;
    try {
      connection?.transaction(() => {});
      connection?.foldLog();
      return null;
    } catch (error) {
      const problem = problemOf(error, this.#path());
      if (problem === null) throw error;
      return problem;
    }
  }

  /**
   * After an error of the disk a connection may believe what the file does not hold: a new one is
   * made. Until there is one, the old one still answers.
   */
  async #reopen(): Promise<StoreProblem | null> {
    const before = this.#open;
    if (this.#place === null) return NOT_OPEN;
    const problem = await this.#openFile(this.#place);
    if (problem !== null || this.#isClosed) return problem;
    if (before !== null) {
      for (const id of before.scans.endAll()) this.#answer(id, fail(this.#trouble ?? NOT_OPEN));
      this.#damagedCount += before.upkeep.damagedCount + before.scans.damagedCount;
      closeQuietly(before.file);
    }
    this.#isNewFile = true;
    this.#beginBatch();
    return null;
  }

  #path(): string {
    return this.#open?.file.path ?? this.#place?.directory ?? "history";
  }

  #line(id: number, query: LineQuery): void {
    const column = checkLine(query);
    if (this.#open === null || !column.ok) {
      return this.#answer(id, fail(this.#trouble ?? NOT_OPEN));
    }
    this.#open.scans.add(id, query, column.value);
    this.#run();
  }

  #answer(id: number, line: Extract<FromHistory, { kind: "line" }>["line"]): void {
    const transfer = line.ok ? [line.value.at.buffer, line.value.value.buffer] : [];
    this.#options.send({ kind: "line", id, line, state: this.#state() }, transfer);
  }

  async #daily(id: number, query: DailyQuery): Promise<void> {
    const bars = await this.#readDaily(query);
    if (!this.#isClosed) this.#options.send({ kind: "daily", id, bars });
  }

  async #readDaily(query: DailyQuery): Promise<Result<readonly DailyBar[], StoreProblem>> {
    if (this.#open === null) return fail(NOT_OPEN);
    try {
      return ok(await readDaily(this.#open.file, query));
    } catch (error) {
      const problem = problemOf(error, this.#path());
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  #close(): void {
    for (const timer of [this.#pump, this.#upkeepTimer, this.#retry]) timer?.cancel();
    const work = this.#work;
    try {
      while (work !== null && this.#trouble === null && !work.isDone) work.step();
    } catch (error) {
      if (problemOf(error, this.#path()) === null) throw error;
    }
    this.#isClosed = true;
    if (this.#open !== null) closeQuietly(this.#open.file);
    this.#options.send({ kind: "closed", written: work?.written ?? 0, lost: work?.lost ?? 0 });
  }
}

/** Closes a file whose disk may refuse even that. */
function closeQuietly(file: HistoryFile): void {
  try {
    file.close();
  } catch (error) {
    if (problemOf(error, file.path) === null) throw error;
  }
}
