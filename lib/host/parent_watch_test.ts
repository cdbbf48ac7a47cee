import assert from "node:assert/strict";
import { VirtualTime } from "../ports/virtual_time.ts";
import { watchParents } from "./parent_watch.ts";
import type { ProcessFacts } from "./process_tree.ts";

function facts(pid: number, more: Partial<ProcessFacts> = {}): ProcessFacts {
  return { pid, parentPid: 1, startedAt: "100", isZombie: false, command: ["npm"], ...more };
}

/** Watches processes 7 and 8 under virtual time; the world is changed by the test. */
function watching() {
  const time = new VirtualTime();
  const now = new Map<number, ProcessFacts>([[7, facts(7)], [8, facts(8)]]);
  const gone: number[] = [];
  const timer = watchParents({
    watched: [facts(7), facts(8)],
    timers: time,
    read: (pid) => Promise.resolve(now.get(pid) ?? null),
    isThere: (pid) => now.has(pid),
    onGone: ({ pid }) => gone.push(pid),
  });
  return { time, now, gone, timer };
}

Deno.test("PRC-3: a process whose id is free is reported within half a second, once", async () => {
  const { time, now, gone } = watching();
  await time.advanceSettling(10_000, 100);
  assert.deepEqual(gone, []);

  now.delete(8);
  time.advance(500);
  await time.advanceSettling(5000, 100);

  assert.deepEqual(gone, [8]);
  assert.equal(time.pendingCount, 0);
});

Deno.test("PRC-3: a zombie and a reused process id count as gone within two seconds", async () => {
  for (const change of [{ isZombie: true }, { startedAt: "200" }]) {
    const { time, now, gone } = watching();

    now.set(7, facts(7, change));
    await time.advanceSettling(2000, 100);

    assert.deepEqual(gone, [7], JSON.stringify(change));
  }
});

Deno.test("a cancelled watch reports nothing more", async () => {
  const { time, now, gone, timer } = watching();

  timer.cancel();
  now.clear();
  await time.advanceSettling(5000, 100);

  assert.deepEqual(gone, []);
  assert.equal(time.pendingCount, 0);
});
