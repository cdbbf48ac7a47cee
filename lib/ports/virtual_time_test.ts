import assert from "node:assert/strict";
import { VirtualTime } from "./virtual_time.ts";

Deno.test("virtual time stands still until advanced and runs timers on time", () => {
  const time = new VirtualTime(1000);
  const seen: [string, number][] = [];
  time.setTimer(30, () => seen.push(["once", time.now()]));
  time.setPeriodic(20, () => seen.push(["each", time.now()]));
  assert.deepEqual(seen, []);

  time.advance(65);

  assert.deepEqual(seen, [["each", 1020], ["once", 1030], ["each", 1040], ["each", 1060]]);
  assert.deepEqual([time.now(), time.monotonic(), time.pendingCount], [1065, 65, 1]);
});

Deno.test("timers due at one instant run in the order in which they were set", () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  time.setTimer(5, () => seen.push("a"));
  time.setTimer(5, () => seen.push("b"));

  time.advance(5);

  assert.deepEqual(seen, ["a", "b"]);
});

Deno.test("a cancelled timer does not run, also when cancelled by one before it", () => {
  const time = new VirtualTime();
  let runs = 0;
  const late = time.setTimer(10, () => runs++);
  time.setTimer(5, () => late.cancel());
  const periodic = time.setPeriodic(4, () => {
    runs++;
    periodic.cancel();
  });

  time.advance(100);

  assert.equal(runs, 1);
  assert.equal(time.pendingCount, 0);
});

Deno.test("a timer set by a timer runs in the same advance when it falls due there", () => {
  const time = new VirtualTime();
  const seen: number[] = [];
  time.setTimer(5, () => time.setTimer(5, () => seen.push(time.monotonic())));

  time.advance(9);
  assert.deepEqual(seen, []);
  time.advance(1);

  assert.deepEqual(seen, [10]);
});

Deno.test("advancing with settling lets awaiting code go on between timers", async () => {
  const time = new VirtualTime();
  const seen: number[] = [];
  const pause = (ms: number) => new Promise<void>((done) => void time.setTimer(ms, done));
  const work = (async () => {
    for (let round = 0; round < 3; round++) {
      await pause(10);
      seen.push(time.monotonic());
    }
  })();

  await time.advanceSettling(35, 5);

  await work;
  assert.deepEqual(seen, [10, 20, 30]);
});
