import assert from "node:assert/strict";
import { SHARED, testWith } from "@/tests/prerequisite.ts";
import { MARKET_EVENT, MARKET_STRIDE, marketBatch, PRICE } from "../../../domain/market_data.ts";
import { createBoard } from "../../../market/board.ts";
import { createEuropeanValue, valueEuropean } from "../../../pricing/european.ts";
import { readBar } from "../history/ib_history.ts";
import { anOption, aShare, MarketRun, type Told } from "./market_run_fixture_test.ts";

const IB = new URL("data/ib/", SHARED);

function read(name: string): string[] {
  return Deno.readTextFileSync(new URL(name, IB)).trim().split("\n");
}

function records(name: string): Record<string, unknown>[] {
  return read(name).map((line) => JSON.parse(line));
}

function recorded(name: string, fn: () => void): void {
  testWith(["shared"], { name, fn });
}

recorded("a recorded session of ticks ends in the values that were sent last", () => {
  const run = new MarketRun();
  const share = aShare("RECORDED");
  run.want(share);
  run.connect();
  const id = run.idOf(share);
  const ticks = records("tick_prices_20220107.jsonl");
  const last = new Map<number, number>();
  let at: unknown = null;
  let chunks = 0;
  for (const { time, price, size, tickType } of ticks) {
    // Ticks of one instant came in one chunk.
    if (time !== at) {
      run.market.flush();
      chunks++;
    }
    at = time;
    const type = Number(tickType);
    const isPrice = type === 1 || type === 2 || type === 4;
    last.set(type, Number(isPrice ? price : size));
    if (isPrice) run.market.tickPrice(id, type, Number(price));
    else run.market.tickSize(id, type, Number(size));
  }
  run.market.flush();
  const newest = (kind: string) => run.told.findLast((one) => one.kind === kind)?.values ?? [];
  const of = (...types: number[]) => types.map((type) => last.get(type));
  assert.equal(ticks.length, 8416);
  assert.deepEqual(newest("quote").slice(0, 4), of(1, 2, 0, 3));
  assert.deepEqual(newest("trade").slice(0, 3), of(4, 5, 8));
  const volumes = run.told.filter(({ kind }) => kind === "trade").map(({ values }) => values[2])
    .filter((volume) => !Number.isNaN(volume));
  assert.ok(volumes.every((volume, i) => i === 0 || volume >= volumes[i - 1]), "volume grows");
  assert.ok(run.told.length < ticks.length && chunks < ticks.length);
  assert.equal(run.end(), 0);
});

/** The board after what was told. */
function onBoard(told: readonly Told[], now: number) {
  const board = createBoard({ capacity: 8 });
  const contract = { kind: "futureOption", sessionClass: "futures", feed: "ib" } as const;
  board.register(0, { ...contract, cadenceMs: null, isDerived: false });
  board.setFeedState("ib", "live", now);
  const batch = marketBatch(told.length);
  batch.count = told.length;
  told.forEach((one, i) => {
    batch.kind[i] = Object.entries(MARKET_EVENT).find(([name]) => name === one.kind)?.[1] ?? 0;
    batch.eventAt[i] = one.at;
    batch.values.set(one.values, i * MARKET_STRIDE);
  });
  board.apply(batch, now);
  return board;
}

recorded(
  "recorded frozen options: no bid, a theta above 0, and Greeks that the board takes",
  () => {
    for (const ticker of records("option_tickers_GC.jsonl")) {
      const run = new MarketRun({ dataType: 2 });
      const option = anOption(2475, "GC");
      run.want(option);
      run.connect();
      const greeks = ticker.modelGreeks as Record<string, number>;
      run.market.marketDataType(run.idOf(option), Number(ticker.marketDataType));
      run.market.tickPrice(run.idOf(option), 1, -1);
      run.market.tickPrice(run.idOf(option), 2, Number(ticker.ask ?? -1));
      if (ticker.last !== undefined) run.market.tickPrice(run.idOf(option), 4, Number(ticker.last));
      run.market.tickPrice(run.idOf(option), 9, Number(ticker.close));
      const { impliedVol, delta, optPrice, gamma, vega, theta } = greeks;
      run.compute(option, 13, impliedVol, delta, optPrice, gamma, vega, theta);
      run.market.flush();
      const board = onBoard(run.told, run.time.now());
      const [iv, ...own] = board.columns.brokerGreeks.subarray(0, 5);
      assert.deepEqual([iv, ...own], [impliedVol, delta, gamma, theta, vega]);
      assert.deepEqual(
        [board.dropped().greeksOutOfRange, board.dropped().ivOutOfRange],
        [0, 0],
      );
      assert.equal(board.columns.prices[PRICE.previousClose], ticker.close);
      assert.ok(Number.isNaN(board.columns.prices[PRICE.bid]));
      assert.equal(board.columns.dataLevel[0], 2);
      assert.equal(run.end(), 0);
    }
  },
);

recorded("recorded bars are all read, in order, with their volume", () => {
  const bars = records("historic_bars.jsonl");
  const found = bars.map((bar) => {
    const time = `${String(bar.date).replaceAll("-", "").replace("T", " ")} US/Eastern`;
    const [open, high, low, close, volume] = ["open", "high", "low", "close", "volume"]
      .map((name) => Number(bar[name]));
    return readBar({ time, open, high, low, close, volume });
  });
  assert.equal(found.length, 405);
  found.forEach((bar, i) => {
    assert.ok(bar !== null, String(bars[i].date));
    const before = found[i - 1];
    assert.ok(
      i === 0 || (before !== null && before !== undefined && bar.startsAt > before.startsAt),
    );
    assert.equal(bar.volume, bars[i].volume);
  });
  assert.equal(found[0]?.startsAt, Date.parse("2021-01-05T09:28:00-05:00"));
});

const RATE = 0.053;
const YIELD = 0.015;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Our Greeks beside IB's for each row of a recording, by contract. */
function compared(name: string) {
  const [head, ...rows] = read(name).map((line) => line.trim().split(","));
  const byContract = new Map<string, { delta: number[]; vega: number[]; theta: number[] }>();
  for (const row of rows) {
    const cell = (column: string) => row[head.indexOf(column)];
    const number = (column: string) => Number(cell(column));
    const expiry = cell("expiry").replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
    const ours = createEuropeanValue();
    const leftMs = Date.parse(`${expiry}T20:00:00Z`) - Date.parse(`${cell("time_utc")}Z`);
    valueEuropean({
      right: cell("right") === "C" ? "call" : "put",
      spot: number("und_price"),
      strike: number("strike"),
      yearsToExpiry: leftMs / (365 * 86_400_000),
      volatility: number("implied_vol"),
      riskFreeRate: RATE,
      dividendYield: YIELD,
      isOnFuture: false,
    }, ours);
    const of = byContract.get(cell("contract")) ?? { delta: [], vega: [], theta: [] };
    byContract.set(cell("contract"), of);
    of.delta.push(Math.abs(ours.delta - number("delta")));
    of.vega.push(ours.vegaPerPoint / number("vega"));
    of.theta.push(ours.thetaPerDay / number("theta"));
  }
  return byContract;
}

recorded("our Greeks agree with IB's model within what the README of the data supports", () => {
  const files = [
    ["model_greeks_SPX_C230811_20230804.csv", 3, 0.0071],
    ["model_greeks_SPY_20230804.csv", 12, 0.101],
  ] as const;
  for (const [name, contracts, deltaMax] of files) {
    const greeks = compared(name);
    const all = (kind: "delta" | "vega" | "theta") =>
      [...greeks.values()].flatMap((one) => one[kind]);
    assert.equal(greeks.size, contracts);
    assert.ok(Math.max(...all("delta")) <= deltaMax, `${name}: ${Math.max(...all("delta"))}`);
    assert.ok(median(all("delta")) <= 0.0065, `${name}: ${median(all("delta"))}`);
    const [vega, theta] = [median(all("vega")), median(all("theta"))];
    assert.ok(vega >= 0.98 && vega <= 1.01, `${name}: vega per point ${vega}`);
    assert.ok(theta >= 0.93 && theta <= 0.99, `${name}: theta per calendar day ${theta}`);
  }
});
