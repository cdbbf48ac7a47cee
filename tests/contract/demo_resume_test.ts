import assert from "node:assert/strict";
import type { WorldStart } from "@/lib/brokers/demo/wire/messages.ts";
import { LIVE, subscriptions, value } from "./broker_subject.ts";
import { DemoRun, told } from "./demo_run.ts";

const MINUTE_MS = 60_000;
/** 16:10 New York of a Wednesday: late products close in five minutes. */
const NEAR_CLOSE_MIN = 355;

/** Everything told after the market's thread had its turn once more. */
async function toldBy(run: DemoRun, connected: Awaited<ReturnType<DemoRun["connect"]>>) {
  const { latest, ...answers } = await told(connected);
  run.time.advance(0);
  return { ...answers, latest: latest() };
}

Deno.test("demo: twenty minutes straight equal twelve, a restart and eight", async () => {
  const straight = new DemoRun();
  const watched = await straight.connect();
  await straight.minutes(20);
  const before = new DemoRun();
  await before.connect();
  await before.minutes(12);
  const { bytes } = await before.end();

  const after = new DemoRun({ resume: { checkpoint: bytes, awayMs: 0 } });
  const resumed = await after.connect();
  await after.minutes(8);

  const [expected, actual] = [await toldBy(straight, watched), await toldBy(after, resumed)];
  assert.ok(expected.accounts.some(({ fills }) => fills.length > 2), "fills to compare");
  assert.ok(expected.latest.length > 300, `${expected.latest.length} latest values`);
  assert.deepEqual(actual, expected);
  await Promise.all([straight.adapter.close(), after.adapter.close()]);
});

Deno.test("demo: what happens while the desk is away is what would have happened", async () => {
  const straight = new DemoRun({ start: { speed: 2 } });
  const watched = await straight.connect();
  await straight.minutes(10);
  const before = new DemoRun({ start: { speed: 2 } });
  await before.connect();
  await before.minutes(4);
  const { bytes, sourceNow } = await before.end();

  const resume = { checkpoint: bytes, awayMs: 5 * MINUTE_MS };
  const after = new DemoRun({ start: { speed: 2 }, resume });
  const resumed = await after.connect();
  const gone = resumed.accountIds.map((id) => after.adapter.fillsToday(id, LIVE));
  const whileAway = (await Promise.all(gone)).flatMap((fills) =>
    value(fills).filter(({ filledAt }) => filledAt > sourceNow)
  );
  await after.minutes(1);

  assert.deepEqual(after.begun, [
    { checkpointAt: sourceNow, wentOnMs: 10 * MINUTE_MS, notice: null },
  ]);
  assert.ok(whileAway.length > 0, "fills while away are fills of today");
  assert.deepEqual(await toldBy(after, resumed), await toldBy(straight, watched));
  await Promise.all([straight.adapter.close(), after.adapter.close()]);
});

Deno.test("demo: a restart sends latest values, not what happened while away", async () => {
  const before = new DemoRun({ start: { eventRate: 2000 } });
  await before.connect();
  const { bytes } = await before.end();

  const resume = { checkpoint: bytes, awayMs: 12 * MINUTE_MS };
  const after = new DemoRun({ start: { eventRate: 2000 }, resume });
  const { adapter, sink, instruments } = await after.connect();
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  after.time.advance(25);

  const most = 4 * instruments.length + 2000 / 40 + 1;
  assert.ok(sink.events.length <= 2 * most, `${sink.events.length} events`);
  assert.ok(!sink.calls.includes("fill") && !sink.calls.includes("order"));
  await adapter.close();
});

Deno.test("demo: away over the close it stops there, and a session opens as usual", async () => {
  const slow = { eventRate: 5, speed: 5 };
  const before = new DemoRun({ start: slow });
  await before.connect();
  await before.minutes(NEAR_CLOSE_MIN / slow.speed);
  const { bytes } = await before.end();

  const after = new DemoRun({
    start: { ...slow, speed: 1 },
    resume: { checkpoint: bytes, awayMs: 10 * MINUTE_MS },
  });
  const { adapter, sink } = await after.connect();
  assert.equal(adapter.clock.now(), Date.parse("2025-03-19T20:15:00Z"), "at the late close");
  await after.minutes(1.9);
  assert.deepEqual(adapter.health().map(({ state }) => state), ["closed"]);
  assert.ok(!sink.calls.includes("session"));
  await after.minutes(0.2);
  assert.ok(sink.calls.includes("session"));
  assert.ok(adapter.clock.now() > Date.parse("2025-03-20T13:30:00Z"));
  const { bytes: nextDay } = await after.end();

  const third = new DemoRun({ start: slow, resume: { checkpoint: nextDay, awayMs: 0 } });
  const next = await third.connect();
  assert.ok(next.adapter.clock.now() >= Date.parse("2025-03-20T13:30:00Z"), "the day is kept");
  await next.adapter.close();
});

Deno.test("demo: in the closed state no session opens while the desk is away", async () => {
  const slow = { eventRate: 5, speed: 5 };
  const before = new DemoRun({ start: slow });
  await before.connect();
  await before.minutes((NEAR_CLOSE_MIN + 6) / slow.speed);
  const { bytes } = await before.end();

  const resume = { checkpoint: bytes, awayMs: 10 * MINUTE_MS };
  const after = new DemoRun({ start: slow, resume });
  const { adapter, sink } = await after.connect();
  assert.equal(adapter.clock.now(), Date.parse("2025-03-19T20:16:10Z"), "10 s at speed 5 before");
  await after.minutes(0.16);
  assert.ok(!sink.calls.includes("session"));
  await after.minutes(0.01);
  assert.ok(sink.calls.includes("session"), "it opens before the desk's eyes");
  await adapter.close();
});

Deno.test("demo: a checkpoint of other settings or damaged is not used, said why", async () => {
  const before = new DemoRun();
  await before.connect();
  await before.minutes(3);
  const { bytes } = await before.end();
  const begin = async (start: Partial<WorldStart>, checkpoint = bytes) => {
    const run = new DemoRun({ start, resume: { checkpoint, awayMs: 0 } });
    await run.connect();
    const at = new Date(run.adapter.clock.now()).toISOString().slice(0, 16);
    await run.adapter.close();
    return [run.begun[0].notice, run.begun[0].checkpointAt === null, at];
  };
  const anew = (why: string, day = "2025-03-19") => [
    `the demo market begins anew: ${why}`,
    true,
    `${day}T14:15`,
  ];
  const damaged = bytes.slice();
  damaged[1000] ^= 4;

  assert.deepEqual(await begin({ seed: 8 }), anew("the checkpoint is of seed 7, not 8"));
  assert.deepEqual(
    await begin({ date: "2025-03-22" }),
    anew(
      "the checkpoint is of a market that began on 2025-03-19, not 2025-03-24",
      "2025-03-24",
    ),
  );
  assert.deepEqual(
    await begin({ positions: 97 }),
    anew("the checkpoint is of 96 positions, not 97"),
  );
  assert.deepEqual(await begin({}, damaged), anew("the checkpoint is damaged"));
  assert.deepEqual(await begin({}, bytes.slice(0, 900)), anew("the checkpoint is damaged"));
  assert.deepEqual(await begin({ eventRate: 9, speed: 3 }), [null, false, "2025-03-19T14:18"]);
});

Deno.test("demo: checkpoints come every ten seconds, when asked and at the end", async () => {
  const run = new DemoRun();
  await run.connect();
  await run.minutes(1);
  run.adapter.requestCheckpoint();
  const asked = run.checkpoints.at(-1);
  await run.time.advanceSettling(4000, 1000);
  const last = await run.end();

  assert.deepEqual(run.checkpoints.slice(0, -2).map(({ at }) => at), [
    10_000,
    20_000,
    30_000,
    40_000,
    50_000,
    60_000,
  ]);
  assert.equal(asked?.at, 60_000);
  assert.equal(last.at, 64_000);
  assert.equal(last.sourceNow, Date.parse("2025-03-19T14:15:00Z") + 64_000);
  assert.equal(run.time.pendingCount, 0);
  run.adapter.requestCheckpoint();
  assert.equal(run.checkpoints.at(-1), last, "none after the end");
});
