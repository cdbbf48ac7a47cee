import assert from "node:assert/strict";
import fc from "fast-check";
import { newYorkInstant } from "./new_york.ts";
import { type MarketState, marketStateAt, tradeDateAt } from "./market_state.ts";
import type { SessionClass } from "./sessions.ts";

function at(date: string, time: string): number {
  const instant = newYorkInstant(date, time);
  assert.ok(instant.ok);
  return instant.value;
}

function state(ms: number, sessionClass: SessionClass = "equity"): MarketState {
  const result = marketStateAt(ms, sessionClass);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function tradeDate(ms: number, sessionClass?: SessionClass): string {
  const result = tradeDateAt(ms, sessionClass);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

Deno.test("market state: open from the opening instant up to, not at, the close", () => {
  const opensAt = at("2025-03-19", "09:30");
  const closesAt = at("2025-03-19", "16:00");

  assert.equal(state(opensAt - 1).phase, "closed");
  assert.equal(state(opensAt).phase, "open");
  assert.equal(state(closesAt - 1).phase, "open");
  assert.equal(state(closesAt).phase, "closed");
  assert.equal(state(opensAt).changesAt, closesAt);
});

Deno.test("market state: SPX is open at 16:10 when shares are closed", () => {
  const now = at("2025-03-19", "16:10");

  assert.equal(state(now, "lateOption").phase, "open");
  assert.equal(state(now, "equity").phase, "closed");
});

Deno.test("market state: the reason for a closed market and the session to come are told", () => {
  const before = state(at("2025-03-19", "08:00"));
  const after = state(at("2025-03-19", "17:00"));
  const weekend = state(at("2025-03-22", "12:00"));
  const holiday = state(at("2025-04-18", "12:00"));

  assert.ok(before.phase === "closed" && after.phase === "closed");
  assert.deepEqual([before.reason, before.next.date, before.previousDate], [
    "beforeOpen",
    "2025-03-19",
    "2025-03-18",
  ]);
  assert.deepEqual([after.reason, after.next.date, after.previousDate], [
    "afterClose",
    "2025-03-20",
    "2025-03-19",
  ]);
  assert.ok(weekend.phase === "closed" && holiday.phase === "closed");
  assert.deepEqual([weekend.reason, weekend.next.date], ["weekend", "2025-03-24"]);
  assert.deepEqual([holiday.reason, holiday.holiday, holiday.next.date], [
    "holiday",
    "Good Friday",
    "2025-04-21",
  ]);
  assert.equal(holiday.changesAt, at("2025-04-21", "09:30"));
});

Deno.test("R38: on a half day the market is closed at 13:00 and late classes at 13:15", () => {
  const now = at("2024-12-24", "13:05");

  assert.equal(state(now, "equity").phase, "closed");
  assert.equal(state(now, "lateOption").phase, "open");
  assert.equal(state(at("2024-12-24", "13:15"), "lateOption").phase, "closed");
});

Deno.test("market state: futures trade over midnight and pause from 17:00 to 18:00", () => {
  const evening = state(at("2025-03-19", "20:00"), "futures");
  const night = state(at("2025-03-20", "03:00"), "futures");
  const pause = state(at("2025-03-19", "17:30"), "futures");
  const sunday = state(at("2025-03-23", "18:00"), "futures");

  assert.ok(evening.phase === "open" && night.phase === "open" && sunday.phase === "open");
  assert.equal(evening.session.date, "2025-03-20");
  assert.equal(night.session.date, "2025-03-20");
  assert.equal(sunday.session.date, "2025-03-24");
  assert.ok(pause.phase === "closed");
  assert.deepEqual([pause.reason, pause.next.date], ["afterClose", "2025-03-20"]);
});

Deno.test("market state: nothing changes between two answers' instants of change", () => {
  const start = at("2010-01-05", "00:00");
  const end = at("2030-12-30", "00:00");
  const classes: SessionClass[] = ["equity", "lateOption", "futures"];
  fc.assert(
    fc.property(fc.integer({ min: start, max: end }), fc.constantFrom(...classes), (now, of) => {
      const current = state(now, of);

      assert.ok(current.changesAt > now);
      assert.equal(state(current.changesAt - 1, of).phase, current.phase);
      assert.notEqual(state(current.changesAt, of).phase, current.phase);
    }),
  );
});

Deno.test("trade date: a session owns its day and the closed days behind it", () => {
  assert.equal(tradeDate(at("2025-03-21", "00:00")), "2025-03-21");
  assert.equal(tradeDate(at("2025-03-21", "23:59")), "2025-03-21");
  assert.equal(tradeDate(at("2025-03-23", "12:00")), "2025-03-21");
  assert.equal(tradeDate(at("2025-03-24", "00:00")), "2025-03-24");
  assert.equal(tradeDate(at("2025-03-23", "17:59"), "futures"), "2025-03-21");
  assert.equal(tradeDate(at("2025-03-23", "18:00"), "futures"), "2025-03-24");
});

Deno.test("market state: an instant outside the table is a typed failure", () => {
  const late = marketStateAt(at("2030-12-31", "16:00"), "equity");
  const early = tradeDateAt(at("2009-12-31", "12:00"));

  assert.equal(late.ok ? "" : late.error.code, "outOfRange");
  assert.equal(early.ok ? "" : early.error.code, "outOfRange");
  assert.equal(state(at("2030-12-31", "15:59")).phase, "open");
});
