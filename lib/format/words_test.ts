import assert from "node:assert/strict";
import { ABSENCE_REASONS } from "../base/absence.ts";
import { ABSENCE_WORDS, countWord, listed, plural } from "./words.ts";

Deno.test("X-03: every reason of absence has words", () => {
  for (const reason of ABSENCE_REASONS) {
    assert.equal(ABSENCE_WORDS[reason] === "", reason === "present");
  }
});

Deno.test("words: counts and lists", () => {
  assert.equal(countWord(3), "three");
  assert.equal(countWord(12), "12");
  assert.equal(plural(1, "leg"), "1 leg");
  assert.equal(plural(2, "leg"), "2 legs");
  assert.equal(listed([]), "");
  assert.equal(listed(["a", "b", "c"]), "a, b and c");
});
