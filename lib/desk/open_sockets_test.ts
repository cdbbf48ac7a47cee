import assert from "node:assert/strict";
import { VirtualTime } from "../ports/virtual_time.ts";
import { OpenSockets } from "./open_sockets.ts";

function anOpenPair() {
  const sockets = new OpenSockets();
  const pair = [new EventTarget(), new EventTarget()];
  for (const socket of pair) sockets.add(socket);
  return { sockets, pair };
}

Deno.test("PRC-3: a stop waits until the last viewer's socket has closed", async () => {
  const { sockets, pair } = anOpenPair();
  const time = new VirtualTime(0);
  let isDone = false;
  const closed = sockets.closed(time, 1000).then(() => isDone = true);

  pair[0].dispatchEvent(new Event("close"));
  await Promise.resolve();
  assert.equal(isDone, false);
  pair[1].dispatchEvent(new Event("close"));
  await closed;

  assert.equal(isDone, true);
  assert.equal(time.monotonic(), 0);
});

Deno.test("PRC-3: a viewer that never answers holds a stop no longer than the limit", async () => {
  const { sockets } = anOpenPair();
  const time = new VirtualTime(0);
  let isDone = false;
  const closed = sockets.closed(time, 1000).then(() => isDone = true);

  time.advance(999);
  await Promise.resolve();
  assert.equal(isDone, false);
  time.advance(1);
  await closed;
});

Deno.test("a stop without viewers waits for nothing", async () => {
  await new OpenSockets().closed(new VirtualTime(0), 1000);
});
