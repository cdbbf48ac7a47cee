import { createHash } from "node:crypto";
import { fail, ok, type Result } from "../base/result.ts";
import {
  type DiskError,
  diskErrorOf,
  fileBytes,
  removeFile,
  syncFile,
  syncFolder,
} from "./disk_file.ts";

const CHUNK_BYTES = 1024 * 1024;

/** SHA-256 of a file in hex, read in pieces. */
export function hashFile(path: string): Result<string, DiskError> {
  try {
    using file = Deno.openSync(path, { read: true });
    const hash = createHash("sha256");
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let count = file.readSync(chunk); count !== null; count = file.readSync(chunk)) {
      hash.update(chunk.subarray(0, count));
    }
    return ok(hash.digest("hex"));
  } catch (error) {
    return fail(diskErrorOf(error));
  }
}

/** Copies a file into the place of none, or replaces what is there, and syncs the copy. */
export function copyFileDurably(from: string, to: string): Result<null, DiskError> {
  try {
    Deno.copyFileSync(from, to);
    Deno.chmodSync(to, 0o600);
    return syncFile(to);
  } catch (error) {
    return fail(diskErrorOf(error));
  }
}

/** Writes a text file and syncs it; a cut leaves it torn, so it is for new files only. */
export function writeTextDurably(path: string, text: string): Result<null, DiskError> {
  try {
    Deno.writeTextFileSync(path, text, { mode: 0o600 });
    return syncFile(path);
  } catch (error) {
    return fail(diskErrorOf(error));
  }
}

/** Renames a file or folder within one folder's file system and syncs the folder it goes to. */
export function renameDurably(from: string, to: string, folder: string): Result<null, DiskError> {
  try {
    Deno.renameSync(from, to);
    return syncFolder(folder);
  } catch (error) {
    return fail(diskErrorOf(error));
  }
}

/** Removes a folder of ours with all that is in it; one that is not there is no problem. */
export function removeFolder(path: string): Result<null, DiskError> {
  try {
    Deno.removeSync(path, { recursive: true });
    return ok(null);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? ok(null) : fail(diskErrorOf(error));
  }
}

/** Names in a folder, sorted; null when there is none or it cannot be read. */
export function namesIn(path: string): readonly string[] | null {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** True when something is there, whatever it is. */
export function isThere(path: string): boolean {
  return namesIn(path) !== null || fileBytes(path) !== null;
}

/**
 * Removes the oldest of a folder's files that are meant, by when they were written, beyond `keep`.
 * Answers how many went; what cannot be read or removed stays.
 */
export function keepNewest(
  folder: string,
  isMeant: (name: string) => boolean,
  keep: number,
): number {
  const dated = (namesIn(folder) ?? []).filter(isMeant).flatMap((name) => {
    const writtenAt = writtenAtOf(`${folder}/${name}`);
    return writtenAt === null ? [] : [{ name, writtenAt }];
  });
  dated.sort((a, b) => b.writtenAt - a.writtenAt);
  return dated.slice(keep).filter(({ name }) => removeFile(`${folder}/${name}`)).length;
}

/** When a file was last written, ms since 1970; null for what is no file of ours. */
function writtenAtOf(path: string): number | null {
  try {
    const { isFile, mtime } = Deno.statSync(path);
    return isFile && mtime !== null ? mtime.getTime() : null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
