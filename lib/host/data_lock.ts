import { fail, ok, type Result } from "../base/result.ts";
import type { Timers } from "../ports/timers.ts";

/** What the owner of a data folder says about itself. */
export interface DeskNotice {
  readonly pid: number;
  /** Null until the desk listens. */
  readonly url: string | null;
}

/** Why a data folder cannot be had. */
export type DataLockProblem =
  | { readonly code: "alreadyRunning"; readonly desk: DeskNotice | null }
  | { readonly code: "unusableFolder"; readonly message: string };

/** The exclusive right to a data folder; the kernel takes it back when the process dies. */
export interface DataLock {
  /** Publishes where the desk listens, for a second start to name. */
  announce(url: string): void;
  /** Gives the folder back. */
  release(): void;
}

const LOCK_FILE = "desk.lock";
const ATTEMPTS = 20;
const ATTEMPT_EVERY_MS = 50;
const NOTICE_ATTEMPTS = 60;

function lockPath(directory: string): string {
  return `${directory}/${LOCK_FILE}`;
}

function parseNotice(text: string): DeskNotice | null {
  try {
    const raw: unknown = JSON.parse(text);
    if (typeof raw !== "object" || raw === null) return null;
    const pid = "pid" in raw ? raw.pid : null;
    const url = "url" in raw ? raw.url : null;
    if (typeof pid !== "number") return null;
    return { pid, url: typeof url === "string" ? url : null };
  } catch (error) {
    // The owner may be in the middle of writing; the caller asks again.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The notice that lies in a data folder, or null; it may be that of a desk that has ended. */
export function readNotice(directory: string): DeskNotice | null {
  try {
    return parseNotice(Deno.readTextFileSync(lockPath(directory)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => void timers.setTimer(delayMs, resolve));
}

async function waitForUrl(directory: string, timers: Timers): Promise<DeskNotice | null> {
  for (let attempt = 0; attempt < NOTICE_ATTEMPTS; attempt++) {
    const notice = readNotice(directory);
    if (notice !== null && notice.url !== null) return notice;
    await pause(timers, ATTEMPT_EVERY_MS);
  }
  return readNotice(directory);
}

/**
 * The desk that runs on a data folder now, or null. Asks the kernel's lock, so a notice left by a
 * killed desk does not count. Takes no lock that a starting desk could mistake for a desk for long.
 * Waits up to 3 s for the address of a desk that is just starting.
 */
export async function findRunningDesk(
  directory: string,
  timers: Timers,
): Promise<Result<null, DataLockProblem>> {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(lockPath(directory), { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return ok(null);
    }
    return fail(unusable(directory, error));
  }
  try {
    if (file.tryLockSync(false)) return ok(null);
  } finally {
    file.close();
  }
  return fail({ code: "alreadyRunning", desk: await waitForUrl(directory, timers) });
}

function unusable(directory: string, error: unknown): DataLockProblem {
  const why = error instanceof Error ? error.message : String(error);
  return {
    code: "unusableFolder",
    message: `the data folder ${directory} cannot be used (${why}): correct its access rights ` +
      "or name another with --data",
  };
}

function prepareFolder(directory: string): Result<null, DataLockProblem> {
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    return ok(null);
  } catch (error) {
    const isFileThere = error instanceof Deno.errors.AlreadyExists ||
      error instanceof Deno.errors.NotADirectory;
    if (!isFileThere) return fail(unusable(directory, error));
    return fail({
      code: "unusableFolder",
      message: `${directory} cannot be the data folder, a file is in its place: ` +
        "move the file away or name another folder with --data",
    });
  }
}

async function tryRepeatedly(file: Deno.FsFile, timers: Timers): Promise<boolean> {
  for (let attempt = 1; !file.tryLockSync(true); attempt++) {
    // A launcher that merely looks holds the lock for microseconds; a desk holds it throughout.
    if (attempt === ATTEMPTS) return false;
    await pause(timers, ATTEMPT_EVERY_MS);
  }
  return true;
}

function publish(file: Deno.FsFile, notice: DeskNotice): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(notice)}\n`);
  file.truncateSync(0);
  file.seekSync(0, Deno.SeekMode.Start);
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}

/**
 * Takes a data folder for this process, creating it with access for its user alone. Of several
 * starts at once exactly one succeeds; a folder left by a killed desk is free at once. A folder in
 * use is reported with the other desk's address, after up to 4 s.
 */
export async function lockDataDirectory(
  directory: string,
  timers: Timers,
): Promise<Result<DataLock, DataLockProblem>> {
  const prepared = prepareFolder(directory);
  if (!prepared.ok) return prepared;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(lockPath(directory), {
      create: true,
      read: true,
      write: true,
      mode: 0o600,
    });
  } catch (error) {
    return fail(unusable(directory, error));
  }
  try {
    if (!await tryRepeatedly(file, timers)) {
      file.close();
      return fail({ code: "alreadyRunning", desk: await waitForUrl(directory, timers) });
    }
    publish(file, { pid: Deno.pid, url: null });
  } catch (error) {
    file.close();
    return fail(unusable(directory, error));
  }
  return ok({
    announce: (url) => publish(file, { pid: Deno.pid, url }),
    release: () => file.close(),
  });
}

/** The line that tells a second start where the desk is. */
export function alreadyRunningText(directory: string, desk: DeskNotice | null): string {
  const who = desk === null ? "" : ` (process ${desk.pid})`;
  const url = desk?.url ?? null;
  const what = url === null
    ? `a desk is just starting on ${directory}${who}`
    : `a desk already runs on ${directory} at ${url}${who}`;
  return `${what}: use that one, or name another folder with --data`;
}
