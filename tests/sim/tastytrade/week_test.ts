import assert from "node:assert/strict";
import { SleepyTime } from "@/lib/brokers/tastytrade/feed/feed_run_fixture_test.ts";
import { LiveDesk } from "./live_desk.ts";

const MINUTE_MS = 60_000;
/** Wednesday, 15:58 in New York. */
const START = Date.parse("2025-03-19T19:58:00Z");
const ENDED = /^lifecycle (expired|exercised|assigned|cashSettled)/;
/** To the Wednesday after it. */
const SESSIONS = 5;

Deno.test("R36, NET-7: a week of evenings with expiries and nights asleep ends equal", async () => {
  const time = new SleepyTime(START);
  const desk = await LiveDesk.start({ time, positions: 60, eventRate: 10, stepMs: 1000 });
  const { run } = desk;
  let endedBefore = 0;
  for (let day = 0; day < SESSIONS; day++) {
    await run.advance(22 * MINUTE_MS, 1_000);
    const evening = time.now();
    time.sleep(Date.parse(nextMorning(evening)) - evening);
    await run.advance(6 * MINUTE_MS, 1_000);
    await desk.settle();

    const where = new Date(time.now()).toISOString();
    assert.deepEqual(desk.positionDifferences(), [], where);
    assert.deepEqual(desk.marketDifferences(), [], where);
    const ended = desk.told.filter((text) => ENDED.test(text)).length;
    assert.ok(ended > endedBefore, `${where}: no contract has ended`);
    assert.deepEqual(desk.told.filter((text) => text.startsWith("trouble")), [], where);
    endedBefore = ended;
    time.sleep(Date.parse(beforeClose(time.now())) - time.now());
  }
  await desk.stop();
});

/** 9:27 in New York of the next session. */
function nextMorning(at: number): string {
  const day = new Date(at + 12 * 60 * MINUTE_MS);
  const skip = day.getUTCDay() === 6 ? 2 : day.getUTCDay() === 0 ? 1 : 0;
  day.setUTCDate(day.getUTCDate() + skip);
  return `${day.toISOString().slice(0, 10)}T13:27:00Z`;
}

function beforeClose(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)}T19:58:00Z`;
}
