import assert from "node:assert/strict";
import type { Option } from "../../../domain/instrument.ts";
import { anOption, aShare, MarketRun } from "./market_run_fixture_test.ts";
import { shareLines } from "./line_budget.ts";
import { riskOf } from "./risk.ts";

const SPY = aShare("SPY");
const QQQ = aShare("QQQ");

function legs(count: number): Option[] {
  return Array.from({ length: count }, (_, i) => anOption(400 + i));
}

/** Plays IB with so many lines: refuses with 101 what is beyond. */
function grant(run: MarketRun, lines: number): number {
  let refused = 0;
  for (const { what, id, key } of run.takeSent()) {
    if (what !== "data" || run.open.size <= lines || run.open.get(key) !== id) continue;
    run.open.delete(key);
    refused++;
    run.market.notice({ id, code: 101, text: "Max number of tickers has been reached" });
  }
  return refused;
}

Deno.test("150 option legs on 100 lines: never more, each leg in its time, at the pace", () => {
  const run = new MarketRun();
  const options = legs(150);
  run.want(SPY, QQQ, ...options);
  run.connect();
  run.pass(30_000);
  const cadences = new Set(options.map((one) => run.market.delivery(one).cadenceMs));
  const [cadenceMs] = [...cadences].filter((one) => one !== null);
  assert.equal(cadences.size, 2);
  assert.ok(cadenceMs > 12_000 && cadenceMs <= 60_000, `${cadenceMs}`);
  const servedAt = new Map(options.map(({ key }) => [key, run.time.monotonic()]));
  run.takeSent();
  for (let second = 0; second < 300; second++) {
    run.pass(1_000);
    assert.ok(run.open.size <= 100);
    const now = run.time.monotonic();
    const sent = run.takeSent();
    assert.ok(sent.length <= 21, `${sent.length} requests in a second`);
    for (const key of run.open.keys()) servedAt.set(key, now);
    for (const [key, at] of servedAt) {
      assert.ok(now - at <= cadenceMs, `${key} without a line for ${now - at} ms`);
    }
    for (const share of [SPY, QQQ]) run.idOf(share);
  }
  assert.match(
    run.market.status().detail,
    /152 instruments on 100 lines: 101 take turns within \d+ s/,
  );
  assert.equal(run.end(), 0);
});

Deno.test("a leg that takes turns declares its cadence, one with a line of its own none", () => {
  const run = new MarketRun({ linesMax: 3 });
  const [near, far, farther] = [anOption(560), anOption(700), anOption(800)];
  run.held.set(near.key, 50);
  run.want(SPY, near, far, farther);
  run.connect();
  run.pass(1_000);
  const told = run.told.filter(({ kind, handle }) => kind === "delivery" && handle > 0);
  assert.deepEqual(told.map(({ handle }) => handle).sort(), [2, 3]);
  assert.deepEqual(told.map(({ values }) => values[1]), [25_000, 25_000]);
  assert.equal(run.market.delivery(near).cadenceMs, null);
  run.market.change({ added: [], removed: [3] });
  run.pass(250);
  assert.equal(run.market.delivery(far).cadenceMs, null);
  const [last] = run.take("delivery").filter(({ handle }) => handle === 2).slice(-1);
  assert.deepEqual(last.values.slice(0, 2), [0, NaN]);
  assert.equal(run.end(), 0);
});

Deno.test("a turn is over early once quote and Greeks came, and late when they do not", () => {
  const run = new MarketRun({ linesMax: 2 });
  const [first, second] = [anOption(560), anOption(561)];
  run.want(SPY, first, second);
  run.connect();
  run.pass(1_000);
  const served = run.open.has(first.key) ? first : second;
  run.quote(served, 1, 2);
  run.compute(served, 13, 0.2, 0.5, 1, 0.01, 0.1, -0.1);
  run.takeSent();
  run.pass(2_500);
  assert.deepEqual(run.takeSent(), []);
  run.pass(1_000);
  assert.equal(run.takeSent("cancel")[0].key, served.key);
  run.pass(11_000);
  assert.deepEqual(run.takeSent(), []);
  run.pass(2_000);
  assert.equal(run.takeSent("data")[0].key, served.key);
  assert.equal(run.end(), 0);
});

Deno.test("101: lines are what IB grants; later one more is tried", () => {
  const run = new MarketRun();
  run.want(SPY, ...legs(99));
  run.connect();
  let refused = 0;
  for (let beat = 0; beat < 80; beat++) {
    run.pass(250);
    refused += grant(run, 60);
  }
  assert.equal(run.market.status().granted, 60);
  assert.ok(refused >= 1 && refused <= 10, `${refused}`);
  refused = 0;
  for (let second = 0; second < 50; second++) {
    run.pass(1_000);
    refused += grant(run, 60);
  }
  assert.ok(refused <= 1, `${refused} refused in a minute`);
  assert.match(run.market.status().detail, /100 instruments on 60 of 100 lines/);
  for (let second = 0; second < 400; second++) {
    run.pass(1_000);
    grant(run, 63);
  }
  assert.equal(run.market.status().granted, 63);
  run.idOf(SPY);
  assert.equal(run.end(), 0);
});

Deno.test("lines go by risk: what drives options first, then the larger dollar delta", () => {
  const run = new MarketRun({ linesMax: 6 });
  const [quiet, large, ...others] = [anOption(560), anOption(900), ...legs(3)];
  run.held.set(quiet.key, 2);
  run.held.set(large.key, 1_000_000);
  run.want(...others, quiet, large, QQQ, SPY);
  run.connect();
  assert.deepEqual(run.takeSent("data").slice(0, 4).map(({ key }) => key), [
    "SPY",
    "QQQ",
    large.key,
    quiet.key,
  ]);
  assert.equal(run.market.delivery(large).cadenceMs, null);
  run.quote(SPY, 560, 560);
  run.compute(large, 13, 0.2, 0, 0.01, 0, 0, 0);
  run.pass(12_000);
  assert.ok((run.market.delivery(large).cadenceMs ?? 0) > 0);
  assert.equal(run.market.delivery(quiet).cadenceMs, null);
  assert.equal(run.end(), 0);
});

Deno.test("risk: dollar delta with Greeks, quantity times price times nearness without", () => {
  const instrument = anOption(560);
  const known = { instrument, quantity: 2, spot: 560, delta: -0.5, gamma: 0.01 };
  assert.ok(Math.abs(riskOf(known) - 2 * 100 * 560 * (0.5 + 0.056)) < 1e-6);
  const at = (strike: number) =>
    riskOf({ ...known, instrument: anOption(strike), delta: NaN, gamma: NaN });
  assert.equal(at(560), 112_000);
  assert.ok(at(600) < at(560) && at(700) < at(600) && at(500) < at(560));
  assert.ok(riskOf({ ...known, spot: NaN, delta: NaN }) > 0);
});

Deno.test("shares of lines: all while there are enough, a known time when there are not", () => {
  assert.deepEqual(shareLines(100, 100, 10), { kept: 100, turning: 0, cadenceMs: NaN });
  for (const [lines, wanted, drivers] of [[100, 160, 10], [1, 2, 1], [10, 5_000, 400], [2, 3, 3]]) {
    const { kept, turning, cadenceMs } = shareLines(lines, wanted, drivers);
    assert.equal(kept + turning, lines);
    assert.ok(turning >= 1 && cadenceMs > 0, `${lines} ${wanted}`);
    assert.ok(cadenceMs >= Math.ceil((wanted - kept) / turning) * 12_000);
  }
});
