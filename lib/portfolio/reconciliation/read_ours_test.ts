import assert from "node:assert/strict";
import { createEuropeanValue, valueEuropean } from "../../pricing/european.ts";
import {
  anEquity,
  anOption,
  aPosition,
  close,
  greeks,
  near,
  quote,
  someBalances,
  TestDesk,
} from "../desk_fixture_test.ts";
import { ourNetLiq } from "./our_figures.ts";
import { readOurAccount } from "./read_ours.ts";

const PUT = anOption({ right: "put", strike: 105, key: "PUT" });
const SHORT = aPosition({ instrumentKey: "PUT", signedQuantity: -5 });

function desk() {
  const made = new TestDesk().add(anEquity(), PUT).hold(SHORT);
  made.book.setCarry({ underlying: "XYZ", riskFreeRate: 0.04, dividendYield: 0.01 });
  made.book.setBalances(someBalances({
    cash: [{ currency: "USD", amount: 10_000, previousClose: 10_000 }],
    netLiquidation: 7000,
    previousNetLiquidation: 6900,
  }));
  made.send(quote("XYZ", 99.99, 100.01), close("PUT", 6));
  made.send(quote("PUT", 5.9, 6.1), greeks("PUT", 0.3, -0.61, 0.04, -0.02, 0.12, -0.1));
  return made;
}

function read(made: TestDesk) {
  const { book, board, now } = made;
  return readOurAccount(
    { book, market: board, handleOf: (key) => book.handleOf(key), now, hasGreeks: true },
    0,
  );
}

Deno.test("T-005: a short put has negative value, and its net liq stands beside cash", () => {
  const ours = read(desk());
  assert.equal(ours.positionsValue, -3000);
  assert.equal(ours.cash, 10_000);
  assert.equal(ourNetLiq(ours), 7000);
  assert.equal(ours.dayPnl, 0);
});

Deno.test("B-01: our Greeks are the model's at our mid while the row uses the broker's", () => {
  const made = desk();
  const position = read(made).positions.get("PUT");
  const option = position?.option;
  assert.ok(option !== undefined && option !== null && typeof option.model !== "string");
  assert.equal(option.feed?.delta, -0.61);
  assert.equal(made.value("positionDelta", "PUT"), -5 * 100 * -0.61);
  assert.ok(option.model.delta !== -0.61);
  const out = createEuropeanValue();
  valueEuropean({
    right: "put",
    spot: 100,
    strike: 105,
    yearsToExpiry: 45 / 365,
    volatility: option.model.iv,
    riskFreeRate: 0.04,
    dividendYield: 0.01,
    isOnFuture: false,
  }, out);
  near(out.price, 6, 1e-6);
  near(option.model.delta, out.delta, 1e-9);
  assert.equal(option.isAmerican, true);
  assert.equal(option.spot, 100);
});

Deno.test("B-01: without rate or quote the model says why it has nothing", () => {
  const made = new TestDesk().add(anEquity(), PUT).hold(SHORT);
  made.send(quote("XYZ", 99.99, 100.01), quote("PUT", 5.9, 6.1));
  assert.equal(read(made).positions.get("PUT")?.option?.model, "noRate");
  const ours = read(made);
  assert.equal(ours.cash, null);
  assert.equal(ourNetLiq(ours), null);
});

Deno.test("T-003: a leg without mark leaves net liq of ours unknown", () => {
  const made = desk();
  made.add(anOption({ strike: 120, key: "FAR" })).hold(SHORT, aPosition({ instrumentKey: "FAR" }));
  made.send(quote("XYZ", 99.99, 100.01));
  const ours = read(made);
  assert.equal(ours.positionsValue, null);
  assert.equal(ours.positions.get("FAR")?.mark, null);
});
