import assert from "node:assert/strict";
import { FeedRun } from "./feed/feed_run_fixture_test.ts";

const OPTION = ".SPY250417P500";

/** A live run whose token lives an hour: renewed after 51 to 54 minutes. */
function renewingRun(): FeedRun {
  const run = new FeedRun();
  run.tokens.lifeMs = 3_600_000;
  run.want(["SPY", OPTION]);
  run.peer.quote(OPTION, 7);
  run.beat();
  run.feed.start();
  run.time.advance(50 * 60_000);
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.tokens.givenAt.length, 1);
  return run;
}

Deno.test("R19: a token is renewed ahead of its end, make before break", () => {
  const run = renewingRun();

  run.time.advance(60 * 60_000);

  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.tokens.givenAt.length, 3);
  assert.equal(run.wire.openCountMax, 2);
  assert.equal(run.wire.openCount, 1);
  run.peer.quote(OPTION, 9);
  run.time.advance(1000);
  assert.equal(run.board.price(1, "bid"), 8.95);
  assert.equal(run.end(), 0);
});

Deno.test("hand-over: every wanted symbol is confirmed before the old connection goes", () => {
  const run = renewingRun();
  const sessions = [...run.peer.sessions];
  run.peer.faults.lostSubscriptions = 1;
  for (let second = 0; run.peer.sessions.has(sessions[0]); second++) {
    assert.ok(second < 600);
    run.time.advance(1000);
  }

  assert.equal(run.feed.stateOf(0), "confirmed");
  assert.equal(run.feed.stateOf(1), "confirmed");
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.end(), 0);
});

Deno.test("R23: a connection limit at the hand-over: close, wait at most 60 s, open one", () => {
  const run = renewingRun();
  run.peer.faults.connectionsMax = 1;

  run.time.advance(8 * 60_000);

  assert.equal(run.feed.health().state, "live");
  assert.ok(run.states().includes("down"));
  assert.equal(run.wire.openCount, 1);
  const at = run.wire.connectedAt;
  assert.equal(at.length, 3);
  assert.ok(at[2] - at[1] <= 60_000);
  assert.equal(run.feed.stateOf(1), "confirmed");
  assert.equal(run.end(), 0);
});

Deno.test("R23: a second connection refused without words three times means a limit too", () => {
  const run = renewingRun();
  run.peer.faults.refusesSecond = true;

  run.time.advance(12 * 60_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.wire.openCountMax, 1);
  assert.equal(run.peer.acceptedCount, 2);
  const at = run.wire.connectedAt;
  assert.ok(at[at.length - 1] - at[at.length - 2] <= 60_000);
  assert.equal(run.end(), 0);
});

Deno.test("hand-over: a symbol without data on both connections holds nothing up", () => {
  const run = new FeedRun();
  run.tokens.lifeMs = 60_000;
  run.want(["SPY", "NOPE"]);
  run.beat();
  run.feed.start();
  run.time.advance(56_000);

  assert.equal(run.tokens.givenAt.length, 2);
  assert.equal(run.wire.openCount, 1);
  run.time.advance(10 * 60_000);
  assert.ok(run.tokens.givenAt.length > 10);
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.end(), 0);
});

Deno.test("R23: while an old session is not reaped the desk waits and opens one at a time", () => {
  const run = renewingRun();
  run.peer.faults.connectionsMax = 0;
  run.wire.openCountMax = 0;
  const before = run.wire.connectedAt.length;
  for (const session of [...run.peer.sessions]) session.close(1001, "");

  run.time.advance(120_000);
  const tries = run.wire.connectedAt.length - before;
  assert.ok(tries >= 2 && tries <= 6, `${tries} tries`);
  assert.equal(run.wire.openCountMax, 1);
  assert.match(run.feed.health().detail ?? "", /limit/i);
  run.peer.faults.connectionsMax = 1;
  run.time.advance(62_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("hand-over: a second connection that fails leaves the first one in place", () => {
  const run = renewingRun();
  run.peer.faults.refusal = "refuse";
  run.time.advance(5 * 60_000);
  assert.deepEqual(run.states(), ["connecting", "live"]);
  run.peer.faults.refusal = null;

  run.time.advance(3 * 60_000);

  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.wire.openCountMax, 2);
  assert.equal(run.wire.openCount, 1);
  assert.equal(run.end(), 0);
});
