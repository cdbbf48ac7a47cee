import assert from "node:assert/strict";
import { testWith } from "../prerequisite.ts";
import { type Disturbance, runWriter, withFolder } from "./child.ts";
import { acknowledgedIn, assertKept, readJournal } from "./reading.ts";

const COUNT = 40;

interface Fault {
  readonly name: string;
  readonly inject: string;
}

async function disturbed(
  root: string,
  { name, inject }: Fault,
): Promise<{ directory: string; lines: readonly string[]; log: string }> {
  const run = name.replaceAll(/\W+/g, "");
  const directory = `${root}/${run}/data`;
  await Deno.mkdir(directory, { recursive: true });
  const paths = ["journal.db", "journal.db-wal"].map((file) => `${directory}/${file}`);
  const call = inject.split(":")[0];
  const disturbance: Disturbance = { calls: [call], paths, inject };
  const plan = { directory, run, count: COUNT, group: 4, place: "here" } as const;
  const { lines, errors } = await runWriter(plan, disturbance);
  assert.equal(errors, "", name);
  const log = await Deno.readTextFile(`${root}/${run}/strace-${run}.log`);
  assert.match(log, /INJECTED/, `${name}: the fault took place`);
  return { directory, lines, log };
}

/** The opening of a new journal takes the calls before these; see kill_test. */
const FAULTS: readonly Fault[] = [
  { name: "EIO of one sync", inject: "fsync:error=EIO:when=9" },
  { name: "EIO of one sync later", inject: "fsync:error=EIO:when=12" },
  { name: "EIO of three syncs", inject: "fsync:error=EIO:when=10..12" },
  { name: "ENOSPC of one write", inject: "pwrite64:error=ENOSPC:when=41" },
  { name: "ENOSPC of four writes", inject: "pwrite64:error=ENOSPC:when=38..41" },
  { name: "EIO of three writes", inject: "pwrite64:error=EIO:when=43..45" },
  { name: "EROFS of three writes", inject: "pwrite64:error=EROFS:when=40..42" },
];

testWith(["strace"], {
  name: "DSK-2: after EIO, ENOSPC or EROFS all is acknowledged in the end, each is there once",
  fn: async () => {
    await withFolder(async (root) => {
      const faults = [...FAULTS];
      const work = async () => {
        for (let fault = faults.pop(); fault !== undefined; fault = faults.pop()) {
          const { directory, lines } = await disturbed(root, fault);
          const run = fault.name.replaceAll(/\W+/g, "");
          const told = acknowledgedIn(lines, run);
          assert.equal(told.size, COUNT, `${fault.name}: ${lines.join(" ")}`);
          assert.ok(lines.every((line) => !line.endsWith("false")), `${fault.name}: all were new`);
          const records = await assertKept(directory, told, fault.name);
          assert.equal(records.length, COUNT, fault.name);
        }
      };
      await Promise.all([work(), work()]);
    });
  },
});

testWith(["strace"], {
  name: "DSK-3: a disk that lies about a write is found out or did no harm, never read as truth",
  fn: async () => {
    await withFolder(async (root) => {
      const verdicts: string[] = [];
      for (const when of [40, 47, 52]) {
        // The call says it wrote 4096 bytes and wrote none; then the process is gone.
        const name = `lie ${when}`;
        const inject = `pwrite64:retval=4096:when=${when}`;
        const { directory, lines } = await disturbed(root, { name, inject });
        const told = acknowledgedIn(lines, name.replaceAll(/\W+/g, ""));
        const read = await readJournal(directory);
        verdicts.push(read.ok ? "whole" : read.error.code);
        if (read.ok) await assertKept(directory, told, name);
        else assert.equal(read.error.code, "damaged", read.error.message);
      }
      assert.equal(verdicts.length, 3);
    });
  },
});
