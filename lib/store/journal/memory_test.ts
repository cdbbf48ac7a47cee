import assert from "node:assert/strict";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { MemoryDisk, MemoryJournal } from "./memory.ts";

const entry = (key: string, value: number | null = null) => ({ kind: "fill", key, at: 1, value });
const settle = async () => {
  for (let round = 0; round < 20; round++) await Promise.resolve();
};

Deno.test("journal in memory: a crash spares what was acknowledged, and nothing else", async () => {
  const time = new VirtualTime();
  const disk = new MemoryDisk();
  const options = { disk, clock: time, timers: time, syncMs: 5 };
  const journal = new MemoryJournal(options);
  const acknowledged: string[] = [];
  const append = (key: string) =>
    void journal.append(entry(key)).then((receipt) => receipt.ok && acknowledged.push(key));
  append("a");
  await time.advanceSettling(3, 1);
  append("b");
  await time.advanceSettling(3, 1);
  assert.deepEqual(acknowledged, ["a"], "b came while a was synced");
  journal.crash();
  append("c");
  await time.advanceSettling(1000, 10);
  assert.deepEqual(acknowledged, ["a"]);
  assert.deepEqual(disk.records.map(({ key, seq }) => [key, seq]), [["a", 1]]);
  const next = new MemoryJournal(options);
  const again = next.append(entry("a"));
  await time.advanceSettling(5, 1);
  assert.deepEqual(await again, { ok: true, value: { seq: 1, isNew: false } });
  const other = next.append(entry("a", 7));
  await time.advanceSettling(5, 1);
  assert.match(JSON.stringify(await other), /another content/);
});

Deno.test("journal in memory: a disk that refuses is waited for, and said", async () => {
  const time = new VirtualTime(100);
  const disk = new MemoryDisk();
  disk.problem = { message: "no space", fix: "free some" };
  const journal = new MemoryJournal({ disk, clock: time, timers: time, syncMs: 1 });
  let isKept = false;
  void journal.append(entry("a")).then(({ ok }) => isKept = ok);
  await time.advanceSettling(500, 10);
  assert.deepEqual([isKept, journal.status().isDurable, journal.status().waiting], [
    false,
    false,
    1,
  ]);
  disk.problem = null;
  await time.advanceSettling(500, 10);
  assert.deepEqual([isKept, journal.status().isDurable, journal.status().seq], [true, true, 1]);
  await settle();
  await journal.close();
  assert.equal((await journal.append(entry("b"))).ok, false);
});
