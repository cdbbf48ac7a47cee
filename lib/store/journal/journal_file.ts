import type { CompiledQuery, Kysely } from "kysely";
import { fail, ok, type Result } from "../../base/result.ts";
import type { JournalRecord } from "../../ports/journal.ts";
import { databaseBytes, openDatabase, stampsOf } from "../open_database.ts";
import { openingProblemOf, type StoreProblem, storeProblem } from "../problem.ts";
import type { Connection } from "../sqlite/connection.ts";
import { bindable, queriesOver } from "../sqlite/dialect.ts";
import { copyBeforeUpdate } from "../backup/copy.ts";
import {
  type ChainHead,
  checksumBytes,
  checksumText,
  emptyHead,
  nextHead,
  type RecordText,
} from "./chain.ts";
import { JOURNAL_MIGRATIONS, type JournalTables } from "./schema.ts";
import { recordOf } from "./wire/record.ts";
import type { AppendOutcome, JournalOpening, SentRecord } from "./wire/messages.ts";

/** Path of a folder's journal. */
export function journalPath(directory: string): string {
  return `${directory}/journal.db`;
}

/** 512 KiB: the log takes no more than the ballast frees. */
const WAL_PAGES = 128;
const CHECK_COUNT = 5_000;
const PAGE_LENGTH = 8 * 1024 * 1024;
const FIND = "SELECT seq, at, value FROM record WHERE kind = ? AND key = ?";
const FIND_STRAY = "SELECT seq FROM record AS r WHERE seq > ? AND seq <= ? AND NOT EXISTS (" +
  "SELECT 1 FROM record INDEXED BY record_identity " +
  "WHERE kind = r.kind AND key = r.key AND seq = r.seq) LIMIT 1";
const INSERT = "INSERT INTO record (seq, kind, key, at, value, checksum) VALUES (?, ?, ?, ?, ?, ?)";
const SET_HEAD = "UPDATE stamp SET value = ? WHERE name = 'head'";

function headText({ seq, checksum }: ChainHead): string {
  return `${seq} ${checksum}`;
}

function parseHead(text: string | undefined): ChainHead | null {
  const match = /^(\d+) ([0-9a-f]{64})$/.exec(text ?? "");
  return match === null ? null : { seq: Number(match[1]), checksum: match[2] };
}

/** A row as it stands in the file. */
interface StoredRow extends RecordText {
  readonly seq: number;
  readonly checksum: unknown;
}

/** Rows one by one: a page of the largest records would not fit into memory. */
function* rowsOf(
  connection: Connection,
  { sql, parameters }: CompiledQuery,
): Generator<StoredRow> {
  // A statement of its own: another one may be read from at the same time.
  for (const row of connection.raw.prepare(sql).iterate(...bindable(parameters))) {
    yield {
      seq: Number(row.seq),
      kind: String(row.kind),
      key: String(row.key),
      at: Number(row.at),
      text: String(row.value),
      checksum: row.checksum,
    };
  }
}

/**
 * The journal's database: records in a chain of checksums, and in the stamp, written by the same
 * transaction, the head of the chain, so that an end that was cut off is told from a clean one.
 * Synchronous but for opening; throws what SQLite throws.
 */
export class JournalFile {
  readonly connection: Connection;
  readonly store: string;
  readonly source: string;
  readonly #queries: Kysely<JournalTables>;
  #head: ChainHead;

  private constructor(connection: Connection, stamps: ReadonlyMap<string, string>) {
    this.connection = connection;
    this.store = stamps.get("store") ?? "";
    this.source = stamps.get("source") ?? "";
    this.#head = parseHead(stamps.get("head")) ?? emptyHead(this.store);
    this.#queries = queriesOver<JournalTables>(connection);
  }

  /** Opens it for writing, or makes it. What `verify` refuses is left as it is. */
  static async open(
    opening: JournalOpening,
    verify: (file: JournalFile) => Result<null, StoreProblem>,
  ): Promise<Result<JournalFile, StoreProblem>> {
    const { directory, mode, store, source, epoch, checkBytesMax } = opening;
    const path = journalPath(directory);
    const opened = await openDatabase({
      path,
      kind: "journal",
      mode,
      migrations: JOURNAL_MIGRATIONS,
      synchronous: "FULL",
      walPages: WAL_PAGES,
      stamps: { store, source, head: headText(emptyHead(store)) },
      epoch,
      // Opened again after a failed write, its pages are not all read again.
      checkBytesMax: opening.acknowledged === null ? checkBytesMax : 0,
      verify: (connection) => {
        const file = JournalFile.over(connection);
        return file.ok ? verify(file.value) : file;
      },
      beforeUpdate: (version) => copyBeforeUpdate({ path, version, name: opening.copyName }),
    });
    if (!opened.ok) return opened;
    return JournalFile.over(opened.value);
  }

  /** The journal in an open database. */
  static over(connection: Connection): Result<JournalFile, StoreProblem> {
    try {
      const stamps = stampsOf(connection);
      if (parseHead(stamps.get("head")) !== null) return ok(new JournalFile(connection, stamps));
      connection.close();
      return fail(storeProblem("damaged", `${connection.path} does not say where it ends`));
    } catch (error) {
      connection.close();
      const problem = openingProblemOf(error, connection.path);
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  /** The newest durable record. */
  get head(): ChainHead {
    return this.#head;
  }

  /** Size, bytes. */
  get bytes(): number {
    return databaseBytes(this.connection);
  }

  /** True when history was made beside it. */
  get hasHistory(): boolean {
    return stampsOf(this.connection).has("history");
  }

  /** Notes that history was made beside it. */
  noteHistory(): void {
    this.connection.transaction(() => {
      this.connection.statement(
        "INSERT OR IGNORE INTO stamp (name, value) VALUES ('history', 'made')",
      ).run();
    });
  }

  /**
   * While space is short, the log is folded back after each commit: it would take several times
   * what its records take in the end.
   */
  set isFrugal(isFrugal: boolean) {
    this.connection.execute(`PRAGMA wal_autocheckpoint = ${isFrugal ? 1 : WAL_PAGES}`);
  }

  /** Appends all of it in one transaction; it is on the disk when this returns. */
  append(entries: readonly SentRecord[]): readonly AppendOutcome[] {
    let head = this.#head;
    const claimed = new Set<number>();
    const outcomes = this.connection.transaction(() => {
      const made = entries.map((entry): AppendOutcome => {
        const found = this.#find(entry);
        if (found === null) {
          head = this.#insert(head, entry);
          claimed.add(head.seq);
          return { seq: head.seq, isNew: true };
        }
        if (!found.isSame) return { conflict: found.seq };
        const isNew = found.seq > entry.newAfter && !claimed.has(found.seq);
        claimed.add(found.seq);
        return { seq: found.seq, isNew };
      });
      if (head.seq > this.#head.seq) this.connection.statement(SET_HEAD).run(headText(head));
      return made;
    });
    this.#head = head;
    return outcomes;
  }

  #find({ kind, key, at, text }: RecordText): { seq: number; isSame: boolean } | null {
    const found = this.connection.statement(FIND).get(kind, key);
    if (found === undefined) return null;
    return { seq: Number(found.seq), isSame: found.at === at && found.value === text };
  }

  #insert(before: ChainHead, record: RecordText): ChainHead {
    const head = nextHead(before, record);
    const { kind, key, at, text } = record;
    this.connection.statement(INSERT)
      .run(head.seq, kind, key, at, text, checksumBytes(head.checksum));
    return head;
  }

  /**
   * Records after a sequence, each checked against the one before it; null: one is damaged. At most
   * `countMax`, and no more than a page of bytes unless one alone is larger.
   */
  read(after: number, countMax: number): readonly JournalRecord[] | null {
    const before = this.checksumAt(after);
    if (before === null) return [];
    const query = this.#queries.selectFrom("record").selectAll()
      .where("seq", ">", after).orderBy("seq").limit(countMax).compile();
    let head: ChainHead = { seq: after, checksum: before };
    let length = 0;
    const records: JournalRecord[] = [];
    for (const row of rowsOf(this.connection, query)) {
      head = nextHead(head, row);
      const isWhole = row.seq === head.seq && checksumText(row.checksum) === head.checksum;
      if (!isWhole) return null;
      records.push(recordOf(row));
      length += row.text.length;
      if (length >= PAGE_LENGTH) break;
    }
    return records;
  }

  /** Checksum of a record, null when it is not there. */
  checksumAt(seq: number): string | null {
    if (seq === 0) return emptyHead(this.store).checksum;
    const row = this.connection.raw.prepare("SELECT checksum FROM record WHERE seq = ?").get(seq);
    return row === undefined ? null : checksumText(row.checksum);
  }

  /**
   * Checks at most `countMax` records after a sequence: no hole, each checksum, each found by its
   * identity, and the last one is the head. Gives where to go on, null at the end.
   */
  check(after: number, countMax: number): Result<number | null, StoreProblem> {
    const damaged = (text: string) =>
      fail(storeProblem("damaged", `${this.connection.path} is damaged: ${text}`));
    const before = this.checksumAt(after);
    if (before === null) return damaged(`record ${after} is not there`);
    let head: ChainHead = { seq: after, checksum: before };
    const query = this.#queries.selectFrom("record").selectAll()
      .where("seq", ">", after).orderBy("seq").limit(countMax).compile();
    let count = 0;
    for (const record of rowsOf(this.connection, query)) {
      count++;
      head = nextHead(head, record);
      if (record.seq !== head.seq) return damaged(`record ${head.seq} is not there`);
      const isWhole = checksumText(record.checksum) === head.checksum;
      if (!isWhole) return damaged(`record ${head.seq} does not match its checksum`);
    }
    const stray = this.connection.raw.prepare(FIND_STRAY).get(after, head.seq);
    if (stray !== undefined) return damaged(`record ${stray.seq} is not found by its name`);
    if (count === countMax) return ok(head.seq);
    const isEnd = head.seq === this.#head.seq && head.checksum === this.#head.checksum;
    return isEnd ? ok(null) : damaged(`it ends at record ${head.seq}, not at ${this.#head.seq}`);
  }

  /** Checks all of it, or all after a sequence. */
  checkAll(from = 0): Result<null, StoreProblem> {
    for (let after = from;;) {
      const checked = this.check(after, CHECK_COUNT);
      if (!checked.ok) return checked;
      if (checked.value === null) return ok(null);
      after = checked.value;
    }
  }
}
