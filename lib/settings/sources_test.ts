import assert from "node:assert/strict";
import fc from "fast-check";
import { readDotenv } from "./dotenv.ts";
import { readCommandLine } from "./flags.ts";
import { editDistance, nearestName } from "./nearest_name.ts";
import { readSettingsFile } from "./sources.ts";
import { SETTINGS } from "./table.ts";

Deno.test(".env: quotes, comments, export, escapes and repeated names are read", () => {
  const text = [
    "\uFEFF# a comment",
    "A=1",
    "export B = two # and a comment",
    `C="three # not a comment\\n" # comment`,
    "D='$A \\n'",
    "E=",
    "A=4",
    "F=a#b",
  ].join("\r\n");

  const values = readDotenv(text);

  assert.ok(values.ok);
  assert.deepEqual(Object.fromEntries(values.value), {
    A: "4",
    B: "two",
    C: "three # not a comment\n",
    D: "$A \\n",
    E: "",
    F: "a#b",
  });
});

Deno.test(".env: a line of another form is refused by its number, without its text", () => {
  const refused = readDotenv("A=1\nsecret-without-name\n");

  assert.ok(!refused.ok);
  assert.match(refused.error.message, /^line 2 of \.env/);
  assert.ok(!refused.error.message.includes("secret"));
});

Deno.test("flags: both value forms, switches and negations are read, the last counts", () => {
  const line = readCommandLine(SETTINGS, [
    "--port",
    "1",
    "--port=2",
    "--data=a=b",
    "--debug",
    "--no-open",
    "--demo=false",
  ]);

  assert.ok(line.ok);
  const texts = [...line.value.entries].map(([key, entry]) => [key, entry.text]);
  assert.deepEqual(Object.fromEntries(texts), {
    port: "2",
    data: "a=b",
    debug: "true",
    open: "false",
    demo: "false",
  });
});

Deno.test("flags: a value that looks like a flag is a missing value", () => {
  const missing = readCommandLine(SETTINGS, ["--data", "--port", "1"]);
  const negative = readCommandLine(SETTINGS, ["--seed", "-1"]);

  assert.ok(!missing.ok);
  assert.match(missing.error.message, /--data needs a value: --data DIR/);
  assert.ok(negative.ok);
});

Deno.test("flags: only a switch can be negated", () => {
  const refused = readCommandLine(SETTINGS, ["--no-port"]);

  assert.ok(!refused.ok);
  assert.match(refused.error.message, /unknown flag "--no-port"/);
});

Deno.test("file: numbers, texts, switches and lists are read, anything else is refused", () => {
  const text = JSON.stringify({ port: 1, seed: "2", open: false, accounts: ["A", "B"] });
  const good = readSettingsFile(SETTINGS, text, "f.json");
  assert.ok(good.ok);
  assert.deepEqual([...good.value.values()].map((entry) => entry.text), ["1", "2", "false", "A,B"]);

  for (const bad of [`{"port":null}`, `{"port":{}}`, `{"accounts":[1]}`, "[]", "7", "null", ""]) {
    assert.equal(readSettingsFile(SETTINGS, bad, "f.json").ok, false, bad);
  }
});

Deno.test("file: a key named like a part of every object is unknown", () => {
  const refused = readSettingsFile(SETTINGS, `{"__proto__": 1}`, "f.json");

  assert.ok(!refused.ok);
  assert.match(refused.error.message, /unknown key "__proto__"/);
});

Deno.test("the edit distance counts a swap of neighbours as one", () => {
  assert.equal(editDistance("port", "prot"), 1);
  assert.equal(editDistance("kitten", "sitting"), 3);
  assert.equal(editDistance("", "abc"), 3);
});

Deno.test("the edit distance is symmetric, zero only for equals, at most the length", () => {
  const name = fc.string({ maxLength: 12 });
  fc.assert(fc.property(name, name, (a, b) => {
    const distance = editDistance(a, b);
    assert.equal(distance, editDistance(b, a));
    assert.equal(distance === 0, a === b);
    assert.ok(distance <= Math.max(a.length, b.length));
  }));
});

Deno.test("a suggestion is near or a beginning, else there is none", () => {
  const known = ["port", "positions", "host", "DELTADESK_PORT"];
  assert.equal(nearestName("prot", known), "port");
  assert.equal(nearestName("posi", known), "positions");
  assert.equal(nearestName("deltadesk_port", known), "DELTADESK_PORT");
  assert.equal(nearestName("brokers", known), null);
  assert.equal(nearestName("x".repeat(1000), known), null);
});
