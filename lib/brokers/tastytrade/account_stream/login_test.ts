import assert from "node:assert/strict";
import { restFailure } from "../rest/failure.ts";
import { CANARY, StreamRun } from "./stream_run_fixture_test.ts";

const REVOKED = restFailure("unauthorized", "POST /oauth/token: refused (400)", { status: 400 });

Deno.test("R19: heartbeats carry the token of the moment, renewed ahead, over hours", async () => {
  const run = await new StreamRun().live();
  await run.pass(2 * 3_600_000);
  assert.equal(run.wire.connectedAt.length, 1, "on one connection");
  assert.ok(run.loginCount >= 9 && run.loginCount <= 12, `${run.loginCount} logins`);
  const used = new Set(run.peer.received.map(({ token }) => token));
  assert.ok(used.size >= run.loginCount - 1, "each one was used");
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.end(), 0);
});

Deno.test("R19, BRK-2: a token that ends is renewed on the same connection", async () => {
  const run = await new StreamRun().live();
  await run.pass(30_000);
  run.peer.tokens.clear();
  await run.pass(30_000);
  assert.equal(run.loginCount, 2, "one refresh");
  assert.equal(run.wire.connectedAt.length, 1);
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.stream.health().dropped.error, 1);
  assert.equal(run.end(), 0);
});

Deno.test("BRK-2: two tokens that end within a minute are both renewed", async () => {
  const run = await new StreamRun().live();
  for (const count of [2, 3]) {
    run.peer.tokens.clear();
    await run.pass(20_000);
    assert.equal(run.loginCount, count);
  }
  assert.deepEqual(run.states(), ["connecting", "live"]);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("BRK-2: tokens that end before their time, day after day, lock nobody out", async () => {
  const run = await new StreamRun().live();
  for (let count = 2; count < 12; count++) {
    run.peer.tokens.clear();
    await run.pass(180_000);
    assert.equal(run.loginCount, count);
  }
  assert.equal(run.tokens.isStopped, false);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("BRK-2: subscribed but refused at each heartbeat, it stops as well", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.hatesHeartbeats = true;
  run.peer.faults.isDoubling = true;
  await run.pass(600_000);
  assert.equal(run.loginCount, 2);
  assert.ok(run.wire.connectedAt.length <= 3);
  assert.match(run.stream.health().detail ?? "", /^sign-in at tastytrade needed/);
  run.peer.heal();
  await run.pass(900_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("R19: closed because the token ended, it connects with a new one", async () => {
  const run = await new StreamRun().live();
  run.peer.tokens.clear();
  run.peer.closeAll(1008, "token expired");
  await run.pass(30_000);
  assert.equal(run.stream.health().state, "live");
  assert.deepEqual(run.peer.of("connect").map(({ token }) => token), [
    `${CANARY}-1`,
    `${CANARY}-2`,
  ]);
  assert.equal(run.end(), 0);
});

Deno.test("R20: a token refused at the connect is renewed after the first refusal", async () => {
  const run = new StreamRun();
  run.login.isStale = true;
  run.stream.start();
  assert.equal(run.loginCount, 1);
  run.login.isStale = false;
  await run.pass(20_000);
  assert.equal(run.loginCount, 2);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.subscribedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("R20, BRK-2: new tokens refused too: one refresh, then sign-in needed", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.complaint = "failed";
  run.peer.closeAll(1012, "restart");
  const at = run.time.monotonic();
  await run.pass(600_000);
  const tries = run.peer.of("connect").filter((connect) => connect.at > at);
  assert.equal(tries.length, 3, "then it stops");
  assert.equal(run.loginCount, 2, "one refresh alone");
  const { state, detail } = run.stream.health();
  assert.equal(state, "down");
  assert.match(
    detail ?? "",
    /^sign-in at tastytrade needed: tastytrade refuses .* not revoked, .* scope read/,
  );
  assert.equal(run.tokens.isStopped, false, "REST is not locked by it");

  run.peer.heal();
  run.stream.retryNow();
  await run.pass(16_000);
  assert.equal(run.stream.health().state, "live", "after a person looked");
  assert.equal(run.end(), 0);
});

Deno.test("BRK-2: new tokens refused after hours of health: one refresh there too", async () => {
  const run = new StreamRun();
  run.login.lifeMs = 86_400_000;
  await run.live();
  await run.pass(600_000);
  Object.assign(run.login, { isStale: true, answerMs: 2000 });
  run.peer.tokens.clear();
  await run.pass(600_000);
  assert.equal(run.loginCount, 2);
  assert.equal(run.tokens.isStopped, false);
  assert.match(
    run.stream.health().detail ?? "",
    /^sign-in at tastytrade needed: tastytrade refuses/,
  );
  run.login.isStale = false;
  await run.pass(920_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("BRK-2: after a quarter of an hour it tries by itself", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.complaint = "failed";
  run.peer.closeAll(1012, "restart");
  await run.pass(600_000);
  run.peer.heal();
  await run.pass(900_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("BRK-2: a revoked grant is sign-in needed after three logins, no more", async () => {
  const run = await new StreamRun().live();
  run.login.failure = REVOKED;
  run.peer.tokens.clear();
  await run.pass(3 * 3_600_000);
  assert.equal(run.loginCount, 1 + 3);
  const { state, detail } = run.stream.health();
  assert.equal(state, "down");
  assert.match(detail ?? "", /^sign-in at tastytrade needed: check client secret, refresh token/);
  assert.equal(run.wire.openCount, 0);

  run.login.failure = null;
  run.tokens.forgive();
  run.stream.retryNow();
  await run.pass(16_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("BRK-1: a mute login delays the start; nothing hangs, and it says so", async () => {
  const run = new StreamRun();
  run.login.isHanging = true;
  run.stream.start();
  await run.pass(21_000);
  const down = run.healths.find(({ state }) => state === "down");
  assert.match(down?.detail ?? "", /check the network/);
  run.login.isHanging = false;
  await run.pass(60_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.end(), 0);
});

Deno.test("without tokens for heartbeats it is stale, replaced, then down", async () => {
  const run = await new StreamRun().live();
  await run.pass(30_000);
  run.login.failure = restFailure("unreachable", "POST /oauth/token: no connection");
  await run.pass(900_000);
  assert.ok(run.states().includes("stale"));
  assert.equal(run.stream.health().state === "live", false);
  assert.ok(run.stream.health().dropped.noToken >= 3);
  run.login.failure = null;
  await run.pass(61_000);
  assert.equal(run.stream.health().state, "live");
  assert.equal(run.subscribedAt.length, 2);
  assert.equal(run.end(), 0);
});

const ECHOES = [
  ["failed", `connection limit for "Bearer ${CANARY}-1" of ${CANARY}-1, 5WX00001 exceeded`],
  ["error", `internal error ${CANARY}-1 ${CANARY}-2\u001b[31m\r\nforged line`],
  ["closed", `bye ${CANARY}-1, 5WX00002`],
] as const;

Deno.test("P17: tokens and accounts that a server repeats are not in the health", async () => {
  for (const [how, words] of ECHOES) {
    const run = await new StreamRun().live();
    run.peer.tokens.clear();
    await run.pass(30_000);
    assert.equal(run.loginCount, 2);
    if (how !== "closed") run.peer.faults.complaint = words;
    run.peer.closeAll(how === "closed" ? 4000 : 1012, how === "closed" ? words : "restart");
    await run.pass(60_000);
    run.peer.heal();
    await run.pass(90_000);
    run.peer.faults.page = `<html>${words}</html>`;
    await run.pass(30_000);
    const told = [...run.healths, run.stream.health(), run.drift.counts()];
    const printed = told.map((one) => Deno.inspect(one)).join() + JSON.stringify(told) +
      Deno.inspect(run.stream, { depth: 20 });
    assert.match(printed, how === "closed" ? /bye \[redacted\]/ : /\[redacted\]/);
    assert.doesNotMatch(printed, new RegExp(CANARY), how);
    assert.doesNotMatch(JSON.stringify(told), /5WX0|\\u001b|\\r|\\n/);
    run.end();
  }
});
