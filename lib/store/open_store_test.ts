import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { DeskMode } from "../ports/broker.ts";
import { realClock } from "../host/clock.ts";
import { realRandom } from "../host/random.ts";
import { realTimers } from "../host/timers.ts";
import { openStore, type Store } from "./open_store.ts";
import type { StoreProblem } from "./problem.ts";

async function open(directory: string, mode: DeskMode = "demo"): ReturnType<typeof openStore> {
  return await openStore({
    directory,
    mode,
    source: "market of a test",
    clock: realClock,
    timers: realTimers,
    random: realRandom,
    journal: { ballastBytes: 64 * 1024 },
  });
}

async function opened(directory: string): Promise<Store> {
  const store = await open(directory);
  assert.ok(store.ok, store.ok ? "" : store.error.message);
  return store.value;
}

async function refusal(directory: string, mode: DeskMode = "demo"): Promise<StoreProblem> {
  const store = await open(directory, mode);
  if (store.ok) await store.value.close();
  assert.ok(!store.ok, "it is refused");
  return store.error;
}

/** Fills a folder as a desk does that records something and ends. */
async function fill(directory: string): Promise<void> {
  const store = await opened(directory);
  const series = Int32Array.of(store.history.series("account", "A"));
  const values = new Float64Array(8).fill(1);
  store.history.record({ kind: "account", at: 1e12, stepMs: 1000, series, values });
  await store.history.flush();
  const entry = { kind: "fill", key: "1", at: 1e12, value: { price: 2 } };
  const receipt = await store.journal.append(entry);
  assert.deepEqual(receipt, { ok: true, value: { seq: 1, isNew: true } });
  await store.close();
}

/** The files of such a folder, made once. */
let filled: readonly (readonly [string, Uint8Array])[] | null = null;

/** A folder in which a desk has recorded something and ended. */
async function withData(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-open-" });
  try {
    if (filled === null) {
      await fill(directory);
      const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
      filled = names.map((name) => [name, Deno.readFileSync(`${directory}/${name}`)] as const);
    } else {
      for (const [name, bytes] of filled) Deno.writeFileSync(`${directory}/${name}`, bytes);
    }
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Bytes of the files of a store, to see that a refusal changes nothing. */
function bytesOf(directory: string): Record<string, string> {
  const names = ["journal.db", "history.db", "journal.anchor"];
  return Object.fromEntries(names.map((name) => {
    try {
      return [name, Deno.readFileSync(`${directory}/${name}`).toHex()];
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [name, "absent"];
      throw error;
    }
  }));
}

Deno.test("store: what was recorded is there after it is opened again", async () => {
  await withData(async (directory) => {
    const store = await opened(directory);
    const read = await store.journal.read(0, 10);
    assert.deepEqual(read, {
      ok: true,
      value: [{ seq: 1, kind: "fill", key: "1", at: 1e12, value: { price: 2 } }],
    });
    assert.equal(store.journal.status().isDurable, true);
    await store.close();
    await store.close();
  });
});

Deno.test("what is kept is readable for its user alone, also in an open folder", async () => {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-rights-" });
  try {
    Deno.chmodSync(directory, 0o755);
    const rights = () =>
      [...Deno.readDirSync(directory)].map(({ name }) =>
        `${name} ${((Deno.statSync(`${directory}/${name}`).mode ?? 0) & 0o777).toString(8)}`
      ).filter((line) => !line.endsWith(" 600"));
    const first = await opened(directory);
    await first.journal.append({ kind: "fill", key: "1", at: 1, value: 1 });
    assert.ok([...Deno.readDirSync(directory)].length >= 8, "with the logs");
    assert.deepEqual(rights(), []);
    await first.close();
    // As files of an earlier version lie there.
    for (const name of ["journal.db", "history.db"]) Deno.chmodSync(`${directory}/${name}`, 0o644);
    const second = await opened(directory);
    assert.deepEqual(rights(), []);
    await second.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

interface Breakage {
  readonly name: string;
  readonly code: StoreProblem["code"];
  readonly message: RegExp;
  readonly fix: RegExp;
  readonly mode?: DeskMode;
  readonly make: (directory: string) => void;
}

const NEW_HISTORY =
  /--from FOLDER --data \S*deltadesk-open-.*restore --new-history --data \S*deltadesk-open-/;
const RESTORE = /restore --from FOLDER --data \S*deltadesk-open-/;

const BREAKAGES: readonly Breakage[] = [
  {
    name: "a damaged journal",
    code: "damaged",
    message: /journal\.db/,
    fix: RESTORE,
    make: (at) => Deno.writeTextFileSync(`${at}/journal.db`, "no database".repeat(1000)),
  },
  {
    name: "a record that was changed behind the desk's back",
    code: "damaged",
    message: /record 1 does not match its checksum/,
    fix: RESTORE,
    make: (at) => change(`${at}/journal.db`, `UPDATE record SET value = '{"price":3}'`),
  },
  {
    name: "a record that was deleted",
    code: "damaged",
    message: /lost records: it had 1/,
    fix: RESTORE,
    make: (at) => change(`${at}/journal.db`, "DELETE FROM record"),
  },
  {
    name: "a newer journal",
    code: "newer",
    message: /schema 999; this desk knows 1/,
    fix: /newer version/,
    make: (at) => change(`${at}/journal.db`, "PRAGMA user_version = 999"),
  },
  {
    name: "a newer history",
    code: "newer",
    message: /history\.db has schema 999/,
    fix: /newer version/,
    make: (at) => change(`${at}/history.db`, "PRAGMA user_version = 999"),
  },
  {
    name: "the data of another mode",
    code: "otherMode",
    message: /journal\.db holds demo data; this desk is replay/,
    fix: /--data/,
    mode: "replay",
    make: () => {},
  },
  {
    name: "a history of another mode",
    code: "otherMode",
    message: /history\.db holds live data; this desk is demo/,
    fix: /--data/,
    make: (at) => change(`${at}/history.db`, "UPDATE stamp SET value='live' WHERE name='mode'"),
  },
  {
    name: "a database of somebody else",
    code: "foreign",
    message: /journal\.db is not a database of the desk/,
    fix: /--data/,
    make: (at) => {
      Deno.removeSync(`${at}/journal.db`);
      change(`${at}/journal.db`, "CREATE TABLE moz_places (url)");
    },
  },
  {
    name: "a history in the place of the journal",
    code: "foreign",
    message: /holds history, not the journal/,
    fix: /--data/,
    make: (at) => Deno.copyFileSync(`${at}/history.db`, `${at}/journal.db`),
  },
  {
    name: "a journal that is gone",
    code: "missing",
    message: /journal\.db is gone or empty/,
    fix: RESTORE,
    make: (at) => Deno.removeSync(`${at}/journal.db`),
  },
  {
    name: "a journal that was emptied",
    code: "missing",
    message: /journal\.db is gone or empty/,
    fix: RESTORE,
    make: (at) => Deno.truncateSync(`${at}/journal.db`),
  },
  {
    name: "both gone",
    code: "missing",
    message: /journal\.db was there before and is gone/,
    fix: RESTORE,
    make: (at) => {
      Deno.removeSync(`${at}/journal.db`);
      Deno.removeSync(`${at}/history.db`);
    },
  },
  {
    name: "a history that is gone",
    code: "missing",
    message: /history\.db was there before and is gone/,
    fix: NEW_HISTORY,
    make: (at) => Deno.removeSync(`${at}/history.db`),
  },
  {
    name: "a history that was emptied",
    code: "missing",
    message: /history\.db was there before and is gone or empty/,
    fix: NEW_HISTORY,
    make: (at) => Deno.truncateSync(`${at}/history.db`),
  },
  {
    name: "the history of another journal",
    code: "foreign",
    message: /history\.db belongs to another journal/,
    fix: NEW_HISTORY,
    make: (at) => change(`${at}/history.db`, "UPDATE stamp SET value='x' WHERE name='store'"),
  },
  {
    name: "a damaged history",
    code: "damaged",
    message: /history\.db/,
    fix: NEW_HISTORY,
    make: (at) => Deno.writeTextFileSync(`${at}/history.db`, "no database".repeat(1000)),
  },
  {
    name: "a restore that was cut off",
    code: "unfinished",
    message: /restore into .* did not end/,
    fix: /again/,
    make: (at) => Deno.writeTextFileSync(`${at}/restore.unfinished`, ""),
  },
];

for (const { name, code, message, fix, mode, make } of BREAKAGES) {
  Deno.test(`R78: ${name} is refused with the way out, and left as it is`, async () => {
    await withData(async (directory) => {
      make(directory);
      const before = bytesOf(directory);
      const problem = await refusal(directory, mode);
      assert.equal(problem.code, code, problem.message);
      assert.match(problem.message, message);
      assert.match(problem.fix, fix);
      const isOfJournal = !/history/.test(name) || /in the place/.test(name);
      const after = bytesOf(directory);
      for (const file of isOfJournal ? Object.keys(before) : ["history.db"]) {
        assert.ok(after[file] === before[file], `${file} was changed`);
      }
    });
  });
}

Deno.test("PRC-2: of two desks on a folder the later writes, the other says why not", async () => {
  await withData(async (directory) => {
    const first = await opened(directory);
    const second = await opened(directory);
    const entry = (key: string) => ({ kind: "fill", key, at: 1, value: null });
    assert.equal((await second.journal.append(entry("b"))).ok, true);
    const late = await first.journal.append(entry("a"));
    assert.match(late.ok ? "" : late.error.message, /another desk has taken over .*journal\.db/);
    const { isDurable, problem } = first.journal.status();
    assert.equal(isDurable, false);
    assert.match(problem?.fix ?? "", /stop one of the two/);
    const read = await second.journal.read(0, 10);
    assert.deepEqual(read.ok && read.value.map(({ key }) => key), ["1", "b"]);
    await first.close();
    await second.close();
  });
});

Deno.test("store: a first start that was cut off between its files is taken up", async () => {
  await withData(async (directory) => {
    // As after the journal was made, and as after the history was made but not noted.
    change(`${directory}/journal.db`, "DELETE FROM stamp WHERE name = 'history'");
    change(`${directory}/history.db`, "DELETE FROM stamp WHERE name = 'store'");
    await (await opened(directory)).close();
    Deno.removeSync(`${directory}/history.db`);
    assert.equal((await refusal(directory)).code, "missing", "the tie was made then");
    change(`${directory}/journal.db`, "DELETE FROM stamp WHERE name = 'history'");
    await (await opened(directory)).close();
  });
});
