import assert from "node:assert/strict";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { FromWorld } from "./messages.ts";
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
  server.handle({ kind: "subscribe", ids, handles: ids.slice() });
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
