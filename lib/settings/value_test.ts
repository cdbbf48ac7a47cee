import assert from "node:assert/strict";
import fc from "fast-check";
import { settingRow, SETTINGS, type SettingType, type SettingValue } from "./table.ts";
import { parseSetting, typeText } from "./value.ts";

function parsed(type: SettingType, text: string): SettingValue | null {
  const result = parseSetting(
    settingRow("x", { flag: "x", type, default: null, help: "" }),
    text,
    "x",
  );
  return result.ok ? result.value : null;
}

function flagged(flag: string, text: string): SettingValue | null {
  const row = SETTINGS.find((one) => one.flag === flag);
  assert.ok(row);
  const result = parseSetting(row, text, `--${flag}`);
  return result.ok ? result.value : null;
}

const BOUNDS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["port", ["0", "65535"], ["65536", "-1", "80.5", "0x50", "1e3", ""]],
  ["seed", ["0", "4294967295"], ["4294967296", "-1"]],
  ["rate", ["1", "50000"], ["0", "50001"]],
  ["positions", ["80", "100000"], ["79", "100001"]],
  ["speed", ["0.1", "1000", "2.5"], ["0.09", "1000.1", "0", "NaN", "Infinity", ".5"]],
  ["date", ["2010-01-01", "2030-12-31", "2024-02-29"], [
    "2009-12-31",
    "2031-01-01",
    "2025-02-29",
    "2025-3-9",
    "19/03/2025",
  ]],
  ["host", ["127.0.0.1", "localhost", "::1", "LOCALHOST"], ["0.0.0.0", "::", "192.168.1.2", "*"]],
  ["accounts", ["A", "A,B", "DU1-x.y_z"], [",", "A,,B", "A B", "<b>", "-A", "x".repeat(33)]],
  ["debug", ["true", "1", "no", "OFF"], ["2", "maybe"]],
];

for (const [flag, accepted, refused] of BOUNDS) {
  Deno.test(`--${flag} accepts exactly what its bounds say`, () => {
    for (const text of accepted) assert.notEqual(flagged(flag, text), null, text);
    for (const text of refused) assert.equal(flagged(flag, text), null, text);
  });
}

Deno.test("a list has no duplicates and a bounded length", () => {
  assert.deepEqual(flagged("accounts", "A, B ,A"), ["A", "B"]);
  const many = Array.from({ length: 51 }, (_, at) => `A${at}`).join(",");
  assert.equal(flagged("accounts", many), null);
});

Deno.test("any whole number parses to itself within the bounds and to nothing outside", () => {
  const type = { kind: "integer", min: 5, max: 500 } as const;
  fc.assert(fc.property(fc.integer({ min: -1000, max: 1000 }), (value) => {
    const isInside = value >= type.min && value <= type.max;
    assert.equal(parsed(type, String(value)), isInside ? value : null);
  }));
});

Deno.test("no text makes a parser throw", () => {
  fc.assert(fc.property(fc.string(), fc.constantFrom(...SETTINGS), (text, row) => {
    const result = parseSetting(row, text, "x");
    assert.ok(result.ok || result.error.message.length > 0);
  }));
});

Deno.test("the refused value of a secret is not repeated", () => {
  const row = settingRow("token", {
    flag: "token",
    type: { kind: "integer", min: 0, max: 1 },
    default: null,
    help: "",
    isSecret: true,
  });

  const result = parseSetting(row, "canary-77", "DELTADESK_TOKEN");

  assert.ok(!result.ok);
  assert.ok(!result.error.message.includes("canary"));
  assert.ok(result.error.message.includes(typeText(row.type)));
});
