import assert from "node:assert/strict";
import fc from "fast-check";
import type { History, LineQuery } from "../../ports/history.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { MemoryHistory } from "./memory.ts";
import { bruteLine, bruteSum, type Point } from "./testing/brute.ts";
import { inFolder, openDesk, recordAt, type TestDesk } from "./testing/desk.ts";

const T0 = Date.UTC(2025, 2, 19, 14);
const KEYS = ["A", "B", "C"];

const tick = fc.record({
  // Mostly the next second; pauses; and nights, after which the tail is sealed.
  gapS: fc.oneof(
    { weight: 40, arbitrary: fc.constant(1) },
    { weight: 4, arbitrary: fc.integer({ min: 2, max: 9 }) },
    { weight: 2, arbitrary: fc.constant(5000) },
  ),
  who: fc.oneof({ weight: 8, arbitrary: fc.constant(7) }, fc.integer({ min: 1, max: 7 })),
  values: fc.tuple(
    ...KEYS.map(() =>
      fc.oneof({ weight: 12, arbitrary: fc.integer({ min: -99, max: 99 }) }, fc.constant(NaN))
    ),
  ),
  then: fc.oneof(
    { weight: 60, arbitrary: fc.constant("go") },
    fc.constantFrom("flush", "minute", "restart"),
  ),
});

const question = fc.record({
  keys: fc.subarray(KEYS, { minLength: 1 }),
  // Around a tick, which a blind choice between nights would seldom meet.
  near: fc.nat(),
  offsetS: fc.integer({ min: -3, max: 3 }),
  lengthS: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60_000 })),
  pixels: fc.constantFrom(1, 7, 40, 390, 2000),
});

interface Tick {
  readonly gapS: number;
  readonly who: number;
  readonly values: readonly number[];
  readonly then: string;
}

async function play(
  start: TestDesk,
  memory: History,
  ticks: readonly Tick[],
): Promise<{ desk: TestDesk; points: Point[][]; instants: number[] }> {
  let desk = start;
  let at = T0;
  const points: Point[][] = KEYS.map(() => []);
  const instants: number[] = [];
  for (const { gapS, who, values, then } of ticks) {
    at += gapS * 1000;
    instants.push(at);
    const present = KEYS.map((_, i) => i).filter((i) => (who & (1 << i)) !== 0);
    const row = Object.fromEntries(present.map((i) => [KEYS[i], values[i]]));
    recordAt(desk.history, { at, values: row });
    recordAt(memory, { at, values: row });
    for (const i of present) points[i].push({ at, value: values[i], stepMs: 1000 });
    if (then === "flush") await desk.history.flush();
    if (then === "minute") desk.time.advance(61_000);
    if (then === "restart") {
      await desk.history.close();
      desk = await openDesk(desk.directory);
    }
  }
  await desk.history.flush();
  return { desk, points, instants };
}

Deno.test("history: a line over tail and blocks is that over all samples in memory", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tick, { minLength: 1, maxLength: 250, size: "max" }),
      fc.array(question, { minLength: 1, maxLength: 6 }),
      async (ticks, questions) =>
        await inFolder(async (directory) => {
          const memory = new MemoryHistory(new VirtualTime());
          const played = await play(await openDesk(directory), memory, ticks);
          const { history } = played.desk;
          for (const { keys, near, offsetS, lengthS, pixels } of questions) {
            const start = played.instants[near % played.instants.length] + offsetS * 1000;
            const span = { from: start, to: start + lengthS * 1000, pixels };
            const query: LineQuery = { kind: "account", column: "profit", keys, ...span };
            const onDisk = await history.line(query);
            const inMemory = await memory.line(query);
            const of = keys.map((key) => played.points[KEYS.indexOf(key)]);
            const isKnown = of.every((points) => points.length > 0);
            const expected = bruteLine(isKnown ? bruteSum(of) : [], span);
            assert.ok(onDisk.ok && inMemory.ok);
            assert.deepEqual([...onDisk.value.at], expected.at);
            assert.deepEqual([...onDisk.value.value], expected.value);
            assert.equal(onDisk.value.sampleCount, expected.sampleCount);
            assert.deepEqual(inMemory.value.at, onDisk.value.at);
            assert.deepEqual(inMemory.value.value, onDisk.value.value);
            assert.equal(inMemory.value.since, onDisk.value.since);
          }
          await history.close();
        }),
    ),
    { numRuns: 25 },
  );
});

for (const kind of ["memory", "disk"] as const) {
  const opened = async (directory: string): Promise<History> =>
    kind === "memory" ? new MemoryHistory(new VirtualTime()) : (await openDesk(directory)).history;
  const ask = async (history: History, keys: readonly string[]): Promise<number[]> => {
    const span = { from: T0, to: T0 + 10_000, pixels: 10 };
    const line = await history.line({ kind: "account", column: "profit", keys, ...span });
    assert.ok(line.ok);
    return [...line.value.value];
  };

  Deno.test(`history on ${kind}: samples of one instant may come in several parts`, () =>
    inFolder(async (directory) => {
      const history = await opened(directory);
      recordAt(history, { at: T0, values: { A: 1, B: 2 } });
      await history.flush();
      recordAt(history, { at: T0, values: { C: 4 } });
      await history.flush();
      recordAt(history, { at: T0, values: { B: 8 } });
      await history.flush();

      assert.deepEqual(await ask(history, ["A", "B", "C"]), [13]);
      await history.close();
    }));

  Deno.test(`history on ${kind}: a sum with a series that was never recorded is unknown`, () =>
    inFolder(async (directory) => {
      const history = await opened(directory);
      recordAt(history, { at: T0, values: { A: 1 } });
      await history.flush();

      assert.deepEqual(await ask(history, ["A"]), [1]);
      assert.deepEqual(await ask(history, ["A", "Z"]), []);
      assert.deepEqual(await ask(history, ["A", "A"]), [1]);
      await history.close();
    }));
}
