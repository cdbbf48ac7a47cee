import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { fail, ok, type Result } from "../base/result.ts";
import type { DeskMode } from "../ports/broker.ts";
import { problemOf, type StoreProblem, storeProblem } from "./problem.ts";
import { Connection, type ConnectionOptions } from "./sqlite/connection.ts";
import { queriesOver } from "./sqlite/dialect.ts";

/** What a database of the desk is for. */
export type StoreKind = "journal" | "history";

/** How a database of the desk is opened. */
export interface DatabaseOptions extends ConnectionOptions {
  readonly kind: StoreKind;
  readonly mode: DeskMode;
  /** In the order of their names; names never change once released. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** Called with the old schema version before an existing database is changed. */
  readonly beforeUpdate?: (version: number) => Promise<Result<null, StoreProblem>>;
}

/** "DDSK": every database of the desk carries it in its header. */
const APPLICATION_ID = 0x4444534b;
const MINE = "CREATE TABLE stamp (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";

/** Tables that every database of the desk has. */
export interface StampTable {
  readonly stamp: { readonly name: string; readonly value: string };
}

/**
 * Opens a database of the desk, or creates it: header, stamp of kind and mode, schema version and
 * every table in one transaction. Refuses what is damaged, newer, not ours or of another mode, and
 * changes nothing then; an older one is updated after `beforeUpdate`.
 */
export async function openDatabase(
  options: DatabaseOptions,
): Promise<Result<Connection, StoreProblem>> {
  const opened = Connection.open(options);
  if (!opened.ok) return opened;
  const connection = opened.value;
  try {
    const checked = check(connection, options);
    if (!checked.ok) return refuse(connection, checked.error);
    if (options.isReadOnly === true) return opened;
    connection.prepareForWriting(options.synchronous);
    const from = checked.value;
    const to = Object.keys(options.migrations).length;
    if (from === to) return opened;
    if (from > 0 && options.beforeUpdate !== undefined) {
      const saved = await options.beforeUpdate(from);
      if (!saved.ok) return refuse(connection, saved.error);
    }
    await update(connection, options, from);
    return opened;
  } catch (error) {
    connection.close();
    const problem = problemOf(error, options.path);
    if (problem === null) throw error;
    return fail(problem);
  }
}

function refuse(connection: Connection, problem: StoreProblem): Result<Connection, StoreProblem> {
  connection.close();
  return fail(problem);
}

/** Schema version of a usable database; 0 for an empty one. */
function check(connection: Connection, options: DatabaseOptions): Result<number, StoreProblem> {
  const { path, kind, mode } = options;
  const known = Object.keys(options.migrations).length;
  if (connection.readNumber("SELECT count(*) FROM sqlite_schema") === 0) return ok(0);
  const finding = connection.raw.prepare("PRAGMA quick_check(1)").get();
  const text = finding === undefined ? "no answer" : String(Object.values(finding)[0]);
  if (text !== "ok") return fail(storeProblem("damaged", `${path} is damaged: ${text}`));
  if (connection.readNumber("PRAGMA application_id") !== APPLICATION_ID) {
    return fail(storeProblem("foreign", `${path} is not a database of the desk`));
  }
  const stamps = stampsOf(connection);
  if (stamps.get("kind") !== kind) {
    const found = stamps.get("kind") ?? "nothing known";
    return fail(storeProblem("foreign", `${path} holds ${found}, not the ${kind}`));
  }
  if (stamps.get("mode") !== mode) {
    const found = stamps.get("mode") ?? "unknown";
    return fail(storeProblem("otherMode", `${path} holds ${found} data; this desk is ${mode}`));
  }
  const version = connection.readNumber("PRAGMA user_version");
  if (version > known) {
    const what = `${path} has schema ${version}; this desk knows ${known}`;
    return fail(storeProblem("newer", what));
  }
  return ok(version);
}

/** The stamps of a database by name. */
export function stampsOf(connection: Connection): ReadonlyMap<string, string> {
  const rows = connection.raw.prepare("SELECT name, value FROM stamp").all();
  return new Map(rows.map((row) => [String(row.name), String(row.value)]));
}

async function update(
  connection: Connection,
  options: DatabaseOptions,
  from: number,
): Promise<void> {
  const { raw } = connection;
  // One transaction around all of it: a cut leaves the old schema whole, or the new one.
  raw.exec("BEGIN IMMEDIATE");
  try {
    if (from === 0) {
      raw.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      raw.exec(MINE);
      const insert = raw.prepare("INSERT INTO stamp (name, value) VALUES (?, ?)");
      insert.run("kind", options.kind);
      insert.run("mode", options.mode);
    }
    await migrate(queriesOver<StampTable>(connection), options.migrations);
    raw.exec(`PRAGMA user_version = ${Object.keys(options.migrations).length}`);
    raw.exec("COMMIT");
  } catch (error) {
    if (raw.isTransaction) raw.exec("ROLLBACK");
    throw error;
  }
}

async function migrate(
  db: Kysely<StampTable>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}
