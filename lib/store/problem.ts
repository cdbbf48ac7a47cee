/** Why a database of the desk cannot be used, or a write did not succeed. */
export type StoreProblemCode =
  /** Not readable as a database, or a check inside it failed. */
  | "damaged"
  /** Written by a newer version of the desk. */
  | "newer"
  /** A database, but not one of ours, or another one of ours. */
  | "foreign"
  /** Holds the data of another mode: demo, replay and live never share a file. */
  | "otherMode"
  /** It was there before and is gone, or empty. */
  | "missing"
  /** The disk is full. */
  | "full"
  /** The disk or its rights refuse: EIO, EROFS, EACCES. */
  | "io"
  /** Another process writes to it. */
  | "locked";

/** A problem with what was tried (`message`) and the one line that helps (`fix`). */
export interface StoreProblem {
  readonly code: StoreProblemCode;
  readonly message: string;
  readonly fix: string;
}

/** SQLite's primary result codes that say something about disk and file. Source: sqlite.org. */
const CODES: Readonly<Record<number, StoreProblemCode>> = {
  3: "io",
  5: "locked",
  6: "locked",
  8: "io",
  10: "io",
  11: "damaged",
  13: "full",
  14: "io",
  26: "damaged",
};
const PRIMARY_MASK = 0xff;

const FIXES: Readonly<Record<StoreProblemCode, string>> = {
  damaged: "restore a backup with `deno task restore --from FOLDER`, or move the file away to " +
    "begin anew without it",
  newer: "start the newer version of the desk again, or restore the backup made before the update",
  foreign: "move the file away, or name another folder with --data",
  otherMode: "name another folder with --data; demo, replay and live never share one",
  missing: "restore a backup with `deno task restore --from FOLDER`, or move what is left in the " +
    "folder away to begin anew",
  full: "free some space; recording goes on by itself",
  io: "check the disk and the rights of the folder",
  locked: "end the other process that writes to it",
};

/** A problem with the usual way out. */
export function storeProblem(code: StoreProblemCode, message: string): StoreProblem {
  return { code, message, fix: FIXES[code] };
}

function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode : null;
}

/**
 * What an error thrown by the database means for `path`; null when it is no matter of disk or file
 * but a bug, which the caller throws on.
 */
export function problemOf(error: unknown, path: string): StoreProblem | null {
  const code = resultCode(error);
  if (code === null || !(error instanceof Error)) return null;
  const problem = CODES[code & PRIMARY_MASK];
  return problem === undefined ? null : storeProblem(problem, `${path}: ${error.message}`);
}
