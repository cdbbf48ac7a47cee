import assert from "node:assert/strict";
import { SHARED, testWith } from "@/tests/prerequisite.ts";
import type { OrderState } from "../../../domain/position.ts";
import { contract, details, future } from "../contracts/details_fixture_test.ts";
import { instrumentOf } from "../map/instrument.ts";
import type { IbContract } from "../wire/contract.ts";
import {
  AccountRig,
  LIVE,
  type Made,
  made,
  openOrder,
  orderStatus,
} from "./account_rig_fixture_test.ts";

type Row = Readonly<Record<string, string>>;

const ES = future(495512563, "ESZ5", "202512");
const ENDED: ReadonlySet<OrderState> = new Set(["filled", "canceled", "rejected"]);
const DAY_MS = 86_400_000;
/** The machine stood in Chicago: six hours behind UTC in winter, one behind New York. */
const CHICAGO_MS = 6 * 3_600_000;
const NEW_YORK_MS = 5 * 3_600_000;
/** Closed days of the recorded weeks. */
const HOLIDAYS = ["2025-11-27", "2025-12-25", "2026-01-01"];

function rowsOf(name: string): Row[] {
  const text = Deno.readTextFileSync(new URL(`data/ib/${name}`, SHARED));
  const [head, ...lines] = text.trim().split("\n").map((line) => line.trim().split(","));
  return lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ""])));
}

function instantOf({ timestamp }: Row): number {
  return Date.parse(`${timestamp.slice(0, 19)}Z`) + CHICAGO_MS;
}

function isOpenDay(day: number): boolean {
  const date = new Date(day * DAY_MS);
  const isWeekend = date.getUTCDay() % 6 === 0;
  return !isWeekend && !HOLIDAYS.includes(date.toISOString().slice(0, 10));
}

/** Day number of the session that a row is of, by a calendar of this test's own. */
function sessionOf(row: Row): number {
  let day = Math.floor((instantOf(row) - NEW_YORK_MS) / DAY_MS);
  while (!isOpenDay(day)) day--;
  return day;
}

/** As TWS tells it, in the zone of its machine. */
function executionOf(row: Row): Made {
  const { id, timestamp, quantity, action, price } = row;
  const signed = action === "SELL" ? -Number(quantity) : Number(quantity);
  const time = `${timestamp.slice(0, 10).replaceAll("-", "")} ${
    timestamp.slice(11, 19)
  } US/Central`;
  return made(`${id}.01`, ES, signed, { time, price: Number(price) });
}

testWith(["shared"], {
  name: "R26: recorded executions, told twice and backwards, are the fills of their session",
  fn: async () => {
    // One row lost its side at the source.
    const known = rowsOf("paper_executions.csv").filter(({ action }) => action !== "");
    const sessions = Map.groupBy(known, sessionOf);
    assert.ok(sessions.size > 10);
    let before: Row[] = [];
    for (const rows of [...sessions].sort(([a], [b]) => a - b).map(([, rows]) => rows)) {
      const last = Math.max(...rows.map(instantOf));
      const list = [...before, ...rows].map(executionOf);
      const rig = new AccountRig({ listed: [ES], made: list }, {}, last + 1000);
      await rig.load();
      for (const one of list.toReversed()) rig.execute(one);
      await rig.pass();
      assert.deepEqual(rig.told.fills, []);
      const fills = await rig.settled(rig.accounts.fillsToday(rig.id, LIVE));
      assert.ok(fills.ok);
      assert.equal(fills.value.length, rows.length);
      const net = rows.reduce(
        (sum, row) => sum + (row.action === "SELL" ? -1 : 1) * Number(row.quantity),
        0,
      );
      const filled = fills.value.reduce((sum, { signedQuantity }) => sum + signedQuantity, 0);
      assert.equal(filled, net);
      const positions = await rig.settled(rig.accounts.positions(rig.id, LIVE));
      const [flat] = positions.ok ? positions.value : [];
      assert.equal(flat?.overnightQuantity ?? 0, net === 0 ? 0 : -net);
      rig.accounts.close();
      before = rows;
    }
  },
});

/** Replays the events of all orders; a number that is placed again is another order. */
async function replay(
  rig: AccountRig,
  events: readonly Row[],
): Promise<ReadonlyMap<string, string>> {
  const lastStatus = new Map<string, string>();
  const turns = new Map<string, number>();
  for (const { order_id: number, status, filled, remaining } of events) {
    if (status === "") continue;
    const turn = turns.get(number) ?? 0;
    const known = lastStatus.get(`${number}${String(turn).padStart(3, "0")}`);
    const isOver = known === "Filled" || known === "Cancelled" || known === "Inactive";
    const isNew = known === undefined || (isOver && status === "Placed");
    if (isNew) turns.set(number, turn + 1);
    const id = `${number}${String(isNew ? turn + 1 : turn).padStart(3, "0")}`;
    const numbers = { orderId: Number(number), permId: Number(id) };
    if (isNew) {
      const totalQuantity = Number(filled) + Number(remaining) || 1;
      const order = openOrder({ ...numbers, totalQuantity, status: "PendingSubmit" });
      rig.accounts.openOrder(order, ES.contract);
    }
    if (status !== "Placed") {
      const sums = { filled: Number(filled), remaining: Number(remaining) };
      rig.accounts.orderStatus(orderStatus({ ...numbers, ...sums, status }));
    }
    lastStatus.set(id, status);
    await rig.pass(30);
  }
  return lastStatus;
}

testWith(["shared"], {
  name: "recorded order events: each state once, and no order comes back from its end",
  fn: async () => {
    const rig = new AccountRig({ listed: [ES], mute: new Set(["reqAllOpenOrders"]) });
    await rig.settled(rig.accounts.orders(rig.id, LIVE), 31_000);
    const events = rowsOf("paper_order_events.csv").slice(0, 2500);
    const lastStatus = await replay(rig, events);
    const byOrder = Map.groupBy(rig.told.orders, ({ brokerOrderId }) => brokerOrderId);
    assert.ok(byOrder.size > 300);
    let rejected = 0;
    for (const [id, told] of byOrder) {
      const states = told.map(({ state }) => state);
      const firstEnd = states.findIndex((state) => ENDED.has(state));
      const after = firstEnd < 0 ? [] : states.slice(firstEnd);
      assert.ok(after.every((state) => ENDED.has(state)), `${id}: ${states.join(" ")}`);
      const last = told[told.length - 1];
      const status = lastStatus.get(id);
      if (status === "Filled") assert.equal(last.state, "filled", id);
      if (status === "Cancelled") assert.equal(last.state, "canceled", id);
      if (last.state === "rejected") rejected++;
      const filled = told.map(({ filledQuantity }) => Math.abs(filledQuantity));
      assert.deepEqual(filled, filled.toSorted((a, b) => a - b), id);
      for (let i = 1; i < told.length; i++) assert.notDeepEqual(told[i], told[i - 1]);
    }
    assert.ok(rejected > 20);
    rig.accounts.close();
  },
});

interface RecordedTicker {
  readonly contract: Readonly<Record<string, string | number>>;
}

testWith(["shared"], {
  name: "G-047: recorded options on a gold future are named by root, day, strike and size",
  fn: () => {
    const text = Deno.readTextFileSync(new URL("data/ib/option_tickers_GC.jsonl", SHARED));
    const gold = instrumentOf(future(1, "GCZ4", "202412", { multiplier: 100 }), null);
    const keys = text.trim().split("\n").map((line) => {
      const { contract: told }: RecordedTicker = JSON.parse(line);
      const own: Partial<IbContract> = {
        conId: Number(told.conId),
        symbol: String(told.symbol),
        secType: String(told.secType),
        lastTradeDate: String(told.lastTradeDateOrContractMonth),
        strike: Number(told.strike),
        right: told.right === "C" ? "C" : "P",
        multiplier: Number(told.multiplier),
        exchange: String(told.exchange),
        localSymbol: String(told.localSymbol),
        tradingClass: String(told.tradingClass),
      };
      assert.equal(contract(own).currency, "USD");
      return instrumentOf(details(own), gold).key;
    });
    assert.deepEqual(keys, [
      "G4M 2024-09-23 C 2475 x100",
      "G4M 2024-09-23 P 2475 x100",
      "G4M 2024-09-23 C 2500 x100",
    ]);
  },
});
