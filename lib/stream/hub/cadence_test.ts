import assert from "node:assert/strict";
import { Cadence } from "./cadence.ts";

/** A clock that the test moves, and the delays that were asked for. */
function aCadence(work: (nowMs: number) => void) {
  const delays: number[] = [];
  let nowMs = 1_000;
  let due: (() => void) | null = null;
  const cadence = new Cadence({
    periodMs: 50,
    clock: { monotonic: () => nowMs },
    timers: {
      setTimer(delayMs, then) {
        delays.push(delayMs);
        due = then;
        return { cancel: () => due = null };
      },
      setPeriodic: () => assert.fail("no interval"),
    },
  }, () => work(nowMs));
  const wake = (atMs: number) => {
    nowMs = atMs;
    due?.();
  };
  return { cadence, delays, wake };
}

Deno.test("cadence: a late turn does not move the following ones, a missed one is left out", () => {
  const turns: number[] = [];
  const { cadence, delays, wake } = aCadence((nowMs) => turns.push(nowMs));

  cadence.start();
  wake(1_050);
  wake(1_112);
  wake(1_150);
  wake(1_330);

  assert.deepEqual(turns, [1_050, 1_112, 1_150, 1_330]);
  assert.deepEqual(delays, [50, 50, 38, 50, 20]);
});

Deno.test("cadence: stopped in its own work it does not come again", () => {
  const { cadence, delays, wake } = aCadence(() => cadence.stop());

  cadence.start();
  cadence.start();
  wake(1_050);
  wake(1_100);

  assert.deepEqual(delays, [50, 50]);
});
