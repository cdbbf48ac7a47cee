import assert from "node:assert/strict";
import { fail } from "../../base/result.ts";
import {
  aBook,
  aManifest,
  barRow,
  bars,
  callRow,
  files,
  open,
  quotes,
  WITH_INDEX,
} from "../../../tests/contract/replay_folder.ts";
import type { ReadProblem } from "../../ports/files.ts";
import { openReplay } from "./open.ts";

async function failure(changes: Record<string, string | null>): Promise<[string, string]> {
  const data = await open(files(changes));
  assert.ok(!data.ok, "the folder was refused");
  assert.ok(!data.error.message.includes("\n"), "one line");
  return [data.error.code, data.error.message];
}

Deno.test("open: a right folder is loaded whole", async () => {
  const data = await open(files());

  assert.ok(data.ok);
  assert.equal(data.value.recording.startsAt.length, 2);
  assert.equal(data.value.instruments.instruments.length, 2);
  assert.deepEqual([data.value.minuteFrom, data.value.minuteTo], [0, 2]);
});

Deno.test("open: an absent folder or file names itself and the fix", async () => {
  const [code, text] = await failure({ "manifest.json": null });
  const [bookCode, bookText] = await failure({ "book.json": null });

  assert.equal(code, "absent");
  assert.match(text, /manifest\.json: the file is not there; make a folder with .*replay:import/);
  assert.equal(bookCode, "absent");
  assert.match(bookText, /book\.json/);
});

Deno.test("open: unreadable and too large files are told apart", async () => {
  for (const code of ["unreadable", "tooLarge"] as const) {
    const problem: ReadProblem = code;
    const data = await openReplay("/rec", () => Promise.resolve(fail(problem)));

    assert.equal(data.ok ? "" : data.error.code, code);
  }
});

Deno.test("open: empty files are refused as empty", async () => {
  assert.equal((await failure({ "manifest.json": " " }))[0], "empty");
  assert.equal((await failure({ "quotes.csv": "" }))[0], "empty");
  assert.equal((await failure({ "quotes.csv": quotes(), "bars.csv": bars() }))[0], "empty");
});

Deno.test("open: a wrong manifest names the field", async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ version: 2 }, /version/],
    [{ model: "american" }, /model/],
    [{ dates: ["2025-02-30"] }, /dates\[0\]: is not a date/],
    [{ surprise: 1 }, /surprise/],
    [{ referenceSymbol: "SPY" }, /referenceSymbol SPY is not among the underlyings/],
    [{ quoteFiles: ["../etc/passwd"] }, /quoteFiles\[0\]: is not a plain file name/],
    [{ playFrom: "2025-03-19T15:00:00" }, /no recorded minute lies between/],
    [{ quoteFiles: [], barFiles: [] }, /neither quoteFiles nor barFiles/],
  ];
  for (const [changes, words] of cases) {
    const [code, text] = await failure({ "manifest.json": aManifest(changes) });
    assert.match(text, words);
    assert.ok(code === "malformed" || code === "empty");
  }
  assert.match((await failure({ "manifest.json": "{" }))[1], /not JSON/);
});

Deno.test("open: a wrong row names file, line and value", async () => {
  const good = callRow(0, "2.00", "2.10");
  const cases: [string, RegExp][] = [
    [callRow(1, "two", "2.1"), /quotes\.csv:3: bid "two" is not a number of 0 or more/],
    [callRow(1, "-1", "2.1"), /quotes\.csv:3: bid "-1"/],
    ["2025-03-19,ACME,2025-04-17,100,call,2,2.1,1,1", /time "2025-03-19" is not ISO 8601/],
    ["2025-03-19T10:00:30,ACME,2025-04-17,100,call,2,2.1,1,1", /not a multiple of the cadence/],
    ["2025-03-19T10:01:00,ZZZ,2025-04-17,100,call,2,2.1,1,1", /root ZZZ is not among the option/],
    ["2025-03-19T10:01:00,ACME,2025-13-17,100,call,2,2.1,1,1", /expiry "2025-13-17"/],
    ["2025-03-19T10:01:00,ACME,2025-04-17,0,call,2,2.1,1,1", /strike "0"/],
    ["2025-03-19T10:01:00,ACME,2025-04-17,100,calls,2,2.1,1,1", /right "calls"/],
    ["2025-03-19T10:01:00,ACME", /2 cells, but the header names 9/],
  ];
  for (const [row, words] of cases) {
    const [code, text] = await failure({ "quotes.csv": quotes(good, row) });
    assert.match(text, words);
    assert.equal(code, "malformed");
  }
  const [, text] = await failure({ "quotes.csv": "time,root,expiry,strike,right,bid\n" });
  assert.match(text, /column ask is missing/);
  assert.match((await failure({ "bars.csv": bars(barRow(0, 98).replace("ACME", "X")) }))[1], /"X"/);
});

Deno.test("open: a wrong book names what is wrong", async () => {
  const position = (instrument: string) => ({
    positions: [{ account: "A-0001", instrument, overnightQuantity: 1 }],
  });
  const cases: [Record<string, unknown>, RegExp][] = [
    [position("NVDA"), /"NVDA" is neither an underlying nor ROOT/],
    [position("ACME 2025-04-17 C 100.0 x100"), /must be written "ACME 2025-04-17 C 100 x100"/],
    [position("ACME 2025-04-17 C 100 x10"), /must be written/],
    [{ positions: [{ account: "B", instrument: "ACME", overnightQuantity: 1 }] }, /account B/],
    [{ accounts: [] }, /accounts/],
    [{ fxRates: [{ currency: "EUR", rate: 1, previousClose: 1, asOf: "noon" }] }, /time "noon"/],
  ];
  for (const [changes, words] of cases) {
    assert.match((await failure({ "book.json": aBook(changes) }))[1], words);
  }
});

Deno.test("open: an unquoted parity pair and a held index are refused", async () => {
  const folder = files({ "manifest.json": aManifest(WITH_INDEX) });
  const data = await open(folder);
  assert.ok(!data.ok);
  assert.match(data.error.message, /parity pair "IDXW 2025-03-21 1500" of IDX is not in the quote/);

  const pair = ["call", "put"].map((right) =>
    `2025-03-19T10:00:00,IDXW,2025-03-21,1500,${right},9,9.2,1,1`
  );
  const held = aBook({
    positions: [{ account: "A-0001", instrument: "IDX", overnightQuantity: 1 }],
  });
  const index = await open({ ...folder, "quotes.csv": quotes(...pair), "book.json": held });
  assert.ok(!index.ok);
  assert.match(index.error.message, /IDX is an index; it cannot be held/);
});
