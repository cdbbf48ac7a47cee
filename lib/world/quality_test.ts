import assert from "node:assert/strict";
import { createBatch, EVENT_KIND, EVENT_STRIDE } from "./columns.ts";
import type { TickRule } from "./types.ts";
import { createWorld, type World } from "./world.ts";

function isOnTick(price: number, ticks: TickRule): boolean {
  const steps = price < ticks.threshold ? ticks.small : ticks.large;
  return Math.abs(price * steps - Math.round(price * steps)) < 1e-6;
}

/** Calls `check` with each market event of a world that runs for some time. */
function eachEvent(
  world: World,
  steps: number,
  check: (id: number, kind: number, v: Float64Array) => void,
): number {
  const batch = createBatch(8192);
  let count = 0;
  for (let n = 0; n < steps; n++) {
    world.step();
    while (world.drain(batch) > 0) {
      for (let i = 0; i < batch.count; i++, count++) {
        const v = batch.v.subarray(i * EVENT_STRIDE, (i + 1) * EVENT_STRIDE);
        check(batch.instrument[i], batch.kind[i], v);
      }
    }
  }
  return count;
}

Deno.test("quotes: both sides lie on ticks, at least one apart, never negative", () => {
  const world = createWorld({ stepMs: 30_000, eventRate: 8, positions: 400 });
  let quotes = 0;
  eachEvent(world, 1500, (id, kind, v) => {
    if (kind !== EVENT_KIND.quote) return;
    quotes++;
    const { ticks, symbol } = world.instruments()[id];
    const [bid, ask, bidSize, askSize] = v;
    const tick = 1 / (bid < ticks.threshold ? ticks.small : ticks.large);
    const text = `${symbol} ${bid} ${ask}`;
    assert.ok(bid >= 0 && ask > 0 && isOnTick(bid, ticks) && isOnTick(ask, ticks), text);
    assert.ok(ask - bid >= tick - 1e-9, text);
    assert.ok(askSize > 0 && (bidSize > 0 || bid === 0), text);
  });
  assert.ok(quotes > 50_000);
});

Deno.test("quotes: every live mark is a positive number inside its quote", () => {
  const world = createWorld({ stepMs: 30_000, eventRate: 4 });
  for (let n = 0; n < 1600; n++) {
    world.step();
    for (const instrument of world.instruments()) {
      if (world.isLive(instrument.id)) assert.ok(world.mark(instrument.id) > 0, instrument.symbol);
    }
  }
  eachEvent(world, 50, (id, kind, v) => {
    if (kind !== EVENT_KIND.quote || !(v[0] > 0)) return;
    assert.ok(v[1] >= v[0] && world.isLive(id));
  });
});

Deno.test("greeks: finite, with the signs of their right, near their quote", () => {
  const world = createWorld({ eventRate: 3000 });
  let count = 0;
  eachEvent(world, 200, (id, kind, v) => {
    if (kind !== EVENT_KIND.greeks) return;
    count++;
    const { option, symbol } = world.instruments()[id];
    const [price, iv, delta, gamma, theta, vega, rho] = v;
    for (const value of v.subarray(0, 7)) assert.ok(Number.isFinite(value), symbol);
    const sign = option?.right === "call" ? 1 : -1;
    assert.ok(price >= 0 && iv > 0.05 && iv < 4, symbol);
    assert.ok(sign * delta >= 0 && sign * delta <= 1, symbol);
    assert.ok(gamma >= 0 && vega >= 0, symbol);
    assert.ok(Math.abs(rho) < 100 && Math.abs(theta) < 200, symbol);
    const mark = world.mark(id);
    assert.ok(Math.abs(mark - price) <= 0.06 + 0.1 * price, `${symbol} ${price} ${mark}`);
  });
  assert.ok(count > 2000);
});

Deno.test("quotes: a fall of the market shows in published volatility and prices", () => {
  const world = createWorld({ eventRate: 5000 });
  const put = world.instruments().find((one) => one.root === "SPX" && one.option?.right === "put")
    ?.id;
  const ivOf = (): number => {
    let iv = NaN;
    eachEvent(world, 40, (id, kind, v) => {
      if (kind === EVENT_KIND.greeks && id === put) iv = v[1];
    });
    return iv;
  };
  const calm = { iv: ivOf(), spy: world.mark(world.instrumentOf("SPY") ?? 0) };
  const atm = world.atmIv("SPX", 30 / 365);

  world.shock(-0.02);
  const after = { iv: ivOf(), spy: world.mark(world.instrumentOf("SPY") ?? 0) };

  assert.ok(after.spy / calm.spy < 0.985);
  assert.ok(world.atmIv("SPX", 30 / 365) > atm * 1.04);
  // A fixed strike slides down the skew as the market falls; its volatility still rises.
  assert.ok(after.iv > calm.iv, `${calm.iv} ${after.iv}`);
});

Deno.test("chain: its contracts can be listed, others are absent", () => {
  const world = createWorld();
  const chain = world.chain("SPX");
  const pm = chain.find((row) => row.root === "SPXW");
  assert.equal(pm?.expiry, "2025-03-19");
  assert.ok(chain.some((row) => row.root === "SPX" && row.settlement === "AM"));
  assert.ok((pm?.strikes.length ?? 0) > 200);
  assert.deepEqual(world.chain("NONE"), []);
  assert.deepEqual(world.chain("SAP"), []);

  const terms = { root: "KO", expiry: "2025-04-17", strike: 66, right: "put" } as const;
  const listed = world.listContract(terms);
  assert.equal(listed?.symbol, "KO    250417P00066000");
  assert.ok(world.mark(listed?.id ?? -1) > 0);
  assert.equal(world.listContract(terms)?.id, listed?.id);
  assert.equal(world.listContract({ ...terms, strike: 66.3 }), undefined);
  assert.equal(world.listContract({ ...terms, expiry: "2025-04-19" }), undefined);
});

Deno.test("bars: daily history ends at the last close and grows with sessions", () => {
  const world = createWorld({ eventRate: 1, stepMs: 60_000 });
  const id = (symbol: string) => world.instrumentOf(symbol) ?? -1;
  const bars = world.bars(id("NVDA"), 252);

  assert.equal(bars.length, 252);
  assert.equal(bars.at(-1)?.date, "2025-03-18");
  assert.equal(bars.at(-1)?.close, world.previousCloses()[id("NVDA")]);
  for (const bar of bars) assert.ok(bar.low <= Math.min(bar.open, bar.close));
  assert.deepEqual(world.bars(id("NVDA"), 252), bars);
  const option = world.instruments().find((one) => one.option);
  assert.deepEqual(world.bars(option?.id ?? -1, 10), []);

  world.advanceTo(world.session().until);
  world.step();
  const grown = world.bars(id("NVDA"), 3);
  assert.deepEqual(grown.map((bar) => bar.date), ["2025-03-17", "2025-03-18", "2025-03-19"]);
  assert.equal(grown[2].close, world.previousCloses()[id("NVDA")]);
  assert.deepEqual(world.carry("/ES")?.model, "forward");
  assert.equal(world.carry("NONE"), undefined);
});

Deno.test("outbox: a reader that slept through an overflow still ends at the present marks", () => {
  const world = createWorld({ eventRate: 20_000, stepMs: 1000 });
  const last = new Map<number, number>();
  const mid = new Map<number, number>();
  const batch = createBatch(700);
  while (world.drain(batch) > 0);
  for (let n = 0; n < 9; n++) world.step();
  assert.ok(world.counters().lost > 60_000);
  while (world.drain(batch) > 0) {
    for (let i = 0; i < batch.count; i++) {
      const o = i * EVENT_STRIDE;
      const id = batch.instrument[i];
      if (batch.kind[i] === EVENT_KIND.trade) last.set(id, batch.v[o]);
      if (batch.kind[i] !== EVENT_KIND.quote) continue;
      if (batch.v[o] > 0) mid.set(id, (batch.v[o] + batch.v[o + 1]) / 2);
      else mid.delete(id);
    }
  }

  for (const { id, symbol } of world.instruments()) {
    assert.equal(mid.get(id) ?? last.get(id), world.mark(id), symbol);
  }
});
