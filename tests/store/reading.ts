import assert from "node:assert/strict";
import type { Result } from "@/lib/base/result.ts";
import type { JournalRecord } from "@/lib/ports/journal.ts";
import { realRandom } from "@/lib/host/random.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { type OpenJournal, openJournal } from "@/lib/store/journal/open_journal.ts";
import { localLink } from "@/lib/store/journal/wire/link.ts";
import type { StoreProblem } from "@/lib/store/problem.ts";
import { isOneOfOurs, recordNumber } from "./record_number.ts";

/** Opens a folder's journal in this thread, on a time that stands still. */
export async function openHere(
  directory: string,
): Promise<Result<OpenJournal, StoreProblem>> {
  const time = new VirtualTime();
  return await openJournal({
    directory,
    mode: "demo",
    source: "test",
    clock: time,
    timers: time,
    random: realRandom,
    ballastBytes: 0,
    connect: localLink,
  });
}

/** Appends the first `count` records of a run; those that are there already stay as they are. */
export async function appendAll(directory: string, run: string, count: number): Promise<void> {
  const opened = await openHere(directory);
  assert.ok(opened.ok, opened.ok ? "" : opened.error.message);
  const { journal } = opened.value;
  const entries = Array.from({ length: count }, (_, index) => recordNumber(run, index));
  const receipts = await Promise.all(entries.map((entry) => journal.append(entry)));
  await journal.close();
  assert.ok(receipts.every(({ ok }) => ok), "each is acknowledged");
}

/** All records of a folder's journal, opened as a desk opens it; or why it is refused. */
export async function readJournal(
  directory: string,
): Promise<Result<readonly JournalRecord[], StoreProblem>> {
  const opened = await openHere(directory);
  if (!opened.ok) return opened;
  const { journal } = opened.value;
  const records: JournalRecord[] = [];
  for (;;) {
    const page = await journal.read(records.length, 1_000);
    assert.ok(page.ok, "what was opened can be read");
    records.push(...page.value);
    if (page.value.length === 0) break;
  }
  await journal.close();
  return { ok: true, value: records };
}

/** What a writer said: sequence of each record that was acknowledged to it, by key. */
export function acknowledgedIn(lines: readonly string[], run: string): Map<string, number> {
  const told = new Map<string, number>();
  for (const line of lines) {
    const match = /^ack (\d+) (\d+) /.exec(line);
    if (match !== null) told.set(`${run}-${match[2]}`, Number(match[1]));
  }
  return told;
}

/**
 * Asserts that a folder's journal has every record that was acknowledged, at its place, and none
 * that nobody sent. Gives the records.
 */
export async function assertKept(
  directory: string,
  acknowledged: ReadonlyMap<string, number>,
  what: string,
): Promise<readonly JournalRecord[]> {
  const read = await readJournal(directory);
  assert.ok(read.ok, `${what}: ${read.ok ? "" : read.error.message}`);
  const bySeq = new Map(read.value.map((record) => [record.seq, record.key]));
  const lost = [...acknowledged].filter(([key, seq]) => bySeq.get(seq) !== key);
  assert.deepEqual(lost, [], `${what}: acknowledged and not there`);
  const strange = read.value.filter((record) => !isOneOfOurs(record));
  assert.deepEqual(strange, [], `${what}: there and never sent`);
  assert.equal(new Set(bySeq.values()).size, read.value.length, `${what}: none twice`);
  return read.value;
}
