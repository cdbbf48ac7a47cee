import assert from "node:assert/strict";
import { accountIdOf, readAccounts } from "./accounts.ts";
import { mapExpiries, readChains, readFutureChains } from "./chains.ts";
import { Drift, Fields } from "./fields.ts";
import { mapPreviousClose, type MarketDataRow, readMarketData } from "./market_data.ts";
import { mapCarry, readMetrics } from "./metrics.ts";
import { readStreamerFrame } from "./notification.ts";
import { readQuoteToken } from "./quote_token.ts";

type Json = Record<string, unknown>;

Deno.test("ranks in either unit of an answer are fractions; percent is noted", () => {
  const drift = new Drift();
  const rank = "implied-volatility-index-rank";
  const plain = readMetrics(
    [{ symbol: "A", [rank]: "0.191" }, { symbol: "B", [rank]: "1.35" }],
    drift,
  );
  assert.deepEqual(plain.map(({ ivRank }) => ivRank), [0.191, 1.35]);
  assert.deepEqual(drift.counts(), {});
  const percent = readMetrics(
    [{ symbol: "A", [rank]: "1.9" }, { symbol: "B", [rank]: "95" }],
    drift,
  );
  assert.deepEqual(percent.map(({ ivRank }) => ivRank), [0.019, 0.95]);
  assert.deepEqual(drift.counts(), { [`metrics.${rank}: unit`]: 1 });
  const swagger = readMetrics([{ symbol: "A", "implied-volatility-rank": "0.3" }], drift);
  assert.equal(swagger[0].ivRank, 0.3);
});

Deno.test("volatilities by days are percent on the wire and decimals here", () => {
  const [row] = readMetrics([{
    symbol: "SPY",
    "implied-volatility-index": "0.1641",
    "implied-volatility-30-day": "16.10",
    "historical-volatility-30-day": "11.21",
    beta: "1.0",
    "dividend-yield": "0.012",
    earnings: { "expected-report-date": "2027-01-28", estimated: true, "time-of-day": "AMC" },
    "option-expiration-implied-volatilities": [
      { "expiration-date": "2026-12-18", "settlement-type": "PM", "implied-volatility": "0.1712" },
      { "expiration-date": "2026-12-19", "implied-volatility": "0.0" },
    ],
  }], new Drift());
  assert.equal(row.ivIndex, 0.1641);
  assert.equal(row.iv30Day, 16.1 / 100);
  assert.equal(row.historicalVolatility30Day, 11.21 / 100);
  assert.equal(row.earningsOn, "2027-01-28");
  assert.deepEqual(row.expiries, [{ expiry: "2026-12-18", settlement: "PM", iv: 0.1712 }]);
});

Deno.test("BRK-8: measures that are missing or cannot be are absent, never 0", () => {
  const drift = new Drift();
  const [row] = readMetrics([{
    symbol: "THIN",
    beta: "999",
    "implied-volatility-index": "-0.2",
    "implied-volatility-30-day": "0.0",
    "dividend-yield": null,
  }], drift);
  assert.equal(row.beta, null);
  assert.equal(row.ivIndex, null);
  assert.equal(row.iv30Day, null);
  assert.equal(row.dividendYield, null);
  assert.equal(row.ivRank, null);
  assert.deepEqual(drift.counts(), {
    "metrics.beta: value": 1,
    "metrics.implied-volatility-index: value": 1,
  });
});

Deno.test("carry is continuous, and none where the yield is not known", () => {
  const [payer, unknown] = readMetrics([
    { symbol: "SPY", "dividend-yield": "0.0125" },
    { symbol: "THIN" },
  ], new Drift());
  const carry = mapCarry(payer, 0.04, "2026-10-30");
  assert(carry !== null);
  assert.equal(Math.expm1(carry.dividendYield).toFixed(10), "0.0125000000");
  assert.equal(Math.expm1(carry.riskFreeRate).toFixed(10), "0.0400000000");
  assert.equal(mapCarry(unknown, 0.04, "2026-10-30"), null);
});

const STRIKE = {
  "strike-price": "6000.0",
  call: "SPXW  261218C06000000",
  "call-streamer-symbol": ".SPXW261218C6000",
  put: null,
};

function chain(changes: Json) {
  return {
    "underlying-symbol": "SPX",
    "root-symbol": "SPXW",
    "option-chain-type": "Standard",
    "shares-per-contract": 100,
    "tick-sizes": [{ value: "0.05", threshold: "3.0" }, { value: "0.1" }],
    expirations: [{ "expiration-date": "2026-12-18", "settlement-type": "PM", strikes: [STRIKE] }],
    ...changes,
  };
}

Deno.test("AM and PM roots of one day stay apart, and a missing side of a strike is null", () => {
  const am = { "expiration-date": "2026-12-18", "settlement-type": "AM", strikes: [] };
  const chains = readChains(
    [chain({}), chain({ "root-symbol": "SPX", expirations: [am] })],
    new Drift(),
  );
  assert.deepEqual(chains.map(({ root }) => root), ["SPXW", "SPX"]);
  assert.deepEqual(chains.map(({ expiries }) => expiries[0].settlement), ["PM", "AM"]);
  const [{ strikes }] = mapExpiries(chains[0].expiries, 100);
  assert.deepEqual(strikes, [{
    strike: 6000,
    callKey: "SPXW 2026-12-18 C 6000 x100",
    putKey: null,
  }]);
});

Deno.test("DAT-5: what a contract delivers is shares, cash, or more than the desk values", () => {
  const read = (...deliverables: Json[]) => readChains([chain({ deliverables })], new Drift())[0];
  const shares = { "deliverable-type": "Shares", symbol: "SPX", amount: "150.0" };
  assert.equal(read(shares).deliverable, 150);
  assert.equal(read({ "deliverable-type": "Cash", amount: "100.0" }).deliverable, null);
  assert.equal(read({ "deliverable-type": "Cash", amount: "100.0" }).oddDelivery, null);
  const both = read({ ...shares, description: "100 shares" }, { description: "$12.50" });
  assert.equal(both.oddDelivery, "delivers 100 shares and $12.50");
  assert.notEqual(read({ ...shares, symbol: "OTHER" }).oddDelivery, null);
});

Deno.test("chains of futures name the future beneath each expiry", () => {
  const expiry = {
    "expiration-date": "2026-11-27",
    "underlying-symbol": "/ESZ6",
    "option-root-symbol": "EW4",
    "settlement-type": "Future",
    "expires-at": "2026-11-27T21:00:00.000+00:00",
    strikes: [{ "strike-price": "5750.0", call: "./ESZ6 EW4X6 261127C5750" }],
  };
  const drift = new Drift();
  const data = { "option-chains": [{ "underlying-symbol": "/ES", expirations: [expiry] }] };
  const [read] = readFutureChains(data, drift);
  assert.equal(read.expiries[0].future, "/ESZ6");
  assert.equal(mapExpiries(read.expiries, 50)[0].strikes[0].callKey, "EW4 2026-11-27 C 5750 x50");
  assert.deepEqual(drift.counts(), {});
});

Deno.test("the previous close is of a session before today, and dated, or it is none", () => {
  const read = (changes: Json): MarketDataRow =>
    readMarketData([{ symbol: "SPY", ...changes }], new Drift())[0];
  const close = (changes: Json) => mapPreviousClose(read(changes), "SPY", "2026-10-30");
  const today = {
    "prev-close": "500.5",
    "prev-close-date": "2026-10-29",
    "summary-date": "2026-10-30",
  };
  assert.deepEqual(close(today), { instrumentKey: "SPY", close: 500.5, session: "2026-10-29" });
  const before = {
    ...today,
    "summary-date": "2026-10-29",
    "prev-close-date": "2026-10-28",
    close: "501",
  };
  assert.deepEqual(close(before), { instrumentKey: "SPY", close: 501, session: "2026-10-29" });
  assert.equal(close({ ...before, close: "0.0" }), null);
  assert.equal(close({ ...today, "prev-close": "NaN" }), null);
  assert.equal(close({ ...today, "prev-close-date": undefined }), null);
  assert.equal(close({ ...today, "prev-close-date": "2026-10-30" }), null);
});

Deno.test("T-006: every account comes once with nickname and type", () => {
  const account = (number: string, nickname: string | null) => ({
    account: { "account-number": number, nickname, "account-type-name": "Traditional IRA" },
    "authority-level": "owner",
  });
  const items = [
    account("5WZ00042", "Main"),
    account("5WX10042", null),
    account("5WZ00042", "Main"),
  ];
  const accounts = readAccounts(items, new Drift());
  assert.deepEqual(accounts.map(({ account }) => account.nickname), ["Traditional IRA", "Main"]);
  assert.deepEqual(new Set(accounts.map(({ account }) => account.id)).size, 2);
  for (const { account, authority } of accounts) {
    assert.equal(account.id.includes(account.number), false);
    assert.equal(account.id, accountIdOf(account.number));
    assert.equal(account.type, "Traditional IRA");
    assert.equal(authority, "owner");
  }
});

Deno.test("two numbers that share their id are told apart", () => {
  const seen = new Map<string, string>();
  let pair: [string, string] | null = null;
  for (let i = 10; pair === null && i < 99_999; i++) {
    const number = `${i}WZ0042`;
    const before = seen.get(accountIdOf(number));
    if (before !== undefined) pair = [before, number];
    seen.set(accountIdOf(number), number);
  }
  assert(pair !== null);
  const accounts = readAccounts(pair.map((number) => ({ "account-number": number })), new Drift());
  assert.equal(new Set(accounts.map(({ account }) => account.id)).size, 2);
});

Deno.test("a quote token is whole or none", () => {
  const token = { token: "qt.abc", "dxlink-url": "wss://x.test/realtime", level: "api" };
  const read = (json: Json) => {
    const fields = Fields.of(json, "quoteToken", new Drift());
    return fields === null ? null : readQuoteToken(fields);
  };
  assert.deepEqual(read(token), {
    token: "qt.abc",
    url: "wss://x.test/realtime",
    level: "api",
    issuedAt: null,
    expiresAt: null,
  });
  assert.equal(read({ ...token, token: "two words" }), null);
  assert.equal(read({ ...token, "dxlink-url": undefined }), null);
});

Deno.test("notices of the account streamer come one by one or in batches", () => {
  const drift = new Drift();
  const notice = { type: "Order", data: { id: 1 }, timestamp: 1793370601496 };
  const read = { kind: "notice", type: "Order", data: { id: 1 }, at: 1793370601496 };
  assert.deepEqual(readStreamerFrame(notice, drift), [read]);
  assert.deepEqual(readStreamerFrame({ results: [notice, notice] }, drift), [read, read]);
  assert.deepEqual(readStreamerFrame({ status: "error", message: "failed" }, drift), [{
    kind: "ack",
    isOk: false,
    action: null,
    requestId: null,
    text: "failed",
  }]);
  assert.deepEqual(drift.counts(), {});
  assert.deepEqual(readStreamerFrame([], drift), []);
  assert.deepEqual(readStreamerFrame({ results: [5] }, drift), []);
});
