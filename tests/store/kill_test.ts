import assert from "node:assert/strict";
import { seeded } from "./seeded.ts";
import { testWith } from "../prerequisite.ts";
import { countCalls, runWriter, traceCalls, withFolder } from "./child.ts";
import { acknowledgedIn, appendAll, assertKept } from "./reading.ts";

const ROUNDS = 6;

Deno.test("DSK-4: kill -9 in a loop: every acknowledged record, none invented", async () => {
  const random = seeded(20250319);
  await withFolder(async (directory) => {
    const all = new Map<string, number>();
    let kept = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const run = `r${round}`;
      const killAfter = 1 + Math.floor(random() * 60);
      let told = 0;
      const plan = { directory, run, count: 0, group: 1 + Math.floor(random() * 5) };
      const { lines, signal } = await runWriter(plan, null, (line, child) => {
        if (line.startsWith("ack") && ++told === killAfter) child.kill("SIGKILL");
      });
      assert.equal(signal, "SIGKILL", lines.join(" "));
      for (const [key, seq] of acknowledgedIn(lines, run)) all.set(key, seq);
      const records = await assertKept(directory, all, `round ${round}`);
      assert.ok(records.length > kept, "it went on");
      kept = records.length;
    }
    assert.ok(all.size >= ROUNDS);
  });
});

testWith(["strace"], {
  name: "P11: between a write to the log and an acknowledgement stands a sync of the log",
  fn: async () => {
    await withFolder(async (directory) => {
      const plan = { directory, run: "order", count: 9, group: 3, place: "here" } as const;
      const calls = ["pwrite64", "fsync", "fdatasync", "write"];
      let isDirty = false;
      const seen = { writes: 0, syncs: 0, acknowledgements: 0 };
      for (const line of await traceCalls(plan, { calls, paths: [] })) {
        const isOfLog = line.includes("/data/journal.db-wal>");
        if (isOfLog && line.includes("pwrite64(")) {
          isDirty = true;
          seen.writes++;
        } else if (isOfLog && /sync\(.*= 0$/.test(line)) {
          isDirty = false;
          seen.syncs++;
        } else if (/ write\(1<.*"ack /.test(line)) {
          seen.acknowledgements++;
          assert.equal(isDirty, false, line);
        }
      }
      assert.equal(seen.acknowledgements, plan.count);
      assert.ok(seen.writes > 10 && seen.syncs >= 3, JSON.stringify(seen));
    });
  },
});

/** At most `countMax` of 1 … `count`, evenly spread, the first and the last among them. */
function spread(count: number, countMax: number): number[] {
  const size = Math.min(count, countMax);
  const steps = Array.from(
    { length: size },
    (_, i) => 1 + Math.round(i * (count - 1) / Math.max(1, size - 1)),
  );
  return [...new Set(steps)];
}

const CALLS = ["pwrite64", "write", "fsync", "fdatasync", "ftruncate", "unlink"];
const STEPS_MAX: Readonly<Record<string, number>> = { pwrite64: 16, fsync: 10 };
const STEPS_OTHER = 3;

testWith(["strace"], {
  name: "DSK-4: kill -9 at each step of a write: every acknowledged record, none invented",
  fn: async () => {
    await withFolder(async (root) => {
      const plan = { count: 6, group: 2, place: "here" } as const;
      const place = async (run: string) => {
        const directory = `${root}/${run}/data`;
        await Deno.mkdir(directory, { recursive: true });
        const paths = ["journal.db", "journal.db-wal", "journal.anchor"];
        return { directory, paths: paths.map((name) => `${directory}/${name}`) };
      };
      const whole = await place("whole");
      const counted = { ...plan, run: "whole", directory: whole.directory };
      const counts = await countCalls(counted, { calls: CALLS, paths: whole.paths });
      const jobs = [...counts].flatMap(([call, count]) =>
        spread(count, STEPS_MAX[call] ?? STEPS_OTHER).map((step) => ({ call, step }))
      );
      assert.ok((counts.get("pwrite64") ?? 0) >= 20, JSON.stringify([...counts]));
      assert.ok((counts.get("fsync") ?? 0) >= 8, JSON.stringify([...counts]));
      let partly = 0;
      const work = async () => {
        for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
          const run = `${job.call}${job.step}`;
          const { directory, paths } = await place(run);
          const inject = `${job.call}:signal=KILL:when=${job.step}`;
          const disturbance = { calls: CALLS, paths, inject };
          const { lines, errors } = await runWriter({ ...plan, run, directory }, disturbance);
          assert.equal(lines.includes("closed"), false, `${run} was not ended: ${errors}`);
          const told = acknowledgedIn(lines, run);
          if (told.size > 0 && told.size < plan.count) partly++;
          const records = await assertKept(directory, told, run);
          assert.ok(records.length <= plan.count);
          await appendAll(directory, run, plan.count);
          const all = await assertKept(directory, told, `${run}, again`);
          assert.equal(all.length, plan.count, "appended again, each is there once");
        }
      };
      await Promise.all([work(), work()]);
      assert.ok(partly >= 5, `${partly} cuts fell between acknowledgements`);
    });
  },
});
