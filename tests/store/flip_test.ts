import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { checkBackup, readManifest } from "@/lib/store/backup/check_backup.ts";
import { makeBackup } from "@/lib/store/backup/make_backup.ts";
import { withFolder } from "./child.ts";
import { openHere, readJournal } from "./reading.ts";
import { isOneOfOurs, recordNumber } from "./record_number.ts";
import { seeded } from "./seeded.ts";

/** So few that the log is not folded back before the journal is closed. */
const COUNT = 30;
const FILES = ["journal.db", "journal.db-wal", "journal.anchor"];
const TRIALS = 120;

type Files = ReadonlyMap<string, Uint8Array>;

function readFiles(directory: string, names: readonly string[]): Files {
  const files = new Map<string, Uint8Array>();
  for (const entry of Deno.readDirSync(directory)) {
    if (!names.includes(entry.name)) continue;
    files.set(entry.name, Deno.readFileSync(`${directory}/${entry.name}`));
  }
  return files;
}

/** A journal's files while it is open, the last records in its log; and after it was closed. */
async function makeJournal(directory: string): Promise<{ running: Files; closed: Files }> {
  const opened = await openHere(directory);
  assert.ok(opened.ok);
  const { journal } = opened.value;
  for (let index = 0; index < COUNT; index++) {
    const receipt = await journal.append(recordNumber("r", index));
    assert.ok(receipt.ok);
  }
  const running = readFiles(directory, FILES);
  await journal.close();
  return { running, closed: readFiles(directory, FILES) };
}

/** One bit turned, or the end cut off, in one of the files; what it was in words. */
function breakOne(files: Files, random: () => number): { name: string; files: Files } {
  const names = [...files.keys()];
  const name = names[Math.floor(random() * names.length)];
  const bytes = files.get(name)?.slice() ?? new Uint8Array();
  const at = Math.floor(random() * bytes.length);
  const isCut = random() < 0.25;
  const broken = isCut ? bytes.slice(0, at) : bytes;
  if (!isCut) broken[at] ^= 1 << Math.floor(random() * 8);
  const what = isCut ? `${name} cut at ${at}` : `${name} with byte ${at} turned`;
  return { name: what, files: new Map([...files, [name, broken]]) };
}

function place(directory: string, files: Files): void {
  Deno.mkdirSync(directory, { recursive: true });
  for (const [name, bytes] of files) Deno.writeFileSync(`${directory}/${name}`, bytes);
}

async function judge(
  directory: string,
  { name: what, files }: { name: string; files: Files },
): Promise<"refused" | "whole"> {
  const read = await readJournal(directory);
  if (!read.ok) {
    const codes = ["damaged", "missing", "foreign", "newer", "otherMode", "io"];
    assert.ok(codes.includes(read.error.code), `${what}: ${read.error.message}`);
    assert.match(read.error.fix, /\w/);
    for (const [name, bytes] of files) {
      const after = Deno.readFileSync(`${directory}/${name}`);
      assert.ok(Buffer.from(bytes).equals(after), `${what}: ${name} was changed`);
    }
    return "refused";
  }
  assert.equal(read.value.length, COUNT, `${what}: ${read.value.length} records came back`);
  assert.ok(read.value.every(isOneOfOurs), `${what}: another content came back`);
  return "whole";
}

Deno.test("DSK-3: after a bit flip or cut a journal is refused or whole, never empty", async () => {
  const random = seeded(7);
  await withFolder(async (directory) => {
    const { running, closed } = await makeJournal(directory);
    assert.ok((running.get("journal.db-wal")?.length ?? 0) > 10_000, "its log has records");
    const verdicts = { refused: 0, whole: 0 };
    for (let trial = 0; trial < TRIALS; trial++) {
      const broken = breakOne(trial % 2 === 0 ? running : closed, random);
      const folder = `${directory}/${trial}`;
      place(folder, broken.files);
      verdicts[await judge(folder, broken)]++;
    }
    assert.ok(verdicts.refused > TRIALS / 5, JSON.stringify(verdicts));
    assert.ok(verdicts.whole > 0, "flips in the anchor and in unused space do no harm");
  });
});

Deno.test("DSK-3: records that the log loses are missed, also when all of it is gone", async () => {
  await withFolder(async (directory) => {
    const { running } = await makeJournal(directory);
    const wal = running.get("journal.db-wal") ?? new Uint8Array();
    const losses = [0, 32, 5_000, wal.length >> 1, wal.length - 5_000];
    for (const length of losses) {
      const folder = `${directory}/cut${length}`;
      place(folder, new Map([...running, ["journal.db-wal", wal.slice(0, length)]]));
      const read = await readJournal(folder);
      assert.ok(!read.ok, `a log of ${length} bytes was taken for the end`);
      assert.match(read.error.message, /has lost records: it had 30 and ends at \d+/);
    }
    const folder = `${directory}/gone`;
    place(folder, new Map([...running].filter(([name]) => name !== "journal.db-wal")));
    const read = await readJournal(folder);
    assert.equal(read.ok, false, "without its log");
  });
});

Deno.test("R78: an older journal in the place of the newer one is noticed", async () => {
  await withFolder(async (directory) => {
    const opened = await openHere(directory);
    assert.ok(opened.ok);
    await opened.value.journal.append(recordNumber("r", 0));
    await opened.value.journal.close();
    const older = readFiles(directory, ["journal.db"]);
    const again = await openHere(directory);
    assert.ok(again.ok);
    await again.value.journal.append(recordNumber("r", 1));
    await again.value.journal.close();
    place(directory, older);
    const read = await readJournal(directory);
    assert.match(read.ok ? "" : read.error.message, /it had 2 and ends at 1/);
  });
});

Deno.test("DSK-3: after any bit flip or cut a backup is refused or whole", async () => {
  const random = seeded(11);
  await withFolder(async (directory) => {
    await makeJournal(directory);
    const to = `${directory}/backup`;
    const made = await makeBackup({ directory, to, clock: new VirtualTime(1e12) });
    assert.ok(made.ok, made.ok ? "" : made.error.message);
    const files = readFiles(to, ["journal.db", "manifest.json"]);
    assert.equal(files.size, 2);
    let refused = 0;
    for (let trial = 0; trial < TRIALS / 2; trial++) {
      const broken = breakOne(files, random);
      const folder = `${directory}/b${trial}`;
      place(folder, broken.files);
      const manifest = readManifest(folder);
      const checked = manifest.ok ? checkBackup(folder, manifest.value) : manifest;
      if (!checked.ok) refused++;
      else assert.deepEqual(manifest, made, `${broken.name}: another manifest was believed`);
    }
    // Only a bit that turns one white space into another leaves a manifest as it was.
    assert.ok(refused >= TRIALS / 2 - 2, `${refused} refused`);
  });
});
