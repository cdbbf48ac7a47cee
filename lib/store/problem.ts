import { TASK_COMMAND } from "../base/task_command.ts";

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
  /** Holds a broker's real money where paper money comes, or the other way round. */
  | "otherMoney"
  /** It was there before and is gone, or empty. */
  | "missing"
  /** The disk is full. */
  | "full"
  /** The disk or its rights refuse: EIO, EROFS, EACCES. */
  | "io"
  /** Another process holds it for longer than a moment. */
  | "locked"
  /** Another desk has taken it over; this one must not write any more. */
  | "fenced"
  /** A restore was begun and did not end. */
  | "unfinished";

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
  15: "locked",
  26: "damaged",
};
const PRIMARY_MASK = 0xff;

/** The same by SQLite's words, for calls of the driver that give no code. Source: sqlite.org. */
const WORDS: Readonly<Record<string, number>> = {
  "access permission denied": 3,
  "database is locked": 5,
  "database table is locked": 6,
  "attempt to write a readonly database": 8,
  "disk I/O error": 10,
  "database disk image is malformed": 11,
  "database or disk is full": 13,
  "unable to open database file": 14,
  "locking protocol": 15,
  "file is not a database": 26,
};
const UNKNOWN_CODE = 1;

const RESTORE = `\`${TASK_COMMAND} restore --from FOLDER\``;

const FIXES: Readonly<Record<StoreProblemCode, string>> = {
  damaged: `restore a backup with ${RESTORE}, or name another folder with --data to begin anew`,
  newer: "start the newer version of the desk again, or restore the backup made before the update",
  foreign: "name another folder with --data",
  otherMode: "name another folder with --data; demo, replay and live never share one",
  otherMoney: "name another folder with --data; paper money and real money never share one",
  missing: `restore a backup with ${RESTORE}, or name another folder with --data to begin anew`,
  full: "free some space; recording goes on by itself",
  io: "check the disk and the rights of the folder",
  locked: "end the other process that writes to it",
  fenced: "stop one of the two desks, then start this one again",
  unfinished: `run ${RESTORE} again`,
};

/** Problems that may pass by themselves; after the others, writing on could do harm. */
const PASSING: ReadonlySet<StoreProblemCode> = new Set<StoreProblemCode>(["full", "io", "locked"]);

/** A problem with the usual way out. */
export function storeProblem(code: StoreProblemCode, message: string): StoreProblem {
  return { code, message, fix: FIXES[code] };
}

/** A problem of the history alone, which can be given up without the journal. */
export function historyProblem(problem: StoreProblem): StoreProblem {
  if (!["damaged", "missing", "foreign"].includes(problem.code)) return problem;
  const fix = `restore a backup with ${RESTORE}, or go on without the old history with ` +
    `\`${TASK_COMMAND} restore --new-history\``;
  return { ...problem, fix };
}

/** A path as a shell takes it for one word. */
function shellWord(path: string): string {
  return /^[\w./:@%+=,~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The problem of a folder: the commands of its way out name that folder. */
export function problemIn(directory: string, problem: StoreProblem): StoreProblem {
  const fix = problem.fix.replaceAll(
    new RegExp(`\`${TASK_COMMAND} restore [^\`]*`, "g"),
    (command) => `${command} --data ${shellWord(directory)}`,
  );
  return { ...problem, fix };
}

/** True when trying again later can succeed without anybody's help to the files. */
export function mayPass({ code }: StoreProblem): boolean {
  return PASSING.has(code);
}

/** Thrown inside a write transaction when another writer has claimed the database since. */
export class FencedError extends Error {
  override readonly name = "FencedError";
}

/** Thrown before a write that can wait, while the last space is kept for what cannot. */
export class SpaceKeptError extends Error {
  override readonly name = "SpaceKeptError";
}

function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode;
  const isOfDriver = "code" in error && error.code === "ERR_SQLITE_ERROR";
  return isOfDriver ? WORDS[error.message.split(":")[0]] ?? UNKNOWN_CODE : null;
}

/**
 * What an error thrown by the database means for `path`; null when it is no matter of disk or file
 * but a bug, which the caller throws on.
 */
export function problemOf(error: unknown, path: string): StoreProblem | null {
  if (error instanceof FencedError) {
    return storeProblem("fenced", `another desk has taken over ${path}`);
  }
  if (error instanceof SpaceKeptError) {
    return storeProblem("full", `${path}: the last space of the disk is kept for the journal`);
  }
  const code = resultCode(error);
  if (code === null || !(error instanceof Error)) return null;
  const problem = CODES[code & PRIMARY_MASK];
  return problem === undefined ? null : storeProblem(problem, `${path}: ${error.message}`);
}

/**
 * As `problemOf`, while a file is opened or checked: there an error of any other kind comes from
 * what stands in the file (a table that is not there, a number too large), so it is damaged.
 */
export function openingProblemOf(error: unknown, path: string): StoreProblem | null {
  const known = problemOf(error, path);
  if (known !== null || !(error instanceof Error)) return known;
  const isOfContent = resultCode(error) !== null || error instanceof RangeError;
  return isOfContent ? storeProblem("damaged", `${path} is damaged: ${error.message}`) : null;
}
