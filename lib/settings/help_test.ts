import assert from "node:assert/strict";
import { helpText, settingsTable } from "./help.ts";
import { settingRow, SETTINGS } from "./table.ts";

Deno.test("the help names every flag, its variables and the exit codes in 100 columns", () => {
  const help = helpText();

  for (const row of SETTINGS) {
    const flags = row.isSecret ? [] : [`-${row.flag}`];
    for (const name of [...flags, row.env, ...row.aliases]) assert.ok(help.includes(name), name);
  }
  assert.match(help, /Exit codes: 0 .* 1 .* 2 .* 3 .* 4 /s);
  for (const line of help.split("\n")) assert.ok(line.length <= 100, line);
});

Deno.test("the settings table has one row per setting, with as many cells as its head", () => {
  const lines = settingsTable().split("\n");

  assert.equal(lines.length, SETTINGS.length + 2);
  for (const line of lines) assert.equal(line.split(/(?<!\\)\|/).length, 6, line);
});

Deno.test("flags, keys and environment names are unique and follow one pattern", () => {
  const names = SETTINGS.flatMap((row) => [row.env, ...row.aliases]);

  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(SETTINGS.map((row) => row.flag)).size, SETTINGS.length);
  for (const row of SETTINGS) assert.match(row.env, /^DELTADESK_[A-Z]+(_[A-Z]+)*$/);
});

Deno.test("the environment name of a broker's setting follows from its flag", () => {
  const row = settingRow("ibHost", {
    flag: "ib-host",
    type: { kind: "path" },
    default: null,
    help: "",
  });

  assert.equal(row.env, "DELTADESK_IB_HOST");
});
