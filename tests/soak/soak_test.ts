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

  const told = lines.join("\n");
  assert.deepEqual(report.failures, [], told);
  assert.equal(report.checks, CHECKS, told);
  assert.equal(report.gaps + report.duplicates, 0, told);
  assert.ok(report.frames > 5_000, told);
  assert.ok(report.resumes > 0, told);
  // From the flush to the client, on cores that a browser test shares.
  assert.ok(report.p99Ms <= STREAM_LIMITS.flushMs + 200, told);
  assert.ok(report.heapGrowth <= 6 * MIB, `${report.heapGrowth} bytes of heap\n${told}`);
  assert.ok(report.residentGrowth <= 48 * MIB, `${report.residentGrowth} bytes\n${told}`);
});
