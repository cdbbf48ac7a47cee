import { dirname } from "node:path";
import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { fail, ok, type Result } from "../base/result.ts";
import { fileBytes, makePrivate } from "../host/disk_file.ts";
import type { DeskMode } from "../ports/broker.ts";
import { copyBeforeUpdate } from "./backup/copy.ts";
import { isSpaceKept } from "./journal/ballast.ts";
import { openingProblemOf, type StoreProblem, storeProblem } from "./problem.ts";
import { Connection, type ConnectionOptions } from "./sqlite/connection.ts";
import { queriesOver } from "./sqlite/dialect.ts";

/** What a database of the desk is for. */
export type StoreKind = "journal" | "history";

/** What a database must be to be opened. */
export interface DatabaseIdentity {
  readonly kind: StoreKind;
  /** Null: any. */
  readonly mode: DeskMode | null;
  /** In the order of their names; names never change once released. */
  readonly migrations: Readonly<Record<string, Migration>>;
}

/** How a database of the desk is opened. */
export interface DatabaseOptions extends ConnectionOptions, DatabaseIdentity {
  readonly mode: DeskMode;
  /**
   * Called with the old schema version before an existing database is changed; when absent a copy
   * goes to `backups/` beside it.
   */
  readonly beforeUpdate?: (version: number) => Promise<Result<null, StoreProblem>>;
  /** Written into the stamp of a new one, beside kind and mode. */
  readonly stamps?: Readonly<Record<string, string>>;
  /** Goes on as the writer that this process already was; absent: becomes the one writer. */
  readonly epoch?: number | null;
  /** Further checks of what is in an existing one, before anything is changed. */
  readonly verify?: (connection: Connection) => Result<null, StoreProblem>;
  /** Larger files are not checked page by page here; default 256 MiB. */
  readonly checkBytesMax?: number;
}

/** "DDSK": every database of the desk carries it in its header. */
const APPLICATION_ID = 0x4444534b;
const MINE = "CREATE TABLE stamp (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";
const BYTES_MIN = 512;
const CHECK_BYTES_MAX = 256 * 1024 * 1024;

/** Tables that every database of the desk has. */
export interface StampTable {
  readonly stamp: { readonly name: string; readonly value: string };
}

/**
 * Opens a database of the desk, or creates it: header, stamp of kind and mode, schema version and
 * every table in one transaction. Refuses what is damaged, newer, not ours or of another mode, and
 * changes nothing then; an older one is updated after `beforeUpdate`. Opened for writing, it is
 * claimed: transactions of an earlier writer fail from then on (`Connection.claim`). What can
 * wait yields to the journal: its transactions fail while the disk's last space is the journal's.
 */
export async function openDatabase(
  options: DatabaseOptions,
): Promise<Result<Connection, StoreProblem>> {
  const known = checkUnchanged(options);
  if (!known.ok) return known;
  const opened = Connection.open(options);
  if (!opened.ok) return opened;
  const connection = opened.value;
  try {
    // All pages were read by the check before.
    const checked = checkDatabase(
      connection,
      known.value ? { ...options, checkBytesMax: 0 } : options,
    );
    if (!checked.ok) return refuse(connection, checked.error);
    if (options.isReadOnly === true) return opened;
    keepPrivate(options.path);
    connection.prepareForWriting(options);
    const updated = await bringUpToDate(connection, options, checked.value);
    if (!updated.ok) return refuse(connection, updated.error);
    connection.claim(options.epoch ?? null);
    if (options.kind !== "journal") {
      const directory = dirname(options.path);
      connection.yieldWhile(() => isSpaceKept(directory));
    }
    return opened;
  } catch (error) {
    connection.close();
    const problem = openingProblemOf(error, options.path);
    if (problem === null) throw error;
    return fail(problem);
  }
}

/**
 * Checks a file through a connection that cannot write, so that one that is refused stays as it is,
 * its log too. False: there is nothing to check yet, or only a writer can look at it.
 */
function checkUnchanged(options: DatabaseOptions): Result<boolean, StoreProblem> {
  const { path, verify } = options;
  const isCutOff = (fileBytes(`${path}-journal`) ?? 0) > 0;
  const bytes = fileBytes(path) ?? 0;
  if (isCutOff || bytes === 0) return ok(false);
  // SQLite takes the shortest files for new ones.
  if (bytes < BYTES_MIN) return fail(storeProblem("damaged", `${path} is damaged: it is cut off`));
  const opened = Connection.open({ path, isReadOnly: true });
  if (!opened.ok) return opened;
  try {
    const checked = checkDatabase(opened.value, options);
    if (!checked.ok) return checked;
    const verified = checked.value > 0 && verify !== undefined ? verify(opened.value) : ok(null);
    return verified.ok ? ok(true) : verified;
  } catch (error) {
    const problem = openingProblemOf(error, path);
    if (problem === null) throw error;
    return fail(problem);
  } finally {
    opened.value.close();
  }
}

/**
 * SQLite gives a new log the rights of its database; one of a killed writer keeps its own. A folder
 * of another user, or one that knows no rights, stays as it is.
 */
function keepPrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (fileBytes(file) !== null) makePrivate(file);
  }
}

function refuse(connection: Connection, problem: StoreProblem): Result<never, StoreProblem> {
  connection.close();
  return fail(problem);
}

async function bringUpToDate(
  connection: Connection,
  options: DatabaseOptions,
  from: number,
): Promise<Result<null, StoreProblem>> {
  if (from === Object.keys(options.migrations).length) return ok(null);
  const { path, beforeUpdate } = options;
  const save = beforeUpdate ?? ((version) => copyBeforeUpdate({ path, version, name: "update" }));
  const saved = from > 0 ? await save(from) : ok(null);
  if (!saved.ok) return saved;
  const failure = await update(connection, options, from);
  if (failure === null) return ok(null);
  return fail(storeProblem("damaged", `${options.path} cannot be updated: ${failure}`));
}

/** SQLite's own finding on the pages of a database, null when they are sound. */
export function findPageDamage(connection: Connection): string | null {
  const finding = connection.raw.prepare("PRAGMA quick_check(1)").get();
  const text = finding === undefined ? "no answer" : String(Object.values(finding)[0]);
  return text === "ok" ? null : text.replaceAll("\n", " ");
}

/** Size of a database without its WAL's surplus, bytes. */
export function databaseBytes(connection: Connection): number {
  return connection.readNumber("PRAGMA page_count") * connection.readNumber("PRAGMA page_size");
}

/** Schema version of a usable database; 0 for an empty one. Throws what SQLite throws. */
export function checkDatabase(
  connection: Connection,
  options: DatabaseIdentity & { readonly checkBytesMax?: number },
): Result<number, StoreProblem> {
  const { path } = connection;
  const damaged = (text: string) => fail(storeProblem("damaged", `${path} is damaged: ${text}`));
  const id = connection.readNumber("PRAGMA application_id");
  const version = connection.readNumber("PRAGMA user_version");
  if (connection.readNumber("SELECT count(*) FROM sqlite_schema") === 0) {
    const isBlank = id === 0 && version === 0 && connection.readNumber("PRAGMA page_count") <= 1;
    return isBlank ? ok(0) : damaged("its tables are gone");
  }
  if (databaseBytes(connection) <= (options.checkBytesMax ?? CHECK_BYTES_MAX)) {
    const finding = findPageDamage(connection);
    if (finding !== null) return damaged(finding);
  }
  if (id !== APPLICATION_ID) {
    return fail(storeProblem("foreign", `${path} is not a database of the desk`));
  }
  const wrong = checkStamps(connection, options);
  if (wrong !== null) return fail(wrong);
  const known = Object.keys(options.migrations).length;
  if (version > known) {
    const what = `${path} has schema ${version}; this desk knows ${known}`;
    return fail(storeProblem("newer", what));
  }
  return version >= 1 ? ok(version) : damaged(`schema ${version}`);
}

function checkStamps(connection: Connection, options: DatabaseIdentity): StoreProblem | null {
  const { path } = connection;
  const { kind, mode } = options;
  const stamps = stampsOf(connection);
  if (stamps.get("kind") !== kind) {
    const found = stamps.get("kind") ?? "nothing known";
    return storeProblem("foreign", `${path} holds ${found}, not the ${kind}`);
  }
  const found = stamps.get("mode") ?? "unknown";
  if (mode === null || found === mode) return null;
  return storeProblem("otherMode", `${path} holds ${found} data; this desk is ${mode}`);
}

/** The stamps of a database by name. */
export function stampsOf(connection: Connection): ReadonlyMap<string, string> {
  const rows = connection.raw.prepare("SELECT name, value FROM stamp").all();
  return new Map(rows.map((row) => [String(row.name), String(row.value)]));
}

/** One stamp of a file, read without changing it; null when it has none. */
export function stampOf(path: string, name: string): Result<string | null, StoreProblem> {
  const opened = Connection.open({ path, isReadOnly: true });
  if (!opened.ok) return opened;
  try {
    return ok(stampsOf(opened.value).get(name) ?? null);
  } catch (error) {
    const problem = openingProblemOf(error, path);
    if (problem === null) throw error;
    return fail(problem);
  } finally {
    opened.value.close();
  }
}

/** Why the migrations in the file do not fit ours, or null; what SQLite throws is thrown on. */
async function update(
  connection: Connection,
  options: DatabaseOptions,
  from: number,
): Promise<string | null> {
  const { raw } = connection;
  // One transaction around all of it: a cut leaves the old schema whole, or the new one.
  connection.execute("BEGIN IMMEDIATE");
  try {
    if (from === 0) {
      connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`);
      connection.execute(MINE);
      const insert = raw.prepare("INSERT INTO stamp (name, value) VALUES (?, ?)");
      const stamps = { ...options.stamps, kind: options.kind, mode: options.mode };
      for (const [name, value] of Object.entries(stamps)) insert.run(name, value);
    }
    const failure = await migrate(queriesOver<StampTable>(connection), options.migrations);
    if (failure !== null) {
      connection.execute("ROLLBACK");
      return failure;
    }
    connection.execute(`PRAGMA user_version = ${Object.keys(options.migrations).length}`);
    connection.execute("COMMIT");
    return null;
  } catch (error) {
    if (raw.isTransaction) connection.execute("ROLLBACK");
    throw error;
  }
}

async function migrate(
  db: Kysely<StampTable>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<string | null> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return null;
  if (!(error instanceof Error) || !error.message.startsWith("corrupted migrations")) throw error;
  return error.message;
}
