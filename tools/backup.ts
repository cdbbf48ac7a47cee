/**
 * Copies what the desk remembers into a folder, also while it runs:
 * `deno task backup [--data DIR] [--to FOLDER]`. Exit code 0, 1 when there is no backup, 2 for bad
 * arguments.
 */
import { TASK_COMMAND } from "../lib/base/task_command.ts";
import { realClock } from "../lib/host/clock.ts";
import { timeName } from "../lib/store/journal/open_journal.ts";
import { makeBackup } from "../lib/store/backup/make_backup.ts";
import type { Manifest } from "../lib/store/backup/wire/manifest.ts";
import { readTaskArguments } from "./store_tasks/arguments.ts";

const HELP = `Copies the journal and the history of a data folder, also while a desk runs on it.

  ${TASK_COMMAND} backup [--data DIR] [--to FOLDER]

  --data DIR    folder of the data; default as for start
  --to FOLDER   folder to make, absent or empty; default backups/<time> in the data folder
  --help        print this and end`;

/** Lines that say what is in a backup. */
function summary(to: string, { journal, files, companions, mode }: Manifest): string {
  const lines = files.map(({ name, bytes, rows }) => {
    const count = Object.values(rows).reduce((sum, more) => sum + more, 0);
    return `  ${name}: ${bytes} bytes, ${count} rows, read back and checked`;
  });
  return [
    `${to}: ${mode} data up to record ${journal.lastSeq}`,
    ...lines,
    ...companions.map(({ name, bytes }) => `  ${name}: ${bytes} bytes`),
    `prove it with: ${TASK_COMMAND} restore --from ${to} --drill`,
  ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const read = readTaskArguments(args, { to: "value" });
  if (!read.ok) {
    console.error(read.error);
    return 2;
  }
  if (read.value.isHelp) {
    console.log(HELP);
    return 0;
  }
  const { directory, given } = read.value;
  const to = given.get("to") ?? `${directory}/backups/${timeName(realClock.now())}`;
  const made = await makeBackup({ directory, to, clock: realClock });
  if (made.ok) {
    console.log(summary(to, made.value));
    return 0;
  }
  console.error(`no backup was made: ${made.error.message}: ${made.error.fix}`);
  return 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
