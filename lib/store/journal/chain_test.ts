import assert from "node:assert/strict";
import fc from "fast-check";
import type { JournalValue } from "../../ports/journal.ts";
import { canonicalText, emptyHead, nextHead, recordTextOf } from "./chain.ts";

const value = fc.jsonValue({ maxDepth: 4 }).map((one) => one as JournalValue);

/** Zero has one sign in the journal, as in JSON. */
function unsigned(one: JournalValue): unknown {
  return JSON.parse(JSON.stringify(one));
}

Deno.test("journal: the text of a value gives it back, whatever the order of its names", () => {
  fc.assert(fc.property(value, (one) => {
    assert.deepEqual(JSON.parse(canonicalText(one)), unsigned(one));
  }));
  const turned = { b: { d: 1, c: [{ y: 1, x: 2 }] }, a: "é\u2028" };
  const straight = { a: "é\u2028", b: { c: [{ x: 2, y: 1 }], d: 1 } };
  assert.equal(canonicalText(turned), canonicalText(straight));
});

Deno.test("DSK-3: a record that is changed in any part has another checksum", () => {
  const record = { kind: "fill", key: "a", at: 5, text: "{}" };
  const before = emptyHead("s");
  const { checksum } = nextHead(before, record);
  const others = [
    nextHead(before, { ...record, kind: "fil" }),
    nextHead(before, { ...record, key: "b" }),
    nextHead(before, { ...record, at: 5.5 }),
    nextHead(before, { ...record, text: "[]" }),
    nextHead(before, { ...record, kind: "fi", key: "lla" }),
    nextHead({ ...before, seq: 1 }, record),
    nextHead(emptyHead("t"), record),
  ];
  for (const other of others) assert.notEqual(other.checksum, checksum);
  assert.equal(nextHead(before, { ...record }).checksum, checksum);
});

Deno.test("P14: what JSON cannot say, or has no end, is refused and not bent", () => {
  const entry = { kind: "fill", key: "a", at: 1, value: null };
  const unfit = [
    { ...entry, value: NaN },
    { ...entry, value: { a: [Infinity] } },
    { ...entry, at: NaN },
    { ...entry, kind: "" },
    { ...entry, key: "x".repeat(513) },
    { ...entry, key: "\ud800" },
    { ...entry, key: "a\0b" },
    { ...entry, value: "x".repeat(1024 * 1024) },
  ];
  for (const one of unfit) {
    assert.equal(recordTextOf(one).ok, false, JSON.stringify(one).slice(0, 80));
  }
  assert.equal(recordTextOf(entry).ok, true);
});
