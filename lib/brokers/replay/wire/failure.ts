import { fail, type Result } from "../../../base/result.ts";

/**
 * Why a replay folder cannot be played. `message` is one line: where, why, and how to fix it.
 *
 * Codes: `absent` (no such folder or file), `unreadable` (the system refuses it), `empty` (nothing
 * recorded), `malformed` (not the format of docs/replay.md), `tooLarge` (above a stated bound).
 */
export interface ReplayError {
  readonly code: "absent" | "unreadable" | "empty" | "malformed" | "tooLarge";
  /** File inside the folder, or the folder itself. */
  readonly file: string;
  /** Line of the file, counted from 1; null when the whole file is meant. */
  readonly line: number | null;
  readonly message: string;
}

/** Makes a failure whose message begins with the file and the line. */
export function replayFailure(
  code: ReplayError["code"],
  file: string,
  line: number | null,
  text: string,
): Result<never, ReplayError> {
  const place = line === null ? file : `${file}:${line}`;
  return fail({ code, file, line, message: `${place}: ${text}` });
}

/** Quotes a piece of a file for a message: one line, at most 40 characters. */
export function quoted(text: string): string {
  return `"${text.replace(/\s+/g, " ").slice(0, 40)}"`;
}
