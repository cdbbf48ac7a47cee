import assert from "node:assert/strict";
import { STREAM_LIMITS } from "@/lib/stream/protocol/limits.ts";
import { runSoak } from "@/tools/soak/run.ts";

const MIB = 1024 * 1024;
const CHECKS = 3;

Deno.test("soak: after 60 s all clients are equal, quick and without a gap", async () => {
  const lines: string[] = [];

  const report = await runSoak({
    durationMs: 60_000,
    checkEveryMs: 19_000,
    rate: 200,
    clients: 8,
    positions: 120,
    stop: new AbortController().signal,
    say: (line) => lines.push(line),
  });

  const { counts, times, live } = report;
  const told = [...lines, ...report.failures].join("\n");
  assert.deepEqual(report.failures, [], told);
  assert.equal(report.checks, CHECKS, told);
  assert.equal(report.equal, CHECKS, told);
  assert.equal(counts.gaps + counts.duplicates + times.gaps, 0, told);
  assert.ok(counts.frames > 5_000, told);
  assert.ok(times.frames > 800, told);
  assert.ok(counts.resumes > 0, told);
  // From the flush to the client, on cores that a browser test shares.
  assert.ok(times.delivery.quantile(0.99) <= STREAM_LIMITS.flushMs + 200, told);
  // Both after a forced collection: at 20 s and at 60 s.
  assert.equal(live.length, 2);
  assert.ok(live[0].heapBytes > MIB, told);
  assert.ok(report.heapGrowth <= 4 * MIB, `${report.heapGrowth} bytes of heap\n${told}`);
  const outside = live[1].externalBytes - live[0].externalBytes;
  assert.ok(outside <= 4 * MIB, `${outside} bytes outside the heap\n${told}`);
  assert.ok(report.residentGrowth <= 48 * MIB, `${report.residentGrowth} bytes\n${told}`);
});
