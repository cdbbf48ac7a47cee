import assert from "node:assert/strict";
import { civilOf, dayNumber, dayOfIso, isoOf, newYorkDay, weekday } from "./civil.ts";
import { expiresAt, frontFuture, listedExpiries, monthlyExpiry, pickExpiry } from "./expiry.ts";
import { isEarlyClose, isSession, nextSession, sessionOn, xetraCloseAt } from "./session.ts";

function sessionsOff(year: number): string[] {
  const days: string[] = [];
  for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) {
    const isWeekend = weekday(day) === 0 || weekday(day) === 6;
    if (!isWeekend && !isSession(day)) days.push(isoOf(day));
  }
  return days;
}

Deno.test("world calendar: holidays of 2025 and 2026 are those NYSE published", () => {
  assert.deepEqual(sessionsOff(2025), [
    "2025-01-01",
    "2025-01-09",
    "2025-01-20",
    "2025-02-17",
    "2025-04-18",
    "2025-05-26",
    "2025-06-19",
    "2025-07-04",
    "2025-09-01",
    "2025-11-27",
    "2025-12-25",
  ]);
  assert.deepEqual(sessionsOff(2026), [
    "2026-01-01",
    "2026-01-19",
    "2026-02-16",
    "2026-04-03",
    "2026-05-25",
    "2026-06-19",
    "2026-07-03",
    "2026-09-07",
    "2026-11-26",
    "2026-12-25",
  ]);
});

Deno.test("world calendar: early closes end at 13:00 New York", () => {
  const early = ["2025-07-03", "2025-11-28", "2025-12-24", "2026-11-27", "2026-12-24"];
  const found: string[] = [];
  for (let day = dayNumber(2025, 1, 1); day < dayNumber(2027, 1, 1); day++) {
    if (isEarlyClose(day)) found.push(isoOf(day));
  }

  assert.deepEqual(found, early);
  const session = sessionOn(dayOfIso("2025-11-28"));
  assert.equal(session.regularCloseAt, Date.parse("2025-11-28T18:00:00Z"));
  assert.equal(session.lateCloseAt, Date.parse("2025-11-28T18:15:00Z"));
});

Deno.test("world calendar: sessions follow daylight saving on both sides of the ocean", () => {
  const open = (iso: string) => sessionOn(dayOfIso(iso)).openAt;
  const xetra = (iso: string) => xetraCloseAt(sessionOn(dayOfIso(iso)));

  assert.equal(open("2025-03-07"), Date.parse("2025-03-07T14:30:00Z"));
  assert.equal(open("2025-03-10"), Date.parse("2025-03-10T13:30:00Z"));
  assert.equal(open("2025-11-03"), Date.parse("2025-11-03T14:30:00Z"));
  assert.equal(xetra("2025-03-19"), Date.parse("2025-03-19T16:30:00Z"));
  assert.equal(xetra("2025-04-02"), Date.parse("2025-04-02T15:30:00Z"));
  // Easter Monday: Frankfurt is shut, New York is not.
  assert.equal(xetra("2025-04-21"), open("2025-04-21"));
});

Deno.test("world calendar: civil dates round trip and agree with the platform", () => {
  for (let day = -1000; day < 30_000; day += 17) {
    const { year, month, day: ofMonth } = civilOf(day);
    assert.equal(dayNumber(year, month, ofMonth), day);
    assert.equal(isoOf(day), new Date(day * 86_400_000).toISOString().slice(0, 10));
    assert.equal(weekday(day), new Date(day * 86_400_000).getUTCDay());
  }
  assert.throws(() => dayOfIso("2025-02-30"));
  assert.equal(isoOf(newYorkDay(Date.parse("2025-03-20T03:59:00Z"))), "2025-03-19");
  assert.equal(isoOf(newYorkDay(Date.parse("2025-03-20T04:01:00Z"))), "2025-03-20");
  assert.equal(isoOf(nextSession(dayOfIso("2025-04-17"))), "2025-04-21");
});

Deno.test("world expiries: monthly ones move before Good Friday, LEAPS stand in January", () => {
  assert.equal(isoOf(monthlyExpiry(2025, 4)), "2025-04-17");
  assert.equal(isoOf(monthlyExpiry(2025, 6)), "2025-06-20");
  assert.equal(isoOf(monthlyExpiry(2026, 6)), "2026-06-18");
  const listed = listedExpiries("monthly", dayOfIso("2025-03-19")).map(isoOf);
  assert.deepEqual(listed.slice(0, 3), ["2025-03-21", "2025-04-17", "2025-05-16"]);
  assert.deepEqual(listed.slice(-2), ["2026-02-20", "2027-01-15"]);
});

Deno.test("world expiries: a pick takes the first listed that is late enough", () => {
  const today = dayOfIso("2025-03-19");
  const daily = listedExpiries("daily", today);
  const weekly = listedExpiries("weekly", today);

  assert.equal(isoOf(daily[0]), "2025-03-19");
  assert.equal(isoOf(weekly[0]), "2025-03-21");
  assert.ok(weekly.map(isoOf).includes("2025-04-17"));
  assert.equal(isoOf(pickExpiry(daily, today + 7, Infinity)), "2025-03-26");
  assert.equal(isoOf(pickExpiry(weekly, today + 7, Infinity)), "2025-03-28");
});

Deno.test("world expiries: AM settles at the open, PM at the close", () => {
  const day = dayOfIso("2025-04-17");
  assert.equal(expiresAt(day, "AM"), Date.parse("2025-04-17T13:30:00Z"));
  assert.equal(expiresAt(day, "PM"), Date.parse("2025-04-17T20:00:00Z"));
  const front = frontFuture(dayOfIso("2025-03-19"));
  assert.equal(front.code, "M5");
  assert.equal(isoOf(front.dayNo), "2025-06-20");
});
