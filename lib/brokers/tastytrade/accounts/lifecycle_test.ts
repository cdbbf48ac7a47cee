import assert from "node:assert/strict";
import { AT, aTransaction } from "./account_fixture_test.ts";
import { lifecycleEvents } from "./lifecycle.ts";

const NAMES = {
  accountId: "tastytrade-0042-abc",
  keyOf: (symbol: string) => symbol.startsWith("SPY ") ? "SPY 2026-10-30 P 500 x100" : null,
  heldBefore: () => null,
};

Deno.test("R36: an assignment ends the short put, an exercise the long one", () => {
  const rows = [
    aTransaction(),
    aTransaction({ id: "2", subType: "Exercise" }),
    aTransaction({ id: "3", subType: "Cash Settled Assignment", action: "Buy to Close" }),
  ];
  const events = lifecycleEvents(rows, NAMES).map(({ event }) => event);
  assert.deepEqual(events.map(({ kind, signedQuantity }) => [kind, signedQuantity]), [
    ["assigned", -2],
    ["exercised", 2],
    ["cashSettled", -2],
  ]);
  assert.equal(events[0].instrumentKey, "SPY 2026-10-30 P 500 x100");
  assert.equal(events[0].text, "SPY 2026-10-30 P 500 x100 assigned");
  assert.equal(events[0].at, AT);
});

Deno.test("R36: an expiry takes its sign from what was held, 0 when nobody knows", () => {
  const row = aTransaction({ subType: "Expiration" });
  const signed = (held: number | null) =>
    lifecycleEvents([row], { ...NAMES, heldBefore: () => held })[0].event.signedQuantity;
  assert.equal(signed(-2), -2);
  assert.equal(signed(2), 2);
  assert.equal(signed(null), 0);
});

Deno.test("R36: delivered shares, trades and unknown sub-types are no life-cycle event", () => {
  const rows = [
    aTransaction({ symbol: "SPY", instrumentType: "Equity" }),
    aTransaction({ type: "Trade", subType: "Sell to Open" }),
    aTransaction({ subType: "Symbol Change" }),
    aTransaction({ subType: "constructor" }),
    aTransaction({ executedAt: null }),
  ];
  assert.deepEqual(lifecycleEvents(rows, NAMES), []);
});

Deno.test("R36: an option that is not known any more is named as the broker names it", () => {
  const row = aTransaction({ symbol: "XYZ   261030P00500000" });
  const [{ id, event }] = lifecycleEvents([row], NAMES);
  assert.equal(event.instrumentKey, null);
  assert.equal(event.text, "XYZ   261030P00500000 assigned");
  assert.equal(id, "252640001 XYZ   261030P00500000");
});
