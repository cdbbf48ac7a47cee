import { fail, ok, type Result } from "../../base/result.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  Journal,
  JournalEntry,
  JournalReceipt,
  JournalRecord,
  JournalStatus,
  RecordingProblem,
} from "../../ports/journal.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { mayPass, type StoreProblem, storeProblem } from "../problem.ts";
import { type ChainHead, type RecordText, recordTextOf } from "./chain.ts";
import type {
  Appended,
  AppendOutcome,
  JournalAnswers,
  JournalOpened,
  JournalOpening,
  JournalQuestion,
} from "./wire/messages.ts";
import { recordingProblem } from "./wire/messages.ts";
import type { JournalQuestions } from "./wire/questions.ts";

/** Appends that may wait for the disk. */
export const WAITING_MAX = 10_000;
/** Records that one `read` gives at most. */
export const READ_MAX = 10_000;

const BATCH_MAX = 512;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
const SILENCE_MS = 2_000;
const TEND_EVERY_MS = 10_000;
const CHECK_COUNT = 2_000;
const CLOSE_MAX_MS = 3_000;

type Receipt = Result<JournalReceipt, RecordingProblem>;

interface Waiting {
  readonly text: RecordText;
  /** Head when it was sent first. */
  newAfter: number | null;
  readonly settle: (receipt: Receipt) => void;
}

/** What a journal needs. */
export interface DurableJournalOptions {
  readonly questions: JournalQuestions;
  readonly opening: JournalOpening;
  readonly opened: JournalOpened;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * The journal on the disk, as the engine sees it. Appends that arrive while one transaction is
 * under way go together into the next. A transaction that failed is unknown: the file is opened
 * again, and its entries are sent once more; what is found there is acknowledged, what is not is
 * written, with growing pauses for as long as the disk refuses.
 */
export class DurableJournal implements Journal {
  readonly #questions: JournalQuestions;
  readonly #opening: JournalOpening;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #tending: Timer;
  readonly #waiting: Waiting[] = [];
  #sent: readonly Waiting[] = [];
  #isBusy = false;
  #head: ChainHead;
  #problem: StoreProblem | null = null;
  #since: number;
  #retryMs = 0;
  #retry: Timer | null = null;
  #isEnded = false;
  #closing: Promise<void> | null = null;
  #idle: (() => void) | null = null;

  constructor(options: DurableJournalOptions) {
    this.#questions = options.questions;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#opening = { ...options.opening, epoch: options.opened.epoch };
    this.#head = options.opened.head;
    this.#since = options.clock.now();
    this.#tending = options.timers.setPeriodic(TEND_EVERY_MS, () => void this.#tend());
    if (!options.opened.isChecked) void this.#check(0);
  }

  append(entry: JournalEntry): Promise<Receipt> {
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.resolve(fail(refusal));
    const text = recordTextOf(entry);
    if (!text.ok) return Promise.resolve(text);
    const { promise, resolve } = Promise.withResolvers<Receipt>();
    this.#waiting.push({ text: text.value, newAfter: null, settle: resolve });
    // After this turn: what is appended in it goes together.
    queueMicrotask(() => this.#send());
    return promise;
  }

  async read(
    after: number,
    countMax: number,
  ): Promise<Result<readonly JournalRecord[], RecordingProblem>> {
    const count = Math.min(countMax, READ_MAX);
    const read = await this.#questions.ask({ kind: "read", after, countMax: count });
    if (read.ok) return read;
    if (read.error.code === "damaged") this.#end(read.error);
    return fail(recordingProblem(read.error));
  }

  status(): JournalStatus {
    return {
      isDurable: this.#problem === null,
      since: this.#since,
      problem: this.#problem === null ? null : recordingProblem(this.#problem),
      waiting: this.#waiting.length + this.#sent.length,
      seq: this.#head.seq,
    };
  }

  /** Notes in the journal that history was made beside it. */
  async noteHistory(): Promise<Result<null, StoreProblem>> {
    return await this.#questions.ask({ kind: "noteHistory" });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#tending.cancel();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    const limit = this.#timers.setTimer(CLOSE_MAX_MS, resolve);
    this.#settleIdle();
    await promise;
    limit.cancel();
    this.#end(storeProblem("io", "the journal was closed before this was certainly on the disk"));
    const closed = this.#questions.ask({ kind: "close" }).then(() => {});
    const silent = Promise.withResolvers<void>();
    const silence = this.#timers.setTimer(CLOSE_MAX_MS, silent.resolve);
    await Promise.race([closed, silent.promise]);
    silence.cancel();
    this.#questions.end();
  }

  #refusal(): RecordingProblem | null {
    if (this.#closing !== null || this.#isEnded) {
      const problem = this.#problem ?? storeProblem("io", "the journal is closed");
      return recordingProblem(problem);
    }
    if (this.#waiting.length + this.#sent.length < WAITING_MAX) return null;
    const why = this.#problem?.message ?? "the disk is slower than what is to be recorded";
    return {
      message: `${WAITING_MAX} records wait for the disk already: ${why}`,
      fix: this.#problem?.fix ?? "use a faster disk",
    };
  }

  #send(): void {
    if (this.#isBusy || this.#retry !== null || this.#isEnded) return;
    if (this.#sent.length === 0) this.#sent = this.#waiting.splice(0, BATCH_MAX);
    if (this.#sent.length === 0) return this.#settleIdle();
    const sent = this.#sent;
    void this.#whileBusy(async () => {
      const appended = await this.#questions.ask({
        kind: "append",
        entries: sent.map((one) => ({ ...one.text, newAfter: one.newAfter ??= this.#head.seq })),
      });
      if (appended.ok) this.#settle(appended.value);
      else this.#fail(appended.error);
    });
  }

  /** One thing at a time; a disk that does not answer is said to be a problem. */
  async #whileBusy(work: () => Promise<void>): Promise<void> {
    this.#isBusy = true;
    const silence = this.#timers.setTimer(SILENCE_MS, () => {
      this.#say(storeProblem("io", `the disk has not answered for ${SILENCE_MS / 1000} s`));
    });
    await work();
    silence.cancel();
    this.#isBusy = false;
    this.#send();
  }

  #settle({ outcomes, head }: Appended): void {
    if (this.#isEnded) return;
    this.#head = head;
    this.#retryMs = 0;
    const sent = this.#sent;
    this.#sent = [];
    this.#say(null);
    sent.forEach(({ settle, text }, index) => settle(receiptOf(outcomes[index], text)));
  }

  #fail(problem: StoreProblem): void {
    if (this.#isEnded) return;
    if (!mayPass(problem)) return this.#end(problem);
    this.#say(problem);
    if (problem.code === "full") this.#halve();
    this.#retry?.cancel();
    this.#retry = this.#timers.setTimer(this.#retryMs, () => {
      this.#retry = null;
      if (!this.#isEnded) void this.#whileBusy(() => this.#reopen());
    });
    this.#retryMs = Math.min(RETRY_MAX_MS, Math.max(RETRY_FIRST_MS, 2 * this.#retryMs));
  }

  /** Fewer records need less space at once. */
  #halve(): void {
    const kept = Math.ceil(this.#sent.length / 2);
    this.#waiting.unshift(...this.#sent.slice(kept));
    this.#sent = this.#sent.slice(0, kept);
  }

  async #reopen(): Promise<void> {
    const opening = { ...this.#opening, acknowledged: this.#head };
    const opened = await this.#questions.ask({ kind: "open", opening });
    if (!opened.ok) return this.#fail(opened.error);
    if (this.#sent.length === 0 && this.#waiting.length === 0) this.#say(null);
  }

  async #tend(): Promise<void> {
    if (this.#isBusy || this.#retry !== null || this.#isEnded) return;
    const tended = await this.#questions.ask({ kind: "tend" });
    if (!tended.ok && this.#retry === null && !this.#isEnded) this.#fail(tended.error);
  }

  async #check(after: number): Promise<void> {
    let next: number | null = after;
    while (next !== null && !this.#isEnded) {
      const question: JournalQuestion & { kind: "check" } = {
        kind: "check",
        after: next,
        countMax: CHECK_COUNT,
      };
      const checked: Result<JournalAnswers["check"], StoreProblem> = await this.#questions.ask(
        question,
      );
      if (checked.ok) next = checked.value.next;
      else if (!mayPass(checked.error)) return this.#end(checked.error);
      else await this.#pause(RETRY_MAX_MS);
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#timers.setTimer(delayMs, resolve));
  }

  #say(problem: StoreProblem | null): void {
    if ((problem === null) !== (this.#problem === null)) this.#since = this.#clock.now();
    this.#problem = problem;
  }

  #end(problem: StoreProblem): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#retry?.cancel();
    this.#retry = null;
    this.#tending.cancel();
    if (this.#closing === null || this.#sent.length > 0) this.#say(problem);
    const all = [...this.#sent, ...this.#waiting.splice(0)];
    this.#sent = [];
    for (const { settle } of all) settle(fail(recordingProblem(problem)));
    this.#settleIdle();
  }

  #settleIdle(): void {
    const isIdle = this.#sent.length === 0 && this.#waiting.length === 0 && !this.#isBusy;
    if (isIdle || this.#isEnded) this.#idle?.();
  }
}

function receiptOf(outcome: AppendOutcome, { kind, key }: RecordText): Receipt {
  if (!("conflict" in outcome)) return ok(outcome);
  return fail({
    message: `record ${outcome.conflict} is "${kind}" "${key}" already, with another content`,
    fix: "report this as a bug of the desk; the first content is kept",
  });
}
