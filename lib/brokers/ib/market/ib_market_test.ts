import assert from "node:assert/strict";
import { anOption, aShare, MarketRun, NOW } from "./market_run_fixture_test.ts";

const SPY = aShare("SPY");
const CALL = anOption(560);
const EMPTY = [NaN, NaN, NaN, NaN];

function aRun(): MarketRun {
  const run = new MarketRun();
  run.want(SPY, CALL);
  run.connect();
  run.pass(250);
  return run;
}

Deno.test("a quote has both sides of the line, and their sizes", () => {
  const run = aRun();
  run.quote(SPY, 560.1, 560.12);
  const [quote, ...more] = run.take("quote");
  assert.deepEqual([quote.handle, ...quote.values.slice(0, 4)], [0, 560.1, 560.12, 10, 11]);
  assert.equal(more.length, 0);
  run.market.tickPrice(run.idOf(SPY), 2, 560.13);
  assert.deepEqual(run.take("quote")[0].values.slice(0, 4), [560.1, 560.13, 10, 11]);
  assert.equal(run.end(), 0);
});

Deno.test("ticks of one chunk are written by themselves, once per line and kind", async () => {
  const run = aRun();
  for (let i = 0; i < 100; i++) run.quote(SPY, 560 + i, 561 + i);
  assert.equal(run.told.length, 0);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(run.told.map(({ kind, values }) => [kind, values[0], values[1]]), [
    ["quote", 659, 660],
  ]);
  assert.equal(run.end(), 0);
});

Deno.test("R31: -1 and 0 with size 0 are no price, and leave trades and closes alone", () => {
  const run = aRun();
  const id = run.idOf(SPY);
  run.market.tickPrice(id, 4, 560);
  run.market.tickPrice(id, 9, 555);
  run.market.flush();
  run.told.length = 0;
  for (const [type, sizeType] of [[1, 0], [2, 3], [4, 5], [6, -1], [7, -1], [9, -1], [14, -1]]) {
    run.market.tickPrice(id, type, -1);
    if (sizeType >= 0) run.market.tickSize(id, sizeType, 0);
  }
  run.market.tickPrice(id, 9, 0);
  run.market.flush();
  const quotes = run.told.filter(({ kind }) => kind === "quote");
  assert.deepEqual(quotes.map(({ values }) => values.slice(0, 2)), [[NaN, NaN]]);
  const trades = run.told.filter(({ kind }) => kind === "trade");
  assert.deepEqual(trades.map(({ values }) => values[0]), [560]);
  assert.ok(run.told.every(({ kind }) => kind !== "summary"));
  assert.equal(run.market.previousClose("SPY")?.close, 555);
  assert.equal(run.end(), 0);
});

Deno.test("a close is of the session before, by the calendar", () => {
  const run = aRun();
  run.market.tickPrice(run.idOf(SPY), 9, 555);
  assert.deepEqual(run.take("summary")[0].values.slice(0, 2), [555, NaN]);
  assert.deepEqual(run.market.previousClose("SPY"), {
    instrumentKey: "SPY",
    close: 555,
    session: "2025-03-18",
  });
  run.market.startSession();
  assert.equal(run.market.previousClose("SPY"), null);
  assert.equal(run.end(), 0);
});

Deno.test("a session asks for every line anew, at the pace", () => {
  const run = aRun();
  run.takeSent();
  run.market.startSession();
  run.pass(1_000);
  assert.deepEqual(run.takeSent().map(({ what, key }) => `${what} ${key}`), [
    "cancel SPY",
    "data SPY",
    `cancel ${CALL.key}`,
    `data ${CALL.key}`,
  ]);
  assert.equal(run.end(), 0);
});

Deno.test("a trade has IB's stamp, and time does not go back within its second", () => {
  const run = aRun();
  const id = run.idOf(SPY);
  run.market.tickPrice(id, 4, 560);
  assert.equal(run.take("trade")[0].at, run.time.now());
  const second = Math.floor(run.time.now() / 1000);
  run.market.tickString(id, 45, String(second));
  run.market.tickPrice(id, 4, 561);
  assert.equal(run.take("trade")[0].at, run.time.now());
  run.market.tickString(id, 45, String(second + 3));
  run.market.tickPrice(id, 4, 562);
  assert.equal(run.take("trade")[0].at, (second + 3) * 1000);
  assert.equal(run.end(), 0);
});

Deno.test("R35: an empty stamp, an odd type and a value that is none never throw", () => {
  const run = aRun();
  const id = run.idOf(SPY);
  for (const text of ["", "abc", "-1", "NaN"]) run.market.tickString(id, 45, text);
  for (const type of [-1, 255, 256, 1e9, NaN]) {
    run.market.tickPrice(id, type, 1);
    run.market.tickSize(id, type, 1);
    run.market.tickGeneric(id, type, 1);
    run.market.tickString(id, type, "1");
    run.compute(CALL, type, 0.2, 0.5, 1, 0.1, 0.1, -0.1);
  }
  run.market.tickPrice(7, 1, 1);
  run.market.tickPrice(-1, 1, 1);
  run.market.flush();
  assert.deepEqual(run.told, []);
  assert.deepEqual(run.market.status().dropped, { "ticks without a number": 4 });
  assert.equal(run.end(), 0);
});

Deno.test("a halt is told by 49 and 90, -1 says nothing", () => {
  const run = aRun();
  for (const [type, value] of [[49, -1], [49, 2], [49, 0], [90, 1]]) {
    run.market.tickGeneric(run.idOf(SPY), type, value);
    run.market.flush();
  }
  assert.deepEqual(run.take("status").map(({ values }) => values[0]), [1, 0, 1]);
  assert.equal(run.end(), 0);
});

Deno.test("Greeks are the model's, else those of the last trade, the bid, the ask", () => {
  const run = aRun();
  const told = () => run.take("greeks").map(({ values }) => values.slice(0, 7));
  run.compute(CALL, 11, 0.21, 0.51, 11, 0.011, 0.11, -0.011);
  assert.deepEqual(told(), [[11, 0.21, 0.51, 0.011, -0.011, 0.11, NaN]]);
  run.compute(CALL, 10, 0.22, 0.52, 10, 0.012, 0.12, -0.012);
  assert.equal(told()[0][2], 0.52);
  run.compute(CALL, 12, 0.23, 0.53, 12, 0.013, 0.13, -0.013);
  assert.equal(told()[0][2], 0.53);
  run.compute(CALL, 13, 0.24, 0.54, 13, 0.014, 0.14, -0.014);
  assert.equal(told()[0][2], 0.54);
  run.compute(CALL, 10, 0.22, 0.99, 10, 0.012, 0.12, -0.012);
  assert.equal(told()[0][2], 0.54);
  run.compute(CALL, 53, 0.3, 0.3, 3, 0.3, 0.3, -0.3);
  assert.deepEqual(told(), []);
  assert.equal(run.end(), 0);
});

Deno.test("R32: a model that is not computed yields to the bid, then to absence", () => {
  const run = aRun();
  run.compute(CALL, 13, 0.24, 0.54, 13, 0.014, 0.14, -0.014);
  run.compute(CALL, 10, 0.22, 0.52, 10, 0.012, 0.12, -0.012);
  run.compute(CALL, 13, NaN, NaN, NaN, NaN, NaN, NaN);
  assert.equal(run.take("greeks")[0].values[2], 0.52);
  run.compute(CALL, 10, NaN, NaN, NaN, NaN, NaN, NaN);
  assert.deepEqual(run.take("greeks")[0].values.slice(1, 5), EMPTY);
  assert.equal(run.end(), 0);
});

Deno.test("R09: what is wanted is asked for at once, what is not wanted is let go", () => {
  const run = new MarketRun();
  run.want(SPY);
  run.connect();
  assert.deepEqual(run.takeSent().map(({ what, key }) => `${what} ${key}`), ["type ", "data SPY"]);
  run.market.change({ added: [{ handle: 7, instrument: CALL }], removed: [] });
  assert.deepEqual(run.takeSent().map(({ key }) => key), [CALL.key]);
  run.market.change({ added: [], removed: [7] });
  run.pass(250);
  assert.deepEqual(run.takeSent().map(({ what, key }) => `${what} ${key}`), [`cancel ${CALL.key}`]);
  run.quote(SPY, 1, 2);
  run.want(SPY);
  run.pass(1_000);
  assert.deepEqual(run.takeSent(), []);
  assert.equal(run.end(), 0);
});

Deno.test("an instrument without a contract waits, is named, and comes when it is known", () => {
  const run = new MarketRun();
  run.unknown.add(CALL.key);
  run.want(SPY, CALL);
  run.connect();
  run.pass(1_000);
  assert.match(run.market.status().detail, /no contract for SPY 2025-05-16 C 560 x100/);
  run.unknown.clear();
  run.market.contractsChanged();
  run.pass(250);
  run.idOf(CALL);
  run.unknown.add(CALL.key);
  run.market.contractsChanged();
  run.pass(20_000);
  assert.equal(run.market.status().open, 2);
  assert.equal(run.takeSent("cancel").length, 0);
  assert.equal(run.end(), 0);
});

Deno.test("R13: after a connection everything is asked for anew, old ids mean nothing", () => {
  const run = aRun();
  const before = run.idOf(SPY);
  run.quote(SPY, 560, 561);
  run.market.flush();
  run.market.ended("gone");
  run.takeSent();
  run.pass(5_000);
  assert.deepEqual(run.takeSent(), []);
  run.connect();
  run.pass(250);
  assert.deepEqual(run.takeSent().map(({ what }) => what), ["type", "data", "data"]);
  run.told.length = 0;
  run.market.tickPrice(before, 1, 9);
  run.market.tickPrice(run.idOf(SPY), 1, 562);
  const quotes = run.take("quote");
  assert.deepEqual(quotes.map(({ values }) => values.slice(0, 2)), [[562, NaN]]);
  assert.equal(run.end(), 0);
});

Deno.test("R11: 1101 asks for everything anew, with its type, and cancels nothing", () => {
  const run = aRun();
  run.takeSent();
  run.market.upstream("down");
  run.open.clear();
  run.market.dataLost();
  run.pass(500);
  assert.deepEqual(run.takeSent().map(({ what, key }) => `${what} ${key}`), [
    "type ",
    "data SPY",
    `data ${CALL.key}`,
  ]);
  assert.equal(run.end(), 0);
});

Deno.test("R11: 1102 keeps every line, and asks anew for those that do not tick in 30 s", () => {
  const run = aRun();
  run.quote(SPY, 560, 561);
  run.quote(CALL, 10, 11);
  run.takeSent();
  run.market.upstream("down");
  run.market.upstream("up");
  run.pass(20_000);
  run.market.tickSize(run.idOf(SPY), 0, 99);
  run.pass(9_999);
  assert.deepEqual(run.takeSent(), []);
  run.pass(500);
  assert.deepEqual(run.takeSent().map(({ what, key }) => `${what} ${key}`), [
    `cancel ${CALL.key}`,
    `data ${CALL.key}`,
  ]);
  assert.equal(run.end(), 0);
});

Deno.test("the feed's words and the time of the newest tick are told", () => {
  const run = aRun();
  assert.equal(run.market.status().lastTickAt, null);
  run.quote(SPY, 560, 561);
  run.pass(250);
  assert.equal(run.market.status().lastTickAt, NOW + 500);
  assert.deepEqual(run.market.reference(), { isAsked: true, tickCount: 4, isHalted: false });
  assert.equal(run.market.detail(), null);
  run.notice(SPY, 10_197);
  assert.equal(run.market.reference().isAsked, false);
  assert.match(run.market.detail() ?? "", /another session/);
  run.market.ended("gone");
  run.connect();
  assert.deepEqual(run.market.reference(), { isAsked: true, tickCount: 0, isHalted: false });
  assert.deepEqual(run.market.delivery(SPY), { feed: "ib", cadenceMs: null, isDerived: false });
  assert.equal(run.end(), 0);
});

Deno.test("instruments that brought no close in 10 s are named, the drivers first", () => {
  const run = aRun();
  run.market.tickPrice(run.idOf(CALL), 9, 12);
  run.pass(9_000);
  assert.deepEqual(run.market.withoutClose(), []);
  run.pass(2_000);
  assert.deepEqual(run.market.withoutClose().map(({ key }) => key), ["SPY"]);
  assert.equal(run.end(), 0);
});
