import assert from "node:assert/strict";
import { HELP, parseArguments } from "./arguments.ts";

Deno.test("without options the port of a paper gateway, three accounts, version 178", () => {
  const args = parseArguments([]);
  assert.ok(args.ok);
  const { port, accounts, serverVersion, lines, positions, hasLastTradeDay } = args.value;
  assert.deepEqual(
    [port, accounts, serverVersion, lines, positions, hasLastTradeDay],
    [4002, 3, 178, 100, undefined, true],
  );
});

Deno.test("every option of --help is taken, in both notations", () => {
  const named = [...HELP.matchAll(/^ {2}(--[a-z-]+)(?: ([A-Z]+))?/gm)];
  const samples: Record<string, string> = {
    "--date": "2025-03-19",
    "--faults": "f.json",
    "--server-version": "193",
  };
  assert.ok(named.length > 8);
  for (const [, name, value] of named) {
    const sample = samples[name] ?? "3";
    const forms = value === undefined ? [[name]] : [[name, sample], [`${name}=${sample}`]];
    for (const form of forms) assert.equal(parseArguments(form).ok, true, form.join(" "));
  }
});

Deno.test("what is wrong is said in one line", () => {
  const wrong = [
    ["--what"],
    ["--port", "70000"],
    ["--accounts", "7"],
    ["--server-version", "180"],
    ["--date", "2025-13-40"],
    ["--lines"],
  ];
  for (const args of wrong) {
    const parsed = parseArguments(args);
    assert.equal(parsed.ok, false, args.join(" "));
    if (!parsed.ok) assert.equal(parsed.error.includes("\n"), false);
  }
});
