import type { WorkerLink } from "../../../ports/worker_link.ts";
import type { Result } from "../../../base/result.ts";
import type { DeskMode } from "../../../ports/broker.ts";
import type { JournalRecord, RecordingProblem } from "../../../ports/journal.ts";
import type { StoreProblem } from "../../problem.ts";
import type { ChainHead, RecordText } from "../chain.ts";

/** How a journal is opened. */
export interface JournalOpening {
  /** Folder of the data. */
  readonly directory: string;
  readonly mode: DeskMode;
  /** Id and source that a new store gets. */
  readonly store: string;
  readonly source: string;
  /** Name for a copy made before a schema update. */
  readonly copyName: string;
  /** The writer that this process already is, null for the first time. */
  readonly epoch: number | null;
  /** What was acknowledged and therefore must be there. */
  readonly acknowledged: ChainHead | null;
  /** Size of the ballast; 0 for none. */
  readonly ballastBytes: number;
  /** Larger journals are checked after the opening, piece by piece. */
  readonly checkBytesMax: number;
}

/** An open journal. */
export interface JournalOpened {
  readonly store: string;
  /** Source that the store was made for. */
  readonly source: string;
  readonly isNew: boolean;
  /** True when history was made beside it. */
  readonly hasHistory: boolean;
  readonly epoch: number;
  readonly head: ChainHead;
  /** False: to be checked by `check` questions from sequence 1. */
  readonly isChecked: boolean;
}

/** An entry on its way. */
export interface SentRecord extends RecordText {
  /** A record after it is new to who asks, also when an earlier attempt brought it there. */
  readonly newAfter: number;
}

/** What became of one entry: where it is, or why not. */
export type AppendOutcome =
  | { readonly seq: number; readonly isNew: boolean }
  | { readonly conflict: number };

/** Committed entries in their order, and the head behind them. */
export interface Appended {
  readonly outcomes: readonly AppendOutcome[];
  readonly head: ChainHead;
}

/** What may be asked of the journal's worker. One at a time, but for `read`. */
export type JournalQuestion =
  | { readonly kind: "open"; readonly opening: JournalOpening }
  | { readonly kind: "append"; readonly entries: readonly SentRecord[] }
  | { readonly kind: "read"; readonly after: number; readonly countMax: number }
  /** Checks at most `countMax` records after a sequence. */
  | { readonly kind: "check"; readonly after: number; readonly countMax: number }
  /** Notes that history was made beside the journal. */
  | { readonly kind: "noteHistory" }
  /** Syncs the anchor, makes the ballast anew where there is room. */
  | { readonly kind: "tend" }
  | { readonly kind: "close" };

/** Answers by kind of question. */
export interface JournalAnswers {
  open: JournalOpened;
  append: Appended;
  read: readonly JournalRecord[];
  /** Next sequence to check after, null at the end. */
  check: { readonly next: number | null };
  noteHistory: null;
  /** False while the ballast is given up: what can wait must not write. */
  tend: { readonly hasBallast: boolean };
  close: null;
}

/** Any answer. */
export type JournalAnswer = JournalAnswers[keyof JournalAnswers];

/** To the worker. */
export interface ToJournal {
  readonly id: number;
  readonly question: JournalQuestion;
}

/** From the worker. */
export type FromJournal =
  | {
    readonly kind: "answer";
    readonly id: number;
    readonly answer: Result<JournalAnswer, StoreProblem>;
  }
  | { readonly kind: "failed"; readonly message: string };

/** A two-way connection to a journal's worker, wherever it runs. */
export type JournalLink = WorkerLink<FromJournal, ToJournal>;

/** A problem as the ports say it. */
export function recordingProblem({ message, fix }: StoreProblem): RecordingProblem {
  return { message, fix };
}
