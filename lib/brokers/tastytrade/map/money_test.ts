import assert from "node:assert/strict";
import { mapBalances, readBalances } from "./balances.ts";
import { Drift, Fields } from "./fields.ts";
import { todaysFills } from "./fills.ts";
import { readNetLiqHistory } from "./net_liq_history.ts";
import { mapOrder, orderState, readOrders } from "./orders.ts";
import { cashMovements, readTransactions, signOfAction } from "./transactions.ts";

type Json = Record<string, unknown>;

const NAMES = { accountId: "a", keyOf: (symbol: string) => `key ${symbol}`, asOf: 5 };
const PUT = "SPY   261218P00500000";

function transaction(changes: Json): Json {
  return {
    id: 252640001,
    "account-number": "5WZ00042",
    symbol: PUT,
    "transaction-type": "Trade",
    action: "Sell to Open",
    quantity: "2.0",
    price: "9.15",
    "executed-at": "2026-10-14T14:02:11.118+00:00",
    value: "1830.0",
    "value-effect": "Credit",
    "regulatory-fees": "0.08",
    "regulatory-fees-effect": "Debit",
    "clearing-fees": "0.20",
    "clearing-fees-effect": "Debit",
    commission: "2.00",
    "commission-effect": "Debit",
    "proprietary-index-option-fees": "0.0",
    "proprietary-index-option-fees-effect": "None",
    "net-value": "1827.72",
    "net-value-effect": "Credit",
    "order-id": 771001,
    ...changes,
  };
}

function order(changes: Json, legChanges: Json = {}): Json {
  const fill = (id: string, quantity: number) => ({
    "fill-id": id,
    quantity,
    "fill-price": "9.15",
    "filled-at": "2026-10-14T14:02:11.118+00:00",
  });
  return {
    id: 771001,
    "account-number": "5WZ00042",
    status: "Filled",
    price: "9.15",
    "price-effect": "Credit",
    "updated-at": 1793370600572,
    legs: [{
      symbol: PUT,
      action: "Sell to Open",
      quantity: 3,
      "remaining-quantity": 0,
      fills: [fill("f1", 1), fill("f2", 2), fill("f2", 2)],
      ...legChanges,
    }],
    ...changes,
  };
}

function rowsOf(...items: Json[]) {
  return readTransactions(items, new Drift());
}

Deno.test("the effect is the sign: a sale brings money, its costs take some", () => {
  const [row] = rowsOf(transaction({}));
  assert.equal(row.value, 1830);
  assert.equal(row.netValue, 1827.72);
  assert.equal(row.fees, 2.28);
  const [bought] = rowsOf(transaction({ "value-effect": "Debit", "net-value-effect": "Debit" }));
  assert.equal(bought.value, -1830);
  const rebate = rowsOf(transaction({ commission: "0.50", "commission-effect": "Credit" }))[0];
  assert.equal(rebate.fees, -0.22);
});

Deno.test("BRK-8: an amount whose effect is missing or new is absent and counted", () => {
  const drift = new Drift();
  const [row] = readTransactions([
    transaction({ "value-effect": undefined, "net-value-effect": "Sideways" }),
  ], drift);
  assert.equal(row.value, null);
  assert.equal(row.netValue, null);
  assert.deepEqual(drift.counts(), {
    "transaction.value-effect: missing": 1,
    "transaction.net-value-effect: unknown": 1,
  });
});

Deno.test("actions of options, shares and futures have their signs; others have none", () => {
  const bought = ["Buy", "Buy to Open", "Buy to Close"];
  const sold = ["Sell", "Sell to Open", "Sell to Close"];
  assert(bought.every((action) => signOfAction(action) === 1));
  assert(sold.every((action) => signOfAction(action) === -1));
  assert.equal(signOfAction("Allocate"), null);
  assert.equal(signOfAction(null), null);
});

Deno.test("a fill counts once, under its fill id, with its share of the costs", () => {
  const orders = readOrders([order({}), order({ "updated-at": 1793370600571 })], new Drift());
  const rows = rowsOf(transaction({ quantity: "3.0" }));
  const fills = todaysFills(orders, rows, NAMES);
  assert.deepEqual(fills.map(({ execId }) => execId), ["f1", "f2"]);
  assert.deepEqual(fills.map(({ signedQuantity }) => signedQuantity), [-1, -2]);
  assert.deepEqual(fills.map(({ fees }) => fees), [0.76, 1.52]);
  assert.equal(fills[0].instrumentKey, `key ${PUT}`);
  const other = rowsOf(transaction({ "order-id": 5, "exec-id": "e-1", quantity: "1.0" }));
  const both = todaysFills(orders, [...rows, ...other], NAMES);
  assert.deepEqual(both.map(({ execId }) => execId), ["f1", "f2", "e-1"]);
  const moved = rowsOf(transaction({ "transaction-type": "Receive Deliver" }));
  assert.equal(todaysFills([], moved, NAMES).length, 0);
});

Deno.test("an order that is live with something filled is partially filled", () => {
  assert.equal(orderState("Live", 1), "partiallyFilled");
  assert.equal(orderState("Live", 0), "accepted");
  assert.equal(orderState("Filled", 3), "filled");
  assert.equal(orderState("Teleported", 0), null);
  assert.equal(orderState("toString", 0), null);
});

Deno.test("of two writings of one order the newer counts, whichever came first", () => {
  const old = order({ status: "Live", "updated-at": 1 });
  const recent = order({ status: "Cancelled", "updated-at": 2 });
  for (const list of [[old, recent], [recent, old]]) {
    const orders = readOrders(list, new Drift());
    assert.deepEqual(orders.map(({ status }) => status), ["Cancelled"]);
  }
});

Deno.test("an order of several legs is one per leg, without a price of its own", () => {
  const [leg] = order({}).legs as Json[];
  const second = { ...leg, symbol: "SPY", action: "Buy to Open", fills: [] };
  const [record] = readOrders([order({ status: "Live", legs: [leg, second] })], new Drift());
  const mapped = mapOrder(record, NAMES);
  assert.deepEqual(mapped.map(({ brokerOrderId }) => brokerOrderId), ["771001/1", "771001/2"]);
  assert.deepEqual(mapped.map(({ signedQuantity }) => signedQuantity), [-3, 3]);
  assert.deepEqual(mapped.map(({ state }) => state), ["partiallyFilled", "accepted"]);
  assert.deepEqual(mapped.map(({ limitPrice }) => limitPrice), [null, null]);
  const [single] = mapOrder(readOrders([order({})], new Drift())[0], NAMES);
  assert.equal(single.brokerOrderId, "771001");
  assert.equal(single.limitPrice, 9.15);
  assert.equal(single.filledQuantity, -3);
});

Deno.test("deposits and income are told apart; one unknown value makes the sum unknown", () => {
  const money = (subType: string, value: string, effect: string, id: number) =>
    transaction({
      id,
      symbol: undefined,
      "transaction-type": "Money Movement",
      "transaction-sub-type": subType,
      "net-value": value,
      "net-value-effect": effect,
    });
  const items = [
    money("Deposit", "1000.0", "Credit", 1),
    money("Withdrawal", "250.0", "Debit", 2),
    money("Dividend", "12.5", "Credit", 3),
    money("Debit Interest", "2.5", "Debit", 4),
    money("Mark to Market", "99.0", "Credit", 5),
  ];
  assert.deepEqual(cashMovements(rowsOf(...items, transaction({}))), { external: 750, income: 10 });
  const fees = [money("Fee", "3.0", "Debit", 7), money("Balance Adjustment", "0.02", "Debit", 8)];
  assert.deepEqual(cashMovements(rowsOf(...items, ...fees)), { external: 750, income: 6.98 });
  assert.equal(cashMovements(rowsOf(...items, money("Deposit", "x", "Credit", 6))), null);
});

Deno.test("balances take the close before from the snapshot and say null where nobody does", () => {
  const rows = readBalances([
    { currency: "EUR", "cash-balance": "-5.5" },
    {
      currency: "USD",
      "cash-balance": "100.25",
      "net-liquidating-value": "1000.01",
      "pending-cash": "7.0",
      "pending-cash-effect": "Debit",
      "updated-at": "2026-10-30T20:00:00.000+00:00",
    },
  ], new Drift());
  const previous = readBalances(
    { "cash-balance": "90.0", "net-liquidating-value": "990.5" },
    new Drift(),
  );
  const context = { accountId: "a", externalFlows: 1, income: 2, asOf: 3, freshUntil: 4 };
  const balances = mapBalances(rows, { ...context, previous });
  assert.deepEqual(balances, {
    accountId: "a",
    cash: [
      { currency: "EUR", amount: -5.5, previousClose: null },
      { currency: "USD", amount: 100.25, previousClose: 90 },
    ],
    netLiquidation: 1000.01,
    previousNetLiquidation: 990.5,
    externalFlows: 1,
    income: 2,
    accrued: 0,
    asOf: Date.parse("2026-10-30T20:00:00Z"),
    freshUntil: 4,
  });
  assert.equal(rows[1].pendingCash, -7);
  const broken = readBalances({ "cash-balance": "NaN" }, new Drift());
  assert.equal(mapBalances(broken, { ...context, previous }), null);
});

Deno.test("net liq points stand in the order of time, in the broker's own writing of it", () => {
  const drift = new Drift();
  const points = readNetLiqHistory([
    { close: "104501.25", "total-close": "104501.25", time: "2026-10-30 13:35:00+00" },
    { close: "104500.00", time: "2026-10-30 13:30:00+00" },
    { close: "1.0", time: "2026-10-30 13:40:00" },
    { time: "2026-10-30 13:45:00+00" },
  ], drift);
  assert.deepEqual(points.map(({ close }) => close), [104500, 104501.25]);
  assert.equal(points[0].at, Date.parse("2026-10-30T13:30:00Z"));
  assert.deepEqual(drift.counts(), { "netLiq.time: type": 1, "netLiq.close: missing": 1 });
  assert.equal(Fields.of([], "x", drift), null);
});

Deno.test("a cost that cannot be read makes the costs unknown; one not sent is none", () => {
  const costs = (changes: Json) => rowsOf(transaction(changes))[0].fees;
  assert.equal(costs({}), 2.28);
  assert.equal(costs({ commission: undefined }), 0.28);
  assert.equal(costs({ commission: "two" }), null);
  assert.equal(costs({ "commission-effect": undefined }), null);
});

Deno.test("a trade that is booked before its order tells it is no second fill", () => {
  const trade = readTransactions([transaction({ "exec-id": "e1" })], new Drift());
  const fills = (changes: Json) =>
    todaysFills(readOrders([order({ status: "Live" }, changes)], new Drift()), trade, NAMES)
      .map(({ execId }) => execId);
  assert.deepEqual(fills({}), ["f1", "f2"]);
  assert.deepEqual(fills({ fills: [], "remaining-quantity": 2 }), []);
  // An order that is done and names no fills leaves them to its trades.
  assert.deepEqual(fills({ fills: undefined }), ["e1"]);
});
