import assert from "node:assert/strict";
import { Engine, type EngineListener } from "@/lib/desk/engine.ts";
import { accountIdOf } from "@/lib/brokers/tastytrade/map/accounts.ts";
import { TastytradeServices } from "@/lib/brokers/tastytrade/rest/services.ts";
import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "@/lib/domain/market_data.ts";
import { isOption } from "@/lib/domain/instrument.ts";
import { ROW_F64, ROW_F64_AT } from "@/lib/domain/measures.ts";
import type { Instrument } from "@/lib/world/mod.ts";
import { futureOptionRoot } from "@/sims/tastytrade/symbols.ts";
import { TastytradeRun, type TastytradeRunOptions } from "@/tests/contract/tastytrade_run.ts";

/** The desk's key of an instrument of the world, made anew from what the world says of it. */
function keyOf({ symbol, root, kind, option, multiplier }: Instrument): string {
  if (option === undefined) return symbol;
  const { expiry, right, strike } = option;
  const name = kind === "futureOption" ? futureOptionRoot(expiry) : root;
  return `${name} ${expiry} ${right === "call" ? "C" : "P"} ${strike} x${multiplier}`;
}

/** A desk on the simulator of tastytrade that moves only when told to. */
export class LiveDesk {
  readonly engine: Engine;
  /** What the engine told, as `kind text`. */
  readonly told: string[] = [];

  constructor(readonly run: TastytradeRun) {
    this.engine = new Engine({
      adapter: run.broker,
      accounts: [],
      requiresAccounts: false,
      capacity: 20_000,
      clock: run.time,
      timers: run.timers,
      listener: this.#listener(),
    });
  }

  /** Starts a desk whose book is loaded. */
  static async start(options: TastytradeRunOptions = {}): Promise<LiveDesk> {
    const desk = new LiveDesk(new TastytradeRun(options));
    // Modules are loaded in real time, once; virtual time would run away meanwhile.
    await TastytradeServices.load(desk.run.broker.transport);
    const started = await desk.run.during(desk.engine.start());
    assert.ok(started.ok, started.ok ? "" : started.error.message);
    return desk;
  }

  #listener(): EngineListener {
    return {
      fill: (fill) => this.told.push(`fill ${fill.instrumentKey}`),
      earlierFill: () => {},
      order: (order) => this.told.push(`order ${order.state}`),
      lifecycle: (event) => this.told.push(`lifecycle ${event.kind} ${event.instrumentKey}`),
      feed: (health) => this.told.push(`feed ${health.feed} ${health.state}`),
      trouble: (message) => this.told.push(`trouble ${message}`),
    };
  }

  /** Stands the market still until all of it has arrived; for long it would look mute. */
  async settle(): Promise<void> {
    this.run.sim.market.isHeld = true;
    await this.run.advance(3_000);
    this.run.sim.market.isHeld = false;
  }

  /** What differs between the book and the simulator's accounts: quantities by account and key. */
  positionDifferences(): string[] {
    const { sim } = this.run;
    const { book } = this.engine;
    const held = new Map<string, number>();
    for (let row = 0; row < book.rowCount; row++) {
      const quantity = book.rowF64[row * ROW_F64.length + ROW_F64_AT.signedQuantity];
      const { instrument, accountId } = book.row(row);
      const account = book.account(book.accountIds.indexOf(accountId)).account.id;
      if (quantity !== 0) held.set(`${account} ${instrument.key}`, quantity);
    }
    const differences: string[] = [];
    for (const account of sim.accounts.accounts) {
      for (const { instrument, signedQuantity } of sim.accounts.positions(account)) {
        const name = `${accountIdOf(account.number)} ${keyOf(instrument)}`;
        const own = held.get(name) ?? 0;
        if (own !== signedQuantity) differences.push(`${name}: ${own}, broker ${signedQuantity}`);
        held.delete(name);
      }
    }
    return [...differences, ...[...held.keys()].map((name) => `${name}: broker has none`)];
  }

  /** What differs between the board and the simulator's market, for everything in the book. */
  marketDifferences(): string[] {
    const { sim } = this.run;
    const { book, board } = this.engine;
    const differences: string[] = [];
    const { world } = sim.market;
    const listings = new Map(world.instruments().map((listed) => [keyOf(listed), listed]));
    const wanted = new Set<string>();
    for (let row = 0; row < book.rowCount; row++) {
      const { instrument } = book.row(row);
      wanted.add(instrument.key);
      if (isOption(instrument)) wanted.add(instrument.underlyingKey);
    }
    for (const key of wanted) {
      const listed = listings.get(key);
      // What has expired today is in no market any more.
      if (listed === undefined || !world.isLive(listed.id)) continue;
      const handle = book.handleOf(key);
      const { bid, ask, last, greeks } = sim.market.latest(listed);
      const { columns } = board;
      const delta = columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta];
      const pairs = [
        ["bid", board.price(handle, "bid"), bid === 0 ? NaN : bid],
        ["ask", board.price(handle, "ask"), ask === 0 ? NaN : ask],
        ["last", board.price(handle, "last"), last === 0 ? NaN : last],
        ["delta", delta, listed.option === undefined ? delta : greeks[2]],
      ] as const;
      for (const [name, own, theirs] of pairs) {
        if (own === theirs || (Number.isNaN(own) && Number.isNaN(theirs))) continue;
        differences.push(`${key}: ${name} ${own}, broker ${theirs}`);
      }
    }
    return differences;
  }

  /** Ends desk and simulator; nothing may wait afterwards. */
  async stop(): Promise<void> {
    await this.engine.stop();
    // Calls under way learn of it by promises, without time.
    for (let round = 0; round < 50; round++) await Promise.resolve();
    assert.equal(this.run.timers.pendingCount, 0, "timers of the desk are left");
    this.run.sim.close();
    await this.run.advance(10_000);
    assert.equal(this.run.time.pendingCount, 0, "timers are left");
  }
}
