import { dirname } from "node:path";
import { fail, ok, type Result } from "../../base/result.ts";
import { fileBytes, makeFolder, syncFolder } from "../../host/disk_file.ts";
import {
  isThere,
  namesIn,
  removeFolder,
  renameDurably,
  writeTextDurably,
} from "../../host/stored_files.ts";
import type { DeskMode } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import { timeName } from "../journal/open_journal.ts";
import { type StoreProblem, storeProblem } from "../problem.ts";
import { copyDatabase } from "./copy.ts";
import { copyCompanions } from "./companions.ts";
import { diskProblem, STORE_FILES } from "./folder.ts";
import { inspectFile, type Inspection } from "./inspect.ts";
import {
  type CompanionFile,
  encodeManifest,
  type Manifest,
  MANIFEST_FILE,
} from "./wire/manifest.ts";

/** What is backed up, and where to. */
export interface BackupOptions {
  /** Folder of the data; a desk may be running on it. */
  readonly directory: string;
  /** Folder to make; absent or empty before. */
  readonly to: string;
  readonly clock: Clock;
}

function isMode(text: string | undefined): text is DeskMode {
  return text === "demo" || text === "replay" || text === "live";
}

const PARTIAL = ".partial-";
const CUT_OFF_MS = 86_400_000;

/**
 * Copies a folder's journal and history while a desk may be writing to them, reads every page and
 * record of the copies, and notes in a manifest what is in them. The backup appears under its name
 * when all of it is on the disk, and not before: what is cut off stays behind as `….partial-…`
 * until a backup beside it a day later or more.
 */
export async function makeBackup(options: BackupOptions): Promise<Result<Manifest, StoreProblem>> {
  const { to, clock } = options;
  const ready = checkPlaces(options);
  if (ready !== null) return fail(ready);
  removeCutOff(to, clock.now());
  const partial = `${to}${PARTIAL}${timeName(clock.now())}`;
  const made = makeFolder(partial);
  if (!made.ok) return fail(diskProblem(partial, made.error));
  const filled = await fill(options, partial);
  const finished = filled.ok ? finish(partial, to) : filled;
  if (finished.ok) return filled;
  removeFolder(partial);
  return finished;
}

/** Removes what backups beside this one left that were cut off long ago: nobody writes it now. */
function removeCutOff(to: string, now: number): void {
  const folder = dirname(to);
  const until = timeName(now - CUT_OFF_MS);
  for (const name of namesIn(folder) ?? []) {
    const [, madeAt] = /^.+\.partial-(\d{8}T\d{6}-\d{3}Z)$/.exec(name) ?? [];
    if (madeAt !== undefined && madeAt < until) removeFolder(`${folder}/${name}`);
  }
}

function checkPlaces({ directory, to }: BackupOptions): StoreProblem | null {
  const isJournalThere = (fileBytes(`${directory}/journal.db`) ?? 0) > 0;
  if (!isJournalThere) {
    return {
      code: "missing",
      message: `there is no journal in ${directory}`,
      fix: "name the folder of the data with --data",
    };
  }
  const isFree = !isThere(to) || namesIn(to)?.length === 0;
  if (isFree) return null;
  return {
    code: "io",
    message: `${to} is there and not empty`,
    fix: "name another folder with --to",
  };
}

async function fill(
  { directory, clock }: BackupOptions,
  partial: string,
): Promise<Result<Manifest, StoreProblem>> {
  const inspections: Inspection[] = [];
  const madeAt = new Date(clock.now()).toISOString();
  for (const name of STORE_FILES) {
    if (fileBytes(`${directory}/${name}`) === null) continue;
    const copied = await copyDatabase(`${directory}/${name}`, `${partial}/${name}`);
    if (!copied.ok) return copied;
    const inspected = inspectFile(partial, name);
    if (!inspected.ok) return inspected;
    inspections.push(inspected.value);
  }
  const companions = copyCompanions(directory, partial);
  if (!companions.ok) return companions;
  const manifest = manifestOf(inspections, companions.value, madeAt);
  if (!manifest.ok) return manifest;
  const path = `${partial}/${MANIFEST_FILE}`;
  const written = writeTextDurably(path, encodeManifest(manifest.value));
  if (!written.ok) return fail(diskProblem(path, written.error));
  const synced = syncFolder(partial);
  return synced.ok ? manifest : fail(diskProblem(partial, synced.error));
}

function manifestOf(
  inspections: readonly Inspection[],
  companions: readonly CompanionFile[],
  madeAt: string,
): Result<Manifest, StoreProblem> {
  const journal = inspections.find(({ head }) => head !== null);
  const mode = journal?.stamps.get("mode");
  if (journal === undefined || journal.head === null || !isMode(mode)) {
    return fail(storeProblem("damaged", "the copy of the journal does not say what it is"));
  }
  if (journal.stamps.has("history") && inspections.length < STORE_FILES.length) {
    return fail(storeProblem("missing", "history.db was there before and is gone"));
  }
  const { seq, checksum } = journal.head;
  return ok({
    format: 1,
    mode,
    store: journal.stamps.get("store") ?? "",
    source: journal.stamps.get("source") ?? "",
    madeAt,
    journal: { lastSeq: seq, checksum },
    files: inspections.map(({ file }) => file),
    companions: [...companions],
  });
}

function finish(partial: string, to: string): Result<null, StoreProblem> {
  const folder = dirname(to);
  const renamed = renameDurably(partial, to, folder);
  return renamed.ok ? renamed : fail(diskProblem(to, renamed.error));
}
