import assert from "node:assert/strict";
import { readExposition } from "./metrics.ts";

Deno.test("soak: metrics are read by name, those of several labels as their sum", () => {
  const text = '# HELP a b\na 1.5\nclosed_total{cause="slow"} 2\nclosed_total{cause="x"} 3\n';

  assert.deepEqual([...readExposition(text)], [["a", 1.5], ["closed_total", 5]]);
});
