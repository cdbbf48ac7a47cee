import { DatabaseSync, type StatementSync } from "node:sqlite";
import { assert } from "../../base/assert.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { FencedError, openingProblemOf, SpaceKeptError, type StoreProblem } from "../problem.ts";

/** How a database is opened. */
export interface ConnectionOptions {
  readonly path: string;
  /** FULL: a commit is on the disk when it returns. NORMAL: it outlives the process only. */
  readonly synchronous: "FULL" | "NORMAL";
  readonly isReadOnly?: boolean;
  /** Pages of 4 KiB that a WAL may have before it is folded back into the file. */
  readonly walPages?: number;
}

const WAL_PAGES = 1000;
/**
 * Pages that a connection keeps to itself, KiB. The system's own cache holds the file anyway; the
 * usual 2 MiB fill so slowly that for an hour they look like a leak.
 */
const CACHE_KIB = 512;
const BUSY_MS = 5000;
const STATEMENTS_MAX = 256;
const EPOCH = "SELECT value FROM stamp WHERE name = 'epoch'";
const CLAIM = "INSERT INTO stamp (name, value) VALUES ('epoch', ?) " +
  "ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/**
 * One connection to an embedded database in WAL mode. Synchronous: keep transactions short or use
 * it in a worker. Statements are prepared once and kept.
 */
export class Connection {
  readonly path: string;
  readonly raw: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #epoch: number | null = null;
  #isSpaceKept: () => boolean = () => false;
  #isOpening = true;

  private constructor(path: string, raw: DatabaseSync) {
    this.path = path;
    this.raw = raw;
  }

  /** Opens the file, or creates an empty one; changes nothing in one that is there. */
  static open(
    options: Pick<ConnectionOptions, "path" | "isReadOnly">,
  ): Result<Connection, StoreProblem> {
    const { path, isReadOnly = false } = options;
    let raw: DatabaseSync | null = null;
    try {
      raw = new DatabaseSync(path, { readOnly: isReadOnly });
      const connection = new Connection(path, raw);
      connection.execute(`PRAGMA busy_timeout = ${BUSY_MS}`);
      connection.execute(`PRAGMA cache_size = -${CACHE_KIB}`);
      return ok(connection);
    } catch (error) {
      raw?.close();
      const problem = openingProblemOf(error, path);
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  /** Sets it up for writing; a new file also for incremental vacuum. Throws what SQLite throws. */
  prepareForWriting(options: Pick<ConnectionOptions, "synchronous" | "walPages">): void {
    this.execute("PRAGMA auto_vacuum = INCREMENTAL");
    this.execute("PRAGMA journal_mode = WAL");
    this.execute(`PRAGMA synchronous = ${options.synchronous}`);
    if (options.synchronous === "FULL") {
      // On macOS a plain sync ends in the disk's cache; elsewhere this says nothing new.
      this.execute("PRAGMA fullfsync = ON");
      this.execute("PRAGMA checkpoint_fullfsync = ON");
    }
    this.execute(`PRAGMA wal_autocheckpoint = ${options.walPages ?? WAL_PAGES}`);
    this.execute("PRAGMA foreign_keys = ON");
  }

  /**
   * Runs a statement without result. Prepared, not `exec` of the driver: an error of that one does
   * not say which it is.
   */
  execute(sql: string): void {
    this.raw.prepare(sql).all();
  }

  /** The statement for a text, prepared once. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    const made = this.raw.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** The number under which this connection writes; null before `claim`. */
  get epoch(): number | null {
    return this.#epoch;
  }

  /**
   * Becomes the one writer, so that a connection that claimed it earlier writes no more: the kernel
   * lock on the folder does not reach over network file systems. With `epoch`, goes on as the
   * writer that this process already was. Throws FencedError when that one has been succeeded.
   */
  claim(epoch: number | null = null): number {
    this.execute("BEGIN IMMEDIATE");
    try {
      const before = this.#storedEpoch() ?? 0;
      if (epoch !== null && epoch !== before) throw new FencedError(this.path);
      const claimed = epoch ?? before + 1;
      if (epoch === null) this.raw.prepare(CLAIM).run(String(claimed));
      this.execute("COMMIT");
      this.#epoch = claimed;
      return claimed;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Throws FencedError when another connection has claimed the database since this one did. */
  checkClaim(): void {
    if (this.#epoch !== null && this.#storedEpoch() !== this.#epoch) {
      throw new FencedError(this.path);
    }
  }

  /**
   * From now on transactions fail with SpaceKeptError while `isSpaceKept` says so. Not the first
   * one: it is that of the opening, and little.
   */
  yieldWhile(isSpaceKept: () => boolean): void {
    this.#isSpaceKept = isSpaceKept;
  }

  /**
   * Runs `work` in one transaction, all or nothing; what it throws is thrown on. Throws FencedError
   * once another connection has claimed the database.
   */
  transaction<T>(work: () => T): T {
    if (!this.#isOpening && this.#isSpaceKept()) throw new SpaceKeptError(this.path);
    this.#isOpening = false;
    this.#control("BEGIN IMMEDIATE");
    try {
      this.checkClaim();
      const result = work();
      this.#control("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Reads one number of a pragma or query; NaN when there is none. */
  readNumber(sql: string): number {
    const row = this.statement(sql).get();
    const value = row === undefined ? undefined : Object.values(row)[0];
    return typeof value === "number" ? value : NaN;
  }

  /**
   * Folds the WAL into the file and empties it: what is in the file then was written and synced
   * anew, whatever became of earlier writes. False when a reader stood in the way.
   */
  foldLog(): boolean {
    const row = this.statement("PRAGMA wal_checkpoint(TRUNCATE)").get();
    assert(row !== undefined, "a checkpoint answers");
    return row.busy === 0;
  }

  /** Closes it; idempotent. */
  close(): void {
    this.#statements.clear();
    if (this.raw.isOpen) this.raw.close();
  }

  /**
   * Begins or ends a transaction. Prepared once: a statement's memory is none that the collector
   * counts, and those of two a second would wait for it by the megabyte.
   */
  #control(sql: "BEGIN IMMEDIATE" | "COMMIT" | "ROLLBACK"): void {
    this.statement(sql).all();
  }

  #storedEpoch(): number | null {
    const value = this.statement(EPOCH).get()?.value;
    return typeof value === "string" ? Number(value) : null;
  }

  #rollBack(): void {
    // A failed commit may have ended the transaction already.
    if (this.raw.isTransaction) this.#control("ROLLBACK");
  }
}
