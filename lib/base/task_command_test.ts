import assert from "node:assert/strict";
import { TASK_COMMAND } from "./task_command.ts";

Deno.test("task command: lines that say what to do name the command of the README", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

  assert.ok(readme.includes(`\n${TASK_COMMAND} start`));
});
