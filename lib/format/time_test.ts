import assert from "node:assert/strict";
import {
  daysBetween,
  formatAge,
  formatClock,
  formatCountdown,
  formatExpiry,
  formatMinute,
  spokenAge,
} from "./time.ts";

Deno.test("T-029: an age has one decimal under 10 s, then whole units, cut", () => {
  assert.equal(formatAge(0), "0.0\u202fs");
  assert.equal(formatAge(399), "0.3\u202fs");
  assert.equal(formatAge(9_999), "9.9\u202fs");
  assert.equal(formatAge(42_900), "42\u202fs");
  assert.equal(formatAge(60_000), "1\u202fmin");
  assert.equal(formatAge(12 * 60_000 + 59_000), "12\u202fmin");
  assert.equal(formatAge(3 * 3_600_000), "3\u202fh");
  assert.equal(formatAge(50 * 3_600_000), "2\u202fd");
});

Deno.test("T-029: an age of a clock that runs ahead is 0, an unknown one is not written", () => {
  assert.equal(formatAge(-5), "0.0\u202fs");
  assert.equal(formatAge(NaN), "");
});

Deno.test("ui §5: a stale age is spoken in words", () => {
  assert.equal(spokenAge(1_000), "1 second");
  assert.equal(spokenAge(42_000), "42 seconds");
  assert.equal(spokenAge(12 * 60_000), "12 minutes");
  assert.equal(spokenAge(2 * 3_600_000), "2 hours");
  assert.equal(spokenAge(24 * 3_600_000), "1 day");
});

Deno.test("time: clock and countdown", () => {
  assert.equal(formatClock({ hour: 9, minute: 5, second: 7 }), "09:05:07");
  assert.equal(formatMinute({ hour: 13, minute: 18, second: 42 }), "13:18");
  assert.equal(formatCountdown(2 * 3_600_000 + 41 * 60_000 + 17_400), "2:41:18");
  assert.equal(formatCountdown(61_000), "1:01");
  assert.equal(formatCountdown(-1), "0:00");
});

Deno.test("time: an expiry names its year only when it is another", () => {
  assert.equal(formatExpiry("2025-03-21", 2025), "21 Mar");
  assert.equal(formatExpiry("2027-01-15", 2025), "15 Jan 27");
  assert.equal(formatExpiry("soon", 2025), "soon");
  assert.equal(formatExpiry("2025-13-01", 2025), "2025-13-01");
});

Deno.test("time: days to expiry are calendar days, 0 on the day itself", () => {
  assert.equal(daysBetween("2025-03-07", "2025-03-10"), 3);
  assert.equal(daysBetween("2025-03-19", "2025-03-19"), 0);
  assert.ok(Number.isNaN(daysBetween("x", "2025-03-19")));
});
