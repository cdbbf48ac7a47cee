/**
 * Puts a backup in the place of a folder's data, or proves in a folder of its own that it can:
 * `deno task restore --from FOLDER [--data DIR | --drill]`; or gives the history up and keeps the
 * journal: `deno task restore --new-history [--data DIR]`. Exit code 0, 1 when the backup or the
 * disk is to blame, 2 for bad arguments, 3 when a desk runs on the folder.
 */
import { resolve as resolvePath } from "node:path";
import { TASK_COMMAND } from "../lib/base/task_command.ts";
import { realClock } from "../lib/host/clock.ts";
import { alreadyRunningText, lockDataDirectory } from "../lib/host/data_lock.ts";
import { namesIn } from "../lib/host/stored_files.ts";
import { realTimers } from "../lib/host/timers.ts";
import type { StoreProblem } from "../lib/store/problem.ts";
import { readManifest } from "../lib/store/backup/check_backup.ts";
import { giveHistoryUp } from "../lib/store/backup/give_history_up.ts";
import { restore } from "../lib/store/backup/restore.ts";
import { readTaskArguments, type TaskArguments } from "./store_tasks/arguments.ts";
import { drill } from "./store_tasks/drill.ts";

/** Folders of what was there before that are kept without a word: nothing of them is deleted. */
const KEPT_UNSAID = 3;

const HELP = `Puts a backup in the place of the data of a folder; what is there is moved aside.

  ${TASK_COMMAND} restore --from FOLDER [--data DIR]
  ${TASK_COMMAND} restore --from FOLDER --drill
  ${TASK_COMMAND} restore --new-history [--data DIR]

  --from FOLDER  a folder that deno task backup made
  --data DIR     folder of the data; default as for start, in the mode of the backup
  --drill        restore into a temporary folder, read every record and block there, and say
                 what that proved; the data is not touched
  --new-history  keep the journal, move the history aside and begin a new one
  --help         print this and end`;

function say({ message, fix }: StoreProblem): number {
  console.error(`nothing was restored: ${message}: ${fix}`);
  return 1;
}

/** Does something to a folder that no desk runs on. */
async function whileLocked(directory: string, work: () => number): Promise<number> {
  const lock = await lockDataDirectory(directory, realTimers);
  if (!lock.ok && lock.error.code === "alreadyRunning") {
    console.error(`${alreadyRunningText(directory, lock.error.desk)}; end it before a restore`);
    return 3;
  }
  if (!lock.ok) {
    console.error(lock.error.code === "unusableFolder" ? lock.error.message : "");
    return 2;
  }
  try {
    return work();
  } finally {
    lock.value.release();
  }
}

async function restoreInto(from: string, asked: TaskArguments): Promise<number> {
  const manifest = readManifest(from);
  if (!manifest.ok) return say(manifest.error);
  const { mode, madeAt, journal } = manifest.value;
  const directory = asked.isDirectoryNamed
    ? asked.directory
    : resolvePath(asked.directory, "..", mode);
  return await whileLocked(directory, () => {
    const restored = restore({ from, directory, clock: realClock });
    if (!restored.ok) return say(restored.error);
    console.log(`${directory}: ${mode} data of ${madeAt} up to record ${journal.lastSeq}`);
    return sayMoved(directory, restored.value.movedTo);
  });
}

function sayMoved(directory: string, movedTo: string | null): number {
  console.log(movedTo === null ? "nothing was there before" : `what was there is in ${movedTo}`);
  const kept = (namesIn(directory) ?? []).filter((name) => name.startsWith("before-restore-"));
  if (kept.length > KEPT_UNSAID) {
    console.log(
      `${kept.length} folders before-restore-… are in ${directory}; the oldest is ` +
        `${kept[0]}: delete those that you no longer need`,
    );
  }
  return 0;
}

async function renewHistory({ directory }: TaskArguments): Promise<number> {
  return await whileLocked(directory, () => {
    const renewed = giveHistoryUp(directory, realClock);
    if (!renewed.ok) return say(renewed.error);
    console.log(`${directory}: the next start begins a new history`);
    return sayMoved(directory, renewed.value);
  });
}

async function main(args: readonly string[]): Promise<number> {
  const read = readTaskArguments(args, {
    from: "value",
    drill: "switch",
    "new-history": "switch",
  });
  if (!read.ok) {
    console.error(read.error);
    return 2;
  }
  if (read.value.isHelp) {
    console.log(HELP);
    return 0;
  }
  const from = read.value.given.get("from");
  if (read.value.given.has("new-history")) {
    if (read.value.given.size === 1) return await renewHistory(read.value);
    console.error("--new-history goes with --data alone: leave the other flags out");
    return 2;
  }
  if (from === undefined) {
    console.error("--from FOLDER is missing: name a folder that deno task backup made");
    return 2;
  }
  if (read.value.given.has("drill")) return await drill(from);
  return await restoreInto(from, read.value);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
