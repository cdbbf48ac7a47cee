import assert from "node:assert/strict";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { BarSize } from "../../../ports/broker.ts";
import { aShare } from "../market/market_run_fixture_test.ts";
import { IbHistory } from "./ib_history.ts";
import { barStart } from "./bar_time.ts";
import { barRequests } from "./bar_requests.ts";
import { HistoryPace } from "./history_pace.ts";
import { aBar, HistoryLink, LIVE, NOW } from "./history_run_fixture_test.ts";

const DAY_MS = 86_400_000;
const SPY = aShare("SPY");

function aRun() {
  const ib = new HistoryLink();
  const history = new IbHistory({
    clock: ib.time,
    timers: ib.time,
    contractOf: ({ key }) =>
      key === "NONE" ? null : { query: { conId: 756733, exchange: "SMART" }, secType: "STK" },
  });
  history.began(ib.link());
  const bars = (size: BarSize, from: number, to: number, signal = LIVE) =>
    history.bars(SPY, { instrumentKey: "SPY", size, from, to }, signal);
  return { ib, history, bars };
}

Deno.test("minutes of a day are one request, and bars of its answer lie in the span", async () => {
  const { ib, history, bars } = aRun();
  const answer = bars("1m", NOW - 600_000, NOW);
  await ib.settle();
  const [{ id, query }] = ib.asked;
  const { end, duration, barSize, whatToShow, useRth, keepsUpToDate } = query;
  assert.deepEqual([end, duration, barSize, whatToShow, useRth, keepsUpToDate], [
    "",
    "1 D",
    "1 min",
    "TRADES",
    true,
    false,
  ]);
  const seconds = (at: number) => String(at / 1000);
  history.historicalBar(id, aBar(seconds(NOW - 3_600_000), 1));
  history.historicalBar(id, aBar(seconds(NOW - 120_000), 3, { volume: -1 }));
  history.historicalBar(id, aBar(seconds(NOW - 600_000), 2));
  history.historicalBar(id, aBar("20250319 10:13:00", 4));
  history.historicalBar(id, aBar(seconds(NOW - 180_000), 4, { low: 5 }));
  history.historicalEnd(id);
  const found = await answer;
  assert.ok(found.ok);
  assert.deepEqual(found.value.map(({ startsAt, close, volume }) => [startsAt, close, volume]), [
    [NOW - 600_000, 2, 1],
    [NOW - 120_000, 3, 0],
  ]);
  history.close();
  assert.equal(ib.time.pendingCount, 0);
});

Deno.test("R29: a bar that may still be forming is none, later it is one", async () => {
  const { ib, history, bars } = aRun();
  const forming = NOW - (NOW % 60_000);
  const answer = bars("1m", NOW - 600_000, NOW + DAY_MS);
  await ib.settle();
  history.historicalBar(ib.asked[0].id, aBar(String(forming / 1000), 7));
  history.historicalEnd(ib.asked[0].id);
  assert.deepEqual(await answer, { ok: true, value: [] });
  ib.time.advance(60_000);
  const later = bars("1m", NOW - 600_000, NOW + DAY_MS);
  await ib.settle();
  history.historicalBar(ib.asked[1].id, aBar(String(forming / 1000), 8));
  history.historicalEnd(ib.asked[1].id);
  const found = await later;
  assert.deepEqual(found.ok ? found.value.map(({ close }) => close) : [], [8]);
  history.close();
});

Deno.test("R29: today's daily bar is none before the close, and is one after it", async () => {
  const { ib, history, bars } = aRun();
  const ask = async () => {
    const answer = bars("1d", NOW - 5 * DAY_MS, NOW + DAY_MS);
    await ib.settle();
    const { id } = ib.asked[ib.asked.length - 1];
    for (const day of ["20250318", "20250319"]) history.historicalBar(id, aBar(day, 5));
    history.historicalEnd(id);
    const found = await answer;
    return found.ok ? found.value.map(({ startsAt }) => startsAt) : [];
  };
  assert.deepEqual(await ask(), [Date.UTC(2025, 2, 18)]);
  ib.time.advance(7 * 3_600_000);
  assert.deepEqual(await ask(), [Date.UTC(2025, 2, 18), Date.UTC(2025, 2, 19)]);
  history.close();
});

Deno.test("a previous close is that of the session before, by its date", async () => {
  const { ib, history } = aRun();
  const answer = history.previousClose(SPY, LIVE);
  await ib.settle();
  const { id } = ib.asked[0];
  for (const [day, close] of [["20250317", 1], ["20250318", 2], ["20250319", 3]] as const) {
    history.historicalBar(id, aBar(day, close));
  }
  history.historicalEnd(id);
  const expected = { instrumentKey: "SPY", close: 2, session: "2025-03-18" };
  assert.deepEqual(await answer, { ok: true, value: expected });
  history.close();
});

Deno.test("no data is an empty answer, a refusal is one with IB's words", async () => {
  const { ib, history, bars } = aRun();
  const empty = bars("1d", NOW - DAY_MS, NOW);
  await ib.settle();
  const text = "Historical Market Data Service error message:HMDS query returned no data";
  history.notice({ id: ib.asked[0].id, code: 162, text });
  assert.deepEqual(await empty, { ok: true, value: [] });
  const refused = bars("1m", NOW - DAY_MS, NOW);
  await ib.settle();
  history.notice({ id: ib.asked[1].id, code: 366, text: "no such query" });
  history.notice({ id: ib.asked[1].id, code: 162, text: "No market data permissions" });
  const error = await refused;
  assert.match(error.ok ? "" : error.error.message, /162: No market data permissions/);
  history.close();
});

Deno.test("a pacing violation stops all for 15 s, then the request is made again", async () => {
  const { ib, history, bars } = aRun();
  const answer = bars("1d", NOW - DAY_MS, NOW);
  await ib.settle();
  const text = "Historical Market Data Service error message:API historical data pacing violation";
  history.notice({ id: ib.asked[0].id, code: 162, text });
  await ib.settle();
  const other = history.bars(aShare("QQQ"), {
    instrumentKey: "QQQ",
    size: "1m",
    from: NOW - 60_000,
    to: NOW,
  }, LIVE);
  await ib.time.advanceSettling(14_000, 1_000);
  assert.equal(ib.asked.length, 1);
  await ib.time.advanceSettling(2_000, 1_000);
  assert.equal(ib.asked.length, 3);
  for (const { id } of ib.asked.slice(1)) history.historicalEnd(id);
  assert.ok((await answer).ok && (await other).ok);
  history.close();
  assert.equal(ib.time.pendingCount, 0);
});

Deno.test("identical requests keep 15 s apart, what waits can be taken back", async () => {
  const { ib, history, bars } = aRun();
  const controller = new AbortController();
  const answers = [
    bars("1d", NOW - DAY_MS, NOW),
    bars("1d", NOW - DAY_MS, NOW),
    bars("1d", NOW - DAY_MS, NOW, controller.signal),
  ];
  await ib.settle();
  assert.equal(ib.asked.length, 1);
  controller.abort();
  const canceled = await answers[2];
  assert.equal(canceled.ok ? "" : canceled.error.code, "canceled");
  await ib.time.advanceSettling(15_000, 1_000);
  assert.equal(ib.asked.length, 2);
  for (const { id } of ib.asked) history.historicalEnd(id);
  assert.ok((await answers[0]).ok && (await answers[1]).ok);
  history.ended("gone");
  assert.equal(ib.time.pendingCount, 0);
});

Deno.test("what was asked or waits when the connection ends fails at once", async () => {
  const { ib, history, bars } = aRun();
  const answers = [bars("1d", NOW - DAY_MS, NOW), bars("1d", NOW - DAY_MS, NOW)];
  await ib.settle();
  history.ended("the connection is gone");
  for (const answer of await Promise.all(answers)) {
    assert.equal(answer.ok ? "" : answer.error.code, "notConnected");
  }
  assert.equal(history.waitingCount, 0);
  assert.equal(ib.time.pendingCount, 0);
  const unknown = await history.bars(aShare("NONE"), {
    instrumentKey: "NONE",
    size: "1d",
    from: 0,
    to: NOW,
  }, LIVE);
  assert.equal(unknown.ok ? "" : unknown.error.code, "unknownInstrument");
});

Deno.test("no rule of IB's pace is broken, however much is asked", () => {
  const time = new VirtualTime(0);
  const pace = new HistoryPace();
  const made: { at: number; identity: string; contract: string }[] = [];
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let step = 0; step < 20_000; step++) {
    time.advance(100);
    const contract = `c${random(4)}`;
    const request = { identity: `${contract} ${random(6)}`, contract };
    if (pace.waitMs(request, time.monotonic()) > 0) continue;
    pace.made(request, time.monotonic());
    pace.ended();
    made.push({ at: time.monotonic(), ...request });
  }
  made.forEach(({ at, identity, contract }, i) => {
    const before = made.slice(0, i);
    const within = (ms: number) => before.filter((one) => at - one.at < ms);
    assert.ok(within(15_000).every((one) => one.identity !== identity));
    assert.ok(within(2_000).filter((one) => one.contract === contract).length < 5);
    assert.ok(within(600_000).length < 60);
  });
  assert.ok(made.length > 150, `${made.length}`);
});

Deno.test("times of bars: seconds, a date, a wall time with its zone, and nothing else", () => {
  assert.equal(barStart("1742393700"), NOW);
  assert.equal(barStart("20250319"), Date.UTC(2025, 2, 19));
  assert.equal(barStart("20250319 10:15:00 US/Eastern"), NOW);
  assert.equal(barStart("20250119  10:15:00 US/Eastern"), Date.UTC(2025, 0, 19, 15, 15));
  for (const text of ["", "20250319 10:15:00", "20251319", "soon", "-1"]) {
    assert.equal(barStart(text), null);
  }
});

Deno.test("long spans are several requests, of too long ones the end comes", () => {
  const contract = { query: { conId: 1, exchange: "SMART" }, secType: "CRYPTO" };
  const ends = (size: BarSize, days: number) =>
    barRequests(contract, { size, from: NOW - days * DAY_MS, to: NOW }, NOW)
      .map(({ end, duration, whatToShow, useRth }) => [end, duration, whatToShow, useRth]);
  assert.deepEqual(ends("1m", 2), [
    ["", "1 D", "AGGTRADES", false],
    ["20250318-14:15:00", "1 D", "AGGTRADES", false],
  ]);
  assert.equal(ends("1d", 400).length, 2);
  assert.deepEqual(ends("1d", 0), []);
  assert.equal(ends("1m", 20_000).length, 20);
});
