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

Deno.test("an empty or unreadable record gives nothing to go on with", async () => {
  assert.equal(await recordedToday(recordOf([], () => 1), QUERY), null);
  const broken = {
    line: () => Promise.resolve({ ok: false, error: { message: "damaged", fix: "" } } as const),
  };
  assert.equal(await recordedToday(broken, QUERY), null);
});
