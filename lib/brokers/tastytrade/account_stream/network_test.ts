import assert from "node:assert/strict";
import { fail, ok } from "../../../base/result.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { SocketEvents, Sockets } from "../../../ports/web_socket.ts";
import { seeded } from "../feed/feed_run_fixture_test.ts";
import { Drift } from "../map/fields.ts";
import { Secret } from "../rest/secret.ts";
import { AccountStream } from "./account_stream.ts";
import { failureOfClose } from "./failure.ts";
import { StreamRun } from "./stream_run_fixture_test.ts";

/** Characters of the server's first answers: the subscription, a heartbeat and a notice. */
const OFFSETS = 420;

Deno.test(`NET-1: cut at any of the first ${OFFSETS} characters, it comes back whole`, async () => {
  for (let offset = 0; offset < OFFSETS; offset++) {
    const run = new StreamRun({ seed: offset });
    run.wire.bytesUntilCut = offset;
    run.stream.start();
    await run.pass(2000);
    run.peer.change("SPY");
    await run.pass(12_000);
    run.peer.change("AAPL");
    await run.pass(26_000);
    assert.equal(run.wire.connectedAt.length, 2, `cut once, at ${offset}`);
    assert.equal(run.stream.health().state, "live");
    assert.ok(run.isUpToDate(), `nothing lost, cut at ${offset}`);
    assert.deepEqual(run.stream.health().dropped, {}, "no partial message was read");
    assert.deepEqual(run.drift.counts(), {});
    assert.equal(run.end(), 0);
  }
});

Deno.test("NET-5: pages, noise and deep nests are counted and end nothing", async () => {
  const run = await new StreamRun().live();
  const pages = ["<html><body>Log in</body></html>", "", "{", "[".repeat(100_000), '"\ud800"', "7"];
  for (const page of pages) {
    run.peer.faults.page = page;
    run.peer.change("SPY");
    await run.pass(1000);
  }
  run.peer.heal();
  await run.pass(40_000);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.deepEqual(run.stream.health().dropped, { malformed: 4, unknownMessage: 2 });
  assert.equal(run.stream.health().state, "live");
  assert.ok(run.isUpToDate(), "what the lost frames held was loaded");
  assert.equal(run.end(), 0);
});

Deno.test("NET-5: a portal that answers with a page for ever is no live stream", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.page = "<html>";
  const ticking = run.time.setPeriodic(500, () => run.peer.broadcast("x"));
  await run.pass(16_000);
  assert.notEqual(run.stream.health().state, "live");
  await run.pass(10_000);
  ticking.cancel();
  assert.ok(run.wire.connectedAt.length > 1, "replaced");
  run.end();
});

Deno.test("NET-5: what keeps a connection from opening is named", () => {
  const words = "NetworkError: failed to connect to WebSocket: Invalid status code: ";
  const cases = [
    ["", "unreachable", /check the network/],
    [`${words}200`, "unreachable", /HTTP 200 .* open a page in a browser/],
    [`${words}302`, "unreachable", /want a login/],
    [`${words}401`, "refused", /HTTP 401/],
    [`${words}429`, "refused", /HTTP 429/],
    [`${words}503`, "unreachable", /HTTP 503/],
    ["invalid peer certificate: Expired", "refused", /certificate is not trusted/],
    ["dns error: no such host", "unreachable", /check the network/],
  ] as const;
  for (const [reason, code, detail] of cases) {
    const failure = failureOfClose(1006, reason, false);
    assert.equal(failure.code, code, reason);
    assert.match(failure.detail, detail);
  }
});

Deno.test("a lost frame leads to a load at once, then at most each half minute", async () => {
  const run = await new StreamRun().live();
  run.peer.faults.isGarbling = true;
  const ticking = run.time.setPeriodic(300, () => run.peer.change("SPY"));
  const beating = run.time.setPeriodic(1000, () => {
    run.peer.faults.isGarbling = false;
    run.peer.broadcast({ status: "ok", action: "heartbeat" });
    run.peer.faults.isGarbling = true;
  });
  await run.pass(120_000);
  ticking.cancel();
  beating.cancel();
  run.peer.heal();
  await run.pass(31_000);
  assert.equal(run.wire.connectedAt.length, 1);
  const loads = run.subscribedAt.slice(1);
  assert.ok(loads.length >= 4 && loads.length <= 6, `${loads.length} loads`);
  for (let i = 1; i < loads.length; i++) assert.ok(loads[i] - loads[i - 1] >= 30_000);
  assert.ok(run.isUpToDate());
  assert.equal(run.end(), 0);
});

for (const doesMonotonicStop of [false, true]) {
  const how = doesMonotonicStop ? "stood still" : "went on";
  Deno.test(`NET-7: asleep for 1 min to 12 h, the monotonic clock ${how}`, async () => {
    for (const minutes of [1, 10, 60, 720]) {
      const run = await new StreamRun({ seed: minutes }).live();
      await run.pass(65_000);
      const before = run.healths.length;
      run.time.sleep(minutes * 60_000, doesMonotonicStop);
      for (const session of run.peer.sessions) session.isMute = true;
      run.peer.tokens.clear();
      const at = run.time.monotonic();
      await run.pass(10_000);
      const told = run.healths.slice(before).map(({ state }) => state);
      assert.equal(told[0], "stale", "stale first");
      assert.ok(!told.includes("connecting"), "an attempt does not hide the outage");
      assert.equal(run.stream.health().state, "live", `after ${minutes} min`);
      assert.ok(run.subscribedAt[1] - at <= 10_000);
      assert.equal(run.wire.openCountMax, 1);
      const beats = run.peer.of("heartbeat").filter((beat) => beat.at > at);
      assert.ok(beats.length <= 2, "no burst");
      assert.equal(run.end(), 0);
    }
  });
}

Deno.test("BRK-8: strange fields, unknown answers and kinds end nothing", async () => {
  const run = new StreamRun();
  run.peer.faults.hasRequestId = false;
  await run.live();
  const strange = [
    {
      type: "CurrentPosition",
      data: { name: "SPY", version: 1 },
      timestamp: "1742400000000",
      x: 1,
    },
    { type: "Novelty", data: null },
    { data: {} },
    { status: "ok", action: "wave" },
    { status: "ok", action: "connect", "request-id": "1" },
    { status: "perhaps", action: "heartbeat", message: 5 },
    { status: "error", message: "internal error" },
    { results: "none" },
    { results: [null, 1, { type: 7 }] },
    [],
    null,
  ];
  for (const message of strange) run.peer.broadcast(message);
  await run.pass(120_000);
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.stream.health().state, "live");
  assert.deepEqual(run.notices.map(({ type }) => type), ["CurrentPosition", "Novelty", "7"]);
  const { dropped } = run.stream.health();
  assert.deepEqual([dropped.unexpected, dropped.duplicate, dropped.error], [1, 1, 2]);
  assert.ok(dropped.unknownMessage >= 4);
  assert.ok(Object.keys(run.drift.counts()).length >= 3);
  assert.equal(run.end(), 0);
});

Deno.test("a frame beyond 1 MiB or without text is counted, not read, made up for", async () => {
  const time = new VirtualTime(0);
  let events: SocketEvents | null = null;
  const sockets: Sockets = {
    connect: (url, given) => {
      if (!url.startsWith("wss:")) return fail("badUrl");
      events = given;
      time.setTimer(1, () => given.opened());
      return ok({ send: () => ok(null), bufferedBytes: () => 0, close() {} });
    },
  };
  let loads = 0;
  const told: unknown[] = [];
  const stream = new AccountStream({
    id: "a",
    label: "A",
    url: "wss://streamer.tastyworks.com",
    isUrlAllowed: () => true,
    clock: time,
    timers: time,
    random: seeded(1),
    sockets,
    tokens: { token: () => Promise.resolve(ok(new Secret("t"))), rejected() {}, accepted() {} },
    accountNumbers: ["5WX00001"],
    source: "deltadesk/0.0.1",
    drift: new Drift(),
    listener: { subscribed: () => loads++, notice: (one) => told.push(one), health() {} },
  });
  stream.start();
  await time.advanceSettling(100, 10);
  const wire = events as SocketEvents | null;
  wire?.text('{"status":"ok","action":"connect"}');
  wire?.text(`{"type":"Order","data":"${"x".repeat(1_100_000)}"}`);
  wire?.binary(9);
  await time.advanceSettling(1000, 100);
  assert.deepEqual(stream.health().dropped, { tooBig: 1, binary: 1 });
  assert.deepEqual([told.length, loads], [0, 2]);
  stream.close();
  wire?.text('{"type":"Order","data":{}}');
  assert.equal(told.length, 0);
  assert.equal(time.pendingCount, 0);
});
