import type { UnixMs } from "../base/brand.ts";
import type { Result } from "../base/result.ts";

/** What a record may hold: what JSON can say, without loss. */
export type JournalValue =
  | null
  | boolean
  | number
  | string
  | readonly JournalValue[]
  | { readonly [name: string]: JournalValue };

/** One record to append. `kind` and `key` together are its identity: appended twice, it is one. */
export interface JournalEntry {
  /** Like "fill", "lifecycle", "session". */
  readonly kind: string;
  readonly key: string;
  /** By the source's clock. */
  readonly at: UnixMs;
  readonly value: JournalValue;
}

/** A durable record; `seq` is 1 for the first and has no holes. */
export interface JournalRecord extends JournalEntry {
  readonly seq: number;
}

/** Proof that a record is on the disk. `isNew`: false when it was there before. */
export interface JournalReceipt {
  readonly seq: number;
  readonly isNew: boolean;
}

/** Why something is not recorded, in words and with what helps. */
export interface RecordingProblem {
  readonly message: string;
  readonly fix: string;
}

/** Where the journal stands. */
export interface JournalStatus {
  /** False while appends wait for the disk, or can no longer be taken. */
  readonly isDurable: boolean;
  /** Since when, wall time. */
  readonly since: UnixMs;
  readonly problem: RecordingProblem | null;
  /** Appends that wait. */
  readonly waiting: number;
  /** Highest durable sequence. */
  readonly seq: number;
}

/**
 * The append-only record of what must not be lost. An append resolves once the record is on the
 * disk, and not before; while the disk refuses, it waits and is tried again. It fails only when the
 * journal is closed, full of waiting appends, found damaged or taken over by another desk, and for
 * an entry that is there with another content or cannot be kept: then nothing was promised.
 */
export interface Journal {
  append(entry: JournalEntry): Promise<Result<JournalReceipt, RecordingProblem>>;
  /**
   * Durable records after a sequence, oldest first, at most `countMax`; fewer when they are large.
   * None: there are no more.
   */
  read(
    after: number,
    countMax: number,
  ): Promise<Result<readonly JournalRecord[], RecordingProblem>>;
  status(): JournalStatus;
  /** Writes what waits, as far as the disk lets it, and closes; idempotent. */
  close(): Promise<void>;
}
