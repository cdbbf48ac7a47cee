import { assert } from "../../lib/base/assert.ts";
import { realClock } from "../../lib/host/clock.ts";
import { realRandom } from "../../lib/host/random.ts";
import { realTimers } from "../../lib/host/timers.ts";
import type { StoreProblem } from "../../lib/store/problem.ts";
import { checkHistory } from "../../lib/store/backup/check_history.ts";
import { restore } from "../../lib/store/backup/restore.ts";
import type { Manifest } from "../../lib/store/backup/wire/manifest.ts";
import type { DurableJournal } from "../../lib/store/journal/durable_journal.ts";
import { openJournal } from "../../lib/store/journal/open_journal.ts";
import { localLink } from "../../lib/store/journal/wire/link.ts";

const PAGE = 5_000;

/** What a drill found wrong. */
class DrillFailure extends Error {
  override readonly name = "DrillFailure";
}

function failed({ message }: Pick<StoreProblem, "message">): never {
  throw new DrillFailure(message);
}

async function readAll(journal: DurableJournal): Promise<number> {
  let seq = 0;
  for (;;) {
    const page = await journal.read(seq, PAGE);
    if (!page.ok) return failed(page.error);
    if (page.value.length === 0) return seq;
    for (const record of page.value) assert(record.seq === ++seq, "records come without holes");
  }
}

/** Opens the restored journal as a desk does, reads it to its end and writes to it. */
async function drillJournal(directory: string, manifest: Manifest): Promise<void> {
  const opened = await openJournal({
    directory,
    mode: manifest.mode,
    source: manifest.source,
    clock: realClock,
    timers: realTimers,
    random: realRandom,
    connect: localLink,
    ballastBytes: 0,
    checkBytesMax: Infinity,
  });
  if (!opened.ok) return failed(opened.error);
  const { journal } = opened.value;
  try {
    const last = await readAll(journal);
    if (last !== manifest.journal.lastSeq) {
      failed({ message: `${last} records were read, ${manifest.journal.lastSeq} were backed up` });
    }
    console.log(`✓ journal: ${last} records read, no hole, every checksum, the end as backed up`);
    const at = realClock.now();
    const appended = await journal.append({ kind: "drill", key: `${at}`, at, value: null });
    if (!appended.ok || appended.value.seq !== last + 1) {
      return failed({ message: "the restored journal does not go on" });
    }
    console.log(`✓ journal: goes on with record ${last + 1}`);
  } finally {
    await journal.close();
  }
}

async function drillHistory(directory: string, manifest: Manifest): Promise<void> {
  const isThere = manifest.files.some(({ name }) => name === "history.db");
  if (!isThere) return console.log("– history: none was backed up");
  const checked = await checkHistory(directory, manifest.mode);
  if (!checked.ok) return failed(checked.error);
  const { series, blocks, values, damaged } = checked.value;
  if (damaged > 0) failed({ message: `${damaged} blocks of the history are damaged` });
  console.log(`✓ history: ${series} series, ${blocks} blocks and ${values} values read`);
}

/**
 * Restores a backup into a temporary folder, reads every record and block there as a desk does, and
 * prints what was proved. The result is the exit code.
 */
export async function drill(from: string): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-drill-" });
  try {
    const restored = restore({ from, directory, clock: realClock });
    if (!restored.ok) return failed(restored.error);
    const { manifest } = restored.value;
    for (const { name, bytes } of manifest.files) {
      console.log(`✓ ${name}: ${bytes} bytes as the manifest says, every page sound`);
    }
    for (const { name, bytes } of manifest.companions) {
      console.log(`✓ ${name}: ${bytes} bytes as the manifest says`);
    }
    await drillJournal(directory, manifest);
    await drillHistory(directory, manifest);
    console.log(`the backup of ${manifest.madeAt} can be restored`);
    return 0;
  } catch (error) {
    if (!(error instanceof DrillFailure)) throw error;
    console.error(`✗ the backup cannot be restored: ${error.message}`);
    return 1;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
