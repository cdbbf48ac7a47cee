import assert from "node:assert/strict";
import { csvCell, formatCsv } from "./csv.ts";

Deno.test("csv: numbers are unrounded with an ASCII minus, absence is empty", () => {
  assert.equal(csvCell(-904_720.25), "-904720.25");
  assert.equal(csvCell(NaN), "");
  assert.equal(csvCell(null), "");
  assert.equal(csvCell(0), "0");
});

Deno.test("csv: text with separators is quoted", () => {
  assert.equal(csvCell('a "b", c'), '"a ""b"", c"');
  assert.equal(csvCell("two\nlines"), '"two\nlines"');
});

Deno.test("csv: text that a spreadsheet would run is made inert", () => {
  assert.equal(csvCell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
  assert.equal(csvCell("+1"), "'+1");
  assert.equal(csvCell("@x"), "'@x");
});

Deno.test("csv: rows end with CRLF", () => {
  assert.equal(formatCsv([["a", 1], ["b", null]]), "a,1\r\nb,\r\n");
});
