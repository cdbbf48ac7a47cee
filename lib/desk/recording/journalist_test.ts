import assert from "node:assert/strict";
import type { Result } from "../../base/result.ts";
import type { Fill } from "../../domain/position.ts";
import type { Journal, JournalReceipt, RecordingProblem } from "../../ports/journal.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import type { EngineListener } from "../engine.ts";
import { fillEntry, recordedListener } from "./journalist.ts";

type Receipt = Result<JournalReceipt, RecordingProblem>;

const FILL: Fill = {
  execId: "e1",
  accountId: "demo:1",
  instrumentKey: "SPY",
  signedQuantity: 5,
  price: 560.25,
  fees: 1.3,
  filledAt: 1000,
};

function setting() {
  const time = new VirtualTime();
  const told: string[] = [];
  const acks: ((receipt: Receipt) => void)[] = [];
  const appended: string[] = [];
  const journal: Journal = {
    append: (entry) => {
      appended.push(entry.key);
      return new Promise((resolve) => acks.push(resolve));
    },
    read: () => Promise.resolve({ ok: true, value: [] }),
    status: () => ({ isDurable: true, since: 0, problem: null, waiting: 0, seq: 0 }),
    close: () => Promise.resolve(),
  };
  const listener: EngineListener = {
    fill: (fill) => told.push(fill.execId),
    earlierFill: (fill) => told.push(`earlier ${fill.execId}`),
    order: () => {},
    lifecycle: (event) => told.push(event.kind),
    feed: () => {},
    trouble: (message) => told.push(message),
  };
  const recorded = recordedListener({ listener, journal, source: "demo", timers: time });
  return { time, told, acks, appended, recorded };
}

const ACK: Receipt = { ok: true, value: { seq: 1, isNew: true } };

Deno.test("P11: a fill is told once it is on the disk, and not before", async () => {
  const { time, told, acks, recorded } = setting();
  recorded.fill(FILL);
  await time.advanceSettling(100, 10);
  assert.deepEqual(told, []);

  acks[0](ACK);
  await time.advanceSettling(10, 10);

  assert.deepEqual(told, ["e1"]);
  await time.advanceSettling(1000, 100);
  assert.deepEqual(told, ["e1"], "told twice");
});

Deno.test("R57: a disk that does not answer holds nobody up, nothing is told twice", async () => {
  const { time, told, acks, recorded } = setting();
  recorded.fill(FILL);
  recorded.lifecycle({
    kind: "expired",
    accountId: null,
    instrumentKey: "X",
    signedQuantity: 1,
    at: 2000,
    text: "expired",
  });
  await time.advanceSettling(250, 50);
  assert.deepEqual(told, ["e1", "expired"]);

  acks[0](ACK);
  acks[1](ACK);
  await time.advanceSettling(10, 10);
  assert.deepEqual(told, ["e1", "expired"]);
});

Deno.test("what comes later is not told earlier, whichever the disk takes first", async () => {
  const { time, told, acks, recorded } = setting();
  recorded.fill(FILL);
  recorded.fill({ ...FILL, execId: "e2" });
  acks[1](ACK);
  await time.advanceSettling(20, 10);
  assert.deepEqual(told, []);

  acks[0](ACK);
  await time.advanceSettling(20, 10);
  assert.deepEqual(told, ["e1", "e2"]);
});

Deno.test("P11: what the journal does not keep is said, once for many", async () => {
  const { time, told, acks, recorded } = setting();
  const refused: Receipt = { ok: false, error: { message: "10000 records wait", fix: "wait" } };
  for (let i = 0; i < 3; i++) recorded.earlierFill({ ...FILL, execId: `e${i}` });
  recorded.fill(FILL);
  for (const ack of acks) ack(refused);
  await time.advanceSettling(20, 10);

  const trouble = "fill not recorded: 10000 records wait: wait";
  assert.deepEqual(told, ["earlier e0", "earlier e1", "earlier e2", trouble, "e1"]);
});

Deno.test("P5: a fill from before the desk listened is recorded, under the same identity", () => {
  const { told, appended, recorded } = setting();
  recorded.earlierFill(FILL);
  recorded.fill(FILL);

  assert.equal(appended[0], appended[1]);
  assert.deepEqual(told, ["earlier e1"]);
});

Deno.test("a correction of a fill is a record of its own", () => {
  const corrected = fillEntry("demo", { ...FILL, price: 560.3 });
  assert.notEqual(corrected.key, fillEntry("demo", FILL).key);
  assert.notEqual(fillEntry("other", FILL).key, fillEntry("demo", FILL).key);
});
