import assert from "node:assert/strict";
import fc from "fast-check";
import {
  openCheckpoint,
  readCheckpointHead,
  WORLD_VERSION,
  writeCheckpoint,
} from "./checkpoint.ts";
import { createBatch, EVENT_STRIDE } from "./columns.ts";
import type { WorldOptions } from "./options.ts";
import { EventQueue, EVENTS_MAX } from "./queue.ts";
import { createWorld, World } from "./world.ts";

const HOUR_MS = 3_600_000;
const HEAD = { seed: 1, positions: 1, startAt: 0, startDay: 0, now: 0 };

function restored(bytes: Uint8Array, options: WorldOptions = {}): World {
  const world = World.restore(bytes, options);
  assert.ok(world.ok, world.ok ? "" : world.error.message);
  return world.value;
}

const batch = createBatch(8192);

/** Everything that waits: the object events as they are, the columns bit for bit. */
function taken(world: World) {
  const events = world.drainEvents();
  const columns: (Uint8Array | Int32Array | BigUint64Array)[] = [];
  while (world.drain(batch) > 0) {
    const at = batch.eventAt.slice(0, batch.count);
    const v = batch.v.slice(0, batch.count * EVENT_STRIDE);
    columns.push(batch.kind.slice(0, batch.count), batch.instrument.slice(0, batch.count));
    columns.push(new BigUint64Array(at.buffer), new BigUint64Array(v.buffer));
  }
  return { events, columns };
}

/** Everything that a world answers. */
function answers(world: World) {
  const accounts = world.accounts().map(({ id }) => ({
    positions: world.positions(id),
    balances: world.balances(id),
    audit: world.audit(id),
  }));
  const instruments = world.instruments();
  const underlyings = instruments.filter((one) => one.option === undefined);
  return {
    now: world.now(),
    session: world.session(),
    counters: world.counters(),
    accounts,
    instruments,
    live: instruments.map(({ id }) => world.isLive(id)),
    marks: instruments.map(({ id }) => world.mark(id)),
    closes: world.previousCloses(),
    fills: world.fillsToday(),
    orders: world.orders(),
    fx: world.fxRate(),
    bars: underlyings.map(({ id }) => world.bars(id, 30)),
    chains: underlyings.map(({ underlying }) => world.chain(underlying)),
  };
}

type Step = (world: World) => void;

const STEPS: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 1, max: 400_000 }).map((ms) => (w: World) => w.advanceBy(ms)),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: -60_000, max: 300_000 })
      .map((ms) => (w: World) => w.advanceTo(w.session().until + ms)),
  },
  fc.constant((w: World) => w.advanceTo(w.now() + 30 * HOUR_MS)),
  fc.constant((w: World) => w.step()),
  fc.double({ min: -0.04, max: 0.04, noNaN: true }).map((move) => (w: World) => w.shock(move)),
  fc.constantFrom("SPY", "NVDA", "/ES").chain((root) =>
    fc.constantFrom((w: World) => w.halt(root), (w: World) => w.resume(root))
  ),
  fc.record({ right: fc.constantFrom("call", "put" as const), n: fc.nat(60) })
    .map(({ right, n }) => (world: World) => {
      const chain = world.chain("AAPL");
      const { root, expiry, strikes } = chain[n % chain.length];
      world.listContract({ root, expiry, right, strike: strikes[n % strikes.length] });
    }),
);

const RUNS = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  positions: fc.integer({ min: 1, max: 160 }),
  eventRate: fc.constantFrom(0, 0.3, 2),
  stepMs: fc.constantFrom(10_000, 30_000, 61_000),
  // An ordinary day, the days around a quarterly expiry with a future that rolls, an early close.
  start: fc.constantFrom(
    { date: "2025-03-19", days: 0 },
    { date: "2025-06-20", days: 0 },
    { date: "2025-05-30", days: 20 },
    { date: "2025-07-03", days: 0 },
  ),
  before: fc.array(STEPS, { maxLength: 12 }),
  after: fc.array(STEPS, { minLength: 3, maxLength: 12 }),
});

/** A world as many days after its start, which pass without market events in long steps. */
function begun(options: WorldOptions, days: number): World {
  const world = createWorld({ ...options, eventRate: 0, stepMs: 300_000 });
  world.advanceTo(world.now() + days * 24 * HOUR_MS);
  return restored(world.save(), options);
}

Deno.test("checkpoint: a world goes on bit for bit wherever it was saved and restored", () => {
  fc.assert(
    fc.property(RUNS, ({ before, after, start, ...rest }) => {
      const options = { ...rest, date: start.date };
      const world = begun(options, start.days);
      for (const step of before) step(world);
      taken(world);

      const twin = restored(world.save(), options);
      taken(twin);
      for (const step of after) {
        step(world);
        step(twin);
        assert.deepEqual(taken(twin), taken(world));
      }

      assert.deepEqual(answers(twin), answers(world));
      assert.deepEqual(twin.save(), world.save());
    }),
    { numRuns: 40, seed: 1 },
  );
});

Deno.test("checkpoint: fine steps at the usual rate go on bit for bit", () => {
  const options = { seed: 3, eventRate: 500 };
  const world = createWorld(options);
  world.advanceBy(61_337);
  taken(world);
  const twin = restored(world.save(), options);
  taken(twin);

  for (let n = 1; n <= 40; n++) {
    world.advanceBy(n * 37);
    twin.advanceBy(n * 37);
    assert.deepEqual(taken(twin), taken(world));
  }
  assert.deepEqual(twin.save(), world.save());
});

Deno.test("checkpoint: so it does across assignments, expiries and rolls", () => {
  const options = { seed: 5, date: "2025-05-30", eventRate: 1, stepMs: 20_000 };
  const world = begun(options, 19);
  taken(world);
  const kinds = new Set<string>();
  let twin = restored(world.save(), options);
  for (let n = 0; n < 24 * 7; n++) {
    world.advanceTo(world.now() + HOUR_MS / 2);
    twin.advanceTo(twin.now() + HOUR_MS / 2);
    const seen = taken(world);
    assert.deepEqual(taken(twin).events, seen.events);
    for (const event of seen.events) {
      kinds.add(event.kind === "lifecycle" ? event.lifecycle.how : event.kind);
      if (event.kind === "listed") kinds.add(event.instrument.kind);
    }
    twin = restored(world.save(), options);
  }

  assert.deepEqual(answers(twin), answers(world));
  const crossed = ["assigned", "exercised", "expired", "cashSettled", "future", "sessionOpened"];
  assert.deepEqual(crossed.filter((kind) => !kinds.has(kind)), []);
});

Deno.test("checkpoint: readers of a restored world first get all latest values", () => {
  const world = createWorld({ seed: 2 });
  world.advanceBy(90_000);
  const twin = restored(world.save());
  world.restartReaders();
  const told = taken(twin);

  assert.deepEqual(told.events, []);
  assert.deepEqual(told, taken(world));
  const instruments = new Set(
    told.columns.filter((one) => one instanceof Int32Array).flatMap(
      (ids) => [...ids],
    ),
  );
  assert.equal(instruments.size, twin.instruments().length);
});

Deno.test("checkpoint: a hundred saved worlds leave the saved one as it was", () => {
  const [watched, alone] = [createWorld({ seed: 8 }), createWorld({ seed: 8 })];
  for (let n = 0; n < 100; n++) {
    watched.advanceBy(100);
    alone.advanceBy(100);
    watched.save();
  }

  assert.deepEqual(taken(watched), taken(alone));
  assert.deepEqual(watched.save(), alone.save());
});

Deno.test("checkpoint: another rate and step may go on from it, the path is then its own", () => {
  const world = createWorld({ seed: 4, eventRate: 300 });
  world.advanceBy(60_000);
  const calm = restored(world.save(), { eventRate: 20, stepMs: 1000 });
  taken(calm);
  const before = calm.counters().produced;
  calm.advanceBy(600_000);

  const produced = calm.counters().produced - before;
  assert.ok(produced > 10_000 && produced < 16_000, `${produced} events in ten minutes`);
  assert.equal(calm.now(), world.now() + 600_000);
  for (const { id } of calm.accounts()) assert.deepEqual(calm.audit(id).trialBalance, [0, 0]);
});

Deno.test("checkpoint: settings of another world are refused with what differs", () => {
  const bytes = createWorld({ seed: 4, date: "2025-03-21", positions: 40 }).save();
  const why = (options: WorldOptions) => {
    const world = World.restore(bytes, options);
    return world.ok ? "goes on" : `${world.error.code}: ${world.error.message}`;
  };

  assert.equal(why({}), "goes on");
  assert.equal(why({ seed: 4, date: "2025-03-21", positions: 40, eventRate: 9 }), "goes on");
  assert.equal(why({ seed: 5 }), "otherWorld: the checkpoint is of seed 4, not 5");
  assert.equal(
    why({ date: "2025-03-20" }),
    "otherWorld: the checkpoint is of a market that began on 2025-03-21, not 2025-03-20",
  );
  assert.equal(
    why({ positions: 41 }),
    "otherWorld: the checkpoint is of 40 positions, not 41",
  );
});

Deno.test("checkpoint: damage of any kind is refused, never half used", () => {
  const bytes = createWorld({ seed: 4, positions: 2 }).save();
  const isRefused = (damaged: Uint8Array) => {
    const world = World.restore(damaged);
    return !world.ok && (world.error.code === "damaged" || world.error.code === "otherVersion");
  };

  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
      const damaged = bytes.slice();
      damaged[at] ^= bits;
      return isRefused(damaged);
    }),
    { numRuns: 300 },
  );
  fc.assert(fc.property(fc.nat(bytes.length - 1), (length) => isRefused(bytes.slice(0, length))));
  assert.ok(isRefused(new Uint8Array([...bytes, 0, 0, 0, 0])));
  assert.ok(isRefused(new Uint8Array(bytes.length)));
});

Deno.test("checkpoint: whole bytes that this world did not write are refused", () => {
  const head = readCheckpointHead(createWorld({ seed: 4, positions: 2 }).save());
  assert.ok(head.ok);
  fc.assert(fc.property(fc.array(fc.integer(), { maxLength: 3000 }), (words) => {
    const bytes = writeCheckpoint(head.value, (tape) => words.forEach((word) => tape.i32(word)));
    const world = World.restore(bytes);
    return !world.ok && world.error.message.startsWith("the checkpoint does not fit this market");
  }));
});

Deno.test("checkpoint: bytes of another version are refused as such", () => {
  const bytes = createWorld({ seed: 4, positions: 2 }).save();
  new DataView(bytes.buffer).setInt32(4, WORLD_VERSION + 1, true);
  const world = World.restore(bytes);

  assert.ok(!world.ok && world.error.code === "otherVersion");
  assert.match(world.ok ? "" : world.error.message, /version 2 of the market, this is version 1/);
});

Deno.test("checkpoint: its head says which world it is of, also inside a larger buffer", () => {
  const world = createWorld({ seed: 4, positions: 3 });
  world.advanceBy(12_345);
  const bytes = world.save();
  const framed = new Uint8Array(bytes.length + 7);
  framed.set(bytes, 3);
  const head = readCheckpointHead(framed.subarray(3, 3 + bytes.length));

  assert.ok(head.ok);
  assert.equal(head.value.now, world.now());
  assert.equal(head.value.seed, 4);
  assert.equal(head.value.positions, 3);
  assert.ok(World.restore(framed.subarray(3, 3 + bytes.length)).ok);
});

Deno.test("checkpoint: what was given up for a slow reader stays counted", () => {
  const world = createWorld({ seed: 2, positions: 30, eventRate: 20_000 });
  taken(world);
  world.advanceBy(10_000);
  const { lost } = world.counters();
  const queue = new EventQueue();
  const fx = { kind: "fx", at: 0, fx: world.fxRate() } as const;
  const lose = (into: EventQueue) => {
    for (let n = 0; n <= EVENTS_MAX; n++) into.push(fx);
    return into.take()[0];
  };
  lose(queue);
  const bytes = writeCheckpoint(HEAD, (tape) => queue.persist(tape));
  const opened = openCheckpoint(bytes);
  assert.ok(opened.ok);
  const twin = new EventQueue();
  twin.persist(opened.value.tape);

  assert.ok(lost > 0);
  assert.equal(restored(world.save()).counters().lost, lost);
  assert.deepEqual(lose(twin), { kind: "resync", at: 0, lost: 2 * EVENTS_MAX });
});
