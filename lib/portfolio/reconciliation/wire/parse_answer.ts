import { fail, ok, type Result } from "../../../base/result.ts";
import { ANSWER_FORMAT, type LastingDifference, type ReconciliationAnswer } from "../answer.ts";

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The desk's own answer as its page receives it: of the same origin and version, so only its format
 * is looked at. "format": it is of another version, and the page has to be loaded anew.
 */
export function parseAnswer(value: unknown): Result<ReconciliationAnswer, "format"> {
  if (!isRecord(value) || value.format !== ANSWER_FORMAT || !Array.isArray(value.accounts)) {
    return fail("format");
  }
  return ok(value as unknown as ReconciliationAnswer);
}

/** Lasting differences of an answer; null where nothing is compared or they cannot be read. */
export function parseLasting(value: unknown): readonly LastingDifference[] | null {
  if (!isRecord(value) || !Array.isArray(value.lasting)) return null;
  return value.lasting as LastingDifference[];
}
