import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRange, RANGES, rangeSpan, sessionsIn, stepRange } from "./ranges.ts";

/** 10:15 in New York on a Wednesday. */
const NOW = Date.UTC(2025, 2, 19, 14, 15);
const HOUR_MS = 3_600_000;

function datesOf(range: typeof RANGES[number], now: number, since: number | null = null) {
  return rangeSpan(range, now, since).sessions.map(({ date }) => date);
}

Deno.test("G-068: a range reads from its name, anything else is today", () => {
  assert.deepEqual(RANGES.map(parseRange), [...RANGES]);
  for (const text of [null, "", "2d", "__proto__", "TODAY"]) {
    assert.equal(parseRange(text), "today");
  }
});

Deno.test("ui §8: the period grows and shrinks by one and stops at either end", () => {
  assert.equal(stepRange("today", 1), "5d");
  assert.equal(stepRange("today", -1), "today");
  assert.equal(stepRange("1y", 1), "all");
  assert.equal(stepRange("all", 1), "all");
});

Deno.test("G-068: the last five sessions skip the weekend and the holiday", () => {
  assert.deepEqual(datesOf("today", NOW), ["2025-03-19"]);
  assert.deepEqual(datesOf("5d", NOW), [
    "2025-03-13",
    "2025-03-14",
    "2025-03-17",
    "2025-03-18",
    "2025-03-19",
  ]);
  // Thanksgiving 2024 was closed, the day after it closed early.
  const friday = Date.UTC(2024, 10, 29, 16);
  const dates = datesOf("5d", friday);
  assert.deepEqual(dates.slice(-2), ["2024-11-27", "2024-11-29"]);
  const { sessions } = rangeSpan("5d", friday, null);
  assert.equal(sessions[4].closesAt - sessions[4].opensAt, 3.5 * HOUR_MS);
});

Deno.test("G-068: months go back to the day after the same day", () => {
  assert.equal(datesOf("1m", NOW)[0], "2025-02-20");
  assert.equal(datesOf("3m", NOW)[0], "2024-12-20");
  assert.equal(datesOf("1y", NOW)[0], "2024-03-20");
  // There is no 31 February: the month before 31 March begins with March.
  assert.equal(datesOf("1m", Date.UTC(2025, 2, 31, 15))[0], "2025-03-03");
});

Deno.test("G-068: on a closed day the last session stands at the end", () => {
  const sunday = Date.UTC(2025, 2, 16, 15);

  assert.deepEqual(datesOf("today", sunday), ["2025-03-14"]);
  assert.equal(datesOf("5d", sunday)[4], "2025-03-14");
});

Deno.test("G-068: the whole record begins with the session of its first sample", () => {
  assert.equal(datesOf("all", NOW, Date.UTC(2025, 2, 14, 15))[0], "2025-03-14");
  assert.deepEqual(datesOf("all", NOW, null), ["2025-03-19"]);
  assert.deepEqual(datesOf("all", NOW, NOW + HOUR_MS), ["2025-03-19"]);
});

Deno.test("G-068: outside the calendar a range is plain days without sessions", () => {
  for (const now of [Date.UTC(2009, 5, 1), Date.UTC(2040, 5, 1)]) {
    for (const range of RANGES) {
      const { from, to, sessions } = rangeSpan(range, now, null);

      assert.deepEqual(sessions, []);
      assert.ok(from < now && to > now);
    }
  }
});

Deno.test("G-068: sessions of a range ascend, contain no overlap and end with the present", () => {
  const time = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2030, 11, 1) });
  fc.assert(
    fc.property(time, fc.constantFrom(...RANGES), (now, range) => {
      const { from, to, sessions } = rangeSpan(range, now, now - 90 * 24 * HOUR_MS);

      assert.equal(from, sessions[0].opensAt);
      assert.ok(to > from && to > now);
      for (let i = 1; i < sessions.length; i++) {
        assert.ok(sessions[i].opensAt > sessions[i - 1].closesAt);
      }
      assert.ok(sessions[sessions.length - 1].opensAt < now + 12 * HOUR_MS);
    }),
    { numRuns: 200 },
  );
});

Deno.test("G-068: a stretch of time has the sessions that it touches, no other", () => {
  const [thursday, monday] = [Date.UTC(2025, 2, 20, 13, 31), Date.UTC(2025, 2, 24, 13, 30)];

  assert.deepEqual(sessionsIn(thursday, monday).map(({ date }) => date), [
    "2025-03-20",
    "2025-03-21",
  ]);
  assert.equal(sessionsIn(thursday, monday + 1).length, 3);
  assert.deepEqual(sessionsIn(Date.UTC(2025, 2, 22), Date.UTC(2025, 2, 23)), []);
  assert.deepEqual(sessionsIn(0, 1), []);
});
