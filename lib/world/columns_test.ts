import assert from "node:assert/strict";
import { createBatch, EVENT_KIND, EVENT_STRIDE, Outbox } from "./columns.ts";

function put(outbox: Outbox, instrument: number, price: number): void {
  outbox.v[outbox.reserve(EVENT_KIND.trade, instrument, price)] = price;
}

Deno.test("outbox: events leave in order, in parts when the batch is small", () => {
  const outbox = new Outbox(10);
  outbox.freshFrom = 5;
  for (let n = 0; n < 5; n++) put(outbox, n, n + 0.5);
  const batch = createBatch(3);

  outbox.moveTo(batch);
  const first = [...batch.instrument];
  batch.count = 0;
  outbox.moveTo(batch);

  assert.deepEqual(first, [0, 1, 2]);
  assert.equal(batch.count, 2);
  assert.deepEqual([batch.instrument[0], batch.v[0], batch.v[1]], [3, 3.5, NaN]);
  assert.equal(batch.v[EVENT_STRIDE], 4.5);
});

Deno.test("outbox: a full queue is given up, counted, and everything is published anew", () => {
  const outbox = new Outbox(10);
  outbox.freshFrom = 100;
  for (let n = 0; n < 11; n++) put(outbox, n, n);

  assert.equal(outbox.lost, 10);
  assert.equal(outbox.freshFrom, 0);
  assert.equal(outbox.waiting, 0);
});

Deno.test("outbox: a queue that was read in part makes room instead of losing events", () => {
  const outbox = new Outbox(10);
  outbox.freshFrom = 100;
  for (let n = 0; n < 10; n++) put(outbox, n, n);
  const batch = createBatch(8);
  outbox.moveTo(batch);
  put(outbox, 10, 10);
  batch.count = 0;
  outbox.moveTo(batch);

  assert.equal(outbox.lost, 0);
  assert.deepEqual([...batch.instrument.slice(0, 3)], [8, 9, 10]);
});

Deno.test("outbox: an instrument still to be published queues nothing", () => {
  const outbox = new Outbox(10);
  outbox.freshFrom = 2;
  put(outbox, 1, 1);
  put(outbox, 2, 2);

  assert.equal(outbox.waiting, 1);
});
