import assert from "node:assert/strict";
import { isAbsent } from "../base/absence.ts";
import { LEAF, LEAF_STRIDE, type LeafMeasure } from "../domain/measures.ts";
import { allocation } from "./allocation.ts";
import {
  aFill,
  aFuture,
  anEquity,
  aPosition,
  close,
  near,
  quote,
  someBalances,
  TestDesk,
} from "./desk_fixture_test.ts";
import {
  allAccounts,
  dayPnlOf,
  isAllClosed,
  measure,
  netLiq,
  portfolioDelta,
  portfolioSums,
  selectAccounts,
  trustOf,
} from "./totals.ts";

const SPY = anEquity({ symbol: "SPY" });
const EURO = anEquity({ symbol: "EUX", currency: "EUR" });

function sums(values: Partial<Record<LeafMeasure, number>>): Float64Array {
  const made = new Float64Array(LEAF_STRIDE);
  for (const [name, index] of Object.entries(LEAF)) {
    made[index] = (values as Record<string, number>)[name] ?? 0;
  }
  return made;
}

Deno.test("T-001: portfolio delta is dollar delta in shares of the reference, with basis", () => {
  const desk = new TestDesk().add(anEquity(), SPY);
  desk.hold(aPosition({ signedQuantity: 60 }), aPosition({ instrumentKey: "SPY" }));
  desk.send(quote("XYZ", 200, 200), quote("SPY", 500, 500));

  const delta = portfolioDelta(desk.book, allAccounts(desk.book), "SPY");

  assert.ok(!isAbsent(delta));
  near(delta.value, (60 * 200 + 500) / 500);
  assert.deepEqual(delta.basis, { kind: "dollarDelta", reference: "SPY", price: 500 });
});

Deno.test("T-001: without a price of the reference the portfolio delta is absent", () => {
  const desk = new TestDesk().add(anEquity(), SPY).hold(aPosition());
  desk.send(quote("XYZ", 200, 200));

  for (const reference of ["SPY", "QQQ"]) {
    const delta = portfolioDelta(desk.book, allAccounts(desk.book), reference);
    assert.ok(isAbsent(delta) && delta.why === "noUnderlying");
  }
});

Deno.test("T-001: shares of different underlyings have no sum", () => {
  const desk = new TestDesk().add(anEquity(), SPY);
  desk.hold(aPosition(), aPosition({ instrumentKey: "SPY" }));
  desk.send(quote("XYZ", 200, 200), quote("SPY", 500, 500));

  const total = portfolioSums(desk.book, allAccounts(desk.book));

  assert.ok(Number.isNaN(measure(total, "positionDelta")));
  near(measure(total, "dollarDelta"), 700);
});

Deno.test("T-002: contract notional is gross and stands beside dollar delta", () => {
  const desk = new TestDesk().add(anEquity(), aFuture());
  desk.hold(
    aPosition({ signedQuantity: 10 }),
    aPosition({ instrumentKey: "ESM5", signedQuantity: -1 }),
  );
  desk.send(quote("XYZ", 200, 200), quote("ESM5", 5000, 5000));

  const total = portfolioSums(desk.book, allAccounts(desk.book));

  near(measure(total, "contractNotional"), 2000 + 250_000);
  near(measure(total, "dollarDelta"), 2000 - 250_000);
});

Deno.test("T-003: net liq is cash, accrued and positions, beside the broker's own", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition({ signedQuantity: 10 }));
  desk.send(quote("XYZ", 200, 200));
  desk.book.setBalances(someBalances({
    cash: [{ currency: "USD", amount: 1000, previousClose: 900 }],
    accrued: 5,
    netLiquidation: 3010,
  }));

  const value = netLiq(desk.book, selectAccounts(desk.book, ["A"]));

  assert.deepEqual(value, { computed: 3005, broker: 3010, difference: -5, legsLeftOut: 0 });
});

Deno.test("T-003: an account that reported nothing makes the sum absent, not 0", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition());
  desk.book.setBalances(someBalances({ netLiquidation: 1 }));

  assert.ok(Number.isNaN(netLiq(desk.book, allAccounts(desk.book)).broker));
});

/** A day in two currencies with a future, fills, fees, income and a deposit. */
function aDay(): { desk: TestDesk; netLiqBefore: number; flows: number } {
  const desk = new TestDesk().add(anEquity(), EURO, aFuture());
  const rate = { previousClose: 1.08, rate: 1.1 };
  desk.book.setFxRate({ currency: "EUR", base: "USD", ...rate, asOf: desk.now });
  desk.hold(
    aPosition({ signedQuantity: 7, overnightQuantity: 10 }),
    aPosition({ instrumentKey: "EUX", signedQuantity: 30, overnightQuantity: 20 }),
    aPosition({ instrumentKey: "ESM5", signedQuantity: -2, overnightQuantity: -3 }),
  );
  const fills = [
    aFill({ execId: "1", signedQuantity: -3, price: 104, fees: 1.3 }),
    aFill({ execId: "2", instrumentKey: "EUX", signedQuantity: 10, price: 49, fees: 2 }),
    aFill({ execId: "3", instrumentKey: "ESM5", signedQuantity: 1, price: 4990, fees: 2.5 }),
  ];
  for (const fill of fills) desk.book.applyFill(fill);
  desk.send(close("XYZ", 100), close("EUX", 50), close("ESM5", 5000));
  desk.send(quote("XYZ", 105, 105), quote("EUX", 52, 52), quote("ESM5", 4980, 4980));
  const variation = 50 * (-2 * 4980 - 1 * 4990 + 3 * 5000);
  const dollars = 5000 + 3 * 104 - 1.3 - 2.5 + variation + 12 + 400;
  const euros = 3000 - 10 * 49 - 2;
  desk.book.setBalances(someBalances({
    cash: [
      { currency: "USD", amount: dollars, previousClose: 5000 },
      { currency: "EUR", amount: euros, previousClose: 3000 },
    ],
    income: 12,
    externalFlows: 400,
  }));
  const netLiqBefore = 5000 + 3000 * 1.08 + 10 * 100 + 20 * 50 * 1.08;
  return { desk, netLiqBefore, flows: 400 };
}

Deno.test("day P&L: rows and cash add up to the change of net liq less flows (formulas §6)", () => {
  const { desk, netLiqBefore, flows } = aDay();
  const accounts = selectAccounts(desk.book, ["A"]);

  const { positions, cash, rowsLeftOut } = dayPnlOf(desk.book, accounts);

  assert.equal(rowsLeftOut, 0);
  const { computed } = netLiq(desk.book, accounts);
  near(positions + cash, computed - netLiqBefore - flows, 1e-10);
});

Deno.test("day P&L: foreign cash without an amount at the close is absent, not 0", () => {
  const { desk } = aDay();

  desk.book.setBalances(
    someBalances({ cash: [{ currency: "EUR", amount: 1, previousClose: null }] }),
  );

  assert.ok(Number.isNaN(dayPnlOf(desk.book, selectAccounts(desk.book, ["A"])).cash));
});

Deno.test("trust: a sum takes the weakest state of any part above 1 % of it", () => {
  const some = { longDollarDelta: 600, shortDollarDelta: -400, staleLegs: 1, modelledLegs: 1 };

  assert.equal(trustOf(sums({ ...some, staleDollarDelta: 11 }), false).state, "stale");
  assert.equal(trustOf(sums({ ...some, staleDollarDelta: 10 }), false).state, "live");
  assert.equal(trustOf(sums({ ...some, modelledDollarDelta: 500 }), true).state, "modelled");
  assert.equal(trustOf(sums(some), true).state, "closed");
});

Deno.test("trust: without any delta one stale leg is enough; absences are counted", () => {
  const trust = trustOf(sums({ staleLegs: 1, withoutGreeks: 2, withoutMark: 1 }), false);

  assert.equal(trust.state, "stale");
  assert.equal(trust.withoutGreeks, 2);
  assert.equal(trust.withoutMark, 1);
});

Deno.test("trust: a book is closed when every underlying with legs is", () => {
  const desk = new TestDesk().add(anEquity(), aFuture());
  desk.hold(aPosition(), aPosition({ instrumentKey: "ESM5" }));
  desk.send(quote("XYZ", 1, 1), quote("ESM5", 2, 2));
  desk.board.setSessionOpen("equity", false);
  desk.book.advanceTime(desk.now);
  assert.equal(isAllClosed(desk.book, allAccounts(desk.book)), false);

  desk.board.setSessionOpen("futures", false);
  desk.book.advanceTime(desk.now);

  assert.equal(isAllClosed(desk.book, allAccounts(desk.book)), true);
});

Deno.test("G-057: allocation splits by the sign of the sum", () => {
  const desk = new TestDesk().add(anEquity(), SPY);
  desk.hold(
    aPosition({ signedQuantity: 30 }),
    aPosition({ instrumentKey: "SPY", signedQuantity: -4 }),
  );
  desk.send(quote("XYZ", 100, 100), quote("SPY", 500, 500));

  const split = allocation(desk.book, allAccounts(desk.book), "dollarDelta");

  assert.deepEqual(split.long, [{ symbol: "XYZ", names: 1, value: 3000, shareOfGross: 0.6 }]);
  assert.deepEqual(split.short, [{ symbol: "SPY", names: 1, value: -2000, shareOfGross: 0.4 }]);
  assert.equal(split.net, 1000);
  assert.equal(split.gross, 5000);
  assert.deepEqual([split.longCount, split.shortCount], [1, 1]);
});

Deno.test("allocation: over seven names the smallest of a side fold into one part", () => {
  const symbols = Array.from({ length: 10 }, (_, i) => `N${i}`);
  const desk = new TestDesk().add(...symbols.map((symbol) => anEquity({ symbol })));
  desk.hold(
    ...symbols.map((instrumentKey, i) =>
      aPosition({ instrumentKey, signedQuantity: (i % 2 === 0 ? 1 : -1) * (10 - i) })
    ),
  );
  desk.send(...symbols.map((symbol) => quote(symbol, 10, 10)));

  const { long, short } = allocation(desk.book, allAccounts(desk.book), "marketValue");

  assert.deepEqual(long.map(({ symbol }) => symbol), ["N0", "N2", "N4", "N6", null]);
  assert.deepEqual(short.map(({ symbol }) => symbol), ["N1", "N3", "N5", null]);
  assert.deepEqual(long[4], { symbol: null, names: 1, value: 20, shareOfGross: 20 / 550 });
  assert.deepEqual(short[3], { symbol: null, names: 2, value: -40, shareOfGross: 40 / 550 });
});

Deno.test("verify: says where a sum is off, and puts it right", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition({ signedQuantity: 10 }));
  desk.send(quote("XYZ", 100, 100));
  desk.book.cellF64[LEAF.marketValue] += 100;

  const { maxRelative, worst } = desk.book.verify();

  near(maxRelative, 0.1);
  assert.deepEqual(worst, { measure: "marketValue", underlyingId: 0, accountId: 0 });
  assert.equal(desk.book.verify().worst, null);
});

Deno.test("verify: changes no mark and no tick while everything agrees", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition({ signedQuantity: 10 }));
  desk.send(quote("XYZ", 100, 100));
  const { tick } = desk.book;
  const changed = desk.book.rowChanged[0];

  assert.deepEqual(desk.book.verify(), { maxRelative: 0, worst: null, rowsDiffering: 0 });

  assert.equal(desk.book.tick, tick);
  assert.equal(desk.book.rowChanged[0], changed);
});
