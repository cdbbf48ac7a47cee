import assert from "node:assert/strict";
import { FakeBook } from "../../../tests/fixtures/fake_book.ts";
import type { DailyEntry, HistoryStatus } from "../../ports/history.ts";
import type { JournalStatus } from "../../ports/journal.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { MemoryDisk, MemoryJournal } from "../../store/journal/memory.ts";
import { Recording } from "./recording.ts";

const STARTED_AT = 1_000_000;
const SPEED = 10;
const NOTHING = new Float64Array(0);

function setting(sourceAtStart = 50_000) {
  const time = new VirtualTime(STARTED_AT);
  let source = sourceAtStart;
  let journal: JournalStatus = {
    isDurable: true,
    since: STARTED_AT,
    problem: null,
    waiting: 0,
    seq: 0,
  };
  let history: HistoryStatus = {
    isRecording: true,
    since: STARTED_AT,
    problem: null,
    taken: 0,
    written: 0,
    lost: 0,
    sizeBytes: 0,
  };
  const disk = new MemoryDisk();
  const written: DailyEntry[] = [];
  const memory = new MemoryJournal({ disk, clock: time, timers: time, syncMs: 1 });
  const recording = new Recording({
    store: {
      journal: Object.assign(memory, { status: () => journal }),
      history: {
        series: () => 0,
        record: () => {},
        recordDaily: (bars) => written.push(...bars),
        line: () => Promise.resolve({ ok: false, error: { message: "no", fix: "" } }),
        daily: () => Promise.resolve({ ok: true, value: [] }),
        status: () => history,
        flush: () => Promise.resolve(),
        close: () => Promise.resolve(),
      },
      source: "demo",
      close: () => Promise.resolve(),
    },
    view: () => new FakeBook({ underlyings: 1, accounts: 1, rows: 1, seed: 1 }),
    quotes: {
      prices: () => NOTHING,
      handleOf: () => -1,
    },
    speed: SPEED,
    clock: time,
    timers: time,
    sourceNow: () => source + (time.now() - STARTED_AT) * SPEED,
  });
  const setSource = (at: number) => source = at;
  const setJournal = (change: Partial<JournalStatus>) => journal = { ...journal, ...change };
  const setHistory = (change: Partial<HistoryStatus>) => history = { ...history, ...change };
  return { time, recording, setJournal, setHistory, written, setSource };
}

Deno.test("P9: a desk that ends writes the bars of its last minute", async () => {
  const { recording, written } = setting();
  recording.sample(0, "2025-03-19");
  const before = written.length;
  recording.sample(30_000, "2025-03-19");
  assert.equal(written.length, before, "once a minute");
  await recording.stop();

  assert.ok(written.slice(before).some(({ closedAt }) => closedAt === 30_000));
});

const FULL = { message: "the disk is full", fix: "free some space" };

Deno.test("R57: what is not recorded is said with since when, why and what helps", () => {
  const { time, recording, setHistory, setJournal } = setting();
  assert.deepEqual(recording.status(), { since: 50_000, message: null, fix: null, damage: null });

  time.advance(2_000);
  setHistory({ isRecording: false, since: time.now() - 500, problem: FULL });
  const message = "History: the disk is full";
  const stopped = { since: 65_000, message, fix: "free some space", damage: null };
  assert.deepEqual(recording.status(), stopped);
  time.advance(60_000);
  assert.deepEqual(recording.status(), stopped, "the same turn has the same time");

  setJournal({ isDurable: false, since: time.now(), problem: null });
  assert.equal(recording.status().message, "Fills and events: the disk does not answer");

  setJournal({ isDurable: true, since: time.now() });
  setHistory({ isRecording: true, since: time.now(), problem: null });
  assert.equal(recording.status().message, null);
  assert.equal(recording.status().since, 50_000 + 62_000 * SPEED);
});

Deno.test("DSK-3: what was recorded and cannot be read is said while recording goes on", () => {
  const { recording, setHistory } = setting();
  setHistory({ problem: { message: "3 stretches of history cannot be read", fix: "restore it" } });

  const { message, damage } = recording.status();

  assert.equal(message, null);
  assert.equal(damage, "3 stretches of history cannot be read; restore it");
});

Deno.test("P1: made before the source has a clock, it still says the source's time", () => {
  const { recording, setSource } = setting(0);
  setSource(50_000);
  assert.equal(recording.status().since, 50_000);
});
