import assert from "node:assert/strict";
import { SHARED, testWith } from "@/tests/prerequisite.ts";
import { readAccounts } from "./accounts.ts";
import { mapBalances, readBalance, readBalances } from "./balances.ts";
import { mapExpiries, readChains } from "./chains.ts";
import { readEquity, readFuture } from "./definitions.ts";
import { Drift, Fields } from "./fields.ts";
import { todaysFills } from "./fills.ts";
import { readMarketSession } from "./market_session.ts";
import { readMetrics } from "./metrics.ts";
import { readStreamerFrame } from "./notification.ts";
import { readOrder } from "./orders.ts";
import { heldInstrument, mapPosition, readHeldRow, readHeldRows } from "./positions.ts";
import { cashMovements, readTransactions } from "./transactions.ts";

type Json = Record<string, unknown>;

const FOLDER = new URL("data/tastytrade_api/", SHARED);

function body(name: string): Json {
  return JSON.parse(Deno.readTextFileSync(new URL(`${name}.json`, FOLDER)));
}

/** The list of a body with or without its envelope. */
function itemsOf(json: Json): unknown {
  const data = (json.data ?? json) as Json;
  return data.items;
}

function dataOf(json: Json): unknown {
  return json.data ?? json;
}

/** Runs `read` and asserts that nothing came otherwise than expected. */
function clean<T>(read: (drift: Drift) => T): T {
  const drift = new Drift();
  const value = read(drift);
  assert.deepEqual(drift.counts(), {});
  return value;
}

function recorded(name: string, fn: () => void): void {
  testWith(["shared"], { name: `recorded body: ${name}`, fn });
}

recorded("accounts", () => {
  const [record] = clean((drift) => readAccounts(itemsOf(body("accounts")), drift));
  assert.equal(record.account.nickname, "REDACTED");
  assert.equal(record.isClosed, false);
  assert.equal(record.isFuturesApproved, false);
});

recorded("balance", () => {
  const rows = clean((drift) => readBalances(dataOf(body("balance")), drift));
  const balances = mapBalances(rows, {
    accountId: "a",
    previous: [],
    externalFlows: 0,
    income: 0,
    asOf: 1,
    freshUntil: 2,
  });
  assert.deepEqual(balances?.cash, [{ currency: "USD", amount: 0, previousClose: null }]);
  assert.equal(balances?.netLiquidation, 0);
  assert.equal(balances?.asOf, Date.parse("2025-05-13T17:09:41.714Z"));
});

recorded("equities", () => {
  const read = clean((drift) =>
    Fields.listOf(itemsOf(body("equities")), "equity", drift).map(readEquity)
  );
  assert.deepEqual(read.map((one) => one?.streamerSymbol), ["AIFE", "AIFER", "FBDC"]);
  assert(read.every((one) => one?.instrument.tickSize === 0.01));
  assert.deepEqual(read[0]?.ticks[0], { value: 0.0001, threshold: 1 });
});

recorded("futures", () => {
  const read = clean((drift) =>
    [...Fields.listOf(itemsOf(body("futures")), "future", drift)].map(readFuture)
  );
  for (const one of read) {
    assert.equal(one?.instrument.kind, "future");
    assert.equal(one?.instrument.underlying, "/LE");
    assert.equal(one?.instrument.multiplier, 400);
    assert.match(one?.streamerSymbol ?? "", /^\/LE[QVZ]26:XCME$/);
  }
  const future = clean((drift) => {
    const fields = Fields.of(dataOf(body("lean_FutureResponse")), "future", drift);
    return fields === null ? null : readFuture(fields);
  });
  assert(future?.instrument.kind === "future");
  assert.equal(future.instrument.multiplier, 42_000);
  assert.equal(future.instrument.expiresAt, Date.parse("2025-05-30T18:30:00Z"));
});

recorded("orders of REST and of the account streamer", () => {
  const names = { accountId: "a", keyOf: (symbol: string) => symbol, asOf: 1 };
  const submitted = body("lean_SubmitOrderResponse").data as Json;
  const cases = [
    [submitted.order, "Routed", 0],
    [body("lean_StreamFilledOrderMessage").data, "Filled", 1],
    [body("stream_order_documented").data, "Filled", 100],
    [body("stream_order-market_documented").data, "Routed", 0],
  ] as const;
  for (const [data, status, filled] of cases) {
    const order = clean((drift) => {
      const fields = Fields.of(data, "order", drift);
      return fields === null ? null : readOrder(fields);
    });
    assert.equal(order?.status, status);
    const fills = order === null ? [] : todaysFills([order], [], names);
    assert.equal(fills.reduce((sum, fill) => sum + fill.signedQuantity, 0), filled);
  }
});

recorded("frames of the account streamer", () => {
  const kinds = [
    ["lean_ConnectResponseStatusOk", "connect"],
    ["lean_StreamHeartbeatMessage", "heartbeat"],
    ["lean_StreamFilledOrderMessage", "Order"],
    ["stream_order_documented", "Order"],
    ["stream_order-market_documented", "Order"],
    ["stream_account-balance_derived", "AccountBalance"],
    ["stream_current-position_derived", "CurrentPosition"],
  ];
  for (const [name, what] of kinds) {
    const [message] = clean((drift) => readStreamerFrame(body(name), drift));
    assert.equal(message.kind === "ack" ? message.action : message.type, what);
    assert(message.kind === "notice" || message.isOk);
  }
});

recorded("market session", () => {
  const session = clean((drift) => {
    const fields = Fields.of(body("market_session"), "session", drift);
    return fields === null ? null : readMarketSession(fields);
  });
  assert.equal(session?.state, "Closed");
  assert.equal(session?.nextOpensAt, Date.parse("2026-08-04T13:30:00Z"));
});

recorded("nested chain of SPY", () => {
  const [chain] = clean((drift) => readChains(itemsOf(body("nested_option_chain_SPY")), drift));
  assert.equal(chain.multiplier, 100);
  assert.equal(chain.deliverable, 100);
  const expiries = mapExpiries(chain.expiries, chain.multiplier ?? 0);
  assert(expiries.length >= 3);
  assert.equal(expiries[0].strikes[0].callKey, "SPY 2026-08-04 C 500 x100");
  assert(expiries.every(({ strikes }) => strikes.every(({ putKey }) => putKey !== null)));
});

recorded("positions, with quantities as numbers and texts", () => {
  const { rows, unreadCount } = clean((drift) => readHeldRows(itemsOf(body("positions")), drift));
  assert.equal(unreadCount, 0);
  assert.deepEqual(rows.map(({ signedQuantity }) => signedQuantity), [1, 742]);
  assert.deepEqual(rows.map(({ closePrice }) => closePrice), [null, 49.39]);
  assert.deepEqual(rows.map(({ multiplier }) => multiplier), [1, 1]);
  const pushed = clean((drift) => {
    const fields = Fields.of(body("stream_current-position_derived").data, "position", drift);
    return fields === null ? null : readHeldRow(fields);
  });
  assert(pushed !== null);
  const { instrument } = heldInstrument(pushed, null);
  const held = { accountId: "a", instrumentKey: instrument.key, changedToday: 40, asOf: 1 };
  const position = mapPosition(pushed, held);
  assert.equal(position?.signedQuantity, 100);
  assert.equal(position?.overnightQuantity, 60);
});

recorded("balance of the account streamer", () => {
  const record = clean((drift) => {
    const fields = Fields.of(body("stream_account-balance_derived").data, "balance", drift);
    return fields === null ? null : readBalance(fields);
  });
  assert.equal(record?.netLiquidatingValue, 15_500);
});

recorded("transactions page", () => {
  const rows = clean((drift) => readTransactions(itemsOf(body("transactions_page")), drift));
  assert.deepEqual(rows.map(({ quantity }) => quantity), [1.68074, 0.55928, null]);
  assert.deepEqual(cashMovements(rows), { external: 0, income: 27.74 });
});

recorded("transactions as one client rewrites them", () => {
  const lists = body("transactions_trades_dividends") as Record<string, unknown>;
  for (const value of Object.values(lists)) {
    const rows = clean((drift) => readTransactions(Array.isArray(value) ? value : [value], drift));
    assert(rows.length > 0);
    assert(rows.every((row) => row.value !== null && row.accountNumber === "5WT90007"));
    for (const row of rows.filter(({ action }) => action === "Buy to Open")) {
      assert((row.value ?? 0) <= 0);
    }
  }
});

testWith(["shared"], {
  name: "recorded metrics: ranks of either unit become fractions, source by source",
  fn() {
    const text = Deno.readTextFileSync(new URL("market_metrics_cache.csv", FOLDER));
    const bySource = new Map<string, Json[]>();
    for (const line of text.trim().split("\n").slice(1)) {
      const cells = line.split(",");
      const [symbol, rank, index, historical, beta] = [0, 6, 7, 9, 10].map((i) => cells[i]);
      const row: Json = { symbol };
      if (rank !== "") row["implied-volatility-index-rank"] = rank;
      if (index !== "") row["implied-volatility-index"] = index;
      if (historical !== "") row["historical-volatility-30-day"] = historical;
      if (beta !== "") row.beta = beta;
      const rows = bySource.get(cells[12]) ?? [];
      rows.push(row);
      bySource.set(cells[12], rows);
    }
    for (const source of ["tastytrade_api", "tastytrade_analytics_only"]) {
      const drift = new Drift();
      const rows = bySource.get(source) ?? [];
      const metrics = readMetrics(rows, drift);
      assert(metrics.length > 3_000);
      const isPercent = source !== "tastytrade_api";
      assert.deepEqual(
        drift.counts(),
        isPercent ? { "metrics.implied-volatility-index-rank: unit": 1 } : {},
      );
      for (const [i, row] of metrics.entries()) {
        const sent = rows[i]["implied-volatility-index-rank"];
        const expected = sent === undefined ? null : Number(sent) / (isPercent ? 100 : 1);
        assert.equal(row.ivRank, expected);
        assert(row.historicalVolatility30Day === null || row.historicalVolatility30Day < 1.6);
        assert((row.ivIndex === null) === (rows[i]["implied-volatility-index"] === undefined));
      }
    }
  },
});
