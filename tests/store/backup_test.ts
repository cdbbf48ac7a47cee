import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { testWith } from "../prerequisite.ts";
import { runWriter, withFolder } from "./child.ts";
import { acknowledgedIn, appendAll, assertKept, readJournal } from "./reading.ts";
import { seeded } from "./seeded.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

interface TaskEnd {
  readonly code: number;
  readonly said: string;
}

const decoder = new TextDecoder();

/** Arguments of Deno for a task. */
function wordsOf(name: "backup" | "restore"): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${PROJECT}/deno.json`));
  return String(tasks[name]).split(" ").slice(1);
}

/** A task as `deno.json` names it, with its permissions. */
function task(name: "backup" | "restore", ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...wordsOf(name), ...args],
    cwd: PROJECT,
    env: { DELTADESK_DATA: "", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function run(name: "backup" | "restore", ...args: string[]): Promise<TaskEnd> {
  const { code, stdout, stderr } = await task(name, ...args).output();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("DSK-5: a backup is made and proved while the journal is being written", async () => {
  await withFolder(async (directory) => {
    const to = `${directory}/../copy`;
    const told: string[] = [];
    let before = new Map<string, number>();
    let backup: Promise<TaskEnd> | null = null;
    const plan = { directory, run: "busy", count: 0, group: 3 };
    await runWriter(plan, null, (line, child) => {
      told.push(line);
      if (told.length < 20 || backup !== null) return;
      before = acknowledgedIn(told, "busy");
      backup = run("backup", "--data", directory, "--to", to);
      void backup.then(() => child.kill("SIGTERM"));
    });
    const made = await backup as TaskEnd | null;
    assert.equal(made?.code, 0, made?.said);
    const drilled = await run("restore", "--from", to, "--drill");
    assert.equal(drilled.code, 0, drilled.said);
    assert.match(drilled.said, /✓ journal: \d+ records read, no hole, every checksum/);
    assert.match(drilled.said, /can be restored/);

    const lastSeq = JSON.parse(Deno.readTextFileSync(`${to}/manifest.json`)).manifest.journal
      .lastSeq;
    assert.ok(lastSeq >= before.size, "what was acknowledged before is in it");
    assert.ok(lastSeq < acknowledgedIn(told, "busy").size, "and it was written to meanwhile");
    const restored = await run("restore", "--from", to, "--data", directory);
    assert.equal(restored.code, 0, restored.said);
    const records = await assertKept(directory, before, "restored");
    assert.equal(records.length, lastSeq);
    const [aside] = [...Deno.readDirSync(directory)].filter(({ name }) => /^before-/.test(name));
    const old = await readJournal(`${directory}/${aside.name}`);
    assert.ok(old.ok && old.value.length > lastSeq, "what was there is whole, aside");
    await appendAll(directory, "after", 3);
  });
});

Deno.test("PRC-2: a restore brings all back, but not below a running desk", async () => {
  await withFolder(async (directory) => {
    await appendAll(directory, "r", 3);
    const market = `${directory}/demo.market`;
    Deno.writeTextFileSync(market, "where the demo goes on");
    const to = `${directory}/../copy`;
    assert.equal((await run("backup", "--data", directory, "--to", to)).code, 0);
    Deno.writeTextFileSync(market, "where it went on later");
    assert.equal((await run("restore", "--from", to, "--data", directory)).code, 0);
    assert.equal(Deno.readTextFileSync(market), "where the demo goes on", "goes with the rest");
    change(`${directory}/journal.db`, "UPDATE stamp SET value = 'replay' WHERE name = 'mode'");
    const other = await run("restore", "--from", to, "--data", directory);
    assert.equal(other.code, 1);
    assert.match(other.said, /holds replay data, the backup demo data: name another folder/);
    using held = Deno.openSync(`${directory}/desk.lock`, { create: true, read: true, write: true });
    held.lockSync(true);
    held.writeSync(new TextEncoder().encode(`{"pid":1,"url":"http://127.0.0.1:1/"}\n`));
    const refused = await run("restore", "--from", to, "--data", directory);
    assert.equal(refused.code, 3, refused.said);
    assert.match(refused.said, /already runs .*127\.0\.0\.1:1\/.*end it before a restore/);
    change(`${directory}/journal.db`, "UPDATE stamp SET value = 'demo' WHERE name = 'mode'");
    const again = await run("backup", "--data", directory, "--to", to);
    assert.equal(again.code, 1);
    assert.match(again.said, /is there and not empty: name another folder with --to/);
  });
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Folders beside the data that call themselves a backup. */
function wholeBackups(root: string): string[] {
  return [...Deno.readDirSync(root)].map(({ name }) => name).filter((name) => name === "copy");
}

Deno.test("DSK-5: a backup that is killed leaves none that looks whole", async () => {
  const random = seeded(3);
  await withFolder(async (directory) => {
    await appendAll(directory, "r", 200);
    const root = `${directory}/..`;
    for (let round = 0; round < 4; round++) {
      const child = task("backup", "--data", directory, "--to", `${root}/copy`).spawn();
      const limit = setTimeout(() => child.kill("SIGKILL"), 150 + random() * 250);
      await child.output();
      clearTimeout(limit);
      if (wholeBackups(root).length === 0) continue;
      const drilled = await run("restore", "--from", `${root}/copy`, "--drill");
      assert.equal(drilled.code, 0, drilled.said);
      await Deno.remove(`${root}/copy`, { recursive: true });
    }
    const kept = await readJournal(directory);
    assert.equal(kept.ok && kept.value.length, 200);
  });
});

testWith(["strace"], {
  name: "DSK-5: a backup killed as it renames or syncs is none, and a restore goes through after",
  fn: async () => {
    await withFolder(async (directory) => {
      await appendAll(directory, "r", 20);
      const root = `${directory}/..`;
      const to = `${root}/copy`;
      const straced = async (name: "backup" | "restore", inject: string, ...args: string[]) => {
        const trace = `trace=${inject.split(":")[0]}`;
        const { signal } = await new Deno.Command("strace", {
          args: ["-f", "-qq", "-o", `${root}/log`, "-e", trace, "-e", `inject=${inject}`]
            .concat(Deno.execPath(), wordsOf(name), args),
          cwd: PROJECT,
          stdout: "null",
          stderr: "null",
        }).output();
        assert.equal(signal, "SIGKILL", `${name} ${inject} was not ended`);
      };
      await straced("backup", "rename:signal=KILL:when=1", "--data", directory, "--to", to);
      assert.deepEqual(wholeBackups(root), [], "its name comes last");
      assert.equal((await run("backup", "--data", directory, "--to", to)).code, 0);

      // A restore that is cut between its moves: nothing starts on it, and another one ends it.
      for (const when of [1, 3, 4]) {
        const inject = `rename:signal=KILL:when=${when}`;
        await straced("restore", inject, "--from", to, "--data", directory);
        assert.ok(Deno.statSync(`${directory}/restore.unfinished`).isFile);
      }
      const restored = await run("restore", "--from", to, "--data", directory);
      assert.equal(restored.code, 0, restored.said);
      const read = await readJournal(directory);
      assert.equal(read.ok && read.value.length, 20);
    });
  },
});

Deno.test("DSK-5: what was cut off long ago goes with the next backup, no more", async () => {
  await withFolder(async (directory) => {
    await runWriter({ directory, run: "few", count: 3, group: 1 }, null, () => {});
    const backups = `${directory}/../backups`;
    const now = new Date().toISOString().replaceAll(/[-:]/g, "").replace(".", "-");
    const names = ["one.partial-20200101T000000-000Z", `two.partial-${now}`, "mine.partial-x"];
    for (const name of names) await Deno.mkdir(`${backups}/${name}/inner`, { recursive: true });
    const made = await run("backup", "--data", directory, "--to", `${backups}/three`);
    assert.equal(made.code, 0, made.said);
    const left = [...Deno.readDirSync(backups)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["mine.partial-x", "three", `two.partial-${now}`]);
  });
});

Deno.test("PRC-2: folders of what was there before are never deleted, but told", async () => {
  await withFolder(async (directory) => {
    await runWriter({ directory, run: "few", count: 3, group: 1 }, null, () => {});
    const to = `${directory}/../copy`;
    assert.equal((await run("backup", "--data", directory, "--to", to)).code, 0);
    await Deno.mkdir(`${directory}/restore-20200101T000000-000Z.incoming`);
    for (const year of [2020, 2021, 2022]) {
      await Deno.mkdir(`${directory}/before-restore-${year}0101T000000-000Z`);
    }
    const restored = await run("restore", "--from", to, "--data", directory);
    assert.equal(restored.code, 0, restored.said);
    assert.match(restored.said, /4 folders before-restore-… .* the oldest is before-restore-2020/);
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assert.equal(names.filter((name) => name.startsWith("before-restore-")).length, 4);
    assert.deepEqual(names.filter((name) => name.endsWith(".incoming")), []);
  });
});

Deno.test("store tasks: wrong arguments end with 2 and the one line that helps", async () => {
  const cases: [Parameters<typeof run>, RegExp][] = [
    [["restore"], /^--from FOLDER is missing: name a folder/],
    [["restore", "--frm", "x"], /^unknown flag --frm: --help lists the flags/],
    [["restore", "--from"], /^--from needs a folder after it/],
    [["restore", "--from", "x", "--new-history"], /^--new-history goes with --data alone/],
    [["backup", "--to="], /^--to needs a folder after it/],
    [["backup", "somewhere"], /^unknown flag somewhere/],
  ];
  for (const [args, line] of cases) {
    const { code, said } = await run(...args);
    assert.equal(code, 2, said);
    assert.match(said.trim(), line);
    assert.equal(said.trim().split("\n").length, 1);
  }
});
