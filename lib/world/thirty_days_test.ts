import assert from "node:assert/strict";
import { createBatch, EVENT_KIND, EVENT_STRIDE } from "./columns.ts";
import type { Fill, Instrument, WorldCurrency } from "./types.ts";
import { createWorld, type World } from "./world.ts";

const DAYS_MS = 30 * 86_400_000;

/** A reader that knows only what the world sent it, and works out net liq by formulas §1 and §6. */
class Reader {
  readonly instruments = new Map<number, Instrument>();
  readonly bid: number[] = [];
  readonly ask: number[] = [];
  readonly last: number[] = [];
  readonly prevClose: number[] = [];
  readonly quantity = new Map<string, Map<number, number>>();
  readonly cash = new Map<string, Record<WorldCurrency, number>>();
  readonly fills = new Map<string, Fill[]>();
  readonly flows = new Map<string, number>();
  readonly counts = new Map<string, number>();
  fx = { rate: NaN, prevRate: NaN };
  readonly #batch = createBatch(16_384);

  constructor(readonly world: World) {
    for (const one of world.instruments()) this.instruments.set(one.id, one);
    this.#readMarket();
    this.fx = { ...world.fxRate() };
    for (const { id } of world.accounts()) {
      const held = new Map(world.positions(id).map((p) => [p.instrument, p.signedQuantity]));
      this.quantity.set(id, held);
      const { cash } = world.balances(id);
      // Variation is booked against the price of the fill: what is open already leaves cash.
      const open = [...held].reduce((sum, [i, q]) => sum + this.#variation(i, q), 0);
      this.cash.set(id, { USD: cash.USD - open, EUR: cash.EUR });
      this.fills.set(id, world.fillsToday().filter((fill) => fill.account === id));
      this.flows.set(id, world.balances(id).flows);
    }
  }

  read(): void {
    for (const event of this.world.drainEvents()) {
      const name = event.kind === "lifecycle" ? event.lifecycle.how : event.kind;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      if (event.kind === "listed") this.instruments.set(event.instrument.id, event.instrument);
      if (event.kind === "fx") this.fx = { ...event.fx };
      if (event.kind === "sessionOpened") this.#roll();
      if (event.kind === "fill") this.#apply(event.fill);
      if (event.kind === "flow") this.#flow(event.account, event.currency, event.amount);
      if (event.kind === "position") {
        const { account, instrument, signedQuantity } = event.position;
        assert.equal(this.#held(account).get(instrument) ?? 0, signedQuantity);
      }
    }
    this.#readMarket();
  }

  netLiq(account: string): number {
    const cash = this.cash.get(account) ?? { USD: NaN, EUR: NaN };
    const total = { ...cash };
    for (const [id, quantity] of this.#held(account)) {
      const { currency, multiplier } = this.#instrument(id);
      total[currency] += quantity * multiplier * this.#mark(id);
    }
    return total.USD + total.EUR * this.fx.rate;
  }

  /** Day P&L of formulas §6 in base currency, with the translation of what was held in euros. */
  dayPnl(account: string, prevEur: number): number {
    const native = { USD: 0, EUR: 0 };
    const overnight = new Map(this.#held(account));
    for (const fill of this.fills.get(account) ?? []) {
      const { instrument, signedQuantity, price, multiplier, currency, fees } = fill;
      overnight.set(instrument, (overnight.get(instrument) ?? 0) - signedQuantity);
      native[currency] += signedQuantity * multiplier * (this.#mark(instrument) - price) - fees;
    }
    for (const [id, quantity] of overnight) {
      if (quantity === 0) continue;
      const { currency, multiplier } = this.#instrument(id);
      native[currency] += quantity * multiplier * (this.#mark(id) - this.prevClose[id]);
    }
    return native.USD + native.EUR * this.fx.rate + (this.fx.rate - this.fx.prevRate) * prevEur;
  }

  #readMarket(): void {
    const batch = this.#batch;
    while (this.world.drain(batch) > 0) {
      for (let i = 0; i < batch.count; i++) {
        const o = i * EVENT_STRIDE;
        const id = batch.instrument[i];
        if (batch.kind[i] === EVENT_KIND.quote) {
          this.bid[id] = batch.v[o];
          this.ask[id] = batch.v[o + 1];
        } else if (batch.kind[i] === EVENT_KIND.trade) this.last[id] = batch.v[o];
        else if (batch.kind[i] === EVENT_KIND.summary) this.prevClose[id] = batch.v[o];
      }
    }
  }

  #apply(fill: Fill): void {
    const held = this.#held(fill.account);
    held.set(fill.instrument, (held.get(fill.instrument) ?? 0) + fill.signedQuantity);
    if (held.get(fill.instrument) === 0) held.delete(fill.instrument);
    const cash = this.cash.get(fill.account);
    assert.ok(cash);
    cash[fill.currency] -= fill.signedQuantity * fill.multiplier * fill.price + fill.fees;
    this.fills.get(fill.account)?.push(fill);
  }

  #roll(): void {
    for (const fills of this.fills.values()) fills.length = 0;
    for (const account of this.flows.keys()) this.flows.set(account, 0);
  }

  #flow(account: string, currency: WorldCurrency, amount: number): void {
    const cash = this.cash.get(account);
    assert.ok(cash);
    cash[currency] += amount;
    this.flows.set(account, (this.flows.get(account) ?? 0) + amount);
  }

  #variation(id: number, quantity: number): number {
    const { kind, multiplier } = this.#instrument(id);
    return kind === "future" ? quantity * multiplier * this.#mark(id) : 0;
  }

  #mark(id: number): number {
    const [bid, ask, last] = [this.bid[id], this.ask[id], this.last[id]];
    if (bid > 0 && ask >= bid) return (bid + ask) / 2;
    if (last > 0 && (bid === undefined || (last >= bid && last <= ask))) return last;
    return this.prevClose[id];
  }

  #instrument(id: number): Instrument {
    const instrument = this.instruments.get(id);
    assert.ok(instrument);
    return instrument;
  }

  #held(account: string): Map<number, number> {
    const held = this.quantity.get(account);
    assert.ok(held);
    return held;
  }
}

function near(actual: number, expected: number, scale: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * scale, `${what}: ${actual} is not ${expected}`);
}

function checkAccounts(world: World, reader: Reader): void {
  for (const { id } of world.accounts()) {
    const balances = world.balances(id);
    const { netLiq } = balances;
    const when = `${id} ${new Date(world.now()).toISOString()}`;
    near(reader.netLiq(id), netLiq, netLiq, `net liq ${when}`);
    assert.equal(reader.flows.get(id), balances.flows);
    const gain = netLiq - balances.prevNetLiq - balances.flows;
    near(reader.dayPnl(id, balances.prevNative.EUR), gain, netLiq, `day P&L ${when}`);
    const audit = world.audit(id);
    assert.deepEqual(audit.trialBalance, [0, 0]);
    near(audit.netLiq, netLiq, netLiq, `capital side ${when}`);
  }
}

for (const seed of [1, 3]) {
  Deno.test(`world: 30 days of cash and marks make net liq and day P&L, seed ${seed}`, () => {
    const world = createWorld({ seed, stepMs: 60_000, eventRate: 3 });
    const reader = new Reader(world);
    checkAccounts(world, reader);
    const end = world.now() + DAYS_MS;
    while (world.now() < end) {
      world.step();
      reader.read();
      checkAccounts(world, reader);
    }

    const count = (name: string) => reader.counts.get(name) ?? 0;
    assert.ok(count("sessionOpened") >= 20 && count("fill") > 1000);
    for (const how of ["expired", "cashSettled", "exercised", "assigned", "flow"]) {
      assert.ok(count(how) > 0, how);
    }
    assert.equal(world.counters().lost, 0);
  });
}

Deno.test("world: after 30 days the book keeps its shape, with 0DTE legs of the day", () => {
  const world = createWorld({ stepMs: 60_000, eventRate: 0 });
  const before = world.accounts().map((account) => world.positions(account.id).length);
  for (let session = 0; session < 21; session++) {
    world.advanceTo(world.session().until);
    world.step();
    const { date } = world.session();
    const today = world.accounts().flatMap((account) => world.positions(account.id))
      .filter((p) => world.instruments()[p.instrument].option?.expiry === date);
    assert.ok(today.length >= 10, `${today.length} legs expire on ${date}`);
    for (const p of today) assert.ok(world.isLive(p.instrument));
  }

  assert.equal(world.session().date, "2025-04-17");
  const after = world.accounts().map((account) => world.positions(account.id).length);
  assert.deepEqual(after, before);
});

Deno.test("world: a future rolls on its expiry morning and its options with it", () => {
  const world = createWorld({ date: "2025-05-28", stepMs: 60_000, eventRate: 0 });
  assert.ok(world.instrumentOf("/ESM5") !== undefined);
  const moving = createWorld({ date: "2025-06-17", stepMs: 60_000, eventRate: 0 });
  assert.ok(moving.instrumentOf("/ESU5") !== undefined);

  while (world.session().date < "2025-06-20") {
    world.advanceTo(world.session().until);
    world.step();
  }
  const front = world.instrumentOf("/ESU5");
  assert.ok(front !== undefined);
  assert.equal(world.isLive(world.instrumentOf("/ESM5") ?? -1), false);
  const held = world.positions("DX10058203").find((p) => p.instrument === front);
  assert.equal(held?.signedQuantity, 2);
  for (const account of world.accounts()) {
    assert.deepEqual(world.audit(account.id).trialBalance, [0, 0]);
  }
});
