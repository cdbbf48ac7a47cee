import assert from "node:assert/strict";
import { FRAME_FLAG, FRAME_KIND, HEADER_BYTES } from "../../lib/stream/protocol/frame.ts";
import { FrameTimes } from "./frame_times.ts";
import { timesOf } from "./report.ts";

/** A header by docs/stream.md. */
function frame(facts: { seq: number; previous: number; at: number; isSnapshot?: boolean }) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + 8));
  view.setUint8(1, facts.isSnapshot === true ? FRAME_KIND.snapshot : FRAME_KIND.diff);
  view.setUint16(2, facts.isSnapshot === true ? FRAME_FLAG.end : 0, true);
  view.setUint32(4, facts.seq, true);
  view.setUint32(8, facts.previous, true);
  view.setFloat64(16, facts.at, true);
  // Not aligned, as it lies in what a connection received.
  const bytes = new Uint8Array(1 + view.byteLength);
  bytes.set(new Uint8Array(view.buffer), 1);
  return bytes.subarray(1);
}

Deno.test("soak: every millisecond between two flushes counts with its wait for the frame", () => {
  const times = new FrameTimes();
  const stream = times.stream(true);
  stream.take(frame({ seq: 4, previous: 0, at: 990, isSnapshot: true }), 991);
  stream.take(frame({ seq: 5, previous: 4, at: 1_000 }), 1_001);
  stream.take(frame({ seq: 6, previous: 5, at: 1_050 }), 1_053);

  const { ticks, oldest, delivery, intervals, frames, gaps } = timesOf(times.counts());

  assert.equal(frames, 2);
  assert.equal(gaps, 0);
  assert.equal(ticks.total, 50);
  assert.equal(ticks.quantile(0.02), 4);
  assert.equal(ticks.quantile(0.5), 28);
  assert.equal(ticks.quantile(1), 53);
  assert.deepEqual([oldest.quantile(1), delivery.quantile(1)], [53, 3]);
  assert.equal(intervals.quantile(1), 50);
});

Deno.test("soak: flushes that a client was not sent make its ticks wait longer", () => {
  const times = new FrameTimes();
  const stream = times.stream(false);
  stream.take(frame({ seq: 5, previous: 4, at: 1_000 }), 1_001);
  stream.take(frame({ seq: 9, previous: 5, at: 1_200 }), 1_210);

  const { oldest, gaps, intervals } = timesOf(times.counts());

  assert.equal(gaps, 0);
  assert.equal(oldest.quantile(1), 210);
  assert.equal(intervals.total, 0);
});

Deno.test("soak: a frame that does not follow is a gap and measures nothing", () => {
  const times = new FrameTimes();
  const stream = times.stream(true);
  stream.take(frame({ seq: 5, previous: 4, at: 1_000 }), 1_001);
  stream.take(frame({ seq: 8, previous: 7, at: 1_150 }), 1_151);

  const { gaps, ticks } = timesOf(times.counts());

  assert.equal(gaps, 1);
  assert.equal(ticks.total, 0);
});

Deno.test("soak: what passes while nothing is measured leaves no trace but its frames", () => {
  const times = new FrameTimes();
  const stream = times.stream(true);
  stream.take(frame({ seq: 5, previous: 4, at: 1_000 }), 1_001);
  times.isMeasuring = false;
  stream.take(frame({ seq: 6, previous: 5, at: 1_400 }), 1_401);
  times.isMeasuring = true;
  stream.take(frame({ seq: 7, previous: 6, at: 1_450 }), 1_451);
  assert.equal(times.ticks.total, 0);

  stream.take(frame({ seq: 8, previous: 7, at: 1_500 }), 1_501);

  assert.equal(times.ticks.total, 50);
  assert.equal(times.intervals.total, 1);
  assert.equal(times.frames, 4);
});

Deno.test("soak: the longest waits between flushes are kept, few of them", () => {
  const times = new FrameTimes();
  for (let i = 0; i < 1_000; i++) times.noteInterval((i * 7919) % 1_000, i);

  const { pauses } = times.counts();

  assert.deepEqual(pauses.map(({ ms }) => ms), [999, 998, 997, 996, 995, 994, 993, 992, 991, 990]);
});
