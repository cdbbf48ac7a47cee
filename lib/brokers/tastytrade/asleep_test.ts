import assert from "node:assert/strict";
import { FeedRun } from "./feed/feed_run_fixture_test.ts";

function liveRun(): FeedRun {
  const run = new FeedRun();
  run.want(["SPY", "AAPL"]);
  run.peer.quote("AAPL", 200);
  run.beat();
  run.feed.start();
  run.time.advance(5000);
  run.healths.length = 0;
  return run;
}

for (const doesMonotonicStop of [false, true]) {
  const clock = doesMonotonicStop ? "a clock that stops" : "a clock that runs on";
  Deno.test(`NET-7: after 20 min of sleep, with ${clock}: stale, one connection`, () => {
    const run = liveRun();
    run.time.sleep(20 * 60_000, doesMonotonicStop);

    run.time.advance(10_000);

    assert.deepEqual(run.states(), ["stale", "live"]);
    assert.equal(run.wire.connectedAt.length, 2);
    assert.equal(run.tokens.givenAt.length, 2);
    assert.equal(run.feed.stateOf(1), "confirmed");
    assert.equal(run.end(), 0);
  });
}

Deno.test("NET-7: a stall of our own for 20 s is not held against the feed", () => {
  const run = liveRun();
  run.stopBeat();
  run.time.advance(10_000);
  run.time.sleep(20_000);
  run.time.advance(1000);
  run.beat();

  run.time.advance(30_000);

  assert.deepEqual(run.states(), []);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("NET-7: a clock set back by an hour changes nothing about the feed", () => {
  const run = liveRun();
  run.time.sleep(-3_600_000, true);

  run.time.advance(60_000);

  assert.deepEqual(run.states().filter((state) => state !== "live"), []);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.end(), 0);
});
