import assert from "node:assert/strict";
import { CheckpointCadence } from "./checkpoint_cadence.ts";

/** Times of checkpoints in an hour looked at every 25 ms, when each takes `costMs`. */
function times(positions: number, costMs: number): number[] {
  const cadence = new CheckpointCadence(positions, 0);
  const taken: number[] = [];
  for (let now = 0; now < 3_600_000; now += 25) {
    if (!cadence.isDue(now)) continue;
    taken.push(now);
    cadence.taken(now, now + costMs);
  }
  return taken;
}

Deno.test("checkpoint cadence: every 10 s up to 1,000 positions, rarer beyond", () => {
  assert.deepEqual(times(1000, 0).slice(0, 3), [10_000, 20_000, 30_000]);
  assert.equal(times(10_000, 0).length, 119);
  assert.equal(times(100_000, 0).length, 59);
});

Deno.test("checkpoint cadence: what it costs stays below one percent of the thread", () => {
  for (const costMs of [1, 80, 400, 2500]) {
    for (const positions of [120, 5000, 100_000]) {
      const share = times(positions, costMs).length * costMs / 3_600_000;
      assert.ok(share < 0.01, `${positions} positions, ${costMs} ms: ${share}`);
    }
  }
});
