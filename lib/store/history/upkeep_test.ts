import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { HistoryFile } from "./file.ts";
import { SOURCES_KEPT } from "./old_sources.ts";
import { inFolder, openDesk, recordAt } from "./testing/desk.ts";
import { Upkeep } from "./upkeep.ts";

const T0 = Date.UTC(2025, 2, 19, 14);
const SPAN = { from: T0, to: T0 + 10_000, pixels: 10 };
const LINE = { kind: "account", keys: ["A"], column: "profit", ...SPAN } as const;

async function run(directory: string, source: string): Promise<number> {
  const { history } = await openDesk(directory, source);
  const before = await history.line(LINE);
  recordAt(history, { at: T0, values: { A: 1 } });
  const bar = { session: "2025-03-19", open: 1, high: 1, low: 1, close: 1, closedAt: T0 };
  const of = { kind: "account", key: "A", column: "profit", isOfficial: true } as const;
  history.recordDaily([{ ...bar, ...of }]);
  await history.close();
  assert.ok(before.ok);
  return before.value.sampleCount;
}

Deno.test("history: a demo keeps the sources opened last, whole, and drops older ones whole", () =>
  inFolder(async (directory) => {
    const names = Array.from({ length: SOURCES_KEPT + 3 }, (_, i) => `day ${i}`);
    for (const name of names) await run(directory, name);

    assert.equal(await run(directory, "day 18"), 1);
    assert.equal(await run(directory, "day 5"), 1);
    assert.equal(await run(directory, "day 0"), 0);

    const db = new DatabaseSync(`${directory}/history.db`, { readOnly: true });
    for (const table of ["series", "series_group", "tail", "daily", "source"]) {
      const row = db.prepare(`SELECT count(*) AS n FROM ${table}`).get();
      assert.ok(Number(row?.n) <= SOURCES_KEPT + 1, `${row?.n} of ${table}`);
    }
    db.close();
  }));

Deno.test("history: free pages beyond a stock are given back to the disk in slices", () =>
  inFolder(async (directory) => {
    const opened = await HistoryFile.open({ directory, mode: "demo", source: "test" });
    assert.ok(opened.ok);
    const { connection } = opened.value;
    const upkeep = new Upkeep(opened.value, 0);
    const insert = connection.statement("INSERT INTO data (id, bytes) VALUES (?, ?)");
    connection.transaction(() => {
      for (let i = 0; i < 4000; i++) insert.run(i, new Uint8Array(3500));
    });
    connection.transaction(() => connection.raw.exec("DELETE FROM data"));
    const before = opened.value.sizeBytes();

    upkeep.notice(60_000);
    let slices = 0;
    while (upkeep.clean()) slices++;

    assert.ok(slices > 5 && slices < 50, `${slices} slices`);
    assert.equal(connection.readNumber("PRAGMA freelist_count"), 2048);
    assert.ok(opened.value.sizeBytes() < before * 0.6);
    opened.value.close();
  }));

Deno.test("PRC-2: once another writer has the file, recording stops for good and says so", () =>
  inFolder(async (directory) => {
    const { history, time } = await openDesk(directory);
    recordAt(history, { at: T0, values: { A: 1 } });
    await history.flush();
    const other = await HistoryFile.open({ directory, mode: "demo", source: "test" });
    assert.ok(other.ok);

    recordAt(history, { at: T0 + 1000, values: { A: 2 } });
    await time.advanceSettling(60_000, 1000);
    recordAt(history, { at: T0 + 61_000, values: { A: 3 } });
    await history.flush();

    const { isRecording, problem, taken, written, lost } = history.status();
    assert.deepEqual([isRecording, taken, written, lost], [false, 3, 1, 2]);
    assert.match(problem?.message ?? "", /another desk has taken over/);
    await history.close();
    other.value.close();
  }));
