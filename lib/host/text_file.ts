import { fail, ok } from "../base/result.ts";
import type { ReadText } from "../ports/files.ts";

/** Reads text files of this machine, none larger than allowed. */
export const readTextWithin: ReadText = async (path, bytesMax) => {
  try {
    const { size } = await Deno.stat(path);
    return size > bytesMax ? fail("tooLarge") : ok(await Deno.readTextFile(path));
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    return fail(isMissing ? "notFound" : "unreadable");
  }
};
