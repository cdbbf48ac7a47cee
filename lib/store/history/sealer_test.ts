import assert from "node:assert/strict";
import { present } from "../../base/assert.ts";
import { BatchWork, HandleIds } from "./batch_work.ts";
import { HistoryFile } from "./file.ts";
import { scanLine, type ScannedLine } from "./scan.ts";
import { Sealer } from "./sealer.ts";
import { inFolder } from "./testing/desk.ts";

const T0 = Date.UTC(2025, 2, 19, 14);
const KEYS = ["A", "B", "C"];

async function openFile(directory: string): Promise<HistoryFile> {
  const file = await HistoryFile.open({ directory, mode: "demo", source: "test" });
  assert.ok(file.ok);
  return file.value;
}

function valueAt(second: number, place: number): number {
  return (second * 37 + place * 11) % 101;
}

/** Writes steps `from` to `to` of three accounts, as batches of a hundred do. */
function write(file: HistoryFile, from: number, to: number, stepMs = 1000): number {
  const ids = new HandleIds();
  const series = KEYS.map((key, handle) => ({ handle, kind: "account" as const, key }));
  const samples = Array.from({ length: to - from }, (_, i) => ({
    kind: "account" as const,
    at: T0 + (from + i) * stepMs,
    stepMs,
    series: Int32Array.of(0, 1, 2),
    values: Float64Array.from({ length: 24 }, (_, v) => valueAt(from + i, v >> 3)),
  }));
  const work = new BatchWork(file, { series, samples, daily: [] }, ids, false);
  while (!work.isDone) work.step();
  return work.lost;
}

function lineOf(file: HistoryFile, keys: readonly string[], seconds: number): ScannedLine {
  const span = { from: T0, to: T0 + seconds * 1000, pixels: seconds };
  const scan = scanLine(file, { kind: "account", column: "profit", keys, ...span }, 0);
  for (;;) {
    const step = scan.next();
    if (step.done === true) return step.value;
  }
}

function countOf(file: HistoryFile, table: string): number {
  return file.connection.readNumber(`SELECT count(*) FROM ${table}`);
}

Deno.test("a tail of more than 4,096 samples becomes a block of that many", () =>
  inFolder(async (directory) => {
    const file = await openFile(directory);
    const sealer = new Sealer(file);
    file.onSealable = (group, through) => sealer.want(group, through);

    write(file, 0, 5000);
    while (sealer.step());

    const counts = file.connection.raw.prepare("SELECT DISTINCT sample_count AS n FROM block");
    assert.deepEqual(counts.all().map(({ n }) => n), [4096]);
    assert.equal(countOf(file, "block"), 3);
    assert.equal(countOf(file, "tail"), 5000 - 4096);
    const { value, sampleCount } = lineOf(file, ["B"], 5000);
    assert.deepEqual([...value], Array.from({ length: 5000 }, (_, i) => valueAt(i, 1)));
    assert.equal(sampleCount, 5000);
    file.close();
  }));

Deno.test("P13: blocks stay whole after a run at another speed left its rows behind", () =>
  inFolder(async (directory) => {
    const before = await openFile(directory);
    // Five hours at 60 seconds a second, then a few seconds at one.
    write(before, 0, 300, 60_000);
    write(before, 18_000, 18_010);
    before.close();
    const file = await openFile(directory);
    const sealer = new Sealer(file);
    file.onSealable = (group, through) => sealer.want(group, through);
    for (let second = 18_010; second < 19_000; second++) {
      write(file, second, second + 1);
      while (sealer.step());
    }

    const blocks = countOf(file, "block");
    assert.ok(blocks <= 4 * KEYS.length, `${blocks} blocks of ${KEYS.length} series`);
    file.close();
  }));

Deno.test("P13: series after millions of others are never written over earlier ones", () =>
  inFolder(async (directory) => {
    const before = await openFile(directory);
    write(before, 0, 100);
    // Groups of sources that came and went.
    before.connection.execute(
      "INSERT INTO series_group SELECT 131072, source_id, 'input', -1 FROM series_group",
    );
    before.close();
    const file = await openFile(directory);
    const ids = new HandleIds();
    const keys = Array.from({ length: 40 }, (_, handle) => `later ${handle}`);
    const series = keys.map((key, handle) => ({ handle, kind: "account" as const, key }));
    const samples = Array.from({ length: 100 }, (_, i) => ({
      kind: "account" as const,
      at: T0 + i * 1000,
      stepMs: 1000,
      series: Int32Array.from(keys.keys()),
      values: new Float64Array(40 * 8).fill(-1),
    }));
    const work = new BatchWork(file, { series, samples, daily: [] }, ids, false);
    while (!work.isDone) work.step();
    const sealer = new Sealer(file);
    for (const group of file.groups.keys()) sealer.want(group, T0 + 99_000);
    while (sealer.step());

    assert.equal(work.lost, 0);
    assert.equal(countOf(file, "block"), KEYS.length + keys.length);
    const expected = Array.from({ length: 100 }, (_, i) => valueAt(i, 1));
    assert.deepEqual([...lineOf(file, ["B"], 100).value], expected);
    file.close();
  }));

Deno.test("DSK-4: sealing cut after any of its steps loses and doubles no sample", () =>
  inFolder(async (directory) => {
    const file = await openFile(directory);
    write(file, 0, 1300);
    const group = present([...file.groups.keys()][0], "the group");
    file.close();
    const expected = Array.from({ length: 1300 }, (_, i) => valueAt(i, 0) + valueAt(i, 2));
    for (let steps = 1, isDone = false; !isDone; steps++) {
      const cut = await openFile(directory);
      const sealer = new Sealer(cut);
      sealer.want(group, T0 + 1000 * (400 + steps * 50));
      for (let step = 0; step < steps; step++) isDone = !sealer.step() && steps > 14;
      cut.close();

      const after = await openFile(directory);
      const { value, sampleCount } = lineOf(after, ["A", "C"], 1300);
      assert.deepEqual([...value], expected, `after ${steps} steps`);
      assert.equal(sampleCount, 1300);
      after.close();
    }
  }));

Deno.test("a sample no newer than what is sealed is given up and counted", () =>
  inFolder(async (directory) => {
    const file = await openFile(directory);
    write(file, 0, 100);
    const sealer = new Sealer(file);
    sealer.want(present([...file.groups.keys()][0], "the group"), T0 + 49_000);
    while (sealer.step());

    assert.equal(write(file, 40, 60), 10 * KEYS.length);
    assert.equal(lineOf(file, ["A"], 100).sampleCount, 100);
    file.close();
  }));

Deno.test("samples under the name of a series of another kind are given up and counted", () =>
  inFolder(async (directory) => {
    const file = await openFile(directory);
    write(file, 0, 10);
    const series = [{ handle: 0, kind: "account" as const, key: "A" }];
    const samples = [{
      kind: "position" as const,
      at: T0 + 5000,
      stepMs: 60_000,
      series: Int32Array.of(0),
      values: new Float64Array(8).fill(0.5),
    }];
    const work = new BatchWork(file, { series, samples, daily: [] }, new HandleIds(), false);
    while (!work.isDone) work.step();

    assert.deepEqual([work.written, work.lost], [0, 1]);
    const expected = Array.from({ length: 10 }, (_, i) => valueAt(i, 0));
    assert.deepEqual([...lineOf(file, ["A"], 10).value], expected);
    file.close();
  }));

Deno.test("DSK-3: a damaged block is counted, leaves a gap and never a wrong number", () =>
  inFolder(async (directory) => {
    const file = await openFile(directory);
    write(file, 0, 300);
    const group = present([...file.groups.keys()][0], "the group");
    const sealer = new Sealer(file);
    for (const second of [99, 199]) {
      sealer.want(group, T0 + second * 1000);
      while (sealer.step());
    }
    // The second block of A: its profit.
    const { seq } = present(
      file.connection.raw.prepare("SELECT seq FROM block ORDER BY id LIMIT 1 OFFSET 1").get(),
      "a block",
    );
    const row = file.connection.raw.prepare("SELECT bytes FROM data WHERE id = ?");
    const bytes = row.get(Number(seq) * 16)?.bytes;
    assert.ok(bytes instanceof Uint8Array);
    bytes[100] ^= 4;
    file.connection.raw.prepare("UPDATE data SET bytes = ? WHERE id = ?")
      .run(bytes, Number(seq) * 16);

    const own = lineOf(file, ["A"], 300);
    const sum = lineOf(file, ["A", "B"], 300);
    const other = lineOf(file, ["B"], 300);

    const values = Array.from({ length: 300 }, (_, i) => valueAt(i, 0));
    assert.deepEqual([...own.value], [...values.slice(0, 100), NaN, ...values.slice(200)]);
    assert.equal(own.damagedCount, 1);
    assert.equal(sum.sampleCount, 200);
    assert.equal(sum.value.filter((value) => Number.isNaN(value)).length, 1);
    assert.equal(other.sampleCount, 300);
    assert.equal(other.damagedCount, 0);
    file.close();
  }));
