import { backup } from "node:sqlite";
import { fail, ok, type Result } from "../../base/result.ts";
import { makeFolder, makePrivate, syncFile, syncFolder } from "../../host/disk_file.ts";
import { openingProblemOf, type StoreProblem, storeProblem } from "../problem.ts";
import { Connection } from "../sqlite/connection.ts";

/** All pages in one step: one instant, however much is written meanwhile. */
const ALL_PAGES = 0x7fffffff;

/**
 * Copies a database as it is at one instant into a new single file, synced; the database may be
 * written to meanwhile. What is there at `to` is replaced.
 */
export async function copyDatabase(
  from: string,
  to: string,
): Promise<Result<null, StoreProblem>> {
  const opened = Connection.open({ path: from, isReadOnly: true });
  if (!opened.ok) return opened;
  try {
    makePrivate(to);
    await backup(opened.value.raw, to, { rate: ALL_PAGES });
    const copied = Connection.open({ path: to });
    if (!copied.ok) return copied;
    // A copy says WAL in its header; without it, it is whole in its one file.
    copied.value.execute("PRAGMA journal_mode = DELETE");
    copied.value.close();
  } catch (error) {
    const problem = openingProblemOf(error, from);
    if (problem === null) throw error;
    return fail(problem);
  } finally {
    opened.value.close();
  }
  const synced = syncFile(to);
  return synced.ok
    ? synced
    : fail(storeProblem(synced.error.code, `${to}: ${synced.error.message}`));
}

/** Names the copy that is kept before a database is brought to a newer schema. */
export interface UpdateCopy {
  readonly path: string;
  /** Schema before. */
  readonly version: number;
  /** What tells it from other copies: the time. */
  readonly name: string;
}

/** Copies a database into `backups/` beside it before its schema changes. */
export async function copyBeforeUpdate(copy: UpdateCopy): Promise<Result<null, StoreProblem>> {
  const at = copy.path.lastIndexOf("/");
  const folder = `${copy.path.slice(0, at)}/backups`;
  const file = copy.path.slice(at + 1).replace(/\.db$/, "");
  const made = makeFolder(folder);
  if (!made.ok) return fail(storeProblem(made.error.code, `${folder}: ${made.error.message}`));
  const target = `${folder}/${file}-schema-${copy.version}-${copy.name}.db`;
  const copied = await copyDatabase(copy.path, target);
  if (!copied.ok) return copied;
  const synced = syncFolder(folder);
  return synced.ok
    ? ok(null)
    : fail(storeProblem(synced.error.code, `${folder}: ${synced.error.message}`));
}
