import { fail, ok, type Result } from "../../base/result.ts";
import { fileBytes } from "../../host/disk_file.ts";
import type { Clock } from "../../ports/clock.ts";
import { journalPath } from "../journal/journal_file.ts";
import { JOURNAL_MIGRATIONS } from "../journal/schema.ts";
import { timeName } from "../journal/open_journal.ts";
import { checkDatabase } from "../open_database.ts";
import { openingProblemOf, type StoreProblem, storeProblem } from "../problem.ts";
import { Connection } from "../sqlite/connection.ts";
import { moveAside } from "./restore.ts";

/**
 * Moves a folder's history aside and lets its journal forget that there was one, so that the next
 * start makes a new one. The folder is locked by this process. Gives the folder it went to, null
 * when there was nothing to move.
 */
export function giveHistoryUp(
  directory: string,
  clock: Clock,
): Result<string | null, StoreProblem> {
  const path = journalPath(directory);
  if ((fileBytes(path) ?? 0) === 0) {
    return fail(storeProblem("missing", `there is no journal in ${directory} to keep`));
  }
  const forgotten = forget(path);
  if (!forgotten.ok) return forgotten;
  const to = `${directory}/before-restore-${timeName(clock.now())}`;
  return moveAside(directory, to, (name) => name.startsWith("history.db"));
}

function forget(path: string): Result<null, StoreProblem> {
  const opened = Connection.open({ path });
  if (!opened.ok) return opened;
  const connection = opened.value;
  try {
    const identity = { kind: "journal", mode: null, migrations: JOURNAL_MIGRATIONS } as const;
    const checked = checkDatabase(connection, identity);
    if (!checked.ok) return checked;
    connection.transaction(() => {
      connection.statement("DELETE FROM stamp WHERE name = 'history'").run();
    });
    return ok(null);
  } catch (error) {
    const problem = openingProblemOf(error, path);
    if (problem === null) throw error;
    return fail(problem);
  } finally {
    connection.close();
  }
}
