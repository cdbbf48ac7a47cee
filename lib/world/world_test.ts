import assert from "node:assert/strict";
import { createBatch, EVENT_KIND, EVENT_STRIDE } from "./columns.ts";
import { CURRENCIES } from "./types.ts";
import type { WorldOptions } from "./options.ts";
import { createWorld, type World } from "./world.ts";

const ACCOUNT = "DX10044417";

/** A hash of every bit that a world publishes. */
class Digest {
  value = 0x811c9dc5;
  readonly #batch = createBatch(4096);

  add(world: World): void {
    const text = JSON.stringify(world.drainEvents());
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
    const batch = this.#batch;
    while (world.drain(batch) > 0) {
      const v = new Uint32Array(batch.v.buffer, 0, batch.count * EVENT_STRIDE * 2);
      for (const word of v) this.#mix(word);
      for (let i = 0; i < batch.count; i++) {
        this.#mix(batch.instrument[i] * 8 + batch.kind[i]);
        this.#mix(batch.eventAt[i] % 4294967296);
      }
    }
  }

  #mix(word: number): void {
    this.value = Math.imul(this.value ^ word, 0x01000193) >>> 0;
  }
}

function digestOf(options: WorldOptions, chunks: readonly number[], rounds: number): number {
  const world = createWorld(options);
  const digest = new Digest();
  for (let round = 0; round < rounds; round++) {
    for (const ms of chunks) {
      world.advanceBy(ms);
      digest.add(world);
    }
  }
  return digest.value;
}

function at(iso: string): number {
  return Date.parse(iso);
}

Deno.test("world: same seed, same run, bit for bit; another seed, another run", () => {
  const run = (seed: number) => digestOf({ seed, eventRate: 2000 }, [50, 50, 200], 40);

  assert.equal(run(1), run(1));
  assert.notEqual(run(1), run(2));
});

Deno.test("world: what happens does not depend on how time is asked for", () => {
  const state = (chunks: readonly number[]) => {
    const world = createWorld({ seed: 4 });
    for (const ms of chunks) world.advanceBy(ms);
    return [
      world.now(),
      world.counters().produced,
      world.accounts().map((account) => world.balances(account.id)),
      world.fillsToday(),
    ];
  };

  assert.deepEqual(state([60_000]), state(Array.from({ length: 6000 }, () => 10)));
});

Deno.test("world: it starts at 10:15 New York, off session on the next one", () => {
  const start = (options: WorldOptions) => createWorld(options).now();

  assert.equal(start({}), at("2025-03-19T14:15:00Z"));
  assert.equal(start({ date: "2025-03-22" }), at("2025-03-24T14:15:00Z"));
  assert.equal(start({ date: "2025-12-25" }), at("2025-12-26T15:15:00Z"));
  assert.equal(start({ startAt: at("2025-03-19T11:00:00Z") }), at("2025-03-19T13:30:00Z"));
  assert.equal(start({ startAt: at("2025-03-21T20:01:00Z") }), at("2025-03-24T13:30:00Z"));
  assert.throws(() => createWorld({ date: "2025-13-01" }));
});

Deno.test("world: the book covers accounts, currencies, sides, kinds and expiries", () => {
  const world = createWorld();
  const all = world.accounts().flatMap((account) => world.positions(account.id));
  const instruments = all.map((position) => world.instruments()[position.instrument]);
  const roots = new Set(world.instruments().filter((one) => !one.option).map((one) => one.root));
  const days = instruments.flatMap((one) =>
    one.option ? [(one.option.expiresAt - world.now()) / 86_400_000] : []
  );

  assert.ok(all.length >= 80, `${all.length} legs`);
  assert.ok(roots.size >= 16);
  assert.deepEqual(world.accounts().map((account) => account.name), [
    "Individual",
    "Joint",
    "IRA",
  ]);
  for (const account of world.accounts()) {
    const { cash, netLiq } = world.balances(account.id);
    for (const currency of CURRENCIES) assert.ok(cash[currency] > 0);
    assert.ok(netLiq > 100_000);
  }
  assert.ok(all.some((p) => p.signedQuantity > 0) && all.some((p) => p.signedQuantity < 0));
  assert.ok(Math.min(...days) < 0.3 && Math.max(...days) > 600);
  for (const kind of ["equity", "future", "option", "futureOption"] as const) {
    assert.ok(instruments.some((one) => one.kind === kind), kind);
  }
  const amc1 = instruments.find((one) => one.root === "AMC1");
  assert.deepEqual([amc1?.multiplier, amc1?.deliverable, amc1?.underlying], [10, 10, "AMC"]);
  const settlement = (root: string) => instruments.find((one) => one.root === root)?.option;
  assert.equal(settlement("SPX")?.settlement, "AM");
  assert.equal(settlement("SPXW")?.settlement, "PM");
  assert.equal(instruments.find((one) => one.root === "EW")?.multiplier, 50);
  assert.equal(instruments.find((one) => one.currency === "EUR")?.exchange, "XETR");
});

Deno.test("world: the closed state lasts two minutes of real time", () => {
  const world = createWorld({ startAt: at("2025-03-21T19:59:00Z") });
  world.advanceTo(at("2025-03-21T20:14:59Z"));
  assert.equal(world.session().state, "open");

  world.advanceBy(1000);
  assert.deepEqual(world.session(), {
    state: "closed",
    date: "2025-03-21",
    until: at("2025-03-24T13:30:00Z"),
    borderAt: at("2025-03-21T20:17:00Z"),
  });
  const produced = world.counters().produced;
  world.advanceBy(119_999);
  assert.equal(world.session().state, "closed");
  assert.equal(world.now(), at("2025-03-21T20:16:59.999Z"));
  assert.equal(world.counters().produced, produced);

  world.advanceBy(501);
  assert.equal(world.session().state, "open");
  assert.equal(world.session().date, "2025-03-24");
  assert.equal(world.now(), at("2025-03-24T13:30:00.500Z"));
  assert.ok(world.counters().produced > produced);
});

Deno.test("world: shares stop at 16:00, index and ETF options go on to 16:15", () => {
  const world = createWorld({ startAt: at("2025-03-19T19:59:00Z"), eventRate: 2000 });
  const batch = createBatch(8192);
  world.advanceTo(at("2025-03-19T20:00:01Z"));
  while (world.drain(batch) > 0);
  const roots = new Set<string>();
  const late = new Set<string>();
  for (let n = 0; n < 600; n++) {
    world.advanceBy(100);
    while (world.drain(batch) > 0) {
      for (let i = 0; i < batch.count; i++) {
        const { root, option } = world.instruments()[batch.instrument[i]];
        roots.add(root);
        if (option) late.add(root);
      }
    }
  }

  assert.deepEqual([...roots].sort(), ["/ES", "EW", "IWM", "QQQ", "SPX", "SPXW", "SPY"]);
  assert.deepEqual([...late].sort(), ["EW", "IWM", "QQQ", "SPX", "SPXW", "SPY"]);
});

Deno.test("world: the event rate is kept and the reference symbol is heard every second", () => {
  const world = createWorld({ eventRate: 20_000 });
  const batch = createBatch(8192);
  while (world.drain(batch) > 0);
  let count = 0;
  for (let n = 0; n < 100; n++) {
    world.advanceBy(50);
    while (world.drain(batch) > 0) count += batch.count;
  }
  assert.ok(Math.abs(count - 100_000) < 3000, `${count} events in 5 s`);

  const slow = createWorld({ eventRate: 1 });
  const spy = slow.instrumentOf(slow.referenceSymbol);
  while (slow.drain(batch) > 0);
  for (let second = 0; second < 60; second++) {
    slow.advanceBy(1000);
    const heard = slow.drain(batch) > 0 && [...batch.instrument.slice(0, batch.count)].includes(
      spy ?? -1,
    );
    assert.ok(heard);
  }
});

Deno.test("world: a halted underlying says so, and its options stop with it", () => {
  const world = createWorld({ eventRate: 3000 });
  const batch = createBatch(16_384);
  while (world.drain(batch) > 0);
  world.halt("NVDA");
  const statuses = new Set<string>();
  let market = 0;
  for (let n = 0; n < 100; n++) {
    world.advanceBy(50);
    while (world.drain(batch) > 0) {
      for (let i = 0; i < batch.count; i++) {
        if (world.instruments()[batch.instrument[i]].underlying !== "NVDA") continue;
        if (batch.kind[i] !== EVENT_KIND.status) market++;
        else statuses.add(`${batch.v[i * EVENT_STRIDE]}`);
      }
    }
  }
  assert.deepEqual([...statuses], ["2"]);
  assert.equal(market, 0);

  world.resume("NVDA");
  world.advanceBy(2000);
  world.drain(batch);
  assert.ok(
    [...batch.instrument.slice(0, batch.count)].some((id) =>
      world.instruments()[id].symbol === "NVDA"
    ),
  );
});

Deno.test("world: a book of 20,000 positions is built, valued and balanced", () => {
  const world = createWorld({ positions: 20_000 });
  const count = world.accounts().reduce((sum, a) => sum + world.positions(a.id).length, 0);

  assert.equal(count, 20_000);
  for (const { id } of world.accounts()) {
    const { netLiq } = world.balances(id);
    assert.ok(netLiq > 0 && Math.abs(world.audit(id).netLiq - netLiq) < 1e-6 * netLiq);
  }
  assert.equal(createWorld({ positions: 1 }).positions(ACCOUNT).length, 1);
});

Deno.test("world: orders rest on the book, and fills come from them", () => {
  const world = createWorld({ eventRate: 10, stepMs: 1000 });
  assert.ok(world.orders().filter((order) => order.status === "working").length >= 3);
  world.advanceBy(1_800_000);
  const trades = world.fillsToday().filter((fill) => fill.kind === "trade" && fill.orderId);

  assert.ok(trades.length > 10);
  for (const fill of trades) {
    const order = world.orders().find((one) => one.orderId === fill.orderId);
    assert.equal(order?.instrument, fill.instrument);
    assert.equal(Math.sign(order?.signedQuantity ?? 0), Math.sign(fill.signedQuantity));
  }
  assert.equal(
    new Set(world.fillsToday().map((fill) => fill.fillId)).size,
    world.fillsToday().length,
  );
});
