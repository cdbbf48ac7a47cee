import assert from "node:assert/strict";
import { settingRow } from "../../lib/settings/table.ts";
import { checkDeno } from "./checks.ts";
import { findingLines, settingLines } from "./report.ts";

Deno.test("P17: a setting is shown with its value and origin, a secret without its value", () => {
  const secret = settingRow("token", {
    flag: "token",
    type: { kind: "secret" },
    default: null,
    help: "",
  });
  const plain = settingRow("seed", {
    flag: "seed",
    type: { kind: "integer", min: 0, max: 9 },
    default: 1,
    help: "",
  });

  const lines = settingLines([
    { row: secret, value: "canary", origin: { kind: "environment", name: "DELTADESK_TOKEN" } },
    { row: plain, value: 5, origin: { kind: "file", name: `"seed"` } },
    { row: plain, value: 1, origin: { kind: "default", name: "" } },
    { row: secret, value: null, origin: { kind: "default", name: "" } },
  ]);

  assert.match(lines[0], /token +•••• +\(environment, DELTADESK_TOKEN\)/);
  assert.match(lines[1], /seed +5 +\(settings file, "seed"\)/);
  assert.match(lines[2], /seed +1 +\(default\)/);
  assert.match(lines[3], /token +none +\(default\)/);
  assert.ok(!lines.join().includes("canary"));
});

Deno.test("only what was tried and found good carries a tick", () => {
  const lines = findingLines([
    { subject: "a", verdict: "ok", detail: "good" },
    { subject: "b", verdict: "failed", detail: "bad" },
    { subject: "c", verdict: "not tested", detail: "later" },
  ]);

  assert.deepEqual(lines, ["  ✓ a: good", "  ✗ b: bad", "  – c: not tested: later"]);
});

Deno.test("the tested Deno is good, a newer one not tested, an older one failed", () => {
  const verdicts = ["2.9.6", "2.10.0", "3.0.0", "2.9.5", "1.46.3"].map((one) =>
    checkDeno(one).verdict
  );

  assert.deepEqual(verdicts, ["ok", "not tested", "not tested", "failed", "failed"]);
});
