import assert from "node:assert/strict";
import { realClock } from "../../host/clock.ts";
import { realTimers } from "../../host/timers.ts";
import { startWorker } from "../../host/worker.ts";
import type { History } from "../../ports/history.ts";
import { openHistory } from "./open_history.ts";
import { HISTORY_WORKER_URL, workerLink } from "./wire/link.ts";
import type { FromHistory, ToHistory } from "./wire/messages.ts";

async function opened(directory: string, source = "test"): Promise<History> {
  const history = await openHistory({
    directory,
    mode: "demo",
    source,
    clock: realClock,
    timers: realTimers,
    link: () => workerLink(startWorker<FromHistory, ToHistory>(HISTORY_WORKER_URL)),
  });
  assert.ok(history.ok, JSON.stringify(history));
  return history.value;
}

const T0 = Date.UTC(2025, 2, 19, 14, 0, 0);

function recordSecond(history: History, second: number, profits: readonly number[]): void {
  const values = new Float64Array(profits.length * 8).fill(NaN);
  profits.forEach((profit, i) => values[i * 8] = profit);
  history.record({
    kind: "account",
    at: T0 + second * 1000,
    stepMs: 1000,
    series: Int32Array.from(profits, (_, i) => history.series("account", `A${i}`)),
    values,
  });
}

Deno.test("history: in a real worker samples survive a close and come back as a line", async () => {
  const directory = await Deno.makeTempDir();
  const first = await opened(directory);
  for (let second = 0; second < 10; second++) recordSecond(first, second, [second, 100 * second]);
  await first.flush();
  assert.equal(first.status().written, 20);
  await first.close();

  const second = await opened(directory);
  const query = {
    kind: "account",
    column: "profit",
    from: T0,
    to: T0 + 10_000,
    pixels: 10,
  } as const;
  const one = await second.line({ ...query, keys: ["A1"] });
  const sum = await second.line({ ...query, keys: ["A0", "A1"] });
  await second.close();
  await Deno.remove(directory, { recursive: true });

  assert.ok(one.ok && sum.ok);
  assert.deepEqual([...one.value.value], [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  assert.deepEqual([...sum.value.value], [0, 101, 202, 303, 404, 505, 606, 707, 808, 909]);
  assert.deepEqual([...one.value.at], Array.from({ length: 10 }, (_, i) => T0 + i * 1000));
  assert.equal(one.value.since, T0);
});

Deno.test("history: series of another source are kept apart", async () => {
  const directory = await Deno.makeTempDir();
  const first = await opened(directory, "one");
  recordSecond(first, 0, [1]);
  await first.close();

  const second = await opened(directory, "two");
  const line = await second.line({
    kind: "account",
    keys: ["A0"],
    column: "profit",
    from: T0,
    to: T0 + 10_000,
    pixels: 10,
  });
  await second.close();
  await Deno.remove(directory, { recursive: true });

  assert.ok(line.ok);
  assert.equal(line.value.value.length, 0);
  assert.equal(line.value.since, null);
});
