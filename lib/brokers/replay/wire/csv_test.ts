import assert from "node:assert/strict";
import { ok } from "../../../base/result.ts";
import { parseAmount, readCsv } from "./csv.ts";
import { formatInstant, parseInstant } from "./time.ts";

function rowsOf(text: string, maxRows = 100) {
  const rows: string[][] = [];
  const read = readCsv(text, {
    file: "a.csv",
    maxRows,
    onHeader: () =>
      ok((cells) => {
        rows.push([...cells]);
        return ok(null);
      }),
  });
  return { rows, read };
}

Deno.test("csv: byte order mark, CRLF, blank lines and quoted cells are read", () => {
  const { rows, read } = rowsOf('\uFEFFa,b,c\r\n1,"x, ""y""",3\r\n\r\n4,,"6"\n');

  assert.deepEqual(rows, [["1", 'x, "y"', "3"], ["4", "", "6"]]);
  assert.deepEqual(read, ok(2));
});

Deno.test("csv: an empty cell at the end of a quoted line counts as a cell", () => {
  assert.deepEqual(rowsOf('a,b\n"1",\n').rows, [["1", ""]]);
});

Deno.test("csv: an open quote, a short row and one row too many are refused with the line", () => {
  const message = (text: string, maxRows?: number) => {
    const { read } = rowsOf(text, maxRows);
    return read.ok ? "" : read.error.message;
  };

  assert.match(message('a,b\n1,"2\n'), /^a\.csv:2: a quote is not closed/);
  assert.match(message("a,b\n1,2\n3\n"), /^a\.csv:3: 1 cells, but the header names 2/);
  assert.match(message("a\n1\n2\n3\n", 2), /^a\.csv:4: more than 2 rows/);
  assert.match(message("\n\n"), /no header/);
});

Deno.test("X-03: an empty cell is absent, not 0, and what is no amount is refused", () => {
  assert.ok(Number.isNaN(parseAmount("")));
  assert.equal(parseAmount("0"), 0);
  assert.equal(parseAmount(".5"), 0.5);
  assert.equal(parseAmount("1e3"), 1000);
  for (const text of ["-1", "NaN", "Infinity", "1e999", "0x10", "1,5", "--", "1 2"]) {
    assert.equal(parseAmount(text), null, text);
  }
});

Deno.test("R38: times are read in their zone over both changes of the clock", () => {
  const utc = (text: string, zone: "America/New_York" | "America/Chicago" | "UTC") => {
    const at = parseInstant(text, zone);
    return at === null ? null : formatInstant(at);
  };

  assert.equal(utc("2021-01-06T09:30:00", "America/New_York"), "2021-01-06T14:30:00Z");
  assert.equal(utc("2023-08-03T09:30:00", "America/New_York"), "2023-08-03T13:30:00Z");
  assert.equal(utc("2021-01-04T08:30:00", "America/Chicago"), "2021-01-04T14:30:00Z");
  assert.equal(utc("2021-01-06T09:30:00", "UTC"), "2021-01-06T09:30:00Z");
  assert.equal(utc("2026-08-22T09:50:09.29-04:00", "UTC"), "2026-08-22T13:50:09Z");
  for (const text of ["2021-01-06", "2021-02-30T10:00:00", "2021-01-06T25:00:00", "noon"]) {
    assert.equal(utc(text, "America/New_York"), null, text);
  }
});
