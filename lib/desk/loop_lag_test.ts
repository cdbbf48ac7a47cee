import assert from "node:assert/strict";
import type { Timers } from "../ports/timers.ts";
import { watchLoopLag } from "./loop_lag.ts";

Deno.test("CLK-3: a stalled event loop is measured by the lateness of its own timer", () => {
  let now = 0;
  let tick = () => {};
  const timers: Timers = {
    setTimer: () => ({ cancel: () => {} }),
    setPeriodic: (_periodMs, work) => {
      tick = work;
      return { cancel: () => {} };
    },
  };
  const lag = watchLoopLag({ now: () => now, monotonic: () => now }, timers);

  for (const at of [250, 500, 750]) {
    now = at;
    tick();
  }
  assert.equal(lag.worstMs(), 0);

  now = 3000;
  assert.equal(lag.worstMs(), 2000);
  tick();
  assert.equal(lag.worstMs(), 2000);
});
