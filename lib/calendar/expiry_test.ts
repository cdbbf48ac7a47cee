import assert from "node:assert/strict";
import type { CalendarFailure } from "./failure.ts";
import {
  daysToExpiry,
  expiryInstant,
  lastTradeInstant,
  monthlyExpiry,
  yearsToExpiry,
} from "./expiry.ts";
import { futureOptionClass, listedOptionClass } from "./option_class.ts";
import type { Result } from "../base/result.ts";

function value<T>(result: Result<T, CalendarFailure>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

const expires = (expiry: string, settlement: "AM" | "PM") =>
  new Date(value(expiryInstant({ expiry, settlement }))).toISOString();
const lastTrade = (root: string, expiry: string) =>
  new Date(value(lastTradeInstant(expiry, listedOptionClass(root)))).toISOString();

Deno.test("expiry: PM contracts end at the regular close, 13:00 on an early close", () => {
  assert.equal(expires("2025-03-21", "PM"), "2025-03-21T20:00:00.000Z");
  assert.equal(expires("2025-01-17", "PM"), "2025-01-17T21:00:00.000Z");
  assert.equal(expires("2024-11-29", "PM"), "2024-11-29T18:00:00.000Z");
});

Deno.test("expiry: AM contracts end at the open, a session after their last trade", () => {
  assert.equal(expires("2025-03-21", "AM"), "2025-03-21T13:30:00.000Z");
  assert.equal(lastTrade("SPX", "2025-03-21"), "2025-03-20T20:15:00.000Z");
  assert.equal(lastTrade("VIX", "2025-03-18"), "2025-03-17T20:15:00.000Z");
});

Deno.test("expiry: an AM contract behind a holiday last trades before the holiday", () => {
  assert.equal(lastTrade("NDX", "2026-04-06"), "2026-04-02T20:15:00.000Z");
});

Deno.test("expiry: PM index options stop at 16:00 on their last day, ETF options at 16:15", () => {
  assert.equal(lastTrade("SPXW", "2025-03-21"), "2025-03-21T20:00:00.000Z");
  assert.equal(lastTrade("SPY", "2025-03-21"), "2025-03-21T20:15:00.000Z");
  assert.equal(lastTrade("SPY", "2024-11-29"), "2024-11-29T18:15:00.000Z");
  assert.equal(lastTrade("AAPL", "2025-03-21"), "2025-03-21T20:00:00.000Z");
});

Deno.test("expiry: an override holds the risk of a late class until 16:15", () => {
  const late = expiryInstant({ expiry: "2025-03-21", settlement: "PM", endsAt: "lateClose" });

  assert.equal(new Date(value(late)).toISOString(), "2025-03-21T20:15:00.000Z");
});

Deno.test("expiry: a closed expiration date counts for the session before it", () => {
  assert.equal(expires("2014-06-21", "PM"), "2014-06-20T20:00:00.000Z");
  assert.equal(expires("2014-06-21", "AM"), "2014-06-20T13:30:00.000Z");
  assert.equal(expires("2014-04-18", "PM"), "2014-04-17T20:00:00.000Z");
});

Deno.test("expiry: quarterly ES options end at the open, weekly ones at 16:00", () => {
  const quarterly = value(lastTradeInstant("2025-03-21", futureOptionClass("ES")));
  const weekly = value(lastTradeInstant("2025-03-28", futureOptionClass("EW4")));

  assert.equal(new Date(quarterly).toISOString(), "2025-03-21T13:30:00.000Z");
  assert.equal(
    expires("2025-03-21", futureOptionClass("ES").settlement),
    expires(
      "2025-03-21",
      "AM",
    ),
  );
  assert.equal(new Date(weekly).toISOString(), "2025-03-28T20:00:00.000Z");
});

Deno.test("option classes: the same letters mean a share here and a future there", () => {
  assert.equal(listedOptionClass("ES").sessionClass, "equity");
  assert.equal(futureOptionClass("ES").sessionClass, "futures");
  assert.equal(listedOptionClass("SPX").settlement, "AM");
  assert.equal(listedOptionClass("SPXW").settlement, "PM");
  assert.equal(listedOptionClass("SPY1").sessionClass, "lateOption");
  assert.equal(listedOptionClass("XYZ").sessionClass, "equity");
});

Deno.test("R38: days to expiry are calendar days over clock changes, 0 on the day", () => {
  assert.equal(value(daysToExpiry("2025-03-21", "2025-03-21")), 0);
  assert.equal(value(daysToExpiry("2025-03-10", "2025-03-07")), 3);
  assert.equal(value(daysToExpiry("2025-11-03", "2025-10-31")), 3);
  assert.equal(value(daysToExpiry("2033-12-16", "2025-03-19")), 3194);
  assert.equal(daysToExpiry("2025-02-30", "2025-02-01").ok, false);
});

Deno.test("R33: years to expiry count to the millisecond and stop at 0", () => {
  const close = Date.UTC(2025, 2, 21, 20);

  assert.equal(yearsToExpiry(close, close - 365 * 86_400_000), 1);
  assert.equal(yearsToExpiry(close, close - 1), 1 / 31_536_000_000);
  assert.equal(yearsToExpiry(close, close), 0);
  assert.equal(yearsToExpiry(close, close + 1), 0);
});

Deno.test("expiry: the monthly expiration moves to Thursday when Friday is Good Friday", () => {
  assert.equal(value(monthlyExpiry(2025, 3)), "2025-03-21");
  assert.equal(value(monthlyExpiry(2025, 4)), "2025-04-17");
  assert.equal(value(monthlyExpiry(2022, 4)), "2022-04-14");
});

Deno.test("expiry: a date behind the table fails instead of being guessed", () => {
  const result = expiryInstant({ expiry: "2031-01-17", settlement: "PM" });

  assert.equal(result.ok ? "" : result.error.code, "outOfRange");
});
