import assert from "node:assert/strict";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { SessionWatch } from "./session_watch.ts";

const HOUR = 3_600_000;

function watched(startAt: string, hours: number): string[] {
  const time = new VirtualTime(Date.parse(startAt));
  const told: string[] = [];
  const at = () => new Date(time.now()).toISOString().slice(5, 16);
  const watch = new SessionWatch(time, time, {
    session: (date) => void told.push(`${at()} session ${date}`),
    lifecycle: ({ kind, text }) => void told.push(`${at()} ${kind} ${text}`),
  });
  watch.start();
  for (let left = hours; left > 0; left--) time.advance(HOUR);
  watch.close();
  assert.equal(time.pendingCount, 0);
  return told;
}

Deno.test("a session begins at midnight in New York, opens and closes with the calendar", () => {
  assert.deepEqual(watched("2025-03-19T15:00:00Z", 24), [
    "03-19T20:00 sessionClosed Session 2025-03-19 closed",
    "03-20T04:00 session 2025-03-20",
    "03-20T13:30 sessionOpened Session 2025-03-20 opened",
  ]);
});

Deno.test("a weekend belongs to its Friday, an early close ends a session early", () => {
  assert.deepEqual(watched("2025-11-28T15:00:00Z", 3 * 24), [
    "11-28T18:00 sessionClosed Session 2025-11-28 closed",
    "12-01T05:00 session 2025-12-01",
    "12-01T14:30 sessionOpened Session 2025-12-01 opened",
  ]);
});
