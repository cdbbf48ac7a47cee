import { DatabaseSync, type StatementSync } from "node:sqlite";
import { fail, ok, type Result } from "../../base/result.ts";
import { problemOf, type StoreProblem } from "../problem.ts";

/** How a database is opened. */
export interface ConnectionOptions {
  readonly path: string;
  /** FULL: a commit is on the disk when it returns. NORMAL: it outlives the process only. */
  readonly synchronous: "FULL" | "NORMAL";
  readonly isReadOnly?: boolean;
}

/** Pages of a WAL before it is folded back into the file. */
const WAL_PAGES = 1000;
const BUSY_MS = 5000;

/**
 * One connection to an embedded database in WAL mode. Synchronous: keep transactions short or use
 * it in a worker. Statements are prepared once and kept.
 */
export class Connection {
  readonly path: string;
  readonly raw: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(path: string, raw: DatabaseSync) {
    this.path = path;
    this.raw = raw;
  }

  /** Opens the file, or creates an empty one; changes nothing in one that is there. */
  static open(options: ConnectionOptions): Result<Connection, StoreProblem> {
    const { path, isReadOnly = false } = options;
    let raw: DatabaseSync | null = null;
    try {
      raw = new DatabaseSync(path, { readOnly: isReadOnly });
      raw.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      return ok(new Connection(path, raw));
    } catch (error) {
      raw?.close();
      const problem = problemOf(error, path);
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  /** Sets it up for writing; a new file also for incremental vacuum. Throws what SQLite throws. */
  prepareForWriting(synchronous: ConnectionOptions["synchronous"]): void {
    this.raw.exec("PRAGMA auto_vacuum = INCREMENTAL");
    this.raw.exec("PRAGMA journal_mode = WAL");
    this.raw.exec(`PRAGMA synchronous = ${synchronous}`);
    this.raw.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
    this.raw.exec("PRAGMA foreign_keys = ON");
  }

  /** The statement for a text, prepared once. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.raw.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** Runs `work` in one transaction, all or nothing; what it throws is thrown on. */
  transaction<T>(work: () => T): T {
    this.raw.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.raw.exec("COMMIT");
      return result;
    } catch (error) {
      // A failed commit may have ended the transaction already.
      if (this.raw.isTransaction) this.raw.exec("ROLLBACK");
      throw error;
    }
  }

  /** Reads one number of a pragma or query; NaN when there is none. */
  readNumber(sql: string): number {
    const row = this.raw.prepare(sql).get();
    const value = row === undefined ? undefined : Object.values(row)[0];
    return typeof value === "number" ? value : NaN;
  }

  /** Closes it; idempotent. */
  close(): void {
    this.#statements.clear();
    if (this.raw.isOpen) this.raw.close();
  }
}
