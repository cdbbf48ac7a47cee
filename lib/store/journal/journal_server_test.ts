import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { realRandom } from "../../host/random.ts";
import { startWorker } from "../../host/worker.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { readAnchor } from "./anchor.ts";
import { type OpenJournal, openJournal } from "./open_journal.ts";
import { localLink, workerLink } from "./wire/link.ts";
import type { FromJournal, ToJournal } from "./wire/messages.ts";

interface Scene {
  readonly directory: string;
  readonly time: VirtualTime;
  open(more?: { checkBytesMax?: number }): Promise<OpenJournal>;
}

async function withScene(work: (scene: Scene) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-journal-" });
  const time = new VirtualTime(1e12);
  const open = async (more = {}) => {
    const opened = await openJournal({
      directory,
      mode: "demo",
      source: "",
      clock: time,
      timers: time,
      random: realRandom,
      ballastBytes: 0,
      connect: localLink,
      ...more,
    });
    assert.ok(opened.ok, opened.ok ? "" : opened.error.message);
    return opened.value;
  };
  try {
    await work({ directory, time, open });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const entry = (key: string, value: number | null = null) => ({ kind: "fill", key, at: 1, value });

function countCommitted(directory: string): unknown {
  const reader = new DatabaseSync(`${directory}/journal.db`, { readOnly: true });
  const count = reader.prepare("SELECT count(*) AS n FROM record").get()?.n;
  reader.close();
  return count;
}

Deno.test("P11: an acknowledged record is committed: another reader sees it", async () => {
  await withScene(async ({ directory, open }) => {
    const { journal } = await open();
    for (let count = 1; count <= 3; count++) {
      const receipt = await journal.append(entry(`${count}`));
      assert.deepEqual(receipt, { ok: true, value: { seq: count, isNew: true } });
      assert.equal(countCommitted(directory), count);
      assert.equal(readAnchor(`${directory}/journal.anchor`)?.head.seq, count);
    }
    await journal.close();
  });
});

Deno.test("P5: appended twice a record is one; with another content it is refused", async () => {
  await withScene(async ({ directory, open }) => {
    const { journal } = await open();
    const both = await Promise.all([journal.append(entry("a", 1)), journal.append(entry("a", 1))]);
    assert.deepEqual(both.map((one) => one.ok && one.value.isNew), [true, false]);
    const [other, next] = await Promise.all([
      journal.append(entry("a", 2)),
      journal.append(entry("b")),
    ]);
    assert.match(other.ok ? "" : other.error.message, /record 1 is "fill" "a" already/);
    assert.deepEqual(next, { ok: true, value: { seq: 2, isNew: true } });
    await journal.close();
    const again = await open();
    assert.deepEqual(await again.journal.append(entry("a", 1)), {
      ok: true,
      value: { seq: 1, isNew: false },
    });
    assert.equal(countCommitted(directory), 2);
    await again.journal.close();
  });
});

Deno.test("journal: records come back page by page, whatever their texts hold", async () => {
  await withScene(async ({ open }) => {
    const { journal } = await open();
    const value = { "\0": "\0 and after", "\ud800": [-0.1, 1e308, 5e-324] };
    assert.ok((await journal.append({ kind: "k", key: "v", at: 0.5, value })).ok);
    const read = await journal.read(0, 1);
    assert.deepEqual(read.ok && { ...read.value[0] }, {
      seq: 1,
      kind: "k",
      key: "v",
      at: 0.5,
      value,
    });
    const keys = ["", "a b", "\u0001\n", "ä€😀", "'; DROP TABLE record; --", "x".repeat(512)];
    for (const key of keys) assert.ok((await journal.append(entry(key))).ok, key);
    const seen: string[] = [];
    for (;;) {
      const page = await journal.read(1 + seen.length, 2);
      assert.ok(page.ok);
      if (page.value.length === 0) break;
      assert.ok(page.value.length <= 2);
      seen.push(...page.value.map(({ key }) => key));
    }
    assert.deepEqual(seen, keys);
    assert.deepEqual(await journal.read(100, 5), { ok: true, value: [] });
    await journal.close();
  });
});

Deno.test("P13: a page of large records ends before the memory does", async () => {
  await withScene(async ({ open }) => {
    const { journal } = await open();
    const value = "x".repeat(1_000_000);
    for (let i = 0; i < 12; i++) {
      assert.ok((await journal.append({ kind: "k", key: `${i}`, at: 1, value })).ok);
    }
    const first = await journal.read(0, 1000);
    assert.ok(first.ok && first.value.length === 9, "the page is full with the ninth");
    const rest = await journal.read(9, 1000);
    assert.deepEqual(rest.ok && rest.value.map(({ seq }) => seq), [10, 11, 12]);
    await journal.close();
  });
});

Deno.test("DSK-3: a large journal is checked while it works, damage ends recording", async () => {
  await withScene(async ({ directory, time, open }) => {
    const first = await open();
    for (let i = 0; i < 20; i++) await first.journal.append(entry(`${i}`));
    await first.journal.close();
    const sound = await open({ checkBytesMax: 0 });
    assert.equal(sound.opened.isChecked, false);
    await time.advanceSettling(10, 1);
    assert.equal(sound.journal.status().isDurable, true);
    await sound.journal.close();

    const database = new DatabaseSync(`${directory}/journal.db`);
    database.exec("UPDATE record SET value = '1' WHERE seq = 7");
    database.close();
    const damaged = await open({ checkBytesMax: 0 });
    await time.advanceSettling(10, 1);
    const { isDurable, problem } = damaged.journal.status();
    assert.equal(isDurable, false);
    assert.match(problem?.message ?? "", /record 7 does not match its checksum/);
    assert.equal((await damaged.journal.append(entry("more"))).ok, false);
    await damaged.journal.close();
  });
});

Deno.test("PRC-1: a worker that does not start is said, and not waited for", async () => {
  const time = new VirtualTime(1e12);
  const url = new URL("./no_such_worker.ts", import.meta.url);
  const opened = await openJournal({
    directory: "/nowhere",
    mode: "demo",
    source: "",
    clock: time,
    timers: time,
    random: realRandom,
    connect: () => workerLink(startWorker<FromJournal, ToJournal>(url)),
  });
  assert.ok(!opened.ok);
  assert.match(opened.error.message, /the journal's worker failed/);
});

Deno.test("PRC-2: an idle desk learns within 10 s that it was succeeded", async () => {
  await withScene(async ({ time, open }) => {
    const first = await open();
    const second = await open();
    assert.equal(first.journal.status().isDurable, true);
    await time.advanceSettling(10_000, 1_000);
    assert.match(first.journal.status().problem?.message ?? "", /another desk has taken over/);
    assert.equal(second.journal.status().isDurable, true);
    await first.journal.close();
    await second.journal.close();
  });
});

Deno.test("DSK-2: a folder that cannot be written is refused, and named", async () => {
  const time = new VirtualTime(1e12);
  const opened = await openJournal({
    directory: "/proc/self",
    mode: "demo",
    source: "",
    clock: time,
    timers: time,
    random: realRandom,
    connect: localLink,
  });
  assert.ok(!opened.ok);
  assert.equal(opened.error.code, "io");
  assert.match(opened.error.message, /\/proc\/self\/journal\.db/);
  assert.match(opened.error.fix, /rights/);
});

Deno.test("DSK-3: a record that is damaged while the desk runs is not given out", async () => {
  await withScene(async ({ directory, open }) => {
    const { journal } = await open();
    for (let i = 0; i < 5; i++) await journal.append(entry(`${i}`));
    const database = new DatabaseSync(`${directory}/journal.db`);
    database.exec("UPDATE record SET at = 2 WHERE seq = 3");
    database.close();
    const read = await journal.read(0, 10);
    assert.match(read.ok ? "" : read.error.message, /checksum does not match/);
    assert.equal(journal.status().isDurable, false);
    await journal.close();
  });
});
