import assert from "node:assert/strict";
import fc from "fast-check";
import { dateOfDay, dayOf } from "./date.ts";
import type { Result } from "../base/result.ts";
import {
  isSession,
  nextSession,
  occasionOn,
  previousSession,
  type Session,
  type SessionClass,
  sessionOf,
  sessionsBetween,
} from "./sessions.ts";

function value<T, E>(result: Result<T, E>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function session(date: string, sessionClass: SessionClass = "equity"): Session {
  const found = value(sessionOf(date, sessionClass));
  assert.ok(found !== null, `${date} is a session`);
  return found;
}

function hours(date: string, sessionClass: SessionClass): string[] {
  const { opensAt, closesAt } = session(date, sessionClass);
  return [new Date(opensAt).toISOString(), new Date(closesAt).toISOString()];
}

/** Trading days per year as NYSE counts them; 2012 lost two days to Sandy. */
const SESSIONS_PER_YEAR: readonly (readonly [number, number])[] = [
  [2010, 252],
  [2011, 252],
  [2012, 250],
  [2013, 252],
  [2014, 252],
  [2015, 252],
  [2016, 252],
  [2017, 251],
  [2018, 251],
  [2019, 252],
  [2020, 253],
  [2021, 252],
  [2022, 251],
  [2023, 250],
  [2024, 252],
  [2025, 250],
  [2026, 251],
];

Deno.test("sessions: each year has its published number of trading days", () => {
  for (const [year, count] of SESSIONS_PER_YEAR) {
    assert.equal(value(sessionsBetween(`${year}-01-01`, `${year}-12-31`)).length, count, `${year}`);
  }
});

Deno.test("sessions: hours by class on a full day and on an early close", () => {
  assert.deepEqual(hours("2024-11-27", "equity"), [
    "2024-11-27T14:30:00.000Z",
    "2024-11-27T21:00:00.000Z",
  ]);
  assert.deepEqual(hours("2024-11-29", "equity"), [
    "2024-11-29T14:30:00.000Z",
    "2024-11-29T18:00:00.000Z",
  ]);
  assert.equal(hours("2024-11-27", "lateOption")[1], "2024-11-27T21:15:00.000Z");
  assert.equal(hours("2024-11-29", "lateOption")[1], "2024-11-29T18:15:00.000Z");
  assert.equal(session("2024-11-29").isEarlyClose, true);
  assert.equal(session("2024-11-27").isEarlyClose, false);
});

Deno.test("sessions: a futures session opens on the evening before, on Sunday for Monday", () => {
  assert.deepEqual(hours("2025-03-10", "futures"), [
    "2025-03-09T22:00:00.000Z",
    "2025-03-10T21:00:00.000Z",
  ]);
  assert.deepEqual(hours("2025-03-07", "futures"), [
    "2025-03-06T23:00:00.000Z",
    "2025-03-07T22:00:00.000Z",
  ]);
  assert.equal(hours("2024-12-24", "futures")[1], "2024-12-24T18:15:00.000Z");
});

Deno.test("R38: sessions keep New York hours while US and EU daylight saving differ", () => {
  const berlin = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Berlin",
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
  });
  const berlinOpen = (date: string) => berlin.format(session(date).opensAt);

  assert.equal(berlinOpen("2025-03-07"), "15:30");
  for (const date of value(sessionsBetween("2025-03-10", "2025-03-28"))) {
    assert.equal(berlinOpen(date), "14:30", date);
  }
  assert.equal(berlinOpen("2025-03-31"), "15:30");
  assert.equal(berlinOpen("2025-10-24"), "15:30");
  for (const date of value(sessionsBetween("2025-10-27", "2025-10-31"))) {
    assert.equal(berlinOpen(date), "14:30", date);
  }
  assert.equal(berlinOpen("2025-11-03"), "15:30");
});

Deno.test("R38: each session of 2010–2030 lasts 6.5 h, or 3.5 h on a half day", () => {
  const sessions = value(sessionsBetween("2010-01-01", "2030-12-31")).map((date) => session(date));
  let previous: Session | null = null;
  for (const current of sessions) {
    const lengthH = (current.closesAt - current.opensAt) / 3_600_000;
    assert.equal(lengthH, current.isEarlyClose ? 3.5 : 6.5, current.date);
    if (previous !== null) {
      assert.ok(previous.date < current.date && previous.closesAt < current.opensAt, current.date);
    }
    previous = current;
  }
  assert.equal(sessions[0]?.date, "2010-01-04");
  assert.equal(previous?.date, "2030-12-31");
});

Deno.test("R38: futures sessions never overlap, over both daylight-saving changes", () => {
  let closedAt = 0;
  for (const date of value(sessionsBetween("2010-01-01", "2030-12-31"))) {
    const { opensAt, closesAt } = session(date, "futures");
    assert.ok(closedAt < opensAt && opensAt < closesAt, date);
    closedAt = closesAt;
  }
});

Deno.test("sessions: the session after the one before a session is itself", () => {
  const day = fc.integer({ min: dayOf(2010, 1, 5), max: dayOf(2030, 12, 30) });
  fc.assert(fc.property(day, (on) => {
    const date = dateOfDay(on);
    const next = value(nextSession(date));
    const previous = value(previousSession(date));

    assert.ok(previous < date && date < next);
    assert.equal(value(isSession(next)) && value(isSession(previous)), true);
    const inside = value(sessionsBetween(previous, next));
    if (value(isSession(date))) {
      assert.deepEqual(inside, [previous, date, next]);
      assert.equal(value(nextSession(previous)), date);
      assert.equal(value(previousSession(next)), date);
    } else {
      assert.deepEqual(inside, [previous, next]);
    }
  }));
});

Deno.test("sessions: closed days have no session and say their holiday", () => {
  for (const date of ["2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09", "2025-04-18"]) {
    assert.equal(value(sessionOf(date, "equity")), null, date);
  }
  assert.equal(value(occasionOn("2025-01-09")), "Day of mourning, Jimmy Carter");
  assert.equal(value(occasionOn("2024-07-03")), "Day before Independence Day");
  assert.equal(value(occasionOn("2025-01-11")), null);
  assert.equal(value(nextSession("2025-01-08")), "2025-01-10");
  assert.equal(value(isSession("2021-12-31")), true);
});

Deno.test("sessions: a date outside the table fails and says where the table ends", () => {
  const after = sessionOf("2031-01-02", "equity");
  const noNext = nextSession("2030-12-31");
  const before = previousSession("2010-01-04");
  const malformed = isSession("2025-02-30");

  assert.equal(after.ok ? "" : after.error.code, "outOfRange");
  assert.match(after.ok ? "" : after.error.message, /2031-01-02 .* ends 2030-12-31$/);
  assert.match(noNext.ok ? "" : noNext.error.message, /session after 2030-12-31/);
  assert.match(before.ok ? "" : before.error.message, /session before 2010-01-04 .* 2010-01-01/);
  assert.equal(malformed.ok ? "" : malformed.error.code, "notADate");
});
