import assert from "node:assert/strict";
import { VirtualTime } from "../ports/virtual_time.ts";
import { KILL_AFTER_MS, superviseChild } from "./child_process.ts";

/** A child whose end is told by the test, and the signals that it got. */
function setting() {
  const signals: string[] = [];
  const status = Promise.withResolvers<Deno.CommandStatus>();
  const stop = Promise.withResolvers<void>();
  const time = new VirtualTime();
  const child = {
    status: status.promise,
    kill: (signal: Deno.Signal) => signals.push(signal),
  } as unknown as Deno.ChildProcess;
  const supervised = superviseChild({
    child,
    stop: { requested: stop.promise } as unknown as Parameters<typeof superviseChild>[0]["stop"],
    timers: time,
  });
  return { signals, end: status.resolve, ask: stop.resolve, time, supervised };
}

Deno.test("PRC-3: a child that ends after SIGTERM is not killed", async () => {
  const { signals, end, ask, time, supervised } = setting();
  ask();
  await time.advanceSettling(100, 50);
  end({ success: true, code: 0, signal: null });
  assert.deepEqual(await supervised, { code: 0, signal: null, wasKilled: false });
  await time.advanceSettling(20_000, 5_000);
  assert.deepEqual(signals, ["SIGTERM"]);
});

Deno.test("PRC-3: a child that not even SIGKILL ends is left within 10 s", async () => {
  const { signals, ask, time, supervised } = setting();
  ask();
  await time.advanceSettling(KILL_AFTER_MS + 200, 100);
  assert.deepEqual(signals, ["SIGTERM", "SIGKILL"]);
  await time.advanceSettling(9_800 - KILL_AFTER_MS, 100);
  const ended = await Promise.race([supervised, Promise.resolve("still waiting")]);
  assert.deepEqual(ended, { code: 137, signal: "SIGKILL", wasKilled: true });
});
