import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compactText,
  formatCompact,
  formatLevel,
  formatMultiple,
  formatPercent,
  formatSigned,
  tickDecimals,
  toneOf,
} from "./number.ts";

Deno.test("G-072: levels are grouped from 1,000 and carry no plus", () => {
  assert.equal(formatLevel(999), "999");
  assert.equal(formatLevel(1000), "1,000");
  assert.equal(formatLevel(1_415_497.4), "1,415,497");
  assert.equal(formatLevel(6842.15, 2), "6,842.15");
  assert.equal(formatLevel(-14.4), "\u221214");
});

Deno.test("T-023: what is signed carries U+2212 or U+002B, never by colour alone", () => {
  assert.equal(formatSigned(-904_720), "\u2212904,720");
  assert.equal(formatSigned(1240), "+1,240");
  assert.equal(formatSigned(0.318, 3), "+0.318");
});

Deno.test("ui §5: zero has no sign and no tone, also when rounded", () => {
  assert.equal(formatSigned(0.4), "0");
  assert.equal(formatSigned(-0.4), "0");
  assert.equal(formatLevel(-0.0001, 2), "0");
  assert.equal(toneOf(-0.4), "");
  assert.equal(toneOf(-0.6), "-");
  assert.equal(toneOf(0.004, 2), "");
  assert.equal(toneOf(12), "+");
});

Deno.test("G-072: what is not a number is the dash, never 0 and never blank", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assert.equal(formatLevel(value), "\u2014");
    assert.equal(formatSigned(value), "\u2014");
    assert.equal(formatPercent(value), "\u2014");
    assert.equal(formatMultiple(value), "\u2014");
    assert.equal(toneOf(value), "");
  }
});

Deno.test("ui §5: large figures are cut to k and M in legends", () => {
  assert.equal(compactText(-904_720, true), "\u2212905k");
  assert.equal(compactText(612_000), "612k");
  assert.equal(compactText(1_830_000), "1.83M");
  assert.equal(compactText(999_700), "1.00M");
  assert.equal(compactText(999_499), "999k");
  assert.equal(compactText(999), "999");
  assert.equal(compactText(0, true), "0");
  assert.deepEqual(formatCompact(NaN), { digits: "\u2014", unit: "" });
});

Deno.test("ui §5: percent and multiples carry their unit after a narrow space", () => {
  assert.equal(formatPercent(0.0027, 2, true), "+0.27\u202f%");
  assert.equal(formatPercent(0.584), "58.4\u202f%");
  assert.equal(formatMultiple(0.4), "0.40\u00d7");
});

Deno.test("T-013: a price keeps the digits of its increment, at least cents", () => {
  assert.equal(tickDecimals(0.01), 2);
  assert.equal(tickDecimals(0.05), 2);
  assert.equal(tickDecimals(0.25), 2);
  assert.equal(tickDecimals(0.0001), 4);
  assert.equal(tickDecimals(0.125), 3);
  assert.equal(tickDecimals(0), 2);
  assert.equal(tickDecimals(NaN), 2);
});

Deno.test("format: any finite number reads back to its rounded value, with its sign shown", () => {
  const finite = fc.double({ min: -1e14, max: 1e14, noNaN: true });
  fc.assert(fc.property(finite, fc.integer({ min: 0, max: 4 }), (value, decimals) => {
    const text = formatSigned(value, decimals);

    const back = Number(text.replaceAll(",", "").replace("\u2212", "-"));
    assert.equal(back, Number(value.toFixed(decimals)) + 0);
    assert.equal(text[0] === "+" || text[0] === "\u2212", back !== 0);
    assert.match(text.replace(/^[+\u2212]/, ""), /^\d{1,3}(,\d{3})*(\.\d+)?$/);
  }));
});
