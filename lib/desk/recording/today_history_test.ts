import assert from "node:assert/strict";
import { TODAY_METRICS } from "../../portfolio/overview/metrics.ts";
import { gapsOf, TodayLine } from "../../portfolio/overview/today_line.ts";
import type { Line, LineQuery } from "../../ports/history.ts";
import { recordedToday } from "./today_history.ts";

/** Answers each metric of an account with samples at `times`, value = f(metric, t). */
function recordOf(times: readonly number[], value: (column: string, at: number) => number) {
  return {
    line: ({ column, from, to }: LineQuery) => {
      const at = Float64Array.from(times.filter((time) => time >= from && time < to));
      const line: Line = {
        at,
        value: at.map((time) => value(column, time)),
        sampleCount: at.length,
        since: times[0] ?? null,
      };
      return Promise.resolve({ ok: true, value: line } as const);
    },
  };
}

const QUERY = { accountIds: ["a", "b"], from: 0, to: 10_000, stepMs: 1000 };

Deno.test("the line of today goes on from the record: times, values, accounts", async () => {
  const times = [0, 1000, 2000, 3000];
  const record = recordOf(times, (column, at) => TODAY_METRICS.findIndex((m) => m === column) + at);
  const history = await recordedToday(record, { ...QUERY, to: 4000 });
  assert.ok(history !== null);

  const points = new TodayLine(2, history).read("gamma", [0, 1]);
  assert.deepEqual([...points.at], times);
  assert.deepEqual([...points.value], times.map((at) => 2 * (2 + at)));
});

Deno.test("the time that the desk was off stays a gap", async () => {
  const history = await recordedToday(recordOf([0, 1000, 2000], () => 7), {
    ...QUERY,
    to: 12_000,
  });
  assert.ok(history !== null);
  const line = new TodayLine(2, history);
  line.add(12_000, new Float64Array(2 * TODAY_METRICS.length).fill(8));

  assert.deepEqual(gapsOf(line.read("profit", [0])), [{ from: 2000, to: 12_000 }]);
});

Deno.test("a break in one line is a break there, and unknown stays unknown", async () => {
  const record = recordOf([0, 1000, 2000], (column, at) => column === "vega" && at > 0 ? NaN : at);
  const history = await recordedToday(record, { ...QUERY, to: 3000 });
  assert.ok(history !== null);
  const line = new TodayLine(2, history);
  assert.deepEqual([...line.read("vega", [0]).value], [0, NaN, NaN]);
  assert.deepEqual([...line.read("theta", [0]).value], [0, 1000, 2000]);
});

Deno.test("P13: after a session of any length the line still takes samples, evenly", async () => {
  for (const count of [900, 2_500, 10_000, 23_400]) {
    const end = 1000 * count;
    // A pause of five minutes in the middle, with its break.
    const pause = { from: end / 2, to: end / 2 + 300_000 };
    const times = Array.from({ length: count }, (_, i) => 1000 * i + i % 7)
      .filter((at) => at < pause.from || at >= pause.to);
    const breakAt = pause.from + 150_000;
    times.splice(times.findIndex((at) => at > breakAt), 0, breakAt);
    const record = recordOf(times, (_, at) => at === breakAt ? NaN : at);
    const history = await recordedToday(record, { ...QUERY, from: 0, to: end });
    assert.ok(history !== null);
    const line = new TodayLine(2, history);
    const restored = line.read("profit", [0]);
    assert.equal(line.startsAt, 0);
    assert.equal(restored.at.at(-1), times.at(-1), "up to the last sample");
    assert.equal(gapsOf(restored).length, 1, `${count}: the pause, and no other gap`);
    const known = [...restored.at].filter((_, i) => !Number.isNaN(restored.value[i]));
    const pauses = known.slice(1).map((at, i) => at - known[i]).filter((ms) => ms < 300_000);
    assert.ok(Math.max(...pauses) <= 32_000, `${count}: ${Math.max(...pauses)} ms apart`);

    const sample = new Float64Array(2 * TODAY_METRICS.length).fill(8);
    for (let at = end; at < end + 120_000; at += 1000) line.add(at, sample);
    const after = [...line.read("profit", [0]).at].filter((at) => at >= end);
    assert.ok(after.length >= 3, `${count}: ${after.length} points of two minutes`);
  }
});

Deno.test("an empty or unreadable record gives nothing to go on with", async () => {
  assert.equal(await recordedToday(recordOf([], () => 1), QUERY), null);
  const broken = {
    line: () => Promise.resolve({ ok: false, error: { message: "damaged", fix: "" } } as const),
  };
  assert.equal(await recordedToday(broken, QUERY), null);
});
