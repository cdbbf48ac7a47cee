import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Migration } from "kysely/migration";
import { namesIn } from "../host/stored_files.ts";
import { copyBeforeUpdate } from "./backup/copy.ts";
import { type DatabaseOptions, openDatabase } from "./open_database.ts";
import type { StoreProblemCode } from "./problem.ts";
import type { Connection } from "./sqlite/connection.ts";
import { queriesOver } from "./sqlite/dialect.ts";

const table = (name: string): Migration => ({
  up: async (db) => await db.schema.createTable(name).addColumn("a", "integer").execute(),
});
const FIRST = { "001_a": table("a") };
const SECOND = { ...FIRST, "002_b": table("b") };

async function withPath(work: (path: string, directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-database-" });
  try {
    await work(`${directory}/journal.db`, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function options(path: string, more: Partial<DatabaseOptions> = {}): DatabaseOptions {
  const { kind, mode, synchronous } = {
    kind: "journal",
    mode: "demo",
    synchronous: "FULL",
  } as const;
  return { path, kind, mode, synchronous, migrations: FIRST, ...more };
}

async function opened(path: string, more: Partial<DatabaseOptions> = {}): Promise<Connection> {
  const result = await openDatabase(options(path, more));
  assert.ok(result.ok, result.ok ? "" : result.error.message);
  return result.value;
}

async function code(
  path: string,
  more: Partial<DatabaseOptions> = {},
): Promise<StoreProblemCode | null> {
  const result = await openDatabase(options(path, more));
  if (result.ok) result.value.close();
  return result.ok ? null : result.error.code;
}

Deno.test("store: a database has schema, kind and mode from its first byte", async () => {
  await withPath(async (path) => {
    const connection = await opened(path);
    assert.equal(connection.readNumber("PRAGMA user_version"), 1);
    assert.equal(connection.readNumber("PRAGMA application_id"), 0x4444534b);
    assert.equal(connection.readNumber("PRAGMA synchronous"), 2, "FULL");
    assert.equal(connection.epoch, 1);
    connection.close();
    connection.close();
    assert.equal(await code(path), null);
    assert.equal(await code(path, { mode: "replay" }), "otherMode");
    assert.equal(await code(path, { kind: "history" }), "foreign");
  });
});

Deno.test("PRC-4: an older schema is copied, then updated; a newer one is refused", async () => {
  await withPath(async (path, directory) => {
    (await opened(path)).close();
    const newer = await opened(path, {
      migrations: SECOND,
      beforeUpdate: (version) => copyBeforeUpdate({ path, version, name: "t" }),
    });
    assert.equal(newer.readNumber("PRAGMA user_version"), 2);
    newer.close();
    assert.deepEqual(namesIn(`${directory}/backups`), ["journal-schema-1-t.db"]);
    assert.equal(await code(path), "newer");
    assert.equal(await code(`${directory}/backups/journal-schema-1-t.db`), null, "it goes back");
    const usual = `${directory}/usual.db`;
    (await opened(usual)).close();
    (await opened(usual, { migrations: SECOND })).close();
    assert.equal(namesIn(`${directory}/backups`)?.includes("usual-schema-1-update.db"), true);
  });
});

Deno.test("PRC-4: where the copy fails nothing is updated", async () => {
  await withPath(async (path, directory) => {
    (await opened(path)).close();
    Deno.writeTextFileSync(`${directory}/backups`, "a file in the place of the folder");
    const beforeUpdate = (version: number) => copyBeforeUpdate({ path, version, name: "t" });
    assert.equal(await code(path, { migrations: SECOND, beforeUpdate }), "io");
    assert.equal(await code(path), null, "still the older one");
  });
});

Deno.test("DSK-3: what is no whole database of ours is refused, not filled anew", async () => {
  await withPath(async (path, directory) => {
    const damage: [string, (database: DatabaseSync) => void, StoreProblemCode][] = [
      [
        "no tables",
        (db) =>
          db.exec(
            "DROP TABLE a; DROP TABLE stamp; DROP TABLE kysely_migration; " +
              "DROP TABLE kysely_migration_lock",
          ),
        "damaged",
      ],
      ["no stamp", (db) => db.exec("DROP TABLE stamp"), "damaged"],
      ["no kind", (db) => db.exec("DELETE FROM stamp WHERE name = 'kind'"), "foreign"],
      ["no mode", (db) => db.exec("DELETE FROM stamp WHERE name = 'mode'"), "otherMode"],
      ["version 0", (db) => db.exec("PRAGMA user_version = 0"), "damaged"],
      ["other program", (db) => db.exec("PRAGMA application_id = 1"), "foreign"],
    ];
    for (const [name, work, expected] of damage) {
      const broken = `${directory}/${name}.db`;
      (await opened(broken)).close();
      const database = new DatabaseSync(broken);
      work(database);
      database.close();
      assert.equal(await code(broken), expected, name);
    }
    (await opened(path)).close();
    const bytes = Deno.readFileSync(path);
    for (const length of [1, 99, 100, 4095, bytes.length - 4096]) {
      const cut = `${directory}/cut${length}.db`;
      Deno.writeFileSync(cut, bytes.subarray(0, length));
      assert.equal(await code(cut), "damaged", `${length} bytes`);
    }
  });
});

Deno.test("store: a transaction is all or nothing, a Date is refused instead of lost", async () => {
  await withPath(async (path) => {
    const connection = await opened(path);
    assert.throws(() =>
      connection.transaction(() => {
        connection.statement("INSERT INTO a VALUES (1)").run();
        throw new Error("half way");
      }), /half way/);
    assert.equal(connection.readNumber("SELECT count(*) FROM a"), 0);
    connection.transaction(() => connection.statement("INSERT INTO a VALUES (2)").run());
    const reader = new DatabaseSync(path, { readOnly: true });
    assert.equal(reader.prepare("SELECT count(*) AS n FROM a").get()?.n, 1, "committed");
    reader.close();
    const db = queriesOver<{ a: { a: unknown } }>(connection);
    assert.deepEqual((await db.selectFrom("a").selectAll().execute()).map(({ a }) => a), [2]);
    await assert.rejects(db.insertInto("a").values({ a: new Date(0) }).execute(), /convert it/);
    connection.close();
  });
});

Deno.test("PRC-2: a writer that was succeeded is fenced, also when it opens again", async () => {
  await withPath(async (path) => {
    const first = await opened(path);
    const epoch = first.epoch;
    assert.equal(first.transaction(() => 7), 7);
    const second = await opened(path);
    assert.throws(() => first.transaction(() => 7), { name: "FencedError" });
    first.close();
    assert.equal(await code(path, { epoch }), "fenced");
    const again = await opened(path, { epoch: second.epoch });
    assert.equal(again.transaction(() => 8), 8, "the same writer goes on");
    assert.equal(second.transaction(() => 9), 9);
    again.close();
    second.close();
  });
});
