import { fail, ok, type Result } from "../base/result.ts";
import { fileBytes } from "../host/disk_file.ts";
import { startWorker } from "../host/worker.ts";
import type { DeskMode } from "../ports/broker.ts";
import type { Clock } from "../ports/clock.ts";
import type { History } from "../ports/history.ts";
import type { Journal } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import type { Timers } from "../ports/timers.ts";
import { openHistory } from "./history/open_history.ts";
import { HISTORY_WORKER_URL, workerLink as historyLink } from "./history/wire/link.ts";
import type { FromHistory, ToHistory } from "./history/wire/messages.ts";
import { historyPath, isRestoreUnfinished } from "./backup/folder.ts";
import { type JournalOptions, type OpenJournal, openJournal } from "./journal/open_journal.ts";
import { journalPath } from "./journal/journal_file.ts";
import { JOURNAL_WORKER_URL, workerLink } from "./journal/wire/link.ts";
import type { FromJournal, ToJournal } from "./journal/wire/messages.ts";
import { stampOf } from "./open_database.ts";
import {
  historyProblem,
  openingProblemOf,
  problemIn,
  type StoreProblem,
  storeProblem,
} from "./problem.ts";
import { Connection } from "./sqlite/connection.ts";

/** How a desk's data is opened. */
export interface StoreOptions {
  /** Folder of the data, absolute; it exists and is locked by this process. */
  readonly directory: string;
  readonly mode: DeskMode;
  /** Names the market or broker whose numbers these are; those of another stay apart. */
  readonly source: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** For tests: bounds and workers of their own. */
  readonly journal?: Partial<Pick<JournalOptions, "ballastBytes" | "checkBytesMax" | "connect">>;
}

/** What the desk remembers. */
export interface Store {
  readonly journal: Journal;
  readonly history: History;
  readonly source: string;
  /** Writes what waits, as far as the disk lets it, and closes both; idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the journal and the history of a folder, or makes them in one that never had any. Refuses
 * what is damaged, newer, foreign, of another mode, or was there and is gone: it never starts empty
 * in the place of data. What it refuses is left as it is.
 */
export async function openStore(options: StoreOptions): Promise<Result<Store, StoreProblem>> {
  const opened = await openBoth(options);
  return opened.ok ? opened : fail(problemIn(options.directory, opened.error));
}

async function openBoth(options: StoreOptions): Promise<Result<Store, StoreProblem>> {
  const { directory, mode, source, clock, timers, random } = options;
  if (isRestoreUnfinished(directory)) {
    return fail(
      storeProblem("unfinished", `a restore into ${directory} was begun and did not end`),
    );
  }
  const orphan = findOrphan(directory);
  if (orphan !== null) return fail(orphan);
  const connect = () => workerLink(startWorker<FromJournal, ToJournal>(JOURNAL_WORKER_URL));
  const opened = await openJournal({
    directory,
    mode,
    source,
    clock,
    timers,
    random,
    connect,
    ...options.journal,
  });
  if (!opened.ok) return opened;
  const { journal } = opened.value;
  const history = await openItsHistory(options, opened.value);
  if (!history.ok) {
    await journal.close();
    return fail(historyProblem(history.error));
  }
  return ok({
    journal,
    history: history.value,
    source,
    close: async () => {
      await history.value.close();
      await journal.close();
    },
  });
}

/** History without its journal: the journal was there and is gone. */
function findOrphan(directory: string): StoreProblem | null {
  const isJournalThere = (fileBytes(journalPath(directory)) ?? 0) > 0;
  const isHistoryThere = (fileBytes(historyPath(directory)) ?? 0) > 0;
  if (isJournalThere || !isHistoryThere) return null;
  const what = `${journalPath(directory)} is gone or empty, its history is there`;
  return storeProblem("missing", what);
}

async function openItsHistory(
  options: StoreOptions,
  { journal, opened }: OpenJournal,
): Promise<Result<History, StoreProblem>> {
  const { directory, mode, source, clock, timers } = options;
  const wrong = checkOwner(directory, opened);
  if (wrong !== null) return fail(wrong);
  const link = () => historyLink(startWorker<FromHistory, ToHistory>(HISTORY_WORKER_URL));
  const history = await openHistory({ directory, mode, source, clock, timers, link });
  if (!history.ok || opened.hasHistory) return history;
  const tied = await tie(directory, opened.store, () => journal.noteHistory());
  if (tied.ok) return history;
  await history.value.close();
  return tied;
}

/** Whether the history that is there, or is not, is the one that belongs to the journal. */
function checkOwner(
  directory: string,
  { store, hasHistory }: OpenJournal["opened"],
): StoreProblem | null {
  const path = historyPath(directory);
  const bytes = fileBytes(path) ?? 0;
  if (bytes === 0) {
    // An empty file may be left of a first start that was cut off.
    const isLogThere = (fileBytes(`${path}-wal`) ?? 0) > 0;
    if (!hasHistory && !isLogThere) return null;
    return storeProblem("missing", `${path} was there before and is gone or empty`);
  }
  const owner = stampOf(path, "store");
  // What cannot be read is for its opening to judge.
  if (!owner.ok || owner.value === store || (owner.value === null && !hasHistory)) return null;
  return storeProblem("foreign", `${path} belongs to another journal than the one beside it`);
}

/** Notes in both files that they belong together: history first, so that a cut can be mended. */
async function tie(
  directory: string,
  store: string,
  noteHistory: () => Promise<Result<null, StoreProblem>>,
): Promise<Result<null, StoreProblem>> {
  const path = historyPath(directory);
  const opened = Connection.open({ path });
  if (!opened.ok) return opened;
  try {
    opened.value.raw.prepare("INSERT OR IGNORE INTO stamp (name, value) VALUES ('store', ?)")
      .run(store);
  } catch (error) {
    const problem = openingProblemOf(error, path);
    if (problem === null) throw error;
    return fail(problem);
  } finally {
    opened.value.close();
  }
  return await noteHistory();
}
