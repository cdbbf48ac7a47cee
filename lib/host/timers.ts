import { assert } from "../base/assert.ts";
import type { Timers } from "../ports/timers.ts";

/** The machine's timers. */
export const realTimers: Timers = {
  setTimer(delayMs, work) {
    const id = setTimeout(work, delayMs);
    return { cancel: () => clearTimeout(id) };
  },
  setPeriodic(periodMs, work) {
    assert(periodMs > 0, "a period is above 0");
    const id = setInterval(work, periodMs);
    return { cancel: () => clearInterval(id) };
  },
};
