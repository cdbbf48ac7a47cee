import { fail, ok, type Result } from "../base/result.ts";
import type { ReadProblem } from "../ports/files.ts";

/** Reads the bytes of a file; larger ones than `bytesMax` are refused with "tooLarge", unread. */
export async function readBytesWithin(
  path: string,
  bytesMax: number,
): Promise<Result<Uint8Array<ArrayBuffer>, ReadProblem>> {
  try {
    const { size } = await Deno.stat(path);
    return size > bytesMax ? fail("tooLarge") : ok(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return fail("notFound");
    if (error instanceof Error) return fail("unreadable");
    throw error;
  }
}

/**
 * Puts bytes in place of a file, whole or not at all: whoever reads it sees the old or the new one,
 * also when the process is killed meanwhile. The message of the failure is the system's.
 */
export async function replaceBytes(
  path: string,
  bytes: Uint8Array,
): Promise<Result<null, string>> {
  const beside = `${path}.new`;
  try {
    await Deno.writeFile(beside, bytes, { mode: 0o600 });
    await Deno.rename(beside, path);
    return ok(null);
  } catch (error) {
    if (error instanceof Error) return fail(error.message);
    throw error;
  }
}
