import assert from "node:assert/strict";
import fc from "fast-check";
import { backup, DatabaseSync } from "node:sqlite";
import type { LineQuery } from "../../ports/history.ts";
import { MINUTE_MS, minuteOf } from "./minutes.ts";
import { inFolder, openDesk, recordAt, type TestDesk } from "./testing/desk.ts";
import { thin } from "./thin.ts";

const DAY_MS = 86_400_000;
const OPEN_AT = Date.UTC(2025, 2, 3, 14, 30);
/** Seconds of a session here. */
const SESSION_S = 1200;

function profitAt(day: number, second: number, account: number): number {
  return day * 100 + ((second * 37 + account * 13) % 89);
}

/** One session: two accounts and a sum-mate every second, a position every minute. */
function recordSession({ history, time }: TestDesk, day: number): void {
  const openAt = OPEN_AT + day * DAY_MS;
  for (let second = 0; second < SESSION_S; second++) {
    const at = openAt + second * 1000;
    recordAt(history, {
      at,
      values: { A: profitAt(day, second, 0), B: profitAt(day, second, 1) },
    });
    if (second % 60 === 0) {
      recordAt(history, { kind: "position", at, stepMs: MINUTE_MS, values: { "A X": second } });
    }
    if (second % 10 === 0) time.advance(10_000);
  }
  time.advance(DAY_MS - SESSION_S * 1000);
}

function lineQuery(days: readonly [number, number], change: Partial<LineQuery>): LineQuery {
  const span = { from: OPEN_AT + days[0] * DAY_MS, to: OPEN_AT + days[1] * DAY_MS };
  const of = { kind: "account", keys: ["A"], column: "profit", pixels: 1000 } as const;
  return { ...of, ...span, ...change };
}

async function samplesOf(desk: TestDesk, query: LineQuery): Promise<number> {
  const line = await desk.history.line(query);
  assert.ok(line.ok);
  return line.value.sampleCount;
}

Deno.test("thinning keeps the last and the extremes of each minute, three samples at most", () => {
  const sample = fc.record({
    gap: fc.integer({ min: 1, max: 20_000 }),
    value: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(NaN)),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 200, size: "max" }), (samples) => {
      let instant = 0;
      const at = Float64Array.from(samples, ({ gap }) => instant += gap);
      const values = Float64Array.from(samples, ({ value }) => value);

      const kept = thin({ at, columns: [values, at], stepMs: 1000 });

      for (const minute of new Set([...at].map(minuteOf))) {
        const all = samples.map((_, i) => i).filter((i) => minuteOf(at[i]) === minute);
        const mine = [...kept.at].map((_, i) => i).filter((i) => minuteOf(kept.at[i]) === minute);
        assert.ok(mine.length <= 3);
        assert.equal(kept.at[mine[mine.length - 1]], at[all[all.length - 1]]);
        const extremes = (of: number[]) => {
          const valid = of.filter((value) => !Number.isNaN(value));
          return [Math.min(...valid), Math.max(...valid)];
        };
        const own = mine.map((i) => kept.columns[0][i]);
        assert.deepEqual(extremes(own), extremes(all.map((i) => values[i])));
      }
      assert.deepEqual(kept.columns[1], kept.at);
      assert.ok([...kept.at].every((t, i) => i === 0 || t > kept.at[i - 1]));
    }),
  );
});

Deno.test("DSK-5: 40 days of writing with a backup: old detail goes, size stays bounded", () =>
  inFolder(async (directory) => {
    const desk = await openDesk(directory);
    const { history } = desk;
    const sizes: number[] = [];
    let copied: Promise<void> | null = null;
    for (let day = 0; day < 40; day++) {
      recordSession(desk, day);
      sizes.push(history.status().sizeBytes);
      if (day !== 20) continue;
      const source = new DatabaseSync(`${directory}/history.db`, { readOnly: true });
      copied = backup(source, `${directory}/copy.db`).finally(() => source.close());
    }
    await copied;
    await history.flush();

    const { taken, written, lost, problem } = history.status();
    assert.deepEqual([written, lost, problem], [taken, 0, null]);
    // Days 0 to 8 are older than thirty days by the samples' own clock.
    assert.equal(await samplesOf(desk, lineQuery([10, 11], {})), SESSION_S);
    const thinned = await samplesOf(desk, lineQuery([3, 4], {}));
    assert.ok(thinned <= 3 * SESSION_S / 60 && thinned >= SESSION_S / 60, `${thinned}`);
    const positions = { kind: "position", keys: ["A X"], column: "quantity" } as const;
    assert.equal(await samplesOf(desk, lineQuery([0, 9], positions)), 0);
    assert.equal(await samplesOf(desk, lineQuery([10, 11], positions)), SESSION_S / 60);
    assert.ok(sizes[39] < sizes[31] * 1.1, `grew from ${sizes[31]} to ${sizes[39]}`);
    await history.close();
    const copy = new DatabaseSync(`${directory}/copy.db`, { readOnly: true });
    assert.deepEqual({ ...copy.prepare("PRAGMA integrity_check").get() }, {
      integrity_check: "ok",
    });
    copy.close();
  }));

Deno.test("history: thinned lines keep their extremes and their sums the last of each minute", () =>
  inFolder(async (directory) => {
    const desk = await openDesk(directory);
    for (const day of [0, 1, 40]) recordSession(desk, day);
    await desk.history.flush();

    const one = await desk.history.line(lineQuery([0, 1], { pixels: 1 }));
    const sum = await desk.history.line(lineQuery([1, 2], { keys: ["A", "B"], pixels: 8192 }));
    const mixed = await desk.history.line(lineQuery([40, 41], { keys: ["A", "B"] }));
    await desk.history.close();

    assert.ok(one.ok && sum.ok && mixed.ok);
    const all = Array.from({ length: SESSION_S }, (_, s) => profitAt(0, s, 0));
    assert.equal(Math.max(...one.value.value), Math.max(...all));
    assert.equal(Math.min(...one.value.value), Math.min(...all));
    const lasts = Array.from({ length: SESSION_S / 60 }, (_, m) => m * 60 + 59);
    const sums = lasts.map((second) => profitAt(1, second, 0) + profitAt(1, second, 1));
    assert.equal(sum.value.sampleCount, sums.length);
    assert.deepEqual(new Set(sum.value.value), new Set(sums));
    assert.ok(!sum.value.value.some((value) => Number.isNaN(value)));
    assert.equal(mixed.value.sampleCount, SESSION_S);
  }));
