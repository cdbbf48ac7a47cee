import assert from "node:assert/strict";
import {
  anEquity,
  anOption,
  aPosition,
  greeks,
  near,
  quote,
  someBalances,
  START_AT,
  TestDesk,
} from "./desk_fixture_test.ts";

import { ACCOUNT_AT } from "../domain/measures.ts";
import { LEAF, LEAF_STRIDE } from "../domain/measures.ts";
import { trustOf } from "./totals.ts";

const EUX = anEquity({ symbol: "EUX", currency: "EUR" });
const CALL = anOption({ underlying: "EUX", currency: "EUR", strike: 210 });
const RATE = 1.08;

/** Two calls on a share at 200 EUR, δ 0.4, Γ 0.02, Θ −0.05, ν 0.3, ρ 0.1, rate 1.08. */
function euroDesk(): TestDesk {
  const desk = new TestDesk().add(EUX, CALL);
  desk.book.setFxRate({
    currency: "EUR",
    base: "USD",
    rate: RATE,
    previousClose: 1.05,
    asOf: START_AT,
  });
  desk.hold(aPosition({ instrumentKey: CALL.key, signedQuantity: 2 }));
  return desk.send(
    quote("EUX", 199.9, 200.1),
    quote(CALL.key, 5, 5.2),
    greeks(CALL.key, 0.25, 0.4, 0.02, -0.05, 0.3, 0.1),
  );
}

Deno.test("formulas §1: Greeks in money are in the base currency, share deltas are not", () => {
  const desk = euroDesk();

  near(desk.value("positionDelta", CALL.key), 80);
  near(desk.value("dollarDelta", CALL.key), 80 * 200 * RATE);
  near(desk.value("vega", CALL.key), 2 * 100 * 0.3 * RATE);
  near(desk.value("theta", CALL.key), 2 * 100 * -0.05 * RATE);
  near(desk.value("marketValue", CALL.key), 2 * 100 * 5.1 * RATE);
  near(desk.total("dollarDelta"), 80 * 200 * RATE);
  near(desk.total("deltaChange"), 2 * 100 * 0.02 * 0.01 * 200);
  near(desk.total("dollarGamma"), 2 * 100 * 0.02 * 200 * 200 / 100 * RATE);
  near(desk.total("rho"), 2 * 100 * 0.1 * RATE);
  near(desk.total("contractNotional"), 2 * 100 * 200 * RATE);
});

Deno.test("formulas §1: a new rate moves every amount at once and leaves shares alone", () => {
  const desk = euroDesk();

  desk.book.setFxRate({
    currency: "EUR",
    base: "USD",
    rate: 1.2,
    previousClose: 1.05,
    asOf: START_AT,
  });

  near(desk.value("positionDelta", CALL.key), 80);
  near(desk.total("dollarDelta"), 80 * 200 * 1.2);
  near(desk.total("vega"), 2 * 100 * 0.3 * 1.2);
});

Deno.test("X-03: a net liq that the broker does not report is absent, not 0", () => {
  const desk = new TestDesk().add(anEquity());
  desk.hold(aPosition());
  desk.book.setBalances(someBalances({
    cash: [{ currency: "USD", amount: 500, previousClose: 500 }],
  }));
  desk.send(quote("XYZ", 10, 10));

  assert.ok(Number.isNaN(desk.book.accountF64[ACCOUNT_AT.netLiquidation]));
  assert.equal(desk.book.accountF64[ACCOUNT_AT.cash], 500);
});

Deno.test("ui §5: a sum takes the weakest state of its parts: stale before modelled", () => {
  const sums = new Float64Array(LEAF_STRIDE);
  sums[LEAF.longDollarDelta] = 1000;
  sums[LEAF.staleDollarDelta] = 20;
  sums[LEAF.modelledDollarDelta] = 500;

  assert.equal(trustOf(sums, false).state, "stale");
  sums[LEAF.staleDollarDelta] = 5;
  assert.equal(trustOf(sums, false).state, "modelled");
});
