import { fail, ok, type Result } from "../../base/result.ts";
import { fileBytes } from "../../host/disk_file.ts";
import { hashFile } from "../../host/stored_files.ts";
import { HISTORY_MIGRATIONS } from "../history/schema.ts";
import { JournalFile } from "../journal/journal_file.ts";
import { JOURNAL_MIGRATIONS } from "../journal/schema.ts";
import type { ChainHead } from "../journal/chain.ts";
import { checkDatabase, type DatabaseIdentity, stampsOf } from "../open_database.ts";
import { openingProblemOf, type StoreProblem, storeProblem } from "../problem.ts";
import { Connection } from "../sqlite/connection.ts";
import { type BackupFile } from "./wire/manifest.ts";
import type { StoreFile } from "./folder.ts";

/** What a single file of a store holds. */
export interface Inspection {
  readonly file: BackupFile;
  readonly stamps: ReadonlyMap<string, string>;
  /** End of the chain; null for other files. */
  readonly head: ChainHead | null;
}

const IDENTITIES: Readonly<Record<StoreFile, DatabaseIdentity>> = {
  "journal.db": { kind: "journal", mode: null, migrations: JOURNAL_MIGRATIONS },
  "history.db": { kind: "history", mode: null, migrations: HISTORY_MIGRATIONS },
};

/**
 * Reads one file of a store that nobody writes to: every page, and every record of a journal. Fails
 * with what is wrong with it.
 */
export function inspectFile(folder: string, name: StoreFile): Result<Inspection, StoreProblem> {
  const path = `${folder}/${name}`;
  const opened = Connection.open({ path, isReadOnly: true });
  if (!opened.ok) return opened;
  const connection = opened.value;
  try {
    const checked = checkDatabase(connection, { ...IDENTITIES[name], checkBytesMax: Infinity });
    if (!checked.ok) return checked;
    if (checked.value === 0) return fail(storeProblem("damaged", `${path} is empty`));
    const stamps = stampsOf(connection);
    const head = name === "journal.db" ? checkChain(connection) : ok(null);
    if (!head.ok) return head;
    const described = describe(connection, name, checked.value);
    return described.ok ? ok({ file: described.value, stamps, head: head.value }) : described;
  } catch (error) {
    const problem = openingProblemOf(error, path);
    if (problem === null) throw error;
    return fail(problem);
  } finally {
    connection.close();
  }
}

function checkChain(connection: Connection): Result<ChainHead, StoreProblem> {
  const journal = JournalFile.over(connection);
  if (!journal.ok) return journal;
  const checked = journal.value.checkAll();
  return checked.ok ? ok(journal.value.head) : checked;
}

function describe(
  connection: Connection,
  name: StoreFile,
  schema: number,
): Result<BackupFile, StoreProblem> {
  const sha256 = hashFile(connection.path);
  if (!sha256.ok) return fail(storeProblem(sha256.error.code, sha256.error.message));
  const bytes = fileBytes(connection.path) ?? 0;
  return ok({ name, bytes, sha256: sha256.value, schema, rows: countRows(connection) });
}

function countRows(connection: Connection): Record<string, number> {
  const tables = connection.raw
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all().map(({ name }) => String(name)).sort();
  return Object.fromEntries(
    tables.map((table) => [table, connection.readNumber(`SELECT count(*) FROM "${table}"`)]),
  );
}
