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

async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true, truncate: true, mode: 0o600 });
  for (const part of parts) {
    for (let done = 0; done < part.length;) done += await file.write(part.subarray(done));
  }
  await file.sync();
}

/**
 * Puts bytes, part after part, in place of a file, whole or not at all: whoever reads it sees the
 * old or the new one, also when the process is killed or the power cut meanwhile. The message of
 * the failure is the system's.
 */
export async function replaceBytes(
  path: string,
  parts: readonly Uint8Array[],
): Promise<Result<null, string>> {
  const beside = `${path}.new`;
  try {
    await writeParts(beside, parts);
    await Deno.rename(beside, path);
    return ok(null);
  } catch (error) {
    if (error instanceof Error) return fail(error.message);
    throw error;
  }
}
