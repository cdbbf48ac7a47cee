import assert from "node:assert/strict";
import { ACCOUNT_AT, ACCOUNT_F64, STALENESS } from "@/lib/domain/measures.ts";
import { LiveDesk } from "./live_desk.ts";

const SMALL = { positions: 30, eventRate: 60, stepMs: 250 };
const MINUTE_MS = 60_000;

function states(desk: LiveDesk): Map<string, string> {
  return new Map(desk.run.broker.health().map(({ feed, state }) => [feed, state]));
}

async function assertEqual(desk: LiveDesk, where: string): Promise<void> {
  await desk.settle();
  assert.deepEqual(desk.positionDifferences(), [], where);
  assert.deepEqual(desk.marketDifferences(), [], where);
  for (const [feed, state] of states(desk)) assert.equal(state, "live", `${where}: ${feed}`);
}

Deno.test("NET-2: a black hole of 5 s to 15 min, either way, heals without a double", async () => {
  for (const kinds of [["mute"], ["deaf"], ["mute", "deaf"]] as const) {
    for (const forMs of [5_000, 60_000, 15 * MINUTE_MS]) {
      const desk = await LiveDesk.start(SMALL);
      const { run } = desk;
      await run.advance(5_000, 250);
      for (const kind of kinds) {
        run.sim.inject({ on: "dxlink", do: kind });
        run.sim.inject({ on: "streamer", do: kind });
      }
      await run.advance(forMs, 1_000);
      run.sim.faults.clear();
      await run.advance(2 * MINUTE_MS, 250);

      await assertEqual(desk, `${kinds.join(" and ")} for ${forMs / 1000} s`);
      assert.equal(run.sim.openCount("dxlink"), 1);
      assert.equal(run.sim.openCount("streamer"), 1);
      await desk.stop();
    }
  }
});

Deno.test("NET-3: a line slow by up to 3 s is no silence: nothing is replaced", async () => {
  for (const latencyMs of [50, 500, 1_500]) {
    const desk = await LiveDesk.start(SMALL);
    const { run } = desk;
    await run.advance(5_000, 250);
    run.sim.inject({ on: "dxlink", do: "slow", latencyMs, jitterMs: latencyMs });
    run.sim.inject({ on: "streamer", do: "slow", latencyMs, jitterMs: latencyMs });
    const before = desk.told.length;
    await run.advance(5 * MINUTE_MS, 250);

    const turns = desk.told.slice(before).filter((text) => text.startsWith("feed"));
    assert.deepEqual(turns, [], `${latencyMs} ms`);
    run.sim.faults.clear();
    await run.advance(10_000, 250);
    await assertEqual(desk, `after ${latencyMs} ms`);
    await desk.stop();
  }
});

Deno.test("NET-6: faces that fail one by one each have a state of their own", async () => {
  const desk = await LiveDesk.start(SMALL);
  const { run } = desk;
  await run.advance(5_000, 250);
  run.sim.inject({ on: "streamer", do: "drop" });
  run.sim.inject({ on: "streamer", do: "refuse", status: 503 });
  await run.advance(20_000, 250);
  assert.equal(states(desk).get("tastytrade"), "live");
  assert.notEqual(states(desk).get("tastytrade-account"), "live");
  run.sim.inject({ on: "dxlink", do: "mute" });
  await run.advance(30_000, 250);
  assert.notEqual(states(desk).get("tastytrade"), "live");
  run.sim.inject({ on: "rest", do: "status", status: 503 });
  await run.advance(90_000, 250);
  assert.notEqual(states(desk).get("tastytrade-rest"), "live");
  run.sim.faults.clear();
  await run.advance(3 * MINUTE_MS, 250);

  await assertEqual(desk, "all are back");
  await desk.stop();
});

Deno.test("P1: balances are old once neither the stream nor requests bring them", async () => {
  const desk = await LiveDesk.start(SMALL);
  const { run, engine: { book } } = desk;
  const old = (): boolean[] =>
    Array.from(
      { length: book.accountCount },
      (_, a) =>
        STALENESS[book.accountF64[a * ACCOUNT_F64.length + ACCOUNT_AT.staleness]] === "stale",
    );
  await run.advance(10 * MINUTE_MS, 500);
  assert.deepEqual([...new Set(old())], [false], "it is asked for often enough");
  run.sim.inject({ on: "streamer", do: "drop" });
  run.sim.inject({ on: "streamer", do: "refuse", status: 503 });
  run.sim.inject({ on: "rest", do: "status", status: 503 });
  await run.advance(2 * MINUTE_MS + 2_000, 500);
  assert.deepEqual([...new Set(old())], [true]);
  run.sim.faults.clear();
  await run.advance(2 * MINUTE_MS, 500);
  assert.deepEqual([...new Set(old())], [false]);
  await desk.stop();
});

Deno.test("DAT-2: 20,000 events a second for 10 s end equal, with nothing piled up", async () => {
  const desk = await LiveDesk.start({ positions: 200, eventRate: 20_000, stepMs: 50 });
  const { run } = desk;
  await run.advance(2_000, 50);
  const waiting = run.timers.pendingCount;
  const seen = desk.engine.board.eventCount;
  await run.advance(10_000, 50);

  const taken = desk.engine.board.eventCount - seen;
  assert.ok(taken > 20_000, `${taken} events`);
  assert.ok(run.timers.pendingCount <= waiting + 5, "timers pile up");
  await assertEqual(desk, "after the flood");
  await desk.stop();
});
