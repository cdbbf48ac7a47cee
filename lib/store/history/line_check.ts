import { fail, ok, type Result } from "../../base/result.ts";
import { type LineQuery, SAMPLE_COLUMNS } from "../../ports/history.ts";
import type { RecordingProblem } from "../../ports/journal.ts";

/** Widest line that may be asked for. */
export const PIXELS_MAX = 8192;
/** Most series that one line may add. */
export const KEYS_MAX = 512;

function refused(message: string, fix: string): Result<never, RecordingProblem> {
  return fail({ message, fix });
}

/** Index of the column that a query is after, or why the query cannot be answered. */
export function checkLine(query: LineQuery): Result<number, RecordingProblem> {
  const { kind, column, from, to, pixels, keys } = query;
  const names: readonly string[] = SAMPLE_COLUMNS[kind];
  const index = names.indexOf(column);
  if (index < 0) {
    return refused(`${kind} samples have no column ${column}`, `ask for ${names.join(", ")}`);
  }
  if (!Number.isInteger(pixels) || pixels < 1 || pixels > PIXELS_MAX) {
    return refused(`a line is 1 to ${PIXELS_MAX} pixels wide, not ${pixels}`, "ask for fewer");
  }
  if (!Number.isFinite(from) || !Number.isFinite(to) || from >= to) {
    return refused(`a line from ${from} to ${to} has no length`, "ask for a later end");
  }
  if (keys.length > KEYS_MAX) {
    return refused(`a line adds at most ${KEYS_MAX} series, not ${keys.length}`, "ask for fewer");
  }
  return ok(index);
}
