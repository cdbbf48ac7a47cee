import assert from "node:assert/strict";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { FromWorld, WorldResume } from "./messages.ts";
import { WorldServer } from "./world_server.ts";

Deno.test("demo: events carry the instants at which the market moved, not their batch's", () => {
  const time = new VirtualTime();
  const told: FromWorld[] = [];
  const server = new WorldServer({
    clock: time,
    timers: time,
    send: (message) => void told.push(structuredClone(message)),
  });
  const start = { seed: 7, date: "2025-03-19", positions: 80, eventRate: 2_000, speed: 20 };
  server.handle({ kind: "start", start });
  const ready = told.find((message) => message.kind === "ready");
  assert.ok(ready !== undefined);
  const ids = Int32Array.from(ready.instruments, ({ id }) => id);
  server.handle({ kind: "subscribe", isWhole: true, ids, handles: ids.slice() });
  time.advance(200);
  told.length = 0;
  time.advance(2_000);
  server.handle({ kind: "close" });

  let events = 0;
  let earlier = 0;
  let newest = -Infinity;
  for (const message of told) {
    if (message.kind !== "market") continue;
    const { count, eventAt } = message.columns;
    for (const at of eventAt.slice(0, count)) {
      assert.ok(at <= message.moment.now, "an event of the future");
      assert.ok(at >= newest, "events leave in the order of their instants");
      newest = at;
      if (at < message.moment.now) earlier++;
    }
    events += count;
  }
  assert.ok(events > 1_000, `${events} events`);
  assert.ok(earlier > 0, "some of them happened before their batch was sent");
});

Deno.test("demo: two subscriptions in one breath both get their latest values", () => {
  const time = new VirtualTime();
  const told: FromWorld[] = [];
  const server = new WorldServer({
    clock: time,
    timers: time,
    send: (message) => void told.push(structuredClone(message)),
  });
  const start = { seed: 7, date: "2025-03-19", positions: 80, eventRate: 0, speed: 1 };
  server.handle({ kind: "start", start });
  time.advance(100);
  told.length = 0;
  const subscribe = (ids: readonly number[], isWhole: boolean) =>
    server.handle({
      kind: "subscribe",
      isWhole,
      ids: Int32Array.from(ids),
      handles: Int32Array.from(ids, (id) => 1000 + id),
    });
  subscribe([1, 2], true);
  subscribe([3], false);
  subscribe([5], false);
  time.advance(1);
  server.handle({ kind: "close" });

  const served = new Set<number>();
  for (const message of told) {
    if (message.kind !== "market") continue;
    const { handle, count } = message.columns;
    for (const one of handle.slice(0, count)) served.add(one);
  }
  assert.deepEqual([...served].sort(), [1001, 1002, 1003, 1005]);
});

/** A server on virtual time and what it told, with the buffers that were transferred. */
function serve(resume: WorldResume | null, keepsCheckpoints: boolean) {
  const time = new VirtualTime();
  const told: { message: FromWorld; transfer: readonly ArrayBuffer[] }[] = [];
  const server = new WorldServer({
    clock: time,
    timers: time,
    send: (message, transfer = []) => void told.push({ message, transfer }),
  });
  const start = { seed: 7, date: "2025-03-19", positions: 80, eventRate: 50, speed: 10 };
  server.handle({ kind: "start", start, resume, keepsCheckpoints });
  const checkpoints = () =>
    told.flatMap(({ message, transfer }) =>
      message.kind === "checkpoint" ? [{ ...message, transfer }] : []
    );
  const told0 = told[0].message;
  const ready = told0.kind === "ready" ? told0 : null;
  return { time, server, checkpoints, ready };
}

Deno.test("demo: checkpoints travel as a buffer of their own, every ten seconds and asked", () => {
  const { time, server, checkpoints } = serve(null, true);
  time.advance(20_000);
  server.handle({ kind: "checkpoint" });
  server.handle({ kind: "close" });
  time.advance(60_000);

  assert.deepEqual(checkpoints().map(({ isAsked }) => isAsked), [false, false, true]);
  const startAt = Date.parse("2025-03-19T14:15:00Z");
  assert.deepEqual(checkpoints().map(({ at }) => at - startAt), [100_000, 200_000, 200_000]);
  for (const { bytes, transfer } of checkpoints()) {
    assert.deepEqual(transfer, [bytes.buffer]);
    assert.equal(bytes.byteLength, bytes.buffer.byteLength);
  }
});

Deno.test("demo: a market that nobody keeps takes no checkpoint", () => {
  const { time, server, checkpoints } = serve(null, false);
  time.advance(60_000);
  server.handle({ kind: "checkpoint" });
  server.handle({ kind: "close" });

  assert.equal(checkpoints().length, 0);
});

Deno.test("demo: a checkpoint is taken at once when a session closes and when one opens", () => {
  const { time, server, checkpoints, ready } = serve(null, true);
  const closesInMs = ((ready?.moment.until ?? 0) - (ready?.moment.now ?? 0)) / 10;
  time.advance(closesInMs + 20_000);
  server.handle({ kind: "close" });

  const at = checkpoints().map((one) => new Date(one.at).toISOString());
  assert.ok(at.includes("2025-03-19T20:15:00.000Z"), "close");
  assert.ok(at.includes("2025-03-20T13:30:00.000Z") || at.includes("2025-03-20T13:30:00.250Z"));
});

Deno.test("demo: a market that goes on says from where and by how much", () => {
  const first = serve(null, true);
  first.time.advance(10_000);
  first.server.handle({ kind: "close" });
  const [{ bytes, at }] = first.checkpoints();
  const second = serve({ checkpoint: bytes, awayMs: 30_000 }, true);
  const third = serve({ checkpoint: bytes.slice(4), awayMs: 30_000 }, true);

  assert.deepEqual(first.ready?.begun, { kind: "first" });
  assert.deepEqual(second.ready?.begun, { kind: "goesOn", checkpointAt: at, wentOnMs: 300_000 });
  assert.equal(second.ready?.moment.now, at + 300_000);
  assert.deepEqual(third.ready?.begun, { kind: "anew", why: "the checkpoint is damaged" });
  assert.equal(third.ready?.moment.now, first.ready?.moment.now);
  for (const { server } of [second, third]) server.handle({ kind: "close" });
});
