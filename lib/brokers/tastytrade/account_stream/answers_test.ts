import assert from "node:assert/strict";
import { StreamRun } from "./stream_run_fixture_test.ts";

Deno.test("a server that forgot the subscription is subscribed to again at once", async () => {
  const run = await new StreamRun().live();
  const at = run.time.monotonic();
  for (const session of run.peer.sessions) session.isSubscribed = false;
  run.peer.change("SPY");
  await run.pass(20_000);
  assert.ok(run.subscribedAt[1] - at <= 11_500);
  assert.equal(run.loginCount, 1, "which is no fault of the token");
  assert.ok(run.isUpToDate());
  assert.equal(run.end(), 0);
});

Deno.test("a refusal of what was never asked is none of the heartbeat under way", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.answerDelayMs = 3000;
  while (run.peer.of("heartbeat").length === 0) await run.pass(250);
  run.peer.broadcast({ status: "error", action: "quote-alerts-subscribe", message: "failed" });
  await run.pass(60_000);
  assert.deepEqual(run.stream.health().dropped, { error: 1, unexpected: 1 });
  assert.deepEqual([run.loginCount, run.wire.connectedAt.length], [1, 1]);
  assert.equal(run.end(), 0);
});

Deno.test("a notice that overtakes the answer to the connect is left to the load", async () => {
  const run = new StreamRun();
  run.peer.change("SPY");
  run.peer.faults.answerDelayMs = 3000;
  run.stream.start();
  await run.pass(1000);
  for (const session of run.peer.sessions) {
    session.send({ type: "Order", data: { name: "SPY", version: 1 } });
  }
  await run.pass(1000);
  assert.deepEqual([run.notices.length, run.subscribedAt.length], [0, 0]);
  assert.equal(run.stream.health().state, "connecting");
  await run.pass(4000);
  assert.equal(run.stream.health().dropped.early, 1);
  assert.ok(run.isUpToDate());
  assert.equal(run.end(), 0);
});

Deno.test("closed while a heartbeat waits for its token, no timer is left", async () => {
  const run = await new StreamRun().live();
  await run.pass(700_000);
  run.login.isHanging = true;
  const all = ["login", "tick", "heartbeat", "wait for the token"].length;
  const hasEnded = () => run.time.monotonic() > 891_000;
  while (!hasEnded() || run.time.pendingCount < all) {
    assert.ok(run.time.monotonic() < 930_000);
    await run.pass(250);
  }
  run.stream.close();
  assert.equal(run.time.pendingCount, 1, "the login's own");
  assert.equal(run.end(), 0);
});

Deno.test("closed while it connects, waits or asks for a token, nothing comes after", async () => {
  for (let ms = 0; ms < 40_000; ms += 397) {
    const run = new StreamRun({ seed: ms });
    if (ms % 2 === 0) run.peer.faults.refusal = "hang";
    else run.peer.faults.isMute = true;
    run.stream.start();
    await run.pass(ms);
    run.peer.heal();
    const { length } = run.healths;
    run.stream.close();
    run.stream.close();
    run.stream.retryNow();
    await run.pass(60_000);
    assert.deepEqual(run.states().slice(length), ["closed"]);
    assert.equal(run.wire.openCount, 0);
    assert.equal(run.time.pendingCount, 0);
  }
});

Deno.test("P3: asked to try over and over, it keeps to six attempts a minute", async () => {
  const run = new StreamRun();
  run.peer.faults.refusal = "refuse";
  run.stream.start();
  for (let second = 0; second < 300; second++) {
    await run.pass(1000);
    run.stream.retryNow();
  }
  const at = run.wire.connectedAt;
  assert.ok(at.length > 15);
  for (let i = 6; i < at.length; i++) assert.ok(at[i] - at[i - 6] >= 60_000, `attempt ${i}`);
  assert.equal(run.end(), 0);
});

Deno.test("no account is no subscription to all of them", async () => {
  const run = new StreamRun({ accounts: [] });
  run.stream.start();
  await run.pass(60_000);
  assert.equal(run.wire.connectedAt.length, 0);
  assert.equal(run.stream.health().detail, "there is no account to follow");
  assert.equal(run.end(), 0);
});

Deno.test("the health says when bytes, answers and notices came last", async () => {
  const run = await new StreamRun().live();
  const startedAt = run.time.now() - run.time.monotonic();
  await run.pass(25_000);
  run.peer.change("SPY");
  await run.pass(1000);
  const { feed, label, lastByteAt, lastHeartbeatAt, lastEventAt, since } = run.stream.health();
  assert.deepEqual([feed, label], ["tastytrade-account", "Account stream"]);
  const heartbeatAt = run.peer.of("heartbeat").at(-1)?.at ?? NaN;
  assert.ok(Math.abs((lastHeartbeatAt ?? NaN) - startedAt - heartbeatAt) < 10);
  assert.ok(Math.abs((lastEventAt ?? NaN) - startedAt - 27_000) < 10);
  assert.equal(lastByteAt, lastEventAt);
  assert.ok(since - startedAt < 1000);
  assert.equal(run.end(), 0);
});
