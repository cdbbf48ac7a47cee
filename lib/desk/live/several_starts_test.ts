import assert from "node:assert/strict";
import { LiveStartRig } from "./live_start_fixture_test.ts";
import { SeveralStarts } from "./several_starts.ts";

const TEST = { broker: null, step: null };

Deno.test("several starts: one that is loaded is a desk, each has its own report", async () => {
  const [one, other] = [new LiveStartRig(), new LiveStartRig()];
  other.end = "down";
  const starts = new SeveralStarts([one.start, other.start], one.time);
  starts.start();
  await one.pass(100);
  await other.pass(100);

  const { isLoaded, connections } = starts.state();
  assert.equal(isLoaded, true);
  assert.deepEqual(connections.map((report) => report.isLoaded), [true, false]);
  await starts.stop("test");
  assert.deepEqual([one.opened, one.closed, other.opened, other.closed], [1, 1, 1, 1]);
});

Deno.test("P3: a test of all leaves out who must wait, and is refused when all must", async () => {
  const [one, other] = [new LiveStartRig(), new LiveStartRig()];
  one.end = { retryAfterMs: 90_000 };
  const starts = new SeveralStarts([one.start, other.start], one.time);
  starts.start();
  await one.pass(61_000);
  await other.pass(61_000);
  assert.ok(starts.test(TEST).ok, "the other may");
  await other.pass(1_000);
  assert.equal(one.tests.length, 1, "who asked for quiet is left alone");

  other.end = { retryAfterMs: 60_000 };
  await other.pass(61_000);
  assert.ok(starts.test(TEST).ok);
  await other.pass(1_000);
  const refused = starts.test(TEST);
  assert.ok(!refused.ok && refused.error.code === "tooSoon");
  assert.ok(refused.error.retryAfterMs <= 30_000, "the shortest of the waits");
  await starts.stop("test");
});

Deno.test("several starts: a name that no broker has is refused", async () => {
  const rig = new LiveStartRig();
  const starts = new SeveralStarts([rig.start], rig.time);
  starts.start();
  await rig.pass(100);
  const refused = starts.test({ broker: "ib", step: null });
  assert.ok(!refused.ok && refused.error.code === "unknown");
  await starts.stop("test");
});
