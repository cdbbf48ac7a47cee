import assert from "node:assert/strict";
import { FeedRun } from "../../feed/feed_run_fixture_test.ts";

Deno.test("session: the handshake waits for each answer in the strict order", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  run.time.advance(200);

  const types = run.wire.sent.map((text) => JSON.parse(text).type);
  assert.deepEqual(types.slice(0, 5), [
    "SETUP",
    "AUTH",
    "CHANNEL_REQUEST",
    "FEED_SETUP",
    "FEED_SUBSCRIPTION",
  ]);
  assert.equal(run.requests("FEED_SUBSCRIPTION")[0].reset, true);
  assert.equal(run.end(), 0);
});

Deno.test("session: a server that asks for no token gets it after three seconds", () => {
  const run = new FeedRun();
  run.peer.faults.hasHello = false;
  run.beat();
  run.feed.start();
  run.time.advance(2900);
  assert.equal(run.requests("AUTH").length, 0);

  run.time.advance(2000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("session: a hello that comes after the token, or twice, is no refusal of it", () => {
  const run = new FeedRun();
  run.peer.faults.hasHello = false;
  run.peer.faults.isAuthSilent = true;
  run.beat();
  run.feed.start();
  run.time.advance(3_500);
  const [session] = run.peer.sessions;
  const state = (state: string) => session.send({ type: "AUTH_STATE", channel: 0, state });
  for (const hello of ["UNAUTHORIZED", "UNAUTHORIZED"]) state(hello);
  run.time.advance(1_500);
  assert.equal(run.feed.health().state, "connecting");
  session.isAuthorized = true;
  state("AUTHORIZED");
  run.time.advance(1_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("session: a refusal that stands ends the attempt after two seconds", () => {
  const run = new FeedRun();
  run.peer.faults.isAuthSilent = true;
  run.feed.start();
  run.time.advance(500);
  const [session] = run.peer.sessions;
  session.send({ type: "AUTH_STATE", channel: 0, state: "UNAUTHORIZED" });
  run.time.advance(1_900);
  assert.equal(run.feed.health().state, "connecting");
  run.time.advance(200);

  assert.equal(run.feed.health().state, "down");
  assert.equal(run.feed.health().detail, "the feed refused the quote token");
  assert.equal(run.end(), 0);
});

Deno.test("session: an error that nobody knows ends no handshake, a complaint does", () => {
  for (const [error, state] of [["REST_AHEAD", "live"], ["BAD_ACTION", "down"]]) {
    const run = new FeedRun();
    run.peer.faults.hasHello = false;
    run.beat();
    run.feed.start();
    run.time.advance(500);
    const [session] = run.peer.sessions;
    session.send({ type: "ERROR", channel: 0, error, message: "at ten" });
    run.time.advance(state === "live" ? 4_000 : 100);
    assert.equal(run.feed.health().state, state, error);
    assert.equal(run.feed.health().dropped.error, 1);
    assert.equal(run.end(), 0);
  }
});

Deno.test("R20: a server that never answers AUTH is down after ten seconds", () => {
  const run = new FeedRun();
  run.peer.faults.isAuthSilent = true;
  run.feed.start();
  run.time.advance(9_900);
  assert.equal(run.feed.health().state, "connecting");
  run.time.advance(200);
  assert.equal(run.feed.health().state, "down");
  assert.equal(run.feed.health().detail, "no answer to AUTH");
  run.time.advance(3000);

  assert.equal(run.tokens.givenAt.length, 2);
  assert.equal(run.end(), 0);
});

Deno.test("session: KEEPALIVE goes out every ten seconds, whatever else is sent", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  run.time.advance(60_500);

  assert.equal(run.requests("KEEPALIVE").length, 6);
  assert.ok((run.feed.health().lastHeartbeatAt ?? 0) > run.time.now() - 10_600);
  assert.equal(run.end(), 0);
});

Deno.test("NET-5: a page instead of frames ends the attempt and is kept as a sample", () => {
  const run = new FeedRun();
  run.peer.faults.page = "<html>\u001b[31mlog in</html>";
  run.feed.start();
  run.time.advance(1000);
  assert.equal(run.feed.health().state, "down");
  assert.equal(run.feed.debug().refused[0], "<html> [31mlog in</html>");
  run.peer.faults.page = null;
  run.beat();

  run.time.advance(30_000);

  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("MAL-7: a complaint that repeats the token is shown without it", () => {
  const run = new FeedRun();
  run.tokens.isStale = true;
  run.feed.start();
  run.time.advance(60_000);

  const shown = JSON.stringify([run.healths, run.feed.debug()]);
  assert.doesNotMatch(shown, /token-\d/);
  assert.match(shown, /UNAUTHORIZED: no \[token\]/);
  assert.equal(run.end(), 0);
});

Deno.test("session: errors after the handshake are forgiven, an endless run is not", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  run.time.advance(2000);
  const [session] = run.peer.sessions;
  const error = { type: "ERROR", channel: 1, error: "BAD_ACTION", message: "no" };
  session.send(error);
  session.send({ type: "NOVELTY", channel: 9 });
  run.time.advance(1000);
  assert.equal(run.feed.health().state, "live");
  assert.deepEqual(run.feed.health().dropped, { error: 1, unknownMessage: 1 });

  for (let i = 0; i < 300; i++) session.send(error);
  run.time.advance(30_000);

  assert.equal(run.wire.connectedAt.length, 2);
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("session: a channel that the server closes is had again on a new connection", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  run.time.advance(2000);
  const [session] = run.peer.sessions;
  session.send({ type: "CHANNEL_CLOSED", channel: 1 });

  run.time.advance(10_000);

  assert.equal(run.wire.connectedAt.length, 2);
  assert.equal(run.wire.openCount, 1);
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("MAL-5: a feed at an address that is not allowed is never connected to", () => {
  const run = new FeedRun();
  const { request } = run.tokens;
  run.tokens.request = (reply) =>
    request.call(run.tokens, (token) => {
      const evil = "wss://feed.dxfeed.com.evil.example/";
      reply(token.ok ? { ok: true, value: { ...token.value, url: evil } } : token);
    });
  run.feed.start();
  run.time.advance(60_000);

  assert.equal(run.wire.connectedAt.length, 0);
  assert.equal(run.feed.health().state, "down");
  assert.ok(run.tokens.givenAt.length <= 6);
  assert.equal(run.end(), 0);
});

Deno.test("R30: a gap of the reference that ends asks for everything anew", () => {
  const run = new FeedRun();
  run.want(["SPY", "AAPL"]);
  run.peer.quote("AAPL", 200);
  run.beat();
  run.feed.start();
  run.time.advance(3000);
  run.peer.faults.isKeepaliveOnly = true;
  run.time.advance(2000);
  run.peer.quote("AAPL", 210);
  run.time.advance(8000);
  run.peer.faults.isKeepaliveOnly = false;

  run.time.advance(3000);

  assert.equal(run.board.price(1, "bid"), 209.95);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("R34: data that never fits its announcement costs two connections", () => {
  const run = new FeedRun();
  run.want(["SPY", "AAPL"]);
  run.beat();
  run.feed.start();
  run.time.advance(3000);
  const shorten = run.time.setPeriodic(5000, () => {
    for (const session of run.peer.sessions) {
      session.send({ type: "FEED_DATA", channel: 1, data: ["Summary", ["AAPL", 1]] });
    }
  });

  run.time.advance(20 * 60_000);
  shorten.cancel();

  assert.equal(run.wire.connectedAt.length, 3);
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.end(), 0);
});
