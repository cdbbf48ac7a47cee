import { unreachable } from "../../base/assert.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { fileBytes, syncFolder } from "../../host/disk_file.ts";
import { openingProblemOf, type StoreProblem, storeProblem } from "../problem.ts";
import { AnchorFile, anchorPath, hasAnchor, readAnchor } from "./anchor.ts";
import { Ballast } from "./ballast.ts";
import type { ChainHead } from "./chain.ts";
import { JournalFile, journalPath } from "./journal_file.ts";
import type {
  Appended,
  FromJournal,
  JournalAnswer,
  JournalAnswers,
  JournalOpened,
  JournalOpening,
  JournalQuestion,
  ToJournal,
} from "./wire/messages.ts";

interface Opened {
  readonly opening: JournalOpening;
  readonly file: JournalFile;
  readonly anchor: AnchorFile;
}

/**
 * The side of a journal that has the file: answers one question after the other, in its worker. It
 * decides nothing about time: what failed is closed, and whoever asks opens it again.
 */
export class JournalServer {
  readonly #send: (message: FromJournal) => void;
  #opened: Opened | null = null;
  #ballast = new Ballast("", 0);

  constructor(send: (message: FromJournal) => void) {
    this.#send = send;
  }

  /** Takes one question. */
  handle({ id, question }: ToJournal): void {
    // What is synchronous is answered before the next question is looked at.
    if (question.kind === "append") {
      return this.#send({ kind: "answer", id, answer: this.#append(question) });
    }
    void this.#answer(question).then((answer) => this.#send({ kind: "answer", id, answer }));
  }

  async #answer(question: JournalQuestion): Promise<Result<JournalAnswer, StoreProblem>> {
    switch (question.kind) {
      case "open":
        return await this.#open(question.opening);
      case "append":
        return this.#append(question);
      case "read":
        return this.#read(question.after, question.countMax);
      case "check":
        return this.#using(({ file }) => {
          const checked = file.check(question.after, question.countMax);
          return checked.ok ? ok({ next: checked.value }) : checked;
        });
      case "noteHistory":
        return this.#using(({ file }) => {
          file.noteHistory();
          return ok(null);
        });
      case "tend":
        return this.#tend();
      case "close":
        this.#close();
        return ok(null);
      default:
        return unreachable(question);
    }
  }

  async #open(opening: JournalOpening): Promise<Result<JournalAnswers["open"], StoreProblem>> {
    this.#close();
    this.#ballast = new Ballast(opening.directory, opening.ballastBytes);
    const opened = await this.#tryOpen(opening);
    // On a full disk even opening needs space: for the log's index and for folding it.
    const mayBeFull = !opened.ok && (opened.error.code === "full" || opened.error.code === "io");
    return mayBeFull && this.#ballast.giveUp() ? await this.#tryOpen(opening) : opened;
  }

  async #tryOpen(opening: JournalOpening): Promise<Result<JournalOpened, StoreProblem>> {
    const path = journalPath(opening.directory);
    const gone = missing(opening);
    if (gone !== null) return fail(gone);
    const isNew = fileBytes(path) === null || fileBytes(path) === 0;
    try {
      const verified = new Verification(opening);
      const opened = await JournalFile.open(opening, (file) => verified.check(file));
      if (!opened.ok) return opened;
      const result = this.#take(verified, opened.value, isNew);
      if (!result.ok) opened.value.connection.close();
      return result;
    } catch (error) {
      const problem = openingProblemOf(error, path);
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  #take(
    { opening, isWhole, through }: Verification,
    file: JournalFile,
    isNew: boolean,
  ): Result<JournalOpened, StoreProblem> {
    try {
      // Frames of a killed writer or of a failed sync are read, but need not be on the disk.
      if (!file.connection.foldLog()) {
        return fail(storeProblem("locked", `${file.connection.path} is being read`));
      }
      // Another writer may have come in between the check and the claim.
      const checked = isWhole ? file.checkAll(through) : ok(null);
      if (!checked.ok) return checked;
      const anchor = this.#anchor(opening.directory, file);
      if (!anchor.ok) return anchor;
      this.#opened = { opening, file, anchor: anchor.value };
      const { store, source, hasHistory, head } = file;
      const epoch = file.connection.epoch ?? 0;
      return ok({ store, source, isNew, hasHistory, epoch, head, isChecked: isWhole });
    } catch (error) {
      const problem = openingProblemOf(error, file.connection.path);
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  #anchor(directory: string, file: JournalFile): Result<AnchorFile, StoreProblem> {
    const path = anchorPath(directory);
    const anchor = AnchorFile.open(path, file.store);
    if (!anchor.ok) {
      return fail(storeProblem(anchor.error.code, `${path}: ${anchor.error.message}`));
    }
    anchor.value.note(file.head);
    anchor.value.sync();
    file.isFrugal = !this.#ballast.make();
    const synced = syncFolder(directory);
    if (synced.ok) return anchor;
    anchor.value.close();
    return fail(storeProblem(synced.error.code, `${directory}: ${synced.error.message}`));
  }

  #append(
    { entries }: JournalQuestion & { readonly kind: "append" },
  ): Result<Appended, StoreProblem> {
    return this.#using(({ file, anchor }) => {
      const before = file.head.seq;
      const outcomes = file.append(entries);
      if (file.head.seq > before) anchor.note(file.head);
      return ok({ outcomes, head: file.head });
    });
  }

  #read(after: number, countMax: number): Result<JournalAnswers["read"], StoreProblem> {
    const opened = this.#opened;
    if (opened === null) return fail(storeProblem("io", "the journal is not open"));
    const { path } = opened.file.connection;
    try {
      const records = opened.file.read(after, countMax);
      if (records !== null) return ok(records);
      return fail(storeProblem("damaged", `${path} is damaged: a checksum does not match`));
    } catch (error) {
      const problem = openingProblemOf(error, path);
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  #tend(): Result<JournalAnswers["tend"], StoreProblem> {
    return this.#using(({ file, anchor }) => {
      // Also a desk that has nothing to write learns that it was succeeded.
      file.connection.checkClaim();
      anchor.sync();
      const hasBallast = this.#ballast.make();
      file.isFrugal = !hasBallast;
      return ok({ hasBallast });
    });
  }

  /** Runs `work` on the open journal. What the database refuses closes it: it is unknown then. */
  #using<T>(work: (opened: Opened) => Result<T, StoreProblem>): Result<T, StoreProblem> {
    const opened = this.#opened;
    if (opened === null) return fail(storeProblem("io", "the journal is not open"));
    try {
      return work(opened);
    } catch (error) {
      const problem = openingProblemOf(error, opened.file.connection.path);
      if (problem === null) throw error;
      if (problem.code === "full") this.#ballast.giveUp();
      this.#close();
      return fail(problem);
    }
  }

  #close(): void {
    const opened = this.#opened;
    this.#opened = null;
    if (opened === null) return;
    opened.anchor.close();
    opened.file.connection.close();
  }
}

/** A journal that was there before and is gone: its anchor or its log is left. */
function missing({ directory, acknowledged }: JournalOpening): StoreProblem | null {
  const path = journalPath(directory);
  const bytes = fileBytes(path);
  if (bytes !== null && bytes > 0) return null;
  const isLogThere = (fileBytes(`${path}-wal`) ?? 0) > 0;
  const wasThere = acknowledged !== null || hasAnchor(anchorPath(directory)) || isLogThere;
  if (!wasThere) return null;
  return storeProblem(
    "missing",
    `${path} was there before and ${bytes === 0 ? "is empty" : "is gone"}`,
  );
}

/** The check of a journal that is there, and how far it went. */
class Verification {
  readonly opening: JournalOpening;
  /** False: it is too large to be checked while somebody waits. */
  isWhole = true;
  /** Highest sequence that was checked. */
  through = 0;

  constructor(opening: JournalOpening) {
    this.opening = opening;
  }

  /** Whether it has what it is known to have had, in a chain without fault. */
  check(file: JournalFile): Result<null, StoreProblem> {
    const { opening } = this;
    const lost = findLoss(opening, file);
    if (lost !== null) return fail(lost);
    // What was checked and acknowledged before is not read again.
    const from = opening.acknowledged?.seq ?? 0;
    this.isWhole = opening.acknowledged !== null || file.bytes <= opening.checkBytesMax;
    const checked = this.isWhole ? file.checkAll(from) : ok(null);
    this.through = file.head.seq;
    return checked;
  }
}

/** Whether the journal still has what it is known to have had. */
function findLoss(opening: JournalOpening, file: JournalFile): StoreProblem | null {
  const anchor = readAnchor(anchorPath(opening.directory));
  if (anchor !== null && anchor.store !== file.store) {
    const what = `${file.connection.path} is not the journal that was in this folder before`;
    return storeProblem("damaged", what);
  }
  const known = [opening.acknowledged, anchor?.head ?? null].filter((head) => head !== null);
  const lost = known.find((head: ChainHead) => file.checksumAt(head.seq) !== head.checksum);
  if (lost === undefined) return null;
  const what = `${file.connection.path} has lost records: it had ${lost.seq} and ends at ` +
    `${file.head.seq}`;
  return storeProblem("damaged", what);
}
