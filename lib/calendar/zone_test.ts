import assert from "node:assert/strict";
import fc from "fast-check";
import { newYorkInstant, newYorkTime } from "./new_york.ts";
import { zoneInstant } from "./zone.ts";

function iso(zone: string, date: string, hour: number, minute = 0): string {
  const at = zoneInstant(zone, { date, hour, minute, second: 0 });
  return at.ok ? new Date(at.value).toISOString() : at.error.code;
}

Deno.test("a wall time is read by the rules of its zone on its date", () => {
  assert.equal(iso("US/Eastern", "2026-11-20", 14, 47), "2026-11-20T19:47:00.000Z");
  assert.equal(iso("US/Eastern", "2026-07-20", 14, 47), "2026-07-20T18:47:00.000Z");
  assert.equal(iso("US/Central", "2026-11-20", 15), "2026-11-20T21:00:00.000Z");
  assert.equal(iso("Europe/Berlin", "2026-11-20", 17, 30), "2026-11-20T16:30:00.000Z");
  assert.equal(iso("UTC", "2026-11-20", 17, 30), "2026-11-20T17:30:00.000Z");
  assert.equal(iso("Asia/Kolkata", "2026-11-20", 0), "2026-11-19T18:30:00.000Z");
});

Deno.test("EST and EDT mean New York, in winter and in summer", () => {
  assert.equal(iso("EST", "2026-07-20", 12), "2026-07-20T16:00:00.000Z");
  assert.equal(iso("EDT", "2026-12-20", 12), "2026-12-20T17:00:00.000Z");
});

Deno.test("what is no zone, date or time fails with its name", () => {
  assert.equal(iso("Mars/Olympus", "2026-11-20", 1), "notAZone");
  assert.equal(iso("", "2026-11-20", 1), "notAZone");
  assert.equal(iso("x".repeat(1000), "2026-11-20", 1), "notAZone");
  assert.equal(iso("UTC", "2026-02-30", 1), "notADate");
  assert.equal(iso("UTC", "2026-02-20", 24), "notATime");
  assert.equal(iso("UTC", "2026-02-20", NaN), "notATime");
});

Deno.test("New York agrees with its own calendar, clock changes included", () => {
  const minutes = fc.integer({
    min: Date.UTC(2015, 0, 1) / 60_000,
    max: Date.UTC(2030, 0, 1) / 60_000,
  });
  fc.assert(fc.property(minutes, (minute) => {
    const { date, hour, minute: past } = newYorkTime(minute * 60_000);
    const text = `${String(hour).padStart(2, "0")}:${String(past).padStart(2, "0")}`;
    const expected = newYorkInstant(date, text);
    const at = zoneInstant("America/New_York", { date, hour, minute: past, second: 0 });
    assert.deepEqual(at, expected);
  }));
});
