import assert from "node:assert/strict";
import { ACCOUNTS, StreamRun } from "./stream_run_fixture_test.ts";

Deno.test("every account is subscribed, then heartbeats follow within the period", async () => {
  const run = await new StreamRun().live();
  await run.pass(60_000);

  const [connect, ...beats] = run.peer.received;
  assert.equal(connect.action, "connect");
  assert.deepEqual(connect.value, ACCOUNTS);
  assert.deepEqual([connect.token, connect.source], ["canary-1", "deltadesk/0.0.1"]);
  assert.ok(beats.length >= 5);
  for (const [index, beat] of beats.entries()) {
    assert.equal(beat.action, "heartbeat");
    const gapMs = beat.at - run.peer.received[index].at;
    assert.ok(gapMs >= 2000 && gapMs <= 60_000, `${gapMs} ms apart`);
  }
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.subscribedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("notices that arrive between the subscription and the load are delivered", async () => {
  const run = new StreamRun();
  run.peer.change("AAPL");
  run.stream.start();
  while (run.subscribedAt.length === 0) run.time.advance(1), await Promise.resolve();
  run.peer.change("AAPL");
  run.time.advance(20);
  assert.equal(run.notices.length, 1, "before the load was done");
  await run.pass(1000);
  assert.ok(run.isUpToDate());
  assert.equal(run.end(), 0);
});

Deno.test("a batch is delivered notice by notice, a type that is not known with them", async () => {
  const run = await new StreamRun().live();
  const data = { name: "SPY", version: 1 };
  run.peer.broadcast({ results: [{ type: "Order", data }, { type: "Novelty", data }] });
  await run.pass(1000);
  assert.deepEqual(run.notices.map(({ type }) => type), ["Order", "Novelty"]);
  assert.equal(run.end(), 0);
});

Deno.test("R01, BRK-1: a mute server is stale in 15 s, replaced, all loaded", async () => {
  const run = await new StreamRun().live();
  await run.pass(30_000);
  const at = run.time.monotonic();
  for (const session of run.peer.sessions) session.isMute = true;
  run.peer.change("SPY");
  await run.pass(60_000);

  assert.ok(run.toldAt("stale", at) - at <= 15_500, "stale in time");
  assert.ok((run.subscribedAt[1] ?? Infinity) - at <= 75_000, "another connection in time");
  assert.equal(run.wire.openCount, 1);
  assert.equal(run.wire.openCountMax, 1, "never two");
  assert.equal(run.stream.health().state, "live");
  assert.ok(run.isUpToDate());
  assert.equal(run.end(), 0);
});

Deno.test("R01: a heartbeat without an answer within 10 s replaces the socket", async () => {
  const run = await new StreamRun().live();
  await run.pass(30_000);
  run.wire.isBlackHole = true;
  await run.pass(22_000);
  run.wire.isBlackHole = false;
  await run.pass(30_000);
  assert.equal(run.subscribedAt.length, 2);
  assert.equal(run.end(), 0);
});

Deno.test("R01: notices and old answers do not make up for an unanswered heartbeat", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.answerDelayMs = 1e7;
  const old = { status: "ok", action: "heartbeat", "request-id": 1 };
  const ticking = run.time.setPeriodic(1000, () => {
    run.peer.change("SPY");
    run.peer.broadcast(old);
  });
  await run.pass(45_000);
  ticking.cancel();
  run.peer.heal();
  await run.pass(30_000);
  assert.equal(run.subscribedAt.length, 2);
  run.stream.close();
});

Deno.test("R02: who refuses connections is tried at most six times a minute", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.refusal = "refuse";
  run.peer.closeAll(1012, "restart");
  await run.pass(1_200_000);
  const at = run.wire.connectedAt;
  assert.ok(at.length > 25, "and it never gives up");
  for (let i = 6; i < at.length; i++) assert.ok(at[i] - at[i - 6] >= 60_000, `attempt ${i}`);
  const late = at.filter((one) => one > 800_000);
  const gaps = late.slice(1).map((one, index) => one - late[index]);
  assert.ok(Math.max(...gaps) > 20_000 && Math.max(...gaps) <= 61_000, "a cap of a minute");
  run.peer.heal();
  await run.pass(61_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("R02: half an hour without a notice, heartbeats answered, restarts nothing", async () => {
  const run = await new StreamRun().live();
  await run.pass(1_800_000);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.end(), 0);
});

Deno.test("R05: a heartbeat that cannot be sent is noticed at once", async () => {
  const run = await new StreamRun().live();
  run.wire.isSendFailing = true;
  await run.pass(10_500);
  assert.equal(run.stream.health().state, "down");
  run.wire.isSendFailing = false;
  await run.pass(30_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.subscribedAt.length, 2);
  assert.equal(run.end(), 0);
});

Deno.test("R10: after a drop accounts are subscribed, notices arrive again", async () => {
  const run = await new StreamRun().live();
  const at = run.time.monotonic();
  run.peer.closeAll(1006, "");
  run.peer.change("SPY");
  await run.pass(30_000);
  assert.deepEqual(run.peer.of("connect").at(-1)?.value, ACCOUNTS);
  assert.ok(run.subscribedAt[1] - at <= 30_000);
  run.peer.change("AAPL");
  await run.pass(100);
  assert.equal(run.notices.length, 1);
  assert.ok(run.isUpToDate());
  assert.equal(run.end(), 0);
});

Deno.test("R12: the first attempt fails, the second succeeds: subscribed again", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.refusal = "refuse";
  run.peer.closeAll(1001, "");
  while (run.wire.connectedAt.length < 2) await run.pass(250);
  await run.pass(250);
  run.peer.heal();
  await run.pass(30_000);
  assert.equal(run.subscribedAt.length, 2);
  assert.equal(run.wire.connectedAt.length, 3);
  assert.equal(run.end(), 0);
});

Deno.test("R21: subscribed and closed with 1000 again and again: no storm", async () => {
  const run = new StreamRun();
  run.stream.start();
  const closing = run.time.setPeriodic(1000, () => run.peer.closeAll(1000, ""));
  await run.pass(300_000);
  closing.cancel();
  const at = run.wire.connectedAt;
  for (let i = 6; i < at.length; i++) assert.ok(at[i] - at[i - 6] >= 60_000, `attempt ${i}`);
  await run.pass(20_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.subscribedAt.length, run.peer.of("connect").length, "each one was told");
  assert.equal(run.end(), 0);
});

Deno.test("R23: a connection limit is waited out up to a minute, no second socket", async () => {
  const run = new StreamRun();
  run.peer.faults.connectionsMax = 0;
  run.stream.start();
  await run.pass(200_000);
  const at = run.wire.connectedAt;
  assert.ok(at.length >= 4);
  for (let i = 1; i < at.length; i++) {
    const gapMs = at[i] - at[i - 1];
    assert.ok(gapMs >= 20_000 && gapMs <= 61_000, `${gapMs} ms`);
  }
  assert.equal(run.wire.openCountMax, 1);
  assert.match(run.stream.health().detail ?? "", /limit/);
  run.peer.heal();
  await run.pass(61_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("a subscription that is not answered within 10 s is given up", async () => {
  const run = new StreamRun();
  run.peer.faults.isMute = true;
  run.stream.start();
  await run.pass(11_000);
  const [, down] = run.healths;
  assert.deepEqual([down.state, down.detail], ["down", "no answer to the subscription"]);
  assert.ok(run.healthAt[1] <= 10_500);
  run.peer.heal();
  await run.pass(30_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("an address that is not allowed gets no connection and no token", async () => {
  const run = new StreamRun({ isUrlAllowed: false });
  run.stream.start();
  await run.pass(600_000);
  assert.deepEqual([run.wire.connectedAt.length, run.loginCount], [0, 0]);
  assert.equal(run.stream.health().state, "down");
  assert.equal(run.end(), 0);
});

for (const when of ["subscribed", "notice", "health", "stale"] as const) {
  Deno.test(`closed from within ${when}: nothing is told any more, no timer is left`, async () => {
    const run = new StreamRun();
    const { listener } = run;
    const isStale = when === "stale";
    listener.after = (name) => {
      const isNow = name === when || (isStale && run.states().at(-1) === "stale");
      if (isNow) run.stream.close();
    };
    run.stream.start();
    await run.pass(2000);
    if (isStale) run.peer.faults.isMute = true;
    run.peer.broadcast({ results: [1, 2, 3].map((version) => notice("SPY", version)) });
    await run.pass(60_000);
    const told = [run.subscribedAt.length, run.notices.length];
    assert.equal(run.states().at(-1), "closed");
    assert.equal(run.states().filter((state) => state === "closed").length, 1);
    if (when === "notice") assert.deepEqual(told, [1, 1]);
    run.peer.change("SPY");
    await run.pass(60_000);
    assert.deepEqual([run.subscribedAt.length, run.notices.length], told);
    assert.equal(run.wire.openCount, 0);
    assert.equal(run.end(), 0);
  });
}

function notice(name: string, version: number) {
  return { type: "CurrentPosition", data: { name, version }, timestamp: 1_742_000_000_000 };
}
