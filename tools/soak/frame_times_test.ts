import assert from "node:assert/strict";
import { FRAME_FLAG, FRAME_KIND, HEADER_BYTES } from "../../lib/stream/protocol/frame.ts";
import { FrameTimes, type StreamTimes } from "./frame_times.ts";
import { timesOf } from "./report.ts";

interface Facts {
  readonly seq: number;
  readonly previous: number;
  readonly at: number;
  readonly kind?: number;
}

/** A header by docs/stream.md. */
function frame({ seq, previous, at, kind = FRAME_KIND.diff }: Facts): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  view.setUint8(1, kind);
  view.setUint16(2, kind === FRAME_KIND.snapshot ? FRAME_FLAG.end : 0, true);
  view.setUint32(4, seq, true);
  view.setUint32(8, previous, true);
  view.setFloat64(16, at, true);
  // Not aligned, as it lies in what a connection received.
  const bytes = new Uint8Array(1 + view.byteLength);
  bytes.set(new Uint8Array(view.buffer), 1);
  return bytes.subarray(1);
}

/** A reference client whose ticks have given ages, and another client. */
function twoClients(ages: readonly number[]) {
  const times = new FrameTimes();
  const reference = times.stream(() => Float64Array.from(ages));
  const other = times.stream();
  const begin = (stream: StreamTimes) => {
    stream.take(frame({ seq: 4, previous: 0, at: 950, kind: FRAME_KIND.snapshot }), 951);
    stream.take(frame({ seq: 5, previous: 4, at: 1_000 }), 1_001);
  };
  begin(reference);
  begin(other);
  return { times, reference, other };
}

Deno.test("soak: ticks wait from their arrival at the desk to their frame's last byte", () => {
  const { times, reference } = twoClients([5, 20, 40]);

  reference.take(frame({ seq: 6, previous: 5, at: 1_050 }), 1_053);

  const { ticks, oldest, delivery, intervals, frames, gaps } = timesOf(times.counts());
  assert.deepEqual([frames, gaps], [3, 0]);
  assert.equal(ticks.total, 3);
  assert.deepEqual([0.3, 0.6, 1].map((p) => ticks.quantile(p)), [8, 23, 43]);
  assert.deepEqual([oldest.total, oldest.quantile(1), delivery.quantile(1)], [1, 43, 3]);
  assert.equal(intervals.quantile(1), 50);
});

Deno.test("soak: a client counts with its own delivery, before or after the reference", () => {
  for (const isFirst of [true, false]) {
    const { times, reference, other } = twoClients([10]);
    const next = frame({ seq: 6, previous: 5, at: 1_050 });
    if (isFirst) other.take(next, 1_061);
    reference.take(next, 1_051);
    if (!isFirst) other.take(next, 1_061);

    const { ticks } = timesOf(times.counts());
    assert.deepEqual([ticks.total, ticks.quantile(0.5), ticks.quantile(1)], [2, 11, 21]);
  }
});

Deno.test("soak: flushes that a client was not sent make its ticks wait longer", () => {
  const { times, reference, other } = twoClients([10]);
  reference.take(frame({ seq: 6, previous: 5, at: 1_050 }), 1_051);

  other.take(frame({ seq: 9, previous: 5, at: 1_200 }), 1_210);

  const { ticks, oldest, gaps } = timesOf(times.counts());
  assert.equal(gaps, 0);
  assert.deepEqual([ticks.quantile(1), oldest.quantile(1)], [210, 210]);
});

Deno.test("soak: a frame that does not follow is a gap and measures nothing", () => {
  const { times, other } = twoClients([10]);

  other.take(frame({ seq: 8, previous: 7, at: 1_150 }), 1_151);

  const { gaps, delivery } = timesOf(times.counts());
  assert.deepEqual([gaps, delivery.total], [1, 0]);
});

Deno.test("soak: what passes while nothing is measured leaves no trace but its frames", () => {
  const { times, reference } = twoClients([10]);
  times.isMeasuring = false;
  reference.take(frame({ seq: 6, previous: 5, at: 1_400 }), 1_401);
  times.isMeasuring = true;
  reference.take(frame({ seq: 7, previous: 6, at: 1_450 }), 1_451);
  assert.equal(times.ticks.total, 0);

  reference.take(frame({ seq: 8, previous: 7, at: 1_500 }), 1_501);

  assert.deepEqual([times.ticks.total, times.intervals.total, times.frames], [1, 1, 5]);
});

Deno.test("soak: the longest waits between frames are kept, few of them", () => {
  const times = new FrameTimes();
  for (let i = 0; i < 1_000; i++) times.noteInterval((i * 7919) % 1_000, i);

  const { pauses } = times.counts();

  assert.deepEqual(pauses.map(({ ms }) => ms), [999, 998, 997, 996, 995, 994, 993, 992, 991, 990]);
});
