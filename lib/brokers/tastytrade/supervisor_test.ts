import assert from "node:assert/strict";
import { fail } from "../../base/result.ts";
import { FeedRun, IN_SESSION, ON_SUNDAY } from "./feed/feed_run_fixture_test.ts";

const OPTION = ".SPY250417P500";

function liveRun(options: ConstructorParameters<typeof FeedRun>[0] = {}): FeedRun {
  const run = new FeedRun(options);
  run.want(["SPY", OPTION]);
  run.peer.quote(OPTION, 7);
  run.beat();
  run.feed.start();
  run.time.advance(5000);
  assert.equal(run.feed.health().state, "live");
  run.healths.length = 0;
  return run;
}

Deno.test("supervisor: live only after the reference spoke; nothing is left at the end", () => {
  const run = new FeedRun();
  run.want(["SPY", OPTION]);
  run.peer.quote(OPTION, 7);
  run.feed.start();
  run.time.advance(3000);
  assert.equal(run.feed.health().state, "connecting");

  run.beat();
  run.time.advance(2000);

  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.feed.stateOf(1), "confirmed");
  assert.equal(run.board.price(1, "bid"), 6.95);
  assert.equal(run.end(), 0);
  assert.equal(run.feed.health().state, "closed");
  assert.equal(run.wire.openCount, 0);
});

for (const how of ["isMute", "isKeepaliveOnly"] as const) {
  Deno.test(`R01: a mute socket (${how}) is stale within 16 s and replaced within 75 s`, () => {
    const run = liveRun();
    run.peer.faults[how] = true;

    run.time.advance(16_000);
    assert.ok(run.states().includes("stale"));
    assert.notEqual(run.feed.health().state, "live");
    run.peer.faults[how] = false;
    run.time.advance(59_000);

    assert.equal(run.feed.health().state, "live");
    assert.equal(run.feed.stateOf(1), "confirmed");
    assert.ok(run.board.isConfirmed(1));
    assert.equal(run.end(), 0);
  });
}

Deno.test("R02: refused connects stay within six a minute, data flows 30 s after", () => {
  const run = liveRun();
  run.peer.faults.refusal = "refuse";
  for (const session of [...run.peer.sessions]) session.close(1001, "");

  run.time.advance(9 * 60_000);
  run.peer.faults.refusal = null;
  run.time.advance(30_000);

  assert.equal(run.feed.health().state, "live");
  const at = run.tokens.givenAt;
  for (let i = 6; i < at.length; i++) assert.ok(at[i] - at[i - 6] >= 60_000, `attempt ${i}`);
  assert.ok(at.length > 20);
  assert.equal(run.end(), 0);
});

Deno.test("P3: after ten minutes of failures the pauses grow to at most a minute", () => {
  const run = liveRun();
  run.peer.faults.refusal = "hang";
  for (const session of [...run.peer.sessions]) session.close(1001, "");

  run.time.advance(3 * 3_600_000);

  const gaps = run.tokens.givenAt.slice(1).map((at, i) => at - run.tokens.givenAt[i]);
  assert.ok(Math.max(...gaps) > 40_000);
  assert.ok(Math.max(...gaps) < 60_000 + 9_000);
  assert.equal(run.end(), 0);
});

Deno.test("R14: outside the session no event for 30 minutes restarts nothing", () => {
  const run = new FeedRun({ startedAt: ON_SUNDAY });
  run.want(["SPY", OPTION]);
  run.feed.start();

  run.time.advance(30 * 60_000);

  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("BRK-1: outside the session an unanswered probe is stale, then replaced", () => {
  const run = new FeedRun({ startedAt: ON_SUNDAY });
  run.feed.start();
  run.time.advance(5000);
  run.peer.faults.isMute = true;

  run.time.advance(31_000);
  assert.equal(run.feed.health().state, "stale");
  assert.equal(run.wire.connectedAt.length, 1);
  run.peer.faults.isMute = false;
  run.time.advance(11_000);
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.wire.connectedAt.length, 1);
  run.peer.faults.isMute = true;
  run.time.advance(61_000);
  assert.equal(run.wire.connectedAt.length, 2);
  run.peer.faults.isMute = false;
  run.time.advance(30_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("supervisor: a halted reference may be silent while the probe answers", () => {
  const run = liveRun();
  run.stopBeat();
  run.peer.publish("Profile", "SPY", { tradingStatus: "HALTED" });

  run.time.advance(15 * 60_000);
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.wire.connectedAt.length, 1);
  run.peer.publish("Profile", "SPY", { tradingStatus: "ACTIVE" });
  run.time.advance(10_000);
  assert.equal(run.feed.health().state, "live");
  run.time.advance(6_500);

  assert.ok(run.states().includes("stale"));
  assert.equal(run.end(), 0);
});

Deno.test("supervisor: the opening bell gives the reference its 15 s, and no more", () => {
  const opensAt = Date.UTC(2025, 2, 19, 13, 30);
  const run = new FeedRun({ startedAt: opensAt - 60_000 });
  run.feed.start();
  run.time.advance(60_000 + 14_000);
  assert.equal(run.feed.health().state, "live");

  run.time.advance(2_500);

  assert.ok(run.states().includes("stale"));
  assert.equal(run.end(), 0);
});

Deno.test("R19: a token that runs out in mid-session is replaced, subscriptions survive", () => {
  for (const how of ["say", "close"] as const) {
    const run = liveRun();
    run.peer.expireTokens(how);

    run.time.advance(15_000);

    assert.equal(run.feed.health().state, "live");
    assert.equal(run.tokens.givenAt.length, 2);
    assert.equal(run.feed.stateOf(1), "confirmed");
    assert.ok(run.board.isConfirmed(1));
    assert.equal(run.end(), 0);
  }
});

Deno.test("R20: refused tokens are never used twice, and the pauses grow", () => {
  const run = liveRun();
  run.tokens.isStale = true;
  run.peer.expireTokens("close");

  run.time.advance(180_000);
  const sent = run.requests("AUTH").map(({ token }) => token);
  assert.equal(new Set(sent).size, sent.length);
  assert.equal(run.feed.health().state, "down");
  assert.ok(sent.length >= 4 && sent.length < 12, `${sent.length} tries`);
  run.tokens.isStale = false;
  run.time.advance(65_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("BRK-2: a revoked login is tried three times, then once in a quarter of an hour", () => {
  const run = new FeedRun();
  const message = "refused";
  const fix = "log in anew at the broker";
  run.tokens.failure = fail({ code: "unauthorized", message, fix });
  run.feed.start();

  run.time.advance(10 * 60_000);
  assert.equal(run.tokens.givenAt.length, 3);
  assert.equal(run.feed.health().detail, `sign-in at tastytrade needed: ${fix}`);
  assert.equal(run.feed.health().state, "down");
  run.tokens.failure = null;
  run.beat();
  run.feed.retryNow();
  run.time.advance(20_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("R21: a server that accepts subscriptions and sends nothing is not live", () => {
  const run = new FeedRun();
  run.peer.faults.isSubscribedSilent = true;
  run.beat();
  run.feed.start();

  run.time.advance(60_000);
  assert.ok(!run.states().includes("live"));
  run.peer.faults.isSubscribedSilent = false;
  run.time.advance(60_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("R05: a keepalive that cannot be sent ends the connection and starts the next", () => {
  const run = liveRun();
  run.wire.isSendFailing = true;
  run.time.advance(10_500);
  assert.equal(run.healths[0].state, "down");
  run.wire.isSendFailing = false;

  run.time.advance(20_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("R12: subscriptions come back although the first attempt to reconnect fails", () => {
  const run = liveRun();
  run.peer.faults.refusal = "refuse";
  for (const session of [...run.peer.sessions]) session.close(1006, "");
  run.time.advance(1500);
  run.peer.faults.refusal = null;

  run.time.advance(28_000);

  assert.equal(run.feed.stateOf(0), "confirmed");
  assert.equal(run.feed.stateOf(1), "confirmed");
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("supervisor: a reference that has no data here is given up, the probe takes over", () => {
  const run = new FeedRun({ startedAt: IN_SESSION });
  run.want([OPTION]);
  run.peer.quote(OPTION, 7);
  run.feed.start();

  run.time.advance(120_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.feed.health().detail, "the reference symbol has no data");
  const connects = run.wire.connectedAt.length;
  run.time.advance(3_600_000);
  assert.equal(run.wire.connectedAt.length, connects);
  assert.equal(run.end(), 0);
});

Deno.test("DAT-3: a feed far ahead of this machine's clock is named, the feed stays live", () => {
  const run = liveRun();
  run.stopBeat();
  const at = run.time.now() + 3_600_000;
  run.time.setTimer(
    0,
    () => run.peer.publish("Quote", "SPY", { bidPrice: 1, askPrice: 2, bidTime: at, askTime: at }),
  );
  run.time.advance(2000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.feed.health().detail, "this machine's clock is behind the feed's");
  assert.equal(run.end(), 0);
});

for (const seconds of [5, 20, 60, 240, 600]) {
  Deno.test(`NET-2: data flows within 30 s after a black hole of ${seconds} s`, () => {
    for (let seed = 1; seed <= 10; seed++) {
      const run = liveRun({ seed });
      run.wire.openCountMax = 0;
      run.wire.isBlackHole = true;
      run.time.advance(seconds * 1000);
      if (seconds > 16) assert.notEqual(run.feed.health().state, "live");
      run.wire.isBlackHole = false;
      run.peer.quote(OPTION, 8);

      run.time.advance(30_000);

      assert.equal(run.feed.health().state, "live", `seed ${seed}`);
      if (seconds > 16) assert.equal(run.board.price(1, "bid"), 7.95);
      assert.ok(run.wire.openCountMax <= 1);
      assert.equal(run.end(), 0);
    }
  });
}
