import assert from "node:assert/strict";
import { VirtualTime } from "../ports/virtual_time.ts";
import { DRAIN_LIMIT_MS, drainWithin } from "./shutdown.ts";
import { KILL_AFTER_MS } from "./child_process.ts";
import { WATCH_EVERY_MS } from "./parent_watch.ts";

const LIMIT = { timers: new VirtualTime(), limitMs: 1000 };

Deno.test("PRC-3: a drain that ends in time gives code 0 and leaves no timer", async () => {
  const outcome = await drainWithin(LIMIT, () => Promise.resolve());

  assert.deepEqual(outcome, { exitCode: 0, message: null });
  assert.equal(LIMIT.timers.pendingCount, 0);
});

Deno.test("PRC-3: a drain that fails gives code 1 and says why", async () => {
  const outcome = await drainWithin(LIMIT, () => Promise.reject(new Error("disk full")));

  assert.deepEqual(outcome, { exitCode: 1, message: "the shutdown failed: disk full" });
  assert.equal(LIMIT.timers.pendingCount, 0);
});

Deno.test("PRC-3: a drain that hangs is cut short at the limit with code 1", async () => {
  const timers = new VirtualTime();
  let outcome: unknown = null;
  const waiting = drainWithin({ timers, limitMs: 1000 }, () => new Promise(() => {}))
    .then((one) => outcome = one);

  await timers.advanceSettling(999, 1);
  assert.equal(outcome, null);
  await timers.advanceSettling(1, 1);

  await waiting;
  assert.deepEqual(outcome, {
    exitCode: 1,
    message: "the shutdown took longer than 1 s and was cut short",
  });
});

Deno.test("PRC-3: the limits add up to less than 10 s, also when npx becomes a zombie", () => {
  assert.ok(DRAIN_LIMIT_MS < KILL_AFTER_MS);
  assert.ok(4 * WATCH_EVERY_MS + KILL_AFTER_MS < 10_000);
});
