import assert from "node:assert/strict";
import { realClock } from "@/lib/host/clock.ts";
import { realRandom } from "@/lib/host/random.ts";
import { realTimers } from "@/lib/host/timers.ts";
import type { History } from "@/lib/ports/history.ts";
import type { Timers } from "@/lib/ports/timers.ts";
import { openHistory } from "@/lib/store/history/open_history.ts";
import { localLink as historyLink } from "@/lib/store/history/wire/link.ts";
import { isSpaceKept } from "@/lib/store/journal/ballast.ts";
import type { DurableJournal } from "@/lib/store/journal/durable_journal.ts";
import { openJournal } from "@/lib/store/journal/open_journal.ts";
import { localLink } from "@/lib/store/journal/wire/link.ts";
import { testWith } from "../prerequisite.ts";
import { assertKept } from "./reading.ts";
import { recordNumber } from "./record_number.ts";
import { seeded } from "./seeded.ts";

const SIZE = "4m";
const FILLER_BYTES = 2 * 1024 * 1024;
const BALLAST_BYTES = 256 * 1024;
/** Pauses of seconds pass in fractions of it. */
const HASTE = 20;
const WAIT_MS = 8_000;

const hasty: Timers = {
  setTimer: (delayMs, work) => realTimers.setTimer(delayMs / HASTE, work),
  setPeriodic: (periodMs, work) => realTimers.setPeriodic(periodMs / HASTE, work),
};

async function until(what: string, holds: () => boolean): Promise<void> {
  const limit = performance.now() + WAIT_MS;
  while (!holds()) {
    assert.ok(performance.now() < limit, `it never came to it: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function mount(...args: string[]): void {
  const { success, stderr } = new Deno.Command(args[0], { args: args.slice(1) }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function withSmallDisk(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-full-" });
  mount("mount", "-t", "tmpfs", "-o", `size=${SIZE}`, "none", directory);
  try {
    await work(directory);
  } finally {
    // Lazily: a failed test may have left files open, and its own words count.
    mount("umount", "-l", directory);
    await Deno.remove(directory);
  }
}

async function open(directory: string): Promise<{ journal: DurableJournal; history: History }> {
  const of = { directory, mode: "demo", source: "test", clock: realClock, timers: hasty } as const;
  const bounds = { ballastBytes: BALLAST_BYTES, connect: localLink };
  const journal = await openJournal({ ...of, ...bounds, random: realRandom });
  assert.ok(journal.ok, journal.ok ? "" : journal.error.message);
  const link = () => historyLink(realClock, hasty);
  const history = await openHistory({ ...of, link });
  assert.ok(history.ok, history.ok ? "" : history.error.message);
  return { journal: journal.value.journal, history: history.value };
}

/** Samples that cannot be packed away. */
function recorder(history: History): () => void {
  const random = seeded(5);
  const series = Int32Array.from({ length: 64 }, (_, i) => history.series("account", `A${i}`));
  let at = 1_742_391_000_000;
  return () => {
    const values = Float64Array.from({ length: series.length * 8 }, random);
    history.record({ kind: "account", at: at += 1000, stepMs: 1000, series, values });
  };
}

class Appends {
  readonly #journal: DurableJournal;
  readonly told = new Map<string, number>();
  #next = 0;

  constructor(journal: DurableJournal) {
    this.#journal = journal;
  }

  get sent(): number {
    return this.#next;
  }

  /** Appends so many and waits for none of them. */
  send(count: number): Promise<void>[] {
    return Array.from({ length: count }, async () => {
      const entry = recordNumber("full", this.#next++);
      const receipt = await this.#journal.append(entry);
      assert.ok(receipt.ok, receipt.ok ? "" : receipt.error.message);
      this.told.set(entry.key, receipt.value.seq);
    });
  }
}

async function disturb(directory: string): Promise<void> {
  const filler = `${directory}/filler`;
  await Deno.writeFile(filler, new Uint8Array(FILLER_BYTES));
  const { journal, history } = await open(directory);
  const appends = new Appends(journal);
  const record = recorder(history);
  await Promise.all(appends.send(10));

  // History fills the disk, and says that it does not record any more.
  await until("a full disk", () => {
    record();
    return !history.status().isRecording;
  });
  assert.match(history.status().problem?.message ?? "", /full|space/);
  assert.ok(journal.status().isDurable, "the journal is not in need yet");

  // The journal goes on, first in what was left and then in the place of its ballast.
  for (let round = 0; round < 40; round++) await Promise.all(appends.send(5));
  assert.equal(journal.status().isDurable, true, "the journal never stops for history");
  assert.ok(isSpaceKept(directory), "the ballast was given up");
  assert.equal(history.status().isRecording, false, "and history did not take its place");

  // Until nothing is left for it either: that is said, and nothing is given up.
  const waiting: Promise<void>[] = [];
  await until("a journal without space", () => {
    waiting.push(...appends.send(20));
    return !journal.status().isDurable;
  });
  assert.match(journal.status().problem?.message ?? "", /full/);
  assert.match(journal.status().problem?.fix ?? "", /free some space/);
  assert.ok(journal.status().waiting > 0);

  // Space returns: both go on by themselves.
  await Deno.remove(filler);
  await Promise.all(waiting);
  assert.equal(journal.status().isDurable, true);
  await until("the ballast made anew", () => !isSpaceKept(directory));
  await until("history recording again", () => history.status().isRecording);
  await Promise.all(appends.send(5));
  await history.close();
  await journal.close();
  assert.equal(appends.told.size, appends.sent);
  const records = await assertKept(directory, appends.told, "after the disk was full");
  assert.equal(records.length, appends.sent, "each once");
}

/** Writes until the disk takes no more. */
async function fillUp(path: string): Promise<void> {
  using file = await Deno.create(path);
  for (const size of [64 * 1024, 4096]) {
    try {
      for (;;) await file.write(new Uint8Array(size));
    } catch (error) {
      assert.match(String(error), /No space left/);
    }
  }
}

async function startOnFullDisk(directory: string): Promise<void> {
  const before = await open(directory);
  const appends = new Appends(before.journal);
  await Promise.all(appends.send(5));
  await before.history.close();
  await before.journal.close();
  await fillUp(`${directory}/filler`);
  const { journal, history } = await open(directory);
  assert.ok(isSpaceKept(directory), "the ballast made it possible");
  const read = await journal.read(0, 10);
  assert.equal(read.ok && read.value.length, 5);
  assert.ok((await journal.append(recordNumber("late", 0))).ok);
  recorder(history)();
  await until("history that says it does not record", () => !history.status().isRecording);
  await history.close();
  await journal.close();
}

testWith(["tmpfs"], {
  name: "DSK-1: a desk starts on a full disk, with what it remembers",
  fn: () => withSmallDisk(startOnFullDisk),
});

testWith(["tmpfs"], {
  name: "R57 DSK-1: on a full disk history stops first, the journal goes on, both come back",
  fn: () => withSmallDisk(disturb),
});
