import assert from "node:assert/strict";
import type { MarketStatus } from "../../stream/protocol/messages.ts";
import { loginHeadline } from "./headline.ts";

const NOON = Date.UTC(2025, 2, 19, 16, 0);

function market(session: MarketStatus["session"], until: number | null): MarketStatus {
  return { session, sessionDate: "2025-03-19", since: null, until, sourceSpeed: 1 };
}

Deno.test("sign-in: its sentence says how the market stands and what to do", () => {
  assert.equal(
    loginHeadline(market("regular", Date.UTC(2025, 2, 19, 20, 0)), NOON),
    "The session is open until 16:00 New York. Sign in to see your book.",
  );
  assert.equal(
    loginHeadline(market("closed", Date.UTC(2025, 2, 20, 13, 30)), NOON),
    "The market is closed until Thursday 09:30 New York. Sign in to see your book.",
  );
  assert.equal(
    loginHeadline(market("closed", Date.UTC(2025, 2, 31, 13, 30)), NOON),
    "The market is closed until 2025-03-31 09:30 New York. Sign in to see your book.",
  );
});

Deno.test("sign-in: what the calendar does not know is left out of its sentence", () => {
  assert.equal(loginHeadline(null, NOON), "Sign in to see your book.");
  assert.equal(loginHeadline(market("closed", null), NOON), "Sign in to see your book.");
});
