import assert from "node:assert/strict";
import type { Balances } from "../../../domain/account.ts";
import type { Fill, Order, Position } from "../../../domain/position.ts";
import type { BrokerSink, LifecycleEvent } from "../../../ports/broker.ts";
import { InstrumentCache } from "../instruments/instrument_cache.ts";
import { InstrumentLookup } from "../instruments/instrument_lookup.ts";
import { readAccounts } from "../map/accounts.ts";
import { readBalances } from "../map/balances.ts";
import { Drift } from "../map/fields.ts";
import { readOrders } from "../map/orders.ts";
import { rig, settled, STARTED_AT } from "../rest/scripted_http_fixture_test.ts";
import { RescaledCloses } from "../market/rescaled_closes.ts";
import { TastytradeServices } from "../rest/services.ts";
import { AccountLoader } from "./account_loader.ts";
import { AccountWatch } from "./account_watch.ts";

const NUMBER = "5WZ00042";
const NOW = new Date(STARTED_AT).toISOString();
const EARLIER = new Date(STARTED_AT - 60_000).toISOString();
const YESTERDAY = new Date(STARTED_AT - 86_400_000).toISOString();
const DRIFT = new Drift();

function position(quantity: number) {
  return {
    "account-number": NUMBER,
    symbol: "SPY",
    "instrument-type": "Equity",
    quantity,
    "quantity-direction": "Long",
    "average-open-price": "600.0",
    multiplier: 1,
    "updated-at": NOW,
  };
}

function balance(cash: string, at = NOW, more: object = {}) {
  return { "account-number": NUMBER, "cash-balance": cash, "updated-at": at, ...more };
}

function order(status: string, updatedAt: number, fills: readonly object[]) {
  return {
    id: 1,
    "account-number": NUMBER,
    status,
    "updated-at": updatedAt,
    price: "600.0",
    "price-effect": "Debit",
    legs: [{
      symbol: "SPY",
      "instrument-type": "Equity",
      action: "Buy to Open",
      quantity: 10,
      fills,
    }],
  };
}

function fill(id: string, at = NOW) {
  return { "fill-id": id, quantity: 10, "fill-price": "600.0", "filled-at": at };
}

const TRADE = {
  id: 7,
  "account-number": NUMBER,
  "transaction-type": "Trade",
  symbol: "SPY",
  "order-id": 1,
  action: "Buy to Open",
  quantity: "10.0",
  price: "600.0",
  commission: "1.5",
  "commission-effect": "Debit",
  value: "6000.0",
  "value-effect": "Debit",
  "net-value": "6001.5",
  "net-value-effect": "Debit",
  "executed-at": NOW,
  "transaction-date": "2026-10-30",
};

async function begin() {
  const broker = {
    positions: [position(100)] as object[],
    balances: balance("1000.0", NOW, { "net-liquidating-value": "61000.0" }),
    orders: [] as object[],
    transactions: [] as object[],
    closing: [] as object[],
  };
  const equity = { symbol: "SPY", "tick-sizes": [{ value: "0.01" }] };
  const run = rig(({ url }) => {
    const { pathname } = new URL(url);
    const path = pathname.replace(`/accounts/${NUMBER}`, "");
    const items = (list: readonly object[]) => ({ body: { data: { items: list } } });
    switch (path) {
      case "/positions":
        return items(broker.positions);
      case "/balances":
        return { body: { data: broker.balances } };
      case "/orders/live":
        return items(broker.orders);
      case "/transactions":
        return items(broker.transactions);
      case "/instruments/equities":
        return items([equity]);
      case "/balance-snapshots":
        return broker.closing.length > 0 ? items(broker.closing) : { status: 404, body: "" };
      default:
        return { status: 404, body: {} };
    }
  });
  const services = await TastytradeServices.load(run.transport);
  const cache = new InstrumentCache();
  const [{ account }] = readAccounts([{ "account-number": NUMBER }], DRIFT);
  const parts = {
    services,
    cache,
    lookup: new InstrumentLookup(services, cache),
    clock: run.time,
    rescaled: new RescaledCloses(() => {}),
  };
  const told = {
    fills: [] as Fill[],
    orders: [] as Order[],
    positions: [] as (readonly Position[])[],
    balances: [] as Balances[],
    events: [] as LifecycleEvent[],
  };
  const sink: BrokerSink = {
    market() {},
    positions: (_, list) => void told.positions.push(list),
    balances: (one) => void told.balances.push(one),
    fxRate() {},
    previousClose() {},
    fill: (one) => void told.fills.push(one),
    order: (one) => void told.orders.push(one),
    carry() {},
    health() {},
    lifecycle: (event) => void told.events.push(event),
    session() {},
  };
  const watch = new AccountWatch(new AccountLoader(account, parts), () => sink);
  const reload = async () => assert.ok((await settled(run.time, watch.reload(run.signal))).ok);
  return { ...run, broker, told, watch, reload };
}

function told(json: object) {
  return readOrders([json], DRIFT)[0];
}

Deno.test("a told balance changes what it names, an older one nothing", async () => {
  const { told, watch, reload } = await begin();
  await reload();
  for (const row of readBalances(balance("900.0"), DRIFT)) watch.movedBalance(row);
  for (const row of readBalances(balance("1.0", EARLIER), DRIFT)) watch.movedBalance(row);
  const last = told.balances.at(-1);
  assert.equal(last?.cash[0].amount, 900);
  assert.equal(last?.netLiquidation, 61_000);
});

Deno.test("a fill is told at once and again with its costs, never a third time", async () => {
  const { broker, told: seen, watch, reload } = await begin();
  await reload();
  const done = order("Filled", STARTED_AT, [fill("f1")]);
  assert.equal(watch.movedOrder(told(done)), true);
  assert.equal(watch.movedOrder(told(done)), false);
  assert.deepEqual(seen.fills.map(({ execId, fees }) => [execId, fees]), [["f1", 0]]);
  broker.orders = [done];
  broker.transactions = [TRADE];
  broker.positions = [position(110)];
  await reload();
  await reload();
  assert.deepEqual(seen.fills.map(({ execId, fees }) => [execId, fees]), [["f1", 0], ["f1", 1.5]]);
  assert.deepEqual(
    seen.positions.at(-1)?.map((one) => [one.signedQuantity, one.overnightQuantity]),
    [[110, 100]],
  );
});

Deno.test("orders are told in the order of their stamps, whatever order they come in", async () => {
  const { told: seen, watch, reload } = await begin();
  await reload();
  watch.movedOrder(told(order("Live", STARTED_AT - 2_000, [])));
  assert.ok(watch.hasWorkingOrders);
  watch.movedOrder(told(order("Cancelled", STARTED_AT, [])));
  watch.movedOrder(told(order("Cancel Requested", STARTED_AT - 1_000, [])));
  assert.deepEqual(seen.orders.map(({ state }) => state), ["accepted", "canceled"]);
  assert.ok(!watch.hasWorkingOrders);
});

Deno.test("a fill of yesterday in an order that rests is none of today", async () => {
  const { broker, watch, time, signal } = await begin();
  broker.orders = [order("Live", STARTED_AT, [fill("old", YESTERDAY), fill("new")])];
  const fills = await settled(time, watch.fillsToday(signal));
  assert.deepEqual(fills.ok && fills.value.map(({ execId }) => execId), ["new"]);
});

Deno.test("BRK-7: a look tells whether anything moved that nobody told", async () => {
  const { broker, watch, reload, time, signal } = await begin();
  await reload();
  const look = async () => {
    const moved = await settled(time, watch.hasMoved(signal));
    return moved.ok && moved.value;
  };
  assert.equal(await look(), false);
  broker.balances = balance("1500.0");
  assert.equal(await look(), true);
  assert.equal(await look(), false);
  broker.positions = [position(90)];
  assert.equal(await look(), true);
});

Deno.test("R36: an end without a side has that of what was held before", async () => {
  const { broker, told: seen, watch, reload, time, signal } = await begin();
  const put = {
    ...position(2),
    symbol: "SPY   261030P00500000",
    "instrument-type": "Equity Option",
    "underlying-symbol": "SPY",
    "quantity-direction": "Short",
    multiplier: 100,
  };
  broker.positions = [put];
  await reload();
  broker.positions = [];
  assert.ok((await settled(time, watch.hasMoved(signal))).ok);
  broker.transactions = [{
    ...TRADE,
    symbol: put.symbol,
    "instrument-type": "Equity Option",
    "transaction-type": "Receive Deliver",
    "transaction-sub-type": "Expiration",
    action: null,
    quantity: "2.0",
  }];
  await reload();
  await reload();
  assert.deepEqual(seen.events.map(({ kind, signedQuantity }) => [kind, signedQuantity]), [
    ["expired", -2],
  ]);
  const [ended] = seen.positions.at(-1) ?? [];
  assert.deepEqual([ended.signedQuantity, ended.overnightQuantity], [0, -2]);
});

Deno.test("a close that the broker does not have yet is asked for again later", async () => {
  const { watch, broker, time, http, signal } = await begin();
  const asked = () => http.calls.filter(({ url }) => url.includes("snapshots")).length;
  const before = async () => {
    const balances = await settled(time, watch.balances(signal));
    return balances.ok ? balances.value.previousNetLiquidation : balances.error.code;
  };
  assert.equal(await before(), null);
  broker.closing = [balance("900.0", YESTERDAY, { "net-liquidating-value": "60000.0" })];
  assert.equal(await before(), null);
  assert.equal(asked(), 1);
  await time.advanceSettling(600_000, 10_000);
  assert.equal(await before(), 60_000);
  assert.equal(await before(), 60_000);
  assert.equal(asked(), 2);
});

Deno.test("with a deposit of unknown size there is no net liq to compare with", async () => {
  const { watch, broker, time, signal } = await begin();
  broker.closing = [balance("900.0", YESTERDAY, { "net-liquidating-value": "60000.0" })];
  broker.transactions = [{
    ...TRADE,
    "transaction-type": "Money Movement",
    "transaction-sub-type": "Deposit",
    "net-value": "5000.0",
    "net-value-effect": undefined,
  }];
  const balances = await settled(time, watch.balances(signal));
  assert.ok(balances.ok);
  assert.equal(balances.value.netLiquidation, 61_000);
  assert.equal(balances.value.previousNetLiquidation, null);
});
