import assert from "node:assert/strict";
import fc from "fast-check";
import { realRandom } from "../../host/random.ts";
import { isSameCode, makeCode, readCode, shownCode } from "./code.ts";

const codes = fc.array(fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"), {
  minLength: 8,
  maxLength: 8,
}).map((symbols) => symbols.join(""));

Deno.test("MAL-4: a login code has 40 bits of chance, every symbol equally likely", () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 4_000; i++) {
    const code = makeCode(realRandom);
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{8}$/);
    for (const one of code) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  assert.equal(counts.size, 32);
  // 1,000 of each are expected, six standard deviations are some 190.
  for (const [one, count] of counts) assert.ok(Math.abs(count - 1_000) < 190, `${one}: ${count}`);
});

Deno.test("login code: printed in two groups, read back however it is typed", () => {
  assert.equal(shownCode("K7QM2XPD"), "K7QM-2XPD");
  for (const typed of ["k7qm-2xpd", " K7QM 2XPD ", "k7q m2x pd", "K7QM\u20112XPD", "k7qm2xpd\n"]) {
    assert.equal(readCode(typed), "K7QM2XPD", typed);
  }
  assert.equal(readCode("oOlI-0011"), "00110011");
  fc.assert(fc.property(codes, fc.boolean(), (code, isLower) => {
    const shown = shownCode(code);
    assert.equal(readCode(isLower ? shown.toLowerCase() : shown), code);
  }));
});

Deno.test("login code: what cannot be one is none", () => {
  for (const typed of ["", "K7QM-2XP", "K7QM-2XPDX", "K7QM_2XPD", "U7QM-2XPD", "-".repeat(65)]) {
    assert.equal(readCode(typed), null, typed);
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), (typed) => {
    const code = readCode(typed);
    assert.ok(code === null || /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code));
  }));
});

Deno.test("MAL-4: two codes are the same only when every symbol is", () => {
  fc.assert(fc.property(codes, codes, (a, b) => {
    assert.equal(isSameCode(a, b), a === b);
    assert.equal(isSameCode(a, a), true);
  }));
  fc.assert(fc.property(codes, fc.nat(7), (code, at) => {
    const other = code.slice(0, at) + (code[at] === "A" ? "B" : "A") + code.slice(at + 1);
    assert.equal(isSameCode(code, other), false);
    assert.equal(isSameCode(code, code.slice(0, at)), false);
    assert.equal(isSameCode(code, `${code}A`), false);
  }));
});
