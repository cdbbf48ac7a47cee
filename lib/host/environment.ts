import { fail, ok, type Result } from "../base/result.ts";

/** Why a file gave no text. */
export type TextFileProblem = "notFound" | "unreadable";

/** The variables of this process. */
export function environment(): ReadonlyMap<string, string> {
  return new Map(Object.entries(Deno.env.toObject()));
}

/** Takes variables out of this process, so that no child inherits them. */
export function forgetVariables(names: readonly string[]): void {
  for (const name of names) Deno.env.delete(name);
}

/** Text of a file, or why there is none. */
export function readTextFile(path: string): Result<string, TextFileProblem> {
  try {
    return ok(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return fail("notFound");
    if (error instanceof Deno.errors.NotADirectory) return fail("notFound");
    if (error instanceof Deno.errors.PermissionDenied) return fail("unreadable");
    if (error instanceof Deno.errors.IsADirectory) return fail("unreadable");
    throw error;
  }
}

/** True when others than its owner may read the file; false where that cannot be told. */
export function isReadByOthers(path: string): boolean {
  try {
    return ((Deno.statSync(path).mode ?? 0) & 0o044) !== 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
