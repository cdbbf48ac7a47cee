import assert from "node:assert/strict";
import fc from "fast-check";
import { AWAY_EVENTS_MAX, AWAY_MARKET_MAX_MS, goesOnUntil, type TimeAway } from "./going_on.ts";

const MINUTE_MS = 60_000;
const CLOSE_AT = 10_000 * MINUTE_MS;

/** Market minutes that pass from `beforeClose` minutes before the border. */
function minutes(beforeClose: number, away: Partial<TimeAway>): number {
  const now = CLOSE_AT - beforeClose * MINUTE_MS;
  const until = goesOnUntil(
    { now, isOpen: true, borderAt: CLOSE_AT },
    { awayMs: 0, speed: 1, eventRate: 500, ...away },
  );
  return (until - now) / MINUTE_MS;
}

Deno.test("going on: the market passes the time away at its speed", () => {
  assert.equal(minutes(300, { awayMs: 4 * MINUTE_MS }), 4);
  assert.equal(minutes(300, { awayMs: 2 * MINUTE_MS, speed: 6 }), 12);
  assert.equal(minutes(300, { awayMs: 1500, speed: 0.5 }), 0.0125);
});

Deno.test("going on: at most fifteen market minutes pass, then it stood still", () => {
  assert.equal(minutes(300, { awayMs: 15 * MINUTE_MS }), 15);
  assert.equal(minutes(300, { awayMs: 3 * 24 * 60 * MINUTE_MS }), 15);
  assert.equal(minutes(300, { awayMs: 2 * MINUTE_MS, speed: 60 }), 15);
});

Deno.test("going on: at most one and a half million events happen", () => {
  const away = { awayMs: 60 * MINUTE_MS };
  assert.equal(minutes(300, { ...away, eventRate: 10_000 }), 2.5);
  assert.equal(minutes(300, { ...away, eventRate: 100_000 }), 0.25);
  assert.equal(minutes(300, { ...away, eventRate: 0 }), 15);
});

Deno.test("going on: it stops at the close", () => {
  assert.equal(minutes(3, { awayMs: 10 * MINUTE_MS }), 3);
  assert.equal(minutes(0, { awayMs: 10 * MINUTE_MS }), 0);
});

Deno.test("going on: while closed it leaves a starting desk ten real seconds to the open", () => {
  const closedMs = (leftMs: number, awayMs: number, speed = 1) =>
    goesOnUntil({ now: 0, isOpen: false, borderAt: leftMs }, { awayMs, speed, eventRate: 500 });

  assert.equal(closedMs(120_000, 30_000), 30_000);
  assert.equal(closedMs(120_000, 600_000), 110_000);
  assert.equal(closedMs(120_000, 600_000, 4), 80_000);
  assert.equal(closedMs(7000, 600_000), 0);
});

Deno.test("going on: a clock that was set back means no time away", () => {
  for (const awayMs of [-5, -Infinity, NaN, 0]) assert.equal(minutes(300, { awayMs }), 0);
  assert.equal(minutes(300, { awayMs: Infinity }), 15);
});

Deno.test("going on: never back, never over a bound, and longer away is never less far", () => {
  const number = fc.double({ min: 0, max: 1e9, noNaN: true });
  const speed = fc.double({ min: 0.01, max: 1000, noNaN: true });
  const eventRate = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      number,
      number,
      number,
      speed,
      eventRate,
      fc.boolean(),
      (now, ahead, awayMs, s, r, isOpen) => {
        const stand = { now, isOpen, borderAt: now + ahead - 1000 };
        const away = { awayMs, speed: s, eventRate: r };
        const until = goesOnUntil(stand, away);
        const later = goesOnUntil(stand, { ...away, awayMs: awayMs * 2 });
        assert.ok(until >= now && until <= Math.max(now, stand.borderAt));
        assert.ok(until - now <= AWAY_MARKET_MAX_MS + 1e-6);
        assert.ok((until - now) * r / 1000 <= AWAY_EVENTS_MAX * (1 + 1e-9) + r * 1e-9);
        assert.ok(later >= until);
      },
    ),
  );
});
