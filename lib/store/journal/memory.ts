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
import type { Timers } from "../../ports/timers.ts";
import { canonicalText, type RecordText, recordTextOf } from "./chain.ts";
import { WAITING_MAX } from "./durable_journal.ts";

type Receipt = Result<JournalReceipt, RecordingProblem>;

interface Waiting {
  readonly entry: JournalEntry;
  readonly text: RecordText;
  readonly settle: (receipt: Receipt) => void;
}

/** A disk that is not there: what was synced to it, and whether it takes anything now. */
export class MemoryDisk {
  /** What a journal opened after a crash finds. */
  readonly records: JournalRecord[] = [];
  /** The same by kind and key. */
  readonly byName = new Map<string, JournalRecord>();
  /** Why it takes nothing now, or null. */
  problem: RecordingProblem | null = null;
}

/** How a journal in memory behaves. */
export interface MemoryJournalOptions {
  readonly disk: MemoryDisk;
  readonly clock: Clock;
  readonly timers: Timers;
  /** How long a sync takes, ms. */
  readonly syncMs: number;
}

const RETRY_MS = 100;

/**
 * A journal for tests and simulations, with the promises of the real one: appends are acknowledged
 * after a sync, together with those that arrived meanwhile. After `crash` nothing more happens: its
 * disk has what was synced, and every append that was not acknowledged stays open for ever.
 */
export class MemoryJournal implements Journal {
  readonly #options: MemoryJournalOptions;
  #waiting: Waiting[] = [];
  #isSyncing = false;
  #isCrashed = false;
  #isClosed = false;
  #problem: RecordingProblem | null = null;
  #since: number;
  #idle: (() => void)[] = [];

  constructor(options: MemoryJournalOptions) {
    this.#options = options;
    this.#since = options.clock.now();
  }

  append(entry: JournalEntry): Promise<Receipt> {
    if (this.#isClosed) {
      return Promise.resolve(fail({ message: "the journal is closed", fix: "open it again" }));
    }
    if (this.#waiting.length >= WAITING_MAX) {
      const message = `${WAITING_MAX} records wait for the disk already`;
      return Promise.resolve(fail({ message, fix: this.#problem?.fix ?? "use a faster disk" }));
    }
    const text = recordTextOf(entry);
    if (!text.ok) return Promise.resolve(text);
    const { promise, resolve } = Promise.withResolvers<Receipt>();
    // What is kept shares nothing with what the caller may go on to change.
    const kept = { ...entry, value: structuredClone(entry.value) };
    this.#waiting.push({ entry: kept, text: text.value, settle: resolve });
    this.#startSync();
    return promise;
  }

  read(after: number, countMax: number): Promise<Result<readonly JournalRecord[], never>> {
    return Promise.resolve(ok(this.#options.disk.records.slice(after, after + countMax)));
  }

  status(): JournalStatus {
    return {
      isDurable: this.#problem === null,
      since: this.#since,
      problem: this.#problem,
      waiting: this.#waiting.length,
      seq: this.#options.disk.records.length,
    };
  }

  /** Ends it as a power cut does. */
  crash(): void {
    this.#isCrashed = true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting.length === 0 || this.#isCrashed) return;
    if (this.#options.disk.problem === null) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    const message = "the journal was closed before this was certainly on the disk";
    for (const { settle } of this.#waiting.splice(0)) {
      settle(fail({ message, fix: "open it again" }));
    }
  }

  #startSync(): void {
    if (this.#isSyncing || this.#isCrashed || this.#waiting.length === 0) return;
    this.#isSyncing = true;
    const batch = this.#waiting.length;
    const { timers, syncMs, disk } = this.#options;
    const delayMs = disk.problem === null ? syncMs : RETRY_MS;
    timers.setTimer(delayMs, () => {
      this.#isSyncing = false;
      if (!this.#isCrashed) this.#sync(batch);
    });
  }

  #sync(batch: number): void {
    const { disk } = this.#options;
    this.#say(disk.problem);
    if (disk.problem === null) {
      for (const one of this.#waiting.splice(0, batch)) one.settle(this.#keep(one));
    }
    if (this.#waiting.length === 0 || disk.problem !== null) {
      for (const idle of this.#idle.splice(0)) idle();
    }
    this.#startSync();
  }

  #keep({ entry, text }: Waiting): Receipt {
    const { records, byName } = this.#options.disk;
    const name = JSON.stringify([text.kind, text.key]);
    const known = byName.get(name);
    if (known === undefined) {
      const seq = records.length + 1;
      const record = { ...entry, seq };
      records.push(record);
      byName.set(name, record);
      return ok({ seq, isNew: true });
    }
    if (known.at === text.at && canonicalText(known.value) === text.text) {
      return ok({ seq: known.seq, isNew: false });
    }
    return fail({
      message: `record ${known.seq} is "${text.kind}" "${text.key}" already, with another content`,
      fix: "report this as a bug of the desk; the first content is kept",
    });
  }

  #say(problem: RecordingProblem | null): void {
    const isChanged = (problem === null) !== (this.#problem === null);
    if (isChanged) this.#since = this.#options.clock.now();
    this.#problem = problem;
  }
}
