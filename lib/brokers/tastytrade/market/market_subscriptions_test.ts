import assert from "node:assert/strict";
import type { Instrument } from "../../../domain/instrument.ts";
import { FeedRun } from "../feed/feed_run_fixture_test.ts";
import { InstrumentCache } from "../instruments/instrument_cache.ts";
import { listedShare, unsupported } from "../map/listed_instrument.ts";
import { MarketSubscriptions } from "./market_subscriptions.ts";

function begin() {
  const run = new FeedRun();
  const cache = new InstrumentCache();
  const share = (symbol: string, streamerSymbol: string | null = symbol): Instrument => {
    const facts = { kind: "equity", isCoin: false, exchange: "", tickSize: 0.01 } as const;
    const instrument = listedShare(symbol, facts);
    const listed = { apiSymbol: symbol, instrumentType: "Equity", streamerSymbol, ticks: [] };
    return cache.add({ ...listed, instrument }).instrument;
  };
  return { run, cache, share, subscriptions: new MarketSubscriptions(run.feed, cache) };
}

function asked(run: FeedRun): unknown[] {
  return run.requests("FEED_SUBSCRIPTION").flatMap(({ add }) =>
    Array.isArray(add) ? add.map(({ symbol }) => symbol) : []
  );
}

Deno.test("a symbol that the feed has no name for is named, the others are served", () => {
  const { run, share, subscriptions } = begin();
  run.beat();
  run.feed.start();
  const wanted = [share("QQQ"), share("BTC/USD", null)];
  const done = subscriptions.replace(wanted.map((instrument, handle) => ({ handle, instrument })));
  assert.ok(done.ok);
  run.time.advance(2_000);
  assert.ok(asked(run).includes("QQQ"));
  assert.equal(subscriptions.detail(), "no market data for BTC/USD");
  assert.deepEqual(subscriptions.counts(), { "symbols without a name in the feed": 1 });
  assert.ok(subscriptions.change([], [1]).ok);
  assert.equal(subscriptions.detail(), null);
  assert.equal(run.end(), 0);
});

Deno.test("a symbol that brings nothing is named until something comes", () => {
  const { run, share, subscriptions } = begin();
  run.beat();
  run.feed.start();
  assert.ok(subscriptions.replace([{ handle: 7, instrument: share("QUIET") }]).ok);
  run.time.advance(40_000);
  assert.deepEqual(run.noData, [7]);
  subscriptions.noData(7);
  assert.equal(subscriptions.detail(), "no market data for QUIET");
  run.peer.quote("QUIET", 10);
  run.time.advance(2_000);
  assert.equal(subscriptions.detail(), null);
  assert.deepEqual(subscriptions.counts(), {});
  assert.equal(run.end(), 0);
});

Deno.test("what is not valued wants no price; an unknown instrument changes nothing", () => {
  const { run, cache, share, subscriptions } = begin();
  const facts = { underlying: null, multiplier: 10 };
  const bond = cache.add(unsupported("912797KX4", "Bond", "not valued", facts)).instrument;
  const spy = share("QQQ");
  assert.ok(
    subscriptions.replace([{ handle: 0, instrument: spy }, { handle: 1, instrument: bond }]).ok,
  );
  assert.equal(subscriptions.detail(), null);
  const stranger = { ...spy, key: "NOSUCH" };
  const refused = subscriptions.replace([{ handle: 3, instrument: stranger }]);
  assert.equal(refused.ok ? "" : refused.error.code, "unknownInstrument");
  assert.equal(run.feed.stateOf(0), "pending");
  assert.equal(run.feed.stateOf(3), "notWanted");
  assert.equal(run.end(), 0);
});
