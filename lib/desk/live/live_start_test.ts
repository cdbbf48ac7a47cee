import assert from "node:assert/strict";
import { LiveStartRig } from "./live_start_fixture_test.ts";

const TEST = { broker: null, step: null };

Deno.test("live start: a broker that is well is loaded once, then tested whole", async () => {
  const rig = new LiveStartRig();
  rig.start.start();
  assert.equal(rig.start.state().isLoaded, false);
  await rig.pass(100);

  assert.equal(rig.start.state().isLoaded, true);
  assert.deepEqual(rig.tests.map(({ through }) => through), ["positions", null]);
  assert.deepEqual([rig.opened, rig.loaded, rig.closed], [1, 1, 0]);
  assert.equal(rig.time.pendingCount, 0);
  await rig.start.stop("test");
  assert.deepEqual([rig.stopped, rig.closed], [1, 1]);
});

Deno.test("P3, NET-5: an unreachable broker is asked at most six times in any minute", async () => {
  let seed = 7;
  const random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
  const rig = new LiveStartRig(random);
  rig.end = "down";
  rig.start.start();
  await rig.pass(1_800_000);

  assert.ok(rig.tests.length > 30, `${rig.tests.length} attempts in half an hour`);
  assert.ok(rig.worstMinute() <= 6, `${rig.worstMinute()} in a minute`);
  assert.equal(rig.opened, rig.closed, "every adapter is closed");
  assert.ok(rig.time.pendingCount <= 1);
  rig.end = "passed";
  await rig.pass(61_000);
  assert.equal(rig.start.state().isLoaded, true);
  assert.equal(rig.time.pendingCount, 0);
  await rig.start.stop("test");
});

Deno.test("P2: after a short fault the book is loaded within 30 s", async () => {
  const rig = new LiveStartRig(() => 0.999);
  rig.end = "down";
  rig.start.start();
  await rig.pass(120_000);
  rig.end = "passed";
  await rig.pass(30_000);

  assert.equal(rig.loaded, 1);
  await rig.start.stop("test");
});

Deno.test("BRK-2: a refused login is tried three times, then only when the user asks", async () => {
  const rig = new LiveStartRig();
  rig.end = "refused";
  rig.start.start();
  await rig.pass(600_000);
  assert.equal(rig.tests.length, 3);
  assert.equal(rig.start.state().connections[0].nextTestAt, null);
  assert.equal(rig.time.pendingCount, 0);

  assert.ok(rig.start.test(TEST).ok);
  await rig.pass(600_000);
  assert.equal(rig.tests.length, 4, "one wish, one login");
  assert.equal(rig.forgiven, 1);
  rig.end = "passed";
  assert.ok(rig.start.test(TEST).ok);
  await rig.pass(1_000);
  assert.equal(rig.loaded, 1);
  await rig.start.stop("test");
});

Deno.test("BRK-3: a broker that asks to wait is left alone, whoever wishes", async () => {
  const rig = new LiveStartRig();
  rig.end = { retryAfterMs: 90_000 };
  rig.start.start();
  await rig.pass(1_000);
  const refused = rig.start.test(TEST);
  assert.ok(!refused.ok && refused.error.code === "tooSoon");
  assert.ok(refused.error.retryAfterMs > 85_000);
  await rig.pass(88_000);
  assert.equal(rig.tests.length, 1);
  rig.end = "passed";
  await rig.pass(3_000);

  assert.equal(rig.loaded, 1);
  await rig.start.stop("test");
});

Deno.test("P3: a hasty user gets no more than six tests in any minute", async () => {
  const rig = new LiveStartRig();
  rig.end = "down";
  rig.start.start();
  let refusals = 0;
  for (let second = 0; second < 300; second++) {
    const answer = rig.start.test(TEST);
    if (!answer.ok) refusals++;
    await rig.pass(1_000);
  }

  assert.ok(refusals > 100);
  assert.ok(rig.worstMinute() <= 6);
  await rig.start.stop("test");
});

Deno.test("live start: a test joins the one that runs; unknown names are refused", async () => {
  const rig = new LiveStartRig();
  rig.end = "never";
  rig.start.start();
  await rig.pass(100);

  assert.ok(rig.start.test(TEST).ok);
  assert.equal(rig.tests.length, 1);
  assert.ok(rig.start.state().connections[0].isTesting);
  for (const wrong of [{ broker: "ib", step: null }, { broker: null, step: "tea" }]) {
    const answer = rig.start.test(wrong);
    assert.ok(!answer.ok && answer.error.code === "unknown");
  }
  await rig.start.stop("test");
});

Deno.test("live start: a stop in mid-test or mid-load ends everything at once", async () => {
  for (const phase of ["test", "load"] as const) {
    const rig = new LiveStartRig();
    if (phase === "test") rig.end = "never";
    else rig.load = "never";
    rig.start.start();
    await rig.pass(1_000);
    await rig.start.stop("SIGTERM");

    assert.deepEqual([rig.opened, rig.closed, rig.loaded], [1, 1, 0], phase);
    assert.equal(rig.time.pendingCount, 0, phase);
  }
});

Deno.test("live start: a stop while it waits leaves no timer", async () => {
  const rig = new LiveStartRig();
  rig.end = "down";
  rig.start.start();
  await rig.pass(20_000);
  assert.notEqual(rig.start.state().connections[0].nextTestAt, null);
  await rig.start.stop("SIGTERM");

  assert.equal(rig.time.pendingCount, 0);
  assert.equal(rig.opened, rig.closed);
});

Deno.test("live start: a book that does not load although all passes says why, again", async () => {
  const rig = new LiveStartRig();
  rig.load = { code: "malformed", message: "no instrument XYZ", fix: null };
  rig.start.start();
  await rig.pass(100);
  assert.deepEqual(rig.loadingFailures, ["no instrument XYZ"]);
  assert.deepEqual(rig.tests.map(({ through }) => through), ["positions", null]);
  assert.equal(rig.opened, rig.closed);
  rig.load = "ok";
  await rig.pass(60_000);

  assert.equal(rig.loaded, 1);
  await rig.start.stop("test");
});

Deno.test("live start: once loaded a step that fails is tested again until it passes", async () => {
  const rig = new LiveStartRig();
  rig.start.start();
  await rig.pass(100);
  rig.end = "down";
  assert.ok(rig.start.test({ broker: "tastytrade", step: "signIn" }).ok);
  await rig.pass(60_000);
  const count = rig.tests.length;
  assert.ok(count > 3);
  assert.equal(rig.tests[2].through, "signIn");
  rig.end = "passed";
  await rig.pass(60_000);

  assert.equal(rig.tests.length, count + 1);
  assert.equal(rig.forgiven, 2, "by the user, and once it passed: feeds that wait try at once");
  assert.deepEqual([rig.opened, rig.loaded], [1, 1]);
  await rig.start.stop("test");
});
