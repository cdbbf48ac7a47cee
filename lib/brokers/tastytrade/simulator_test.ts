import assert from "node:assert/strict";
import { socketsOf, TastytradeSim } from "../../../sims/tastytrade/mod.ts";
import type { Fault } from "../../../sims/tastytrade/mod.ts";
import { streamerSymbol } from "../../../sims/tastytrade/symbols.ts";
import { ok } from "../../base/result.ts";
import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../../domain/market_data.ts";
import { createBoard } from "../../market/board.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { DxlinkFeed } from "./dxlink_feed.ts";
import { seeded, wish } from "./feed/feed_run_fixture_test.ts";

const SEEDS = 60;

const FAULTS: readonly Omit<Fault, "on">[] = [
  { do: "mute" },
  { do: "deaf" },
  { do: "drop" },
  { do: "drop", byte: 700 },
  { do: "drop", code: 1012 },
  { do: "slow", latencyMs: 500, jitterMs: 1500 },
  { do: "reorder", when: { share: 0.3 } },
  { do: "duplicate", when: { share: 0.3 } },
  { do: "malformed", when: { share: 0.2 } },
  { do: "malformed", how: "shortRow", when: { share: 0.2 } },
  { do: "malformed", how: "noise", when: { share: 0.2 } },
  { do: "malformed", how: "array", when: { share: 0.2 } },
  { do: "refuse", status: 429 },
  { do: "trimFields", type: "Quote", fields: ["askSize", "bidSize"] },
  { do: "reorderFields", type: "Greeks" },
  { do: "reorderFields", type: "Quote" },
  { do: "switchFormat", format: "FULL" },
  { do: "closeChannel" },
  { do: "error", error: "BAD_ACTION", message: "no" },
];

function begin(seed: number) {
  const time = new VirtualTime(Date.parse("2025-03-19T14:15:00Z"));
  const sim = new TastytradeSim({ clock: time, timers: time, seed, eventRate: 60, stepMs: 250 });
  const live = sim.market.world.instruments().filter(({ id }) => sim.market.world.isLive(id));
  const chosen = [
    ...live.filter(({ symbol, option }) => option === undefined && /^(SPY|AAPL|SPX)$/.test(symbol)),
    ...live.filter(({ option, underlying }) => option && underlying === "SPY").slice(0, 12),
  ];
  const symbols = chosen.map(streamerSymbol);
  const board = createBoard({ capacity: 64 });
  for (const [handle, symbol] of symbols.entries()) {
    board.register(handle, {
      kind: symbol.startsWith(".") ? "option" : "equity",
      sessionClass: "equity",
      feed: "tt",
      cadenceMs: null,
      isDerived: false,
    });
  }
  const feed = new DxlinkFeed({
    id: "tt",
    label: "tastytrade",
    clock: time,
    timers: time,
    random: seeded(seed),
    sockets: socketsOf(sim),
    tokens: {
      request: (reply) =>
        time.setTimer(10, () => {
          const { token } = sim.tokens.issueQuote();
          reply(ok({ token, url: sim.url("dxlink"), issuedAt: null, expiresAt: null }));
        }),
    },
    isUrlAllowed: () => true,
    aggregationPeriodS: 0.1,
    reference: "SPY",
    capacity: 64,
    listener: {
      market: (batch) => board.apply(batch, time.now()),
      health: ({ state, since }) => void board.setFeedState("tt", state, since),
      noData() {},
    },
  });
  feed.replace(symbols.map(wish));
  feed.start();
  return { time, sim, chosen, symbols, board, feed };
}

Deno.test(`NET-1, NET-4, BRK-1, BRK-8, R10: ${SEEDS} seeds against the simulator end equal`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { time, sim, chosen, symbols, board, feed } = begin(seed);
    const { next } = seeded(seed);
    const played: string[] = [];
    time.advance(3000);
    for (let count = 3; count > 0; count--) {
      const fault = FAULTS[Math.floor(next() * FAULTS.length)];
      played.push(JSON.stringify(fault));
      sim.inject({ on: "dxlink", ...fault });
      time.advance(2000 + next() * 20_000);
      if (next() < 0.5) sim.faults.clear();
    }
    sim.faults.clear();
    time.advance(110_000);
    // The market stands still until all of it has arrived; for long it would look mute.
    sim.market.isHeld = true;
    time.advance(3000);

    for (const [handle, instrument] of chosen.entries()) {
      const { bid, ask, last, greeks } = sim.market.latest(instrument);
      const delta = board.columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta];
      const where = `seed ${seed}, ${symbols[handle]}: ${played.join(" ")}`;
      assert.equal(feed.stateOf(handle), "confirmed", where);
      assert.equal(board.price(handle, "bid"), bid === 0 ? NaN : bid, where);
      assert.equal(board.price(handle, "ask"), ask, where);
      assert.equal(board.price(handle, "last"), last, where);
      if (instrument.option !== undefined) assert.equal(delta, greeks[2], where);
    }
    assert.equal(feed.health().state, "live");
    feed.close();
    sim.close();
    time.advance(10_000);
    assert.equal(time.pendingCount, 0, "timers left");
  }
});
