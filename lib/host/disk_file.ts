import { fail, ok, type Result } from "../base/result.ts";

/** Why the disk did not do what was asked. */
export interface DiskError {
  readonly code: "full" | "io";
  readonly message: string;
}

const FULL_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT"];

/** What an error of the system means; throws on what is none. */
export function diskErrorOf(error: unknown): DiskError {
  if (!(error instanceof Error)) throw error;
  const isFull = "code" in error && FULL_CODES.includes(error.code);
  return { code: isFull ? "full" : "io", message: error.message };
}

function tryDisk<T>(work: () => T): Result<T, DiskError> {
  try {
    return ok(work());
  } catch (error) {
    return fail(diskErrorOf(error));
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}

function statOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isNone) return null;
    throw error;
  }
}

/** Size of a file, bytes; null when there is none. */
export function fileBytes(path: string): number | null {
  const stat = statOf(path);
  return stat?.isFile === true ? stat.size : null;
}

/** A file's bytes, at most the first `bytesMax`; null when there is none or it cannot be read. */
export function readStart(path: string, bytesMax: number): Uint8Array<ArrayBuffer> | null {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
  try {
    const bytes = new Uint8Array(bytesMax);
    let filled = 0;
    while (filled < bytesMax) {
      const count = file.readSync(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    file.close();
  }
}

/** Removes a file; true when it was there. */
export function removeFile(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes what was created, renamed or removed in a folder outlive a power cut. */
export function syncFolder(path: string): Result<null, DiskError> {
  return tryDisk(() => {
    const folder = Deno.openSync(path, { read: true });
    try {
      folder.syncSync();
      return null;
    } finally {
      folder.close();
    }
  });
}

/** Syncs a file's content to the disk. */
export function syncFile(path: string): Result<null, DiskError> {
  return syncFolder(path);
}

/**
 * Makes a file its user's alone, an empty one where there is none. One that is there is not opened:
 * closing it would take the locks that this process has on it.
 */
export function makePrivate(path: string): Result<null, DiskError> {
  return tryDisk(() => {
    const stat = statOf(path);
    if (stat === null) Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
    else if (((stat.mode ?? 0) & 0o077) !== 0) Deno.chmodSync(path, 0o600);
    return null;
  });
}

/** A small file of ours that is written in place and kept open. */
export interface OpenFile {
  /** Writes at an offset; on the disk only after `sync`. */
  writeAt(offset: number, bytes: Uint8Array): Result<null, DiskError>;
  sync(): Result<null, DiskError>;
  close(): void;
}

/** Opens a file for writing in place, creating it for its user alone. */
export function openInPlace(path: string): Result<OpenFile, DiskError> {
  const opened = tryDisk(() => Deno.openSync(path, { create: true, write: true, mode: 0o600 }));
  if (!opened.ok) return opened;
  const file = opened.value;
  return ok({
    writeAt: (offset, bytes) =>
      tryDisk(() => {
        file.seekSync(offset, Deno.SeekMode.Start);
        writeAll(file, bytes);
        return null;
      }),
    sync: () =>
      tryDisk(() => {
        file.syncSync();
        return null;
      }),
    close: () => file.close(),
  });
}

const BLOCK_BYTES = 64 * 1024;

/**
 * Makes a file of `bytes` that occupies real blocks, in the place of what is there. Only when there
 * is room for `roomBytes` at this moment: otherwise nothing is left behind. Its content is noise,
 * because a file system may keep nothing for zeros.
 */
export function occupy(path: string, bytes: number, roomBytes: number): Result<null, DiskError> {
  const occupied = tryDisk(() => {
    const file = Deno.openSync(path, { create: true, write: true, truncate: true, mode: 0o600 });
    try {
      const block = crypto.getRandomValues(new Uint8Array(BLOCK_BYTES));
      for (let done = 0; done < Math.max(bytes, roomBytes); done += BLOCK_BYTES) {
        writeAll(file, block);
      }
      file.truncateSync(bytes);
      file.syncSync();
      return null;
    } finally {
      file.close();
    }
  });
  if (!occupied.ok) tryDisk(() => removeFile(path));
  return occupied;
}

/** Makes a folder with access for its user alone; one that is there is left as it is. */
export function makeFolder(path: string): Result<null, DiskError> {
  return tryDisk(() => {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    return null;
  });
}
