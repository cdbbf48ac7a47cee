import assert from "node:assert/strict";
import fc from "fast-check";
import { NEW_YORK, newYorkDay, newYorkInstant, newYorkInstantOf, newYorkTime } from "./new_york.ts";

const clock = new Intl.DateTimeFormat("en-CA", {
  timeZone: NEW_YORK,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

function byIntl(ms: number): string {
  const part = Object.fromEntries(clock.formatToParts(ms).map((p) => [p.type, p.value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

function byUs(ms: number): string {
  const { date, hour, minute, second } = newYorkTime(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}`;
}

function instant(date: string, time: string): string {
  const result = newYorkInstant(date, time);
  assert.ok(result.ok, `${date} ${time}`);
  return new Date(result.value).toISOString();
}

Deno.test("New York: every six hours of 2010–2030 reads as Intl reads it", () => {
  const end = Date.UTC(2031, 0, 1);
  for (let ms = Date.UTC(2010, 0, 1); ms < end; ms += 6 * 3_600_000) {
    assert.equal(byUs(ms), byIntl(ms));
  }
});

Deno.test("New York: each daylight-saving change of 2010–2030 falls on 02:00 of its Sunday", () => {
  for (let year = 2010; year <= 2030; year++) {
    const marchFirst = new Date(Date.UTC(year, 2, 1)).getUTCDay();
    const springSunday = 8 + (7 - marchFirst) % 7;
    const novemberFirst = new Date(Date.UTC(year, 10, 1)).getUTCDay();
    const autumnSunday = 1 + (7 - novemberFirst) % 7;
    const spring = Date.UTC(year, 2, springSunday, 7);
    const autumn = Date.UTC(year, 10, autumnSunday, 6);

    assert.match(byUs(spring - 1000), / 01:59:59$/);
    assert.match(byUs(spring), / 03:00:00$/);
    assert.match(byUs(autumn - 1000), / 01:59:59$/);
    assert.match(byUs(autumn), / 01:00:00$/);
    assert.equal(byUs(spring), byIntl(spring));
    assert.equal(byUs(autumn), byIntl(autumn));
  }
});

Deno.test("New York: wall times become the instants of winter and summer", () => {
  assert.equal(instant("2025-03-19", "10:15"), "2025-03-19T14:15:00.000Z");
  assert.equal(instant("2025-01-15", "09:30"), "2025-01-15T14:30:00.000Z");
  assert.equal(instant("2025-07-15", "16:00"), "2025-07-15T20:00:00.000Z");
  assert.equal(instant("2025-12-31", "23:59"), "2026-01-01T04:59:00.000Z");
  assert.equal(instant("1995-07-03", "12:00"), "1995-07-03T16:00:00.000Z");
});

Deno.test("New York: the skipped hour reads an hour later, the repeated one as its first", () => {
  assert.equal(instant("2025-03-09", "01:59"), "2025-03-09T06:59:00.000Z");
  assert.equal(instant("2025-03-09", "02:30"), "2025-03-09T07:30:00.000Z");
  assert.equal(instant("2025-03-09", "03:00"), "2025-03-09T07:00:00.000Z");
  assert.equal(instant("2025-11-02", "00:59"), "2025-11-02T04:59:00.000Z");
  assert.equal(instant("2025-11-02", "01:30"), "2025-11-02T05:30:00.000Z");
  assert.equal(instant("2025-11-02", "02:00"), "2025-11-02T07:00:00.000Z");
});

Deno.test("New York: a wall time comes back from its instant", () => {
  const day = fc.integer({ min: 14_610, max: 22_279 });
  const minute = fc.integer({ min: 180, max: 1439 });
  fc.assert(fc.property(day, minute, (on, at) => {
    const ms = newYorkInstantOf(on, at);
    const time = newYorkTime(ms);

    assert.equal(newYorkDay(ms), on);
    assert.equal(time.hour * 60 + time.minute, at);
    assert.equal(time.second, 0);
  }));
});

Deno.test("New York: malformed dates and times are typed failures", () => {
  const badTime = newYorkInstant("2025-01-02", "24:00");
  const badDate = newYorkInstant("2025-02-30", "09:30");

  assert.deepEqual(badTime, {
    ok: false,
    error: { code: "notATime", message: '"24:00" is not a time HH:MM' },
  });
  assert.equal(badDate.ok ? "" : badDate.error.code, "notADate");
});
