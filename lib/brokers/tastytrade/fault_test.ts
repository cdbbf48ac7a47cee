import assert from "node:assert/strict";
import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../../domain/market_data.ts";
import { STALENESS } from "../../domain/measures.ts";
import { playFaults, SYMBOLS } from "./feed/fault_script_fixture_test.ts";
import { FeedRun } from "./feed/feed_run_fixture_test.ts";

const SEEDS = 500;

/** The board's columns of a handle under the names that the feed gives them. */
function boardValues(run: FeedRun, handle: number): Record<string, Record<string, number>> {
  const { columns } = run.board;
  const greeks = (at: keyof typeof BROKER_GREEKS) =>
    columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS[at]];
  return {
    Quote: {
      bidPrice: run.board.price(handle, "bid"),
      askPrice: run.board.price(handle, "ask"),
      bidSize: run.board.price(handle, "bidSize"),
      askSize: run.board.price(handle, "askSize"),
    },
    Trade: {
      price: run.board.price(handle, "last"),
      size: run.board.price(handle, "lastSize"),
      dayVolume: run.board.price(handle, "dayVolume"),
    },
    Summary: { prevDayClosePrice: run.board.price(handle, "previousClose") },
    Greeks: {
      volatility: greeks("iv"),
      delta: greeks("delta"),
      gamma: greeks("gamma"),
      theta: greeks("thetaPerDay"),
      vega: greeks("vegaPerPoint"),
      rho: greeks("rhoPerPoint"),
    },
  };
}

function assertBoardEqualsPeer(run: FeedRun): void {
  for (const [handle, symbol] of SYMBOLS.entries()) {
    assert.equal(run.feed.stateOf(handle), "confirmed", symbol);
    assert.ok(run.board.isConfirmed(handle), `${symbol} on the board`);
    assert.equal(STALENESS[run.board.staleness(handle, run.time.now())], "current", symbol);
    for (const [type, values] of Object.entries(boardValues(run, handle))) {
      const latest = run.peer.values.get(`${type} ${symbol}`) ?? {};
      for (const [name, value] of Object.entries(values)) {
        assert.equal(value, latest[name] ?? NaN, `${type} ${name} of ${symbol}`);
      }
    }
  }
}

function assertAtMostSixAMinute(run: FeedRun): void {
  const at = run.tokens.givenAt;
  for (let i = 6; i < at.length; i++) assert.ok(at[i] - at[i - 6] >= 60_000, `attempt ${i}`);
}

Deno.test(`NET-1, NET-3, NET-4, BRK-1, R10: ${SEEDS} seeds of faults end well`, () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = new FeedRun({ seed });
    let played: string[] = [];
    try {
      played = playFaults(run, seed);
      assert.equal(run.feed.health().state, "live");
      if (seed % 4 !== 0) assert.equal(run.wire.openCount, 1);
      assertBoardEqualsPeer(run);
      assertAtMostSixAMinute(run);
      assert.equal(run.end(), 0, "timers left");
      assert.equal(run.wire.openCount, 0);
    } catch (error) {
      throw new Error(`seed ${seed}: ${played.join(", ")}`, { cause: error });
    }
    for (const name of played) seen.add(name);
  }
  assert.ok(seen.size >= 25, "every fault was played");
});

Deno.test("P15: the same seed is the same run, message by message", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const [first, second] = [1, 2].map(() => {
      const run = new FeedRun({ seed });
      playFaults(run, seed);
      run.end();
      return [run.wire.sent, run.wire.connectedAt, run.healths];
    });

    assert.deepEqual(first, second);
  }
});
