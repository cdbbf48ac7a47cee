import { fail, ok, type Result } from "../../base/result.ts";
import { fileBytes, makeFolder, removeFile, syncFolder } from "../../host/disk_file.ts";
import {
  copyFileDurably,
  namesIn,
  removeFolder,
  renameDurably,
  writeTextDurably,
} from "../../host/stored_files.ts";
import type { Clock } from "../../ports/clock.ts";
import { AnchorFile, anchorPath } from "../journal/anchor.ts";
import { journalPath } from "../journal/journal_file.ts";
import { timeName } from "../journal/open_journal.ts";
import { stampOf } from "../open_database.ts";
import { type StoreProblem, storeProblem } from "../problem.ts";
import { checkBackup, readManifest } from "./check_backup.ts";
import { diskProblem, isCompanion, restoreMark } from "./folder.ts";
import type { Manifest } from "./wire/manifest.ts";

/** What is restored, and where to. */
export interface RestoreOptions {
  /** A backup. */
  readonly from: string;
  /** Folder of the data, which this process has locked. */
  readonly directory: string;
  readonly clock: Clock;
}

/** A restore that is done. */
export interface Restored {
  readonly manifest: Manifest;
  /** Folder that what was there went to; null when nothing was. */
  readonly movedTo: string | null;
}

/** What belongs to a store in its folder; the ballast is noise, and stays. */
function isOfStore(name: string): boolean {
  return /^(journal\.(db|anchor)|history\.db)/.test(name) || isCompanion(name);
}

/**
 * Puts the files of a backup in the place of what is in a folder, which is moved aside and never
 * deleted. The backup and its copy are read whole first. From the first move to the last a mark
 * lies in the folder: a desk does not start on it, and another restore goes through.
 */
export function restore(options: RestoreOptions): Result<Restored, StoreProblem> {
  const { from, directory, clock } = options;
  const manifest = readManifest(from);
  if (!manifest.ok) return manifest;
  const other = findOtherMode(directory, manifest.value);
  if (other !== null) return fail(other);
  const name = timeName(clock.now());
  const incoming = `${directory}/restore-${name}.incoming`;
  const copied = bringIn(from, incoming, manifest.value);
  if (!copied.ok) {
    removeFolder(incoming);
    return copied;
  }
  const mark = restoreMark(directory);
  const marked = writeTextDurably(mark, `${name}\n`);
  const synced = marked.ok ? syncFolder(directory) : marked;
  if (!synced.ok) return fail(diskProblem(mark, synced.error));
  const moved = moveAside(directory, `${directory}/before-restore-${name}`, isOfStore);
  if (!moved.ok) return moved;
  const placed = place(incoming, directory, manifest.value);
  if (!placed.ok) return placed;
  removeFile(mark);
  const ended = syncFolder(directory);
  if (!ended.ok) return fail(diskProblem(directory, ended.error));
  for (const name of namesIn(directory) ?? []) {
    // Those of restores that were cut off: the folder is ours alone.
    if (/^restore-.*\.incoming$/.test(name)) removeFolder(`${directory}/${name}`);
  }
  return ok({ manifest: manifest.value, movedTo: moved.value });
}

/** A folder keeps its mode: data of another one is not put in its place. */
function findOtherMode(directory: string, { mode }: Manifest): StoreProblem | null {
  const path = journalPath(directory);
  const present = (fileBytes(path) ?? 0) > 0 ? stampOf(path, "mode") : null;
  if (present === null || !present.ok || present.value === null) return null;
  if (present.value === mode) return null;
  return storeProblem("otherMode", `${path} holds ${present.value} data, the backup ${mode} data`);
}

function bringIn(
  from: string,
  incoming: string,
  manifest: Manifest,
): Result<null, StoreProblem> {
  const original = checkBackup(from, manifest);
  if (!original.ok) return original;
  const made = makeFolder(incoming);
  if (!made.ok) return fail(diskProblem(incoming, made.error));
  for (const { name } of [...manifest.files, ...manifest.companions]) {
    const copied = copyFileDurably(`${from}/${name}`, `${incoming}/${name}`);
    if (!copied.ok) return fail(diskProblem(`${incoming}/${name}`, copied.error));
  }
  const copy = checkBackup(incoming, manifest);
  return copy.ok ? ok(null) : copy;
}

/** Moves files of a folder into one made for them; null when there are none. */
export function moveAside(
  directory: string,
  to: string,
  isMeant: (name: string) => boolean,
): Result<string | null, StoreProblem> {
  const present = (namesIn(directory) ?? []).filter(isMeant);
  if (present.length === 0) return ok(null);
  const made = makeFolder(to);
  if (!made.ok) return fail(diskProblem(to, made.error));
  for (const name of present) {
    const moved = renameDurably(`${directory}/${name}`, `${to}/${name}`, to);
    if (!moved.ok) return fail(diskProblem(`${to}/${name}`, moved.error));
  }
  return ok(to);
}

function place(
  incoming: string,
  directory: string,
  { store, journal, files, companions }: Manifest,
): Result<null, StoreProblem> {
  const anchor = AnchorFile.open(anchorPath(incoming), store);
  if (!anchor.ok) return fail(diskProblem(incoming, anchor.error));
  anchor.value.note({ seq: journal.lastSeq, checksum: journal.checksum });
  anchor.value.close();
  const names = [...[...companions, ...files].map(({ name }) => name), "journal.anchor"];
  for (const name of names) {
    const moved = renameDurably(`${incoming}/${name}`, `${directory}/${name}`, directory);
    if (!moved.ok) return fail(diskProblem(`${directory}/${name}`, moved.error));
  }
  return ok(null);
}
