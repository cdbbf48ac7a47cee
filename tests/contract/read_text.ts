import { fail, ok } from "@/lib/base/result.ts";
import type { ReadText } from "@/lib/ports/files.ts";

/** Reads files of the test machine as `openReplay` wants them. */
export const readText: ReadText = async (path, bytesMax) => {
  try {
    const { size } = await Deno.stat(path);
    return size > bytesMax ? fail("tooLarge") : ok(await Deno.readTextFile(path));
  } catch (error) {
    return fail(error instanceof Deno.errors.NotFound ? "notFound" : "unreadable");
  }
};
