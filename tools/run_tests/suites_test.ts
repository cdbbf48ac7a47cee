import assert from "node:assert/strict";
import { suites } from "./suites.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
/** Folders without tests of this project. */
const NOT_OURS = new Set([".git", "node_modules", "_fresh", "data"]);

function testFiles(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}${folder}`)].flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) return NOT_OURS.has(entry.name) ? [] : testFiles(`${path}/`);
    return /_test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

Deno.test("suites: every test file of the tree belongs to a suite", () => {
  const folders = suites().flatMap(({ args }) => args);

  const outside = testFiles("").filter((path) =>
    !folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
  );

  assert.deepEqual(outside, []);
});
