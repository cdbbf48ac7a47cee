import assert from "node:assert/strict";
import { readTree } from "./check_style.ts";
import { findings } from "./style/rules.ts";

Deno.test("style: the tree has no finding and no import cycle", () => {
  const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

  assert.deepEqual(findings(readTree(root)), []);
});
