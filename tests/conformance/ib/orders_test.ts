import {
  type CommissionReport,
  type Contract,
  EventName,
  type Execution,
  type Order,
  OrderAction,
  type OrderState,
  OrderType,
  SecType,
  TimeInForce,
} from "@stoqey/ib";
import assert from "node:assert/strict";
import type { TwsSim } from "../../../sims/tws/mod.ts";
import { Official, until, VERSIONS, withOfficial } from "./rig.ts";

const ACCOUNT = "DU1044417";
const QUIET = { eventRate: 0, fillGapMs: 1e12 };

function share(sim: TwsSim, symbol: string): Contract {
  const { market, contracts } = sim.face;
  const instrument = market.instrument(market.world.instrumentOf(symbol)!);
  return { conId: contracts.of(instrument).conId, exchange: "SMART" };
}

function quote(sim: TwsSim, symbol: string): { bid: number; ask: number } {
  const { market } = sim.face;
  return market.latest(market.instrument(market.world.instrumentOf(symbol)!));
}

const BASE: Order = {
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 100,
  tif: TimeInForce.DAY,
  account: ACCOUNT,
  transmit: true,
};

/** Status and filled quantity of each orderStatus of an order. */
function statuses(official: Official, orderId: number): string[] {
  return official.of(EventName.orderStatus).filter(([id]) => id === orderId)
    .map(([, status, filled]) => `${status} ${filled}`);
}

function executions(official: Official): Execution[] {
  return official.of(EventName.execDetails).map(([, , execution]) => execution as Execution);
}

function errorsOf(official: Official, id: number): number[] {
  return official.of(EventName.error).filter((args) => args[2] === id).map(([, code]) =>
    Number(code)
  );
}

for (const serverVersion of VERSIONS) {
  const at = `at ${serverVersion}`;

  Deno.test(`a bracket: parent and one child fill, the other is cancelled ${at}`, async () => {
    await withOfficial({ serverVersion, ...QUIET }, async (official, sim) => {
      const { api } = official;
      const contract = share(sim, "AAPL");
      const { bid, ask } = quote(sim, "AAPL");
      const far = Math.floor(bid / 2);
      const limit = Math.ceil(ask) + 1;
      const sell = { ...BASE, action: OrderAction.SELL, parentId: 1, transmit: false };
      api.placeOrder(1, contract, { ...BASE, lmtPrice: limit, transmit: false, orderRef: "p" });
      api.placeOrder(2, contract, { ...sell, lmtPrice: Math.ceil(ask) + 50, orderRef: "t" });
      const stop = { ...sell, orderType: OrderType.STP, auxPrice: far, transmit: true };
      api.placeOrder(3, contract, { ...stop, orderRef: "s" });
      await until("children work", () =>
        statuses(official, 2).includes("Submitted 0") &&
        official.of(EventName.orderStatus).some((args) => args[0] === 3 && args[9] === "trigger"));
      assert.ok(statuses(official, 1).includes("Filled 100"));
      const held = official.of(EventName.orderStatus).filter((args) => args[9] === "child");
      assert.deepEqual(new Set(held.map(([id]) => id)), new Set([2, 3]));

      api.placeOrder(2, contract, { ...sell, lmtPrice: Math.floor(bid) - 1, transmit: true });
      await until("the stop is gone", () => statuses(official, 3).includes("Cancelled 0"));
      await until("costs", () => official.of(EventName.commissionReport).length === 2);
      assert.ok(statuses(official, 2).includes("Filled 100"));
      assert.deepEqual(errorsOf(official, 3), [202]);
      assert.deepEqual(executions(official).map(({ side, orderRef }) => [side, orderRef]), [
        ["BOT", "p"],
        ["SLD", ""],
      ]);
    });
  });

  Deno.test(`every field of an order arrives, none is left, and comes back ${at}`, async () => {
    await withOfficial({ serverVersion, ...QUIET }, async (official, sim) => {
      const { api } = official;
      const odd: Order = {
        ...BASE,
        lmtPrice: 1,
        orderRef: "all",
        goodTillDate: "20251231 16:00:00 US/Eastern",
        tif: TimeInForce.GTD,
        algoStrategy: "Adaptive",
        algoParams: [{ tag: "adaptivePriority", value: "Normal" }],
        hedgeType: "D",
        hedgeParam: "1",
        ocaGroup: "g",
        ocaType: 1,
        scaleInitLevelSize: 10,
        scaleSubsLevelSize: 5,
        scalePriceIncrement: 0.5,
        scaleAutoReset: true,
        deltaNeutralOrderType: OrderType.MKT,
        softDollarTier: { name: "n", value: "v", displayName: "" },
        minQty: 10,
        outsideRth: true,
      };
      api.placeOrder(5, share(sim, "AAPL"), odd);
      await until("openOrder", () => official.of(EventName.openOrder).length > 1);
      const [, , order] = official.of(EventName.openOrder)[1] as [number, Contract, Order];
      assert.deepEqual([order.orderRef, order.lmtPrice, order.tif], ["all", 1, "GTD"]);
      assert.deepEqual([order.algoStrategy, order.hedgeType, order.ocaType], ["Adaptive", "D", 1]);
      assert.deepEqual(order.algoParams, odd.algoParams);
      assert.deepEqual([order.scalePriceIncrement, order.scaleAutoReset], [0.5, true]);
      assert.deepEqual([order.minQty, order.account, order.outsideRth], [10, ACCOUNT, true]);
      assert.deepEqual(official.codes().filter((code) => code === 320 || code === 321), []);
    });
  });

  Deno.test(`a what-if is one openOrder with margins, no permId and no order ${at}`, async () => {
    await withOfficial({ serverVersion, ...QUIET }, async (official, sim) => {
      const order = { ...BASE, orderType: OrderType.MKT, whatIf: true };
      official.api.placeOrder(9, share(sim, "SPY"), order);
      await until("the answer", () => official.of(EventName.openOrder).length > 0);
      const [[id, , echoed, state]] = official.of(EventName.openOrder) as [
        number,
        Contract,
        Order,
        OrderState,
      ][];
      assert.deepEqual([id, echoed.permId, echoed.whatIf], [9, 0, true]);
      assert.ok(state.initMarginAfter! > state.initMarginBefore!);
      assert.ok(
        Math.abs(state.initMarginChange! - state.initMarginAfter! + state.initMarginBefore!) < 0.02,
      );
      assert.deepEqual([state.commission, state.commissionCurrency], [1, "USD"]);
      official.api.reqIds();
      official.api.reqOpenOrders();
      await until("the end", () => official.of(EventName.openOrderEnd).length > 0);
      assert.equal(official.of(EventName.openOrder).length, 1);
      assert.deepEqual(official.of(EventName.nextValidId).at(-1), [1]);
    });
  });

  Deno.test(`cancellations: in time, too late, of nothing, of another client ${at}`, async () => {
    const faults = { faults: [{ on: "orders", do: "cancelRace", symbol: "SPY" }] } as const;
    await withOfficial({ serverVersion, ...QUIET, faults }, async (official, sim, port) => {
      const { api } = official;
      api.placeOrder(1, share(sim, "AAPL"), { ...BASE, lmtPrice: 1 });
      api.placeOrder(2, share(sim, "SPY"), { ...BASE, lmtPrice: 1 });
      await until("both work", () =>
        statuses(official, 1).includes("Submitted 0") &&
        statuses(official, 2).includes("Submitted 0"));
      const other = new Official(port, 8);
      await other.ready();
      other.api.cancelOrder(1);
      await until("10147", () => errorsOf(other, 1).includes(10147));
      other.api.disconnect();
      api.cancelOrder(1);
      api.cancelOrder(2);
      api.cancelOrder(3);
      await until("10148", () => errorsOf(official, 2).includes(10148));
      await until("202", () => errorsOf(official, 1).includes(202));
      await until("10147 again", () => errorsOf(official, 3).includes(10147));
      assert.equal(statuses(official, 1).at(-1), "Cancelled 0");
      assert.equal(statuses(official, 2).at(-1), "Filled 100");
      api.reqCompletedOrders(true);
      await until("the end", () => official.of(EventName.completedOrdersEnd).length > 0);
      const done = official.of(EventName.completedOrder).map(([, order, state]) => [
        (order as Order).filledQuantity,
        (state as OrderState).status,
      ]);
      assert.deepEqual(done, [[0, "Cancelled"], [100, "Filled"]]);
    });
  });

  Deno.test(`fills in parts, a correction, their costs, the day's executions ${at}`, async () => {
    const partial = { on: "orders", do: "partial", count: 40 } as const;
    const correct = { on: "orders", do: "correct", latencyMs: 100, when: { times: 1 } } as const;
    const options = { serverVersion, ...QUIET, faults: { faults: [partial, correct] } };
    await withOfficial(options, async (official, sim) => {
      const { api } = official;
      api.placeOrder(1, share(sim, "AAPL"), { ...BASE, orderType: OrderType.MKT, orderRef: "k" });
      await until("filled", () => statuses(official, 1).includes("Filled 100"));
      await until("corrected", () => executions(official).length === 4);
      const [first, , , corrected] = executions(official).sort((a, b) =>
        a.execId! < b.execId! ? -1 : 1
      ).sort((a, b) => a.execId!.endsWith("02") ? 1 : b.execId!.endsWith("02") ? -1 : 0);
      assert.equal(corrected.execId!.slice(0, -2), first.execId!.slice(0, -2));
      assert.ok(Math.abs(first.price! - corrected.price! - 0.01) < 1e-9);
      const reports = official.of(EventName.commissionReport).map(([one]) =>
        one as CommissionReport
      );
      assert.equal(reports.length, 3);
      assert.ok(
        reports.every(({ commission, currency }) => commission === 1 && currency === "USD"),
      );
      const before = executions(official).length;
      api.reqExecutions(1_000_001, { symbol: "AAPL", side: "BUY" });
      api.reqExecutions(1_000_002, { symbol: "SPY" });
      await until("the ends", () => official.of(EventName.execDetailsEnd).length === 2);
      const asked = official.of(EventName.execDetails).slice(before);
      assert.deepEqual(asked.map(([reqId]) => reqId), [1_000_001, 1_000_001, 1_000_001]);
      assert.ok(asked.some(([, , one]) => (one as Execution).execId === corrected.execId));
    });
  });

  Deno.test(`a refused order: 201 with and without JSON, and Inactive ${at}`, async () => {
    const reject = '{"8229":"MARGIN \\u00e9"}';
    const fault = { on: "orders", do: "reject", when: { times: 1 } } as const;
    const faults = { faults: [{ ...fault, reject }, { ...fault, isStatusFirst: true }] };
    await withOfficial({ serverVersion, ...QUIET, faults }, async (official, sim) => {
      for (const id of [1, 2]) {
        official.api.placeOrder(id, share(sim, "AAPL"), { ...BASE, lmtPrice: 1 });
      }
      await until(
        "both",
        () => statuses(official, 2).length > 0 && errorsOf(official, 2).length > 0,
      );
      const [, code, id, json] = official.of(EventName.error)[0];
      assert.deepEqual([code, id, json], [201, 1, { "8229": "MARGIN é" }]);
      assert.deepEqual([statuses(official, 1), statuses(official, 2)], [["Inactive 0"], [
        "Inactive 0",
      ]]);
      const order = official.heard.filter(({ name, args }) =>
        (name === "orderStatus" && args[0] === 2) || (name === "error" && args[2] === 2)
      ).map(({ name }) => name);
      assert.deepEqual(order, ["orderStatus", "error"]);
    });
  });

  Deno.test(`a spread fills by its legs under one order, and costs by leg ${at}`, async () => {
    await withOfficial({ serverVersion, ...QUIET }, async (official, sim) => {
      const { market, contracts } = sim.face;
      const [long, short] = market.world.instruments().filter((one) =>
        one.kind === "option" && one.underlying === "SPY" && market.latest(one).bid > 1
      );
      const leg = (one: typeof long, action: OrderAction) => ({
        ...{ conId: contracts.of(one).conId, ratio: 1, action, exchange: "SMART" },
      });
      const comboLegs = [leg(long, OrderAction.BUY), leg(short, OrderAction.SELL)];
      const contract = { symbol: "SPY", secType: SecType.BAG, currency: "USD", exchange: "SMART" };
      const order = { ...BASE, orderType: OrderType.MKT, totalQuantity: 1 };
      official.api.placeOrder(1, { ...contract, comboLegs }, order);
      await until("filled", () => statuses(official, 1).includes("Filled 1"));
      const fills = official.of(EventName.execDetails) as [number, Contract, Execution][];
      assert.deepEqual(fills.map(([, one, { side }]) => [one.secType, side]), [
        ["BAG", "BOT"],
        ["OPT", "BOT"],
        ["OPT", "SLD"],
      ]);
      const [whole, bought, sold] = fills.map(([, , { price }]) => price!);
      assert.ok(Math.abs(whole - bought + sold) < 1e-9);
      await until("costs", () => official.of(EventName.commissionReport).length === 2);
    });
  });
}

Deno.test("orders of all clients and of TWS are told with their states", async () => {
  await withOfficial({ eventRate: 0 }, async (official, sim, port) => {
    const other = new Official(port, 8);
    await other.ready();
    other.api.placeOrder(1, share(sim, "AAPL"), { ...BASE, lmtPrice: 1 });
    await until("it works", () => statuses(other, 1).includes("Submitted 0"));
    official.api.reqAllOpenOrders();
    await until("the end", () => official.of(EventName.openOrderEnd).length > 0);
    const orders = official.of(EventName.openOrder) as [number, Contract, Order, OrderState][];
    assert.ok(orders.some(([id, , { clientId }]) => id === 1 && clientId === 8));
    assert.ok(
      orders.some(([id, , { clientId, permId }]) => id === 0 && clientId === 0 && permId! > 0),
    );
    assert.equal(official.of(EventName.orderStatus).length, orders.length);
    assert.ok(orders.every(([, , , { initMarginBefore }]) => initMarginBefore === undefined));
    official.api.reqAutoOpenOrders(true);
    await until("327", () => official.codes().includes(327));
    other.api.reqGlobalCancel();
    await until("202", () => errorsOf(other, 1).includes(202));
    other.api.disconnect();
  });
});
