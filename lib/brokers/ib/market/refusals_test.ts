import assert from "node:assert/strict";
import type { Instrument } from "../../../domain/instrument.ts";
import { DATA_LEVELS } from "../../../domain/market_data.ts";
import { anOption, aShare, MarketRun, NOW } from "./market_run_fixture_test.ts";
import type { IbMarketOptions } from "./ib_market.ts";

const SPY = aShare("SPY");
const QQQ = aShare("QQQ");
const CALL = anOption(560);

function aRun(over: Partial<IbMarketOptions> = {}): MarketRun {
  const run = new MarketRun(over);
  run.want(SPY, QQQ, CALL);
  run.connect();
  run.pass(250);
  run.takeSent();
  return run;
}

function levels(run: MarketRun): string[] {
  return run.take("delivery").map(({ handle, values }) => `${handle} ${DATA_LEVELS[values[0]]}`);
}

Deno.test("G-005: the type of the setting is asked for before the first line", () => {
  for (const dataType of [1, 2, 3, 4] as const) {
    const run = new MarketRun({ dataType });
    run.want(SPY);
    run.connect();
    assert.deepEqual(run.takeSent().map(({ what, id }) => what === "type" ? id : what), [
      dataType,
      "data",
    ]);
    assert.equal(run.end(), 0);
  }
});

Deno.test("G-005, DAT-4: what flows is told per line, by message and by the types of ticks", () => {
  const run = aRun({ dataType: 3 });
  run.market.marketDataType(run.idOf(SPY), 3);
  run.market.tickPrice(run.idOf(QQQ), 66, 480);
  run.market.marketDataType(run.idOf(CALL), 2);
  assert.deepEqual(levels(run), ["0 delayed", "1 delayed", "2 frozen"]);
  run.market.marketDataType(run.idOf(QQQ), 1);
  assert.deepEqual(levels(run), ["1 live"]);
  assert.match(run.market.status().detail, /1 of 3 delayed/);
  assert.equal(run.market.status().delayed, 1);
  assert.equal(run.end(), 0);
});

Deno.test("delayed ticks are taken like live ones", () => {
  const run = aRun({ dataType: 3 });
  const id = run.idOf(SPY);
  const ticks = [[66, 560], [67, 561], [68, 560.5], [75, 555], [76, 556]];
  for (const [type, price] of ticks) run.market.tickPrice(id, type, price);
  for (const [type, size] of [[69, 1], [70, 2], [71, 3], [74, 4]]) {
    run.market.tickSize(id, type, size);
  }
  run.market.flush();
  const told = (kind: string) =>
    run.told.find((one) => one.kind === kind)?.values.filter((value) => !Number.isNaN(value));
  assert.deepEqual(told("quote"), [560, 561, 1, 2]);
  assert.deepEqual(told("trade"), [560.5, 3, 4]);
  assert.deepEqual(told("summary"), [555, 556]);
  assert.equal(run.end(), 0);
});

Deno.test("live and delayed values never stand side by side", () => {
  const run = aRun();
  run.quote(CALL, 10, 11);
  run.compute(CALL, 13, 0.24, 0.54, 13, 0.014, 0.14, -0.014);
  run.market.marketDataType(run.idOf(CALL), 3);
  assert.deepEqual(run.take("quote")[0].values.slice(0, 4), [NaN, NaN, NaN, NaN]);
  run.compute(CALL, 83, 0.25, 0.55, 13, 0.015, 0.15, -0.015);
  assert.equal(run.take("greeks").at(-1)?.values[2], 0.55);
  run.compute(CALL, 13, 0.24, 0.99, 13, 0.014, 0.14, -0.014);
  assert.deepEqual(run.take("greeks"), []);
  assert.equal(run.end(), 0);
});

for (const code of [354, 10_089, 10_168, 10_186]) {
  Deno.test(`${code} asks for delayed data once, under a new id`, () => {
    const run = aRun();
    const before = run.idOf(SPY);
    run.notice(SPY, code);
    run.notice(QQQ, code);
    run.pass(500);
    const sent = run.takeSent().map(({ what, key, id }) => what === "type" ? `type ${id}` : key);
    assert.deepEqual(sent, ["type 3", "SPY", "QQQ"]);
    assert.notEqual(run.idOf(SPY), before);
    run.market.tickPrice(run.idOf(SPY), 66, 560);
    assert.deepEqual(levels(run), ["0 delayed"]);
    assert.equal(run.end(), 0);
  });
}

Deno.test("while the market is closed the fallback is delayed and frozen", () => {
  const run = aRun();
  run.time.advance(9 * 3_600_000);
  run.takeSent();
  run.notice(SPY, 354);
  run.pass(250);
  assert.deepEqual(run.takeSent("type").map(({ id }) => id), [4]);
  assert.equal(run.end(), 0);
});

Deno.test("refused twice there is no data: named, with the portfolio's price in its place", () => {
  const run = aRun();
  const portfolio = (marketPrice: number) =>
    run.market.portfolio({
      account: "DU1",
      contract: { ...CONTRACT, conId: run.conIdOf(CALL) },
      position: 1,
      marketPrice,
      marketValue: null,
      averageCost: null,
      unrealizedPnl: null,
      realizedPnl: null,
    });
  portfolio(9.5);
  assert.deepEqual(run.take("brokerMark"), []);
  run.notice(CALL, 354);
  run.pass(250);
  run.notice(CALL, 354, "not subscribed U1234567");
  assert.deepEqual(levels(run), ["2 withheld"]);
  run.told.length = 0;
  portfolio(9.75);
  assert.deepEqual(run.take("brokerMark").map(({ values }) => values[0]), [9.75]);
  run.takeSent();
  run.pass(3_600_000);
  assert.deepEqual(run.takeSent("data"), []);
  assert.match(run.market.status().detail, /no market data for SPY 2025-05-16 C 560 x100: not/);
  assert.doesNotMatch(run.market.status().detail, /1234567/);
  assert.equal(run.end(), 0);
});

Deno.test("10089 under delayed data is advice when ticks follow, a refusal when none do", () => {
  const run = aRun({ dataType: 3 });
  const { market } = run;
  market.notice({ id: run.idOf(SPY), code: 10_089, text: "delayed available" });
  market.notice({ id: run.idOf(QQQ), code: 10_089, text: "delayed available" });
  market.tickPrice(run.idOf(SPY), 66, 560);
  run.pass(6_000);
  assert.deepEqual(levels(run), ["0 delayed", "1 withheld"]);
  assert.match(market.status().detail, /no market data for QQQ/);
  assert.equal(run.end(), 0);
});

Deno.test("10167 keeps the line and marks it delayed, 10090 flags its missing Greeks", () => {
  const run = aRun();
  run.notice(SPY, 10_167);
  run.notice(CALL, 10_090);
  run.pass(1_000);
  assert.deepEqual(run.takeSent(), []);
  assert.deepEqual(levels(run), ["0 delayed"]);
  assert.match(run.market.status().detail, /IB computes no Greeks for 1/);
  assert.equal(run.end(), 0);
});

Deno.test("200 is asked for once and named, a warning changes nothing", () => {
  const run = aRun();
  run.notice(QQQ, 200, "No security definition");
  run.market.notice({ id: run.idOf(SPY), code: 2174, text: "Warning" });
  run.market.notice({ id: run.idOf(SPY), code: 300, text: "unknown ticker" });
  run.pass(120_000);
  assert.deepEqual(run.takeSent(), []);
  assert.match(run.market.status().detail, /no market data for QQQ: No security .* \(200\)/);
  assert.deepEqual(run.market.status().dropped, { "instruments refused": 1 });
  assert.equal(run.end(), 0);
});

Deno.test("R24: a competing session is named, and asked about once a minute", () => {
  const run = aRun();
  for (const one of [SPY, QQQ, CALL]) run.quote(one, 10, 11);
  for (const one of [SPY, QQQ, CALL]) run.notice(one, 10_197);
  assert.deepEqual(levels(run), ["0 withheld", "1 withheld", "2 withheld"]);
  assert.match(run.market.status().detail, /another session of this user/);
  run.pass(59_000);
  assert.deepEqual(run.takeSent(), []);
  for (let minute = 0; minute < 5; minute++) {
    run.pass(60_000);
    const asked = run.takeSent("data");
    assert.equal(asked.length, 1);
    // IB answers with the type, and then the same refusal.
    const one = [SPY, QQQ, CALL].find(({ key }) => key === asked[0].key) ?? SPY;
    run.market.marketDataType(run.idOf(one), 1);
    run.notice(one, 10_197);
  }
  run.pass(60_000);
  const [{ key }] = run.takeSent("data");
  const first = [SPY, QQQ, CALL].find((one) => one.key === key) ?? SPY;
  run.quote(first, 12, 13);
  run.pass(2_000);
  assert.equal(run.takeSent("data").length, 2);
  for (const one of [SPY, QQQ, CALL]) run.quote(one, 12, 13);
  run.pass(1_000);
  assert.doesNotMatch(run.market.status().detail, /session/);
  run.pass(600_000);
  assert.deepEqual(run.takeSent(), []);
  assert.ok(run.changes >= 2, `${NOW}`);
  assert.equal(run.end(), 0);
});

const CONTRACT = {
  conId: 0,
  symbol: "SPY",
  secType: "OPT",
  lastTradeDate: "20250516",
  strike: 560,
  right: "C",
  multiplier: 100,
  exchange: "SMART",
  primaryExchange: "",
  currency: "USD",
  localSymbol: "",
  tradingClass: "SPY",
} as const;

Deno.test("the portfolio's price of what is quoted in pence or cents is in those too", () => {
  const corn = { ...aShare("/ZCZ5"), kind: "future", multiplier: 50 } as unknown as Instrument;
  const run = new MarketRun({ dataType: 3 });
  run.want(SPY, corn);
  run.connect();
  run.pass(250);
  run.notice(corn, 354);
  run.market.portfolio({
    account: "DU1",
    contract: { ...CONTRACT, conId: run.conIdOf(corn), secType: "FUT", multiplier: 5000 },
    position: -2,
    marketPrice: 4.35,
    marketValue: -43_500,
    averageCost: null,
    unrealizedPnl: null,
    realizedPnl: null,
  });
  assert.deepEqual(run.take("brokerMark").map(({ values }) => values[0]), [435]);
});

Deno.test("live Greeks are gone from the board before delayed prices come", () => {
  const run = new MarketRun();
  run.want(SPY, CALL);
  run.connect();
  run.pass(250);
  run.quote(CALL, 9, 9.2);
  run.compute(CALL, 13, 0.2, 0.5, 9.1, 0.02, 0.6, -0.1);
  run.pass(250);
  run.notice(CALL, 354);
  run.pass(250);
  run.told.length = 0;
  run.market.marketDataType(run.idOf(CALL), 3);
  run.market.tickPrice(run.idOf(CALL), 66, 8);
  run.market.flush();
  const greeks = run.told.filter(({ kind }) => kind === "greeks");
  assert.deepEqual(greeks.map(({ values }) => values[2]), [NaN]);
});
