import assert from "node:assert/strict";
import fc from "fast-check";
import { compareAccount, POSITIONS_MAX } from "./account.ts";
import {
  compared,
  NOW,
  ourAccount,
  ourPosition,
  theirAccount,
  theirPosition,
  told,
} from "./reconcile_fixture_test.ts";

const ONE = new Map([["XYZ C", ourPosition()]]);
const held = (...positions: ReturnType<typeof ourPosition>[]) =>
  new Map(positions.map((position) => [position.instrumentKey, position]));

Deno.test("T-003: positions, cash and net liq stand apart and each is compared", () => {
  const { positionsValue, cash, netLiq, dayPnl, state } = compared();
  assert.deepEqual([positionsValue.theirs, positionsValue.ours], [400, 400]);
  assert.deepEqual([cash.theirs, cash.ours], [9600, 9600]);
  assert.deepEqual([netLiq.theirs, netLiq.ours], [10_000, 10_000]);
  assert.deepEqual([dayPnl.theirs, dayPnl.ours], [100, 100]);
  assert.equal(state, "agrees");
});

Deno.test("T-003: cash that differs is named as the cause of net liq's difference", () => {
  const { cash, netLiq } = compared({ cash: told(9000, NOW), netLiquidation: told(9400, NOW) });
  assert.equal(cash.difference, 600);
  assert.equal(netLiq.cause?.code, "cash");
  assert.equal(netLiq.cause?.text, "cash differs by 600.00");
});

Deno.test("B-01: pending cash explains what differs by it", () => {
  const { netLiq } = compared({ netLiquidation: told(10_250, NOW), pendingCash: told(250) });
  assert.equal(netLiq.cause?.code, "pendingCash");
  const inCash = compared({
    cash: told(9350),
    netLiquidation: told(9750),
    pendingCash: told(250),
  });
  assert.equal(inCash.cash.cause?.code, "pendingCash");
});

Deno.test("B-01: a fill of the last half minute explains cash that differs", () => {
  const { cash, netLiq } = compared(
    { cash: told(9500), netLiquidation: told(9900) },
    {},
    NOW - 4_000,
  );
  assert.equal(cash.cause?.code, "inFlight");
  assert.equal(netLiq.cause?.code, "inFlight");
});

Deno.test("B-01: a figure from before the last fill proves nothing", () => {
  const { netLiq } = compared({ netLiquidation: told(9000, NOW - 5_000) }, {}, NOW - 1_000);
  assert.deepEqual([netLiq.state, netLiq.doubt], ["notComparable", "otherTime"]);
});

Deno.test("B-01: a figure of long ago proves nothing while the market is open", () => {
  assert.equal(
    compared({ netLiquidation: told(9000, NOW - 61_000) }).netLiq.doubt,
    "staleTheirs",
  );
});

Deno.test("B-01: a planted lot is the cause of positions' and net liq's difference", () => {
  const { netLiq, positionsValue } = compared({
    netLiquidation: told(10_200, NOW),
    positions: [theirPosition({ signedQuantity: 3 })],
  });
  assert.equal(positionsValue.difference, -200);
  assert.equal(netLiq.cause?.code, "quantity");
  assert.match(netLiq.cause?.text ?? "", /^XYZ 16 May 105 call: the broker lists \+3/);
});

Deno.test("B-01: marks at last are counted in the cause", () => {
  const positions = held(
    ourPosition({ markSource: "last" }),
    ourPosition({ instrumentKey: "XYZ P", markSource: "last" }),
  );
  const { netLiq } = compared({
    netLiquidation: told(10_400 - 312, NOW),
    positions: [
      theirPosition({ mark: told(1.22) }),
      theirPosition({ instrumentKey: "XYZ P", mark: told(1.22) }),
    ],
  }, { positions, positionsValue: 800 });
  assert.equal(netLiq.difference, 312);
  assert.equal(netLiq.cause?.text, "2 positions are marked here at last");
});

Deno.test("B-01: a holding not valued here is named, and the broker's own sum", () => {
  const positions = held(
    ourPosition(),
    ourPosition({ instrumentKey: "BOND", mark: null, isSupported: false, option: null }),
  );
  const bond = theirPosition({ instrumentKey: "BOND", mark: null });
  const theirs = { netLiquidation: told(11_000, NOW), positions: [theirPosition(), bond] };
  assert.equal(compared(theirs, { positions }).netLiq.cause?.code, "unsupported");
  const sum = compared({ netLiquidation: told(10_500, NOW), positionsValue: told(400, NOW) });
  assert.equal(sum.netLiq.cause?.code, "brokersParts");
});

Deno.test("B-01: differences within tolerance that add up are said to", () => {
  const keys = Array.from({ length: 60 }, (_, i) => `K${i}`);
  const positions = held(...keys.map((instrumentKey) => ourPosition({ instrumentKey })));
  const theirs = keys.map((instrumentKey) => theirPosition({ instrumentKey, mark: told(1.99) }));
  const { netLiq, counts } = compared(
    { netLiquidation: told(9600 + 60 * 398, NOW), positions: theirs },
    { positions, positionsValue: 60 * 400 },
  );
  assert.deepEqual(counts, { agrees: 60, differs: 0, notComparable: 0 });
  assert.equal(netLiq.difference, 120);
  assert.equal(netLiq.cause?.code, "smallDifferences");
});

Deno.test("B-01: another previous close explains a day P&L that differs alone", () => {
  const { dayPnl, netLiq } = compared({
    positions: [theirPosition({ previousClose: told(1) })],
  }, { previousNetLiq: 9800 });
  assert.equal(netLiq.state, "agrees");
  assert.equal(dayPnl.difference, -100);
  assert.equal(dayPnl.cause?.code, "previousClose");
});

Deno.test("B-01: a day P&L that differs as net liq does follows it, else one is missing", () => {
  const both = compared({ netLiquidation: told(9000, NOW), cash: null });
  assert.equal(both.dayPnl.cause?.code, "netLiq");
  assert.equal(compared({}, { dayPnl: 40 }).dayPnl.cause?.code, "unknown");
});

Deno.test("T-003: without a market value there is no net liq of ours, and none is made up", () => {
  const { netLiq, positionsValue, cash } = compared({}, { positionsValue: null });
  assert.deepEqual([netLiq.ours, netLiq.doubt], [null, "absentOurs"]);
  assert.equal(positionsValue.difference, null);
  assert.equal(cash.state, "agrees");
});

Deno.test("B-01: after the close marks prove nothing, cash and quantities still do", () => {
  const positions = held(ourPosition({ staleness: "closed" }));
  const shut = compared({ netLiquidation: told(9900, NOW) }, { positions });
  assert.equal(shut.netLiq.doubt, "closed");
  assert.equal(shut.state, "notComparable", "what agrees in parts does not agree");
  const cash = compared({ netLiquidation: told(9500), cash: told(9100) }, { positions });
  assert.equal(cash.netLiq.state, "differs");
});

Deno.test("T-009: a holding that is not valued is the cause, after the close too", () => {
  const positions = new Map([
    ["XYZ C", ourPosition({ staleness: "closed" })],
    [
      "Bond",
      ourPosition({
        instrumentKey: "Bond",
        staleness: "closed",
        isSupported: false,
        mark: null,
        option: null,
      }),
    ],
  ]);
  const theirs = [theirPosition(), theirPosition({ instrumentKey: "Bond", mark: told(98) })];
  const { netLiq, state } = compared(
    { netLiquidation: told(29_600, NOW), positions: theirs },
    { positions },
  );
  assert.equal(netLiq.cause?.text, "1 holding is not valued here");
  assert.equal(state, "differs");
});

Deno.test("B-01: an account in another currency is compared in the base currency", () => {
  const { netLiq } = compared(
    { netLiquidation: told(5000), cash: told(4800), currency: "EUR" },
    { rate: 2 },
  );
  assert.deepEqual([netLiq.theirs, netLiq.state], [10_000, "agrees"]);
  assert.equal(compared({}, { rate: null }).netLiq.state, "notComparable");
});

Deno.test("B-01: what moved while the broker was asked is no difference", () => {
  const before = ourAccount({ positionsValue: 100, cash: 9600, positions: ONE });
  const figures = theirAccount({ netLiquidation: told(9750, NOW) });
  const found = compareAccount({ figures, before, ours: ourAccount(), lastFillAt: null });
  assert.equal(found.netLiq.state, "agrees");
});

Deno.test("B-01: positions that differ come first and the list is bounded", () => {
  const keys = Array.from({ length: POSITIONS_MAX + 20 }, (_, i) => `K${i}`);
  const positions = held(...keys.map((instrumentKey) => ourPosition({ instrumentKey })));
  const theirs = keys.map((instrumentKey, i) =>
    theirPosition({ instrumentKey, signedQuantity: i === POSITIONS_MAX + 10 ? 7 : 2 })
  );
  const found = compared({ positions: theirs }, { positions });
  assert.equal(found.positions.length, POSITIONS_MAX);
  assert.equal(found.positions[0].instrumentKey, `K${POSITIONS_MAX + 10}`);
  assert.equal(found.counts.agrees, POSITIONS_MAX + 19);
});

Deno.test("B-01: marks inside quote and tick never make an account differ on their own", () => {
  const shares = fc.array(
    fc.record({
      quantity: fc.integer({ min: -20, max: 20 }).filter((q) => q !== 0),
      off: fc.double({ min: -0.0199, max: 0.0199, noNaN: true }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(fc.property(shares, (list) => {
    const own = list.map(({ quantity }, i) =>
      ourPosition({ instrumentKey: `K${i}`, signedQuantity: quantity, overnightQuantity: quantity })
    );
    const theirs = list.map(({ quantity, off }, i) =>
      theirPosition({ instrumentKey: `K${i}`, signedQuantity: quantity, mark: told(2 + off) })
    );
    const value = own.reduce((sum, one) => sum + one.signedQuantity * 200, 0);
    const their = list.reduce((sum, one) => sum + one.quantity * 100 * (2 + one.off), 0);
    const cash = 1e7;
    const found = compared({
      positions: theirs,
      cash: told(cash),
      netLiquidation: told(cash + their),
    }, { positions: held(...own), positionsValue: value, cash, dayPnl: null });
    assert.equal(found.counts.differs, 0);
    assert.equal(found.netLiq.state, "agrees");
  }));
});

Deno.test("B-01: cash that futures move is not compared with cash of an earlier moment", () => {
  const future = ourPosition({ instrumentKey: "ES", isFuture: true, option: null });
  const positions = held(ourPosition(), future);
  const theirs = {
    cash: told(9650, NOW),
    netLiquidation: told(10_050, NOW),
    positions: [theirPosition(), theirPosition({ instrumentKey: "ES" })],
  };
  const early = compared(theirs, { positions, cashAt: NOW - 20_000 });
  assert.deepEqual([early.cash.doubt, early.netLiq.doubt], ["otherTime", "otherTime"]);
  assert.equal(compared(theirs, { positions }).cash.state, "differs");
});
