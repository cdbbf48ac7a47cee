import assert from "node:assert/strict";
import { FrameTimes } from "./frame_times.ts";
import { rowOf, type SoakReport, summaryOf, timesOf } from "./report.ts";

const MIB = 1024 * 1024;

function aReport(over: Partial<SoakReport> = {}): SoakReport {
  const times = new FrameTimes();
  for (let ms = 1; ms <= 100; ms++) times.ticks.add(ms);
  times.noteInterval(50, 0);
  times.noteInterval(73, 0);
  return {
    failures: [],
    durationMs: 3_600_000,
    clients: 12,
    positions: 1_000,
    eventsPerSecond: 4_998.7,
    checks: 60,
    equal: 59,
    counts: {
      frames: 9,
      snapshots: 1,
      resumes: 2,
      gaps: 1,
      duplicates: 0,
      malformed: 0,
      missedEvents: 0,
    },
    times: timesOf(times.counts()),
    trend: { slope: MIB / 7_200, step: 0, stepAtS: NaN },
    rawTrend: { slope: MIB / 3_600, step: MIB, stepAtS: 1_000 },
    residentGrowth: 0,
    resident: 150 * MIB,
    live: [{ heapBytes: 20 * MIB, externalBytes: MIB }, {
      heapBytes: 21 * MIB,
      externalBytes: MIB,
    }],
    heapGrowth: MIB,
    lagMs: 12.34,
    ...over,
  };
}

Deno.test("soak: a run is one row of the table in the docs", () => {
  assert.equal(
    rowOf(aReport(), new Date("2026-11-21T12:00:00Z")),
    "| 2026-11-21 | 1 h | 4,999 events/s, 12 clients, 1,000 legs | 59 of 60 | 1 | 50 ms, 99 ms | " +
      "73 ms, 73 ms | 150.00 MiB | 0.50 MiB/h | 1.00 MiB |",
  );
});

Deno.test("soak: a short run names no slope an hour", () => {
  const report = aReport({ durationMs: 60_000 });

  assert.match(rowOf(report, new Date()), /\| 60 s \|.*\| – \|/);
  assert.match(summaryOf(report), /too short for a slope/);
});

Deno.test("soak: what failed stands in the summary", () => {
  assert.match(summaryOf(aReport({ failures: ["1 gaps"] })), /^FAILED: 1 gaps$/m);
});
