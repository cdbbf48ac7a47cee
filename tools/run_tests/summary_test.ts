import assert from "node:assert/strict";
import { parseSummary } from "./summary.ts";

Deno.test("summary: reads the closing line and the names of what was skipped", () => {
  const out = "running 3 tests\nok | 2 passed (1 step) | 0 failed | 1 ignored (20ms)\n";
  const err = "skipped, chromium absent: page: paints\n";

  assert.deepEqual(parseSummary(out, err), {
    passed: 2,
    failed: 0,
    skipped: 1,
    skippedNames: ["page: paints (chromium absent)"],
  });
});

Deno.test("summary: a run that printed no closing line passed nothing", () => {
  assert.equal(parseSummary("error: boom", "").passed, 0);
  assert.equal(parseSummary("FAILED | 1 passed | 2 failed (1s)", "").failed, 2);
});
