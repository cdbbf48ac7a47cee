import assert from "node:assert/strict";
import { marketStatus } from "./market_status.ts";

const at = (text: string) => Date.parse(text);

Deno.test("market status: open until the close of the session", () => {
  // 2025-03-19 10:15 New York, daylight-saving time.
  assert.deepEqual(marketStatus(at("2025-03-19T14:15:00Z"), 1), {
    session: "regular",
    sessionDate: "2025-03-19",
    since: at("2025-03-19T13:30:00Z"),
    until: at("2025-03-19T20:00:00Z"),
    sourceSpeed: 1,
  });
});

Deno.test("market status: on Sunday night closed since Friday's close until Monday's open", () => {
  assert.deepEqual(marketStatus(at("2025-03-23T23:00:00Z"), 0), {
    session: "closed",
    sessionDate: "2025-03-21",
    since: at("2025-03-21T20:00:00Z"),
    until: at("2025-03-24T13:30:00Z"),
    sourceSpeed: 0,
  });
});

Deno.test("market status: after an early close it is closed since 13:00", () => {
  const status = marketStatus(at("2024-11-29T18:30:00Z"), 1);

  assert.equal(status?.session, "closed");
  assert.equal(status?.since, at("2024-11-29T18:00:00Z"));
});

Deno.test("market status: nothing is known outside the calendar", () => {
  assert.equal(marketStatus(at("2009-06-01T15:00:00Z"), 1), null);
});
