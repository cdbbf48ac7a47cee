import { assert, present } from "../base/assert.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { BARS_MAX, pastBars } from "./bars.ts";
import { chainQuery } from "./book.ts";
import { chainOf } from "./chain.ts";
import { type CheckpointError, openCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { dayOfIso } from "./civil.ts";
import type { EventBatch } from "./columns.ts";
import { ACCOUNTS, type Ledger } from "./ledger.ts";
import { listingOf, LISTINGS, REFERENCE_SYMBOL, RISK_FREE_RATE } from "./listings.ts";
import { CLOSED_STATE_MS, previousSession } from "./session.ts";
import { askedOf, differenceOf, settled, type WorldOptions } from "./options.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";
import { appendLatest, EVENTS_PER_INSTRUMENT } from "./snapshot.ts";
import { atmIv } from "./surface.ts";
import type { Tape } from "./tape.ts";
import type {
  Account,
  Balances,
  Bar,
  Carry,
  ChainExpiry,
  Fill,
  FxRate,
  Instrument,
  Order,
  Position,
  Right,
  SessionState,
  WorldEvent,
} from "./types.ts";

/** A contract by its terms, as `World.listContract` takes it. */
export interface ContractQuery {
  readonly root: string;
  readonly expiry: string;
  readonly strike: number;
  readonly right: Right;
}

/** A trade of an order from outside: account, instrument, what moved and at what price. */
export interface OutsideTrade {
  readonly account: string;
  readonly instrument: number;
  readonly signedQuantity: number;
  /** Per unit, native currency. */
  readonly price: number;
  /** Names the order in the fill. */
  readonly orderId: string;
}

/**
 * A seeded market with three accounts on a virtual clock: the demo, and what simulators show.
 *
 * Time passes only by `advanceTo`, `advanceBy` and `step`. Market events leave by `drain`, the
 * low-rate ones by `drainEvents`; the read methods answer for the present instant.
 */
export class World {
  /** Liquid symbol whose silence means that a feed is mute. */
  readonly referenceSymbol = REFERENCE_SYMBOL;
  readonly #simulation: Simulation;
  readonly #options: SimulationOptions;
  /** Size of the last checkpoint, so that the next one needs no room made. */
  #checkpointBytes = 0;

  private constructor(options: SimulationOptions, kept?: Tape) {
    this.#options = options;
    this.#simulation = new Simulation(options, kept);
  }

  /** A world that begins; throws on a malformed date or a number out of range. */
  static begin(options: WorldOptions = {}): World {
    return new World(settled(options));
  }

  /**
   * The world of a checkpoint where it stood. Seed, date and positions that are given must be its
   * own; rate and step are taken as given. Fails with one line for the user. Readers begin anew:
   * the first drains give the latest values of everything.
   */
  static restore(bytes: Uint8Array, options: WorldOptions = {}): Result<World, CheckpointError> {
    const opened = openCheckpoint(bytes);
    if (!opened.ok) return opened;
    const { head, tape } = opened.value;
    const wanted = askedOf(options, head);
    const difference = differenceOf(wanted, head);
    if (difference !== null) return fail({ code: "otherWorld", message: difference });
    const misfit = "the checkpoint does not fit this market";
    try {
      const world = new World(wanted, tape);
      tape.section("end");
      return tape.isAtEnd ? ok(world) : fail({ code: "damaged", message: misfit });
    } catch (error) {
      // Whole, but not what this world wrote: a demo that begins anew beats one that never starts.
      const why = error instanceof Error ? error.message : String(error);
      return fail({ code: "damaged", message: `${misfit}: ${why}` });
    }
  }

  /**
   * A checkpoint of this moment: bytes that `restore` takes, in an own buffer that may be
   * transferred. What waits for `drain` and `drainEvents` is not part of it.
   */
  save(): Uint8Array<ArrayBuffer> {
    const { seed, positions, startAt, startDay } = this.#options;
    const head = { seed, positions, startAt, startDay, now: this.now() };
    const persist = (tape: Tape): void => this.#simulation.persist(tape);
    const bytes = writeCheckpoint(head, persist, Math.ceil(1.05 * this.#checkpointBytes));
    this.#checkpointBytes = bytes.length;
    return bytes;
  }

  /** Gives up what waits: the next drains give the latest values of everything, no events. */
  restartReaders(): void {
    this.#simulation.restartReaders();
  }

  /** Virtual now, Unix ms. */
  now(): number {
    return this.#simulation.now;
  }

  /** Passes virtual time until an instant; an earlier one does nothing. */
  advanceTo(virtualMs: number): void {
    this.#simulation.advanceTo(virtualMs);
  }

  /** Passes real time; the closed state lasts two minutes of it, then the next session opens. */
  advanceBy(elapsedMs: number): void {
    this.#simulation.advanceBy(elapsedMs);
  }

  /** Passes one market step; while closed, jumps to the next open. */
  step(): void {
    const simulation = this.#simulation;
    simulation.advanceTo(
      simulation.core.isOpen ? simulation.now + this.#options.stepMs : simulation.nextOpenAt(),
    );
  }

  /**
   * Fills a batch with the market events that wait, oldest first, and returns their count; 0 when
   * none is left. The first drains (and those after an open or an overflow) give the latest values
   * of everything. A batch may name an instrument whose "listed" event still waits: take
   * `drainEvents` first.
   */
  drain(batch: EventBatch): number {
    const { core, now } = this.#simulation;
    batch.count = 0;
    core.outbox.moveTo(batch);
    while (
      core.outbox.freshFrom < core.table.all.length &&
      batch.capacity - batch.count >= EVENTS_PER_INSTRUMENT
    ) appendLatest(batch, core.outbox.freshFrom++, core, now);
    return batch.count;
  }

  /** Takes the low-rate events that wait, oldest first. */
  drainEvents(): WorldEvent[] {
    return this.#simulation.core.events.take();
  }

  /** Appends the latest values of one instrument, for a subscription that starts now. */
  appendLatest(batch: EventBatch, instrument: number): void {
    const { core, now } = this.#simulation;
    assert(batch.capacity - batch.count >= EVENTS_PER_INSTRUMENT, "the batch has no room");
    assert(instrument < core.table.all.length, "no such instrument");
    appendLatest(batch, instrument, core, now);
  }

  /** Market events produced, and those given up because nobody drained. */
  counters(): { readonly produced: number; readonly lost: number } {
    const { produced, lost } = this.#simulation.core.outbox;
    return { produced, lost };
  }

  /**
   * Whether the session is open, its date, when it closes or the next one opens, and what lies
   * ahead when time passes as it does for a desk: the close, or the end of the closed state.
   */
  session(): {
    readonly state: SessionState;
    readonly date: string;
    readonly until: number;
    readonly borderAt: number;
  } {
    const { core, day } = this.#simulation;
    const { date, lateCloseAt } = day.session;
    if (core.isOpen) return { state: "open", date, until: lateCloseAt, borderAt: lateCloseAt };
    const borderAt = lateCloseAt + CLOSED_STATE_MS;
    return { state: "closed", date, until: this.#simulation.nextOpenAt(), borderAt };
  }

  /** Every instrument listed so far, by id; expired ones stay. */
  instruments(): readonly Instrument[] {
    return this.#simulation.core.table.all;
  }

  /** False once an instrument has expired. */
  isLive(instrument: number): boolean {
    return this.#simulation.core.table.isLive[instrument] ?? false;
  }

  /** Id of a symbol. */
  instrumentOf(symbol: string): number | undefined {
    return this.#simulation.core.table.idOf(symbol);
  }

  /** Lists a contract of a chain so that it quotes; undefined when the chain has none such. */
  listContract(query: ContractQuery): Instrument | undefined {
    const { core, now, day } = this.#simulation;
    for (let underlying = 0; underlying < LISTINGS.length; underlying++) {
      const classes = LISTINGS[underlying].classes;
      const optionClass = classes.findIndex((one) => one.root === query.root);
      if (optionClass < 0) continue;
      const chain = chainOf(chainQuery(core, underlying, optionClass, day.session.dayNo));
      const row = chain.find((one) => one.expiry === query.expiry);
      if (row === undefined || row.expiresAt <= now || !row.strikes.includes(query.strike)) {
        return undefined;
      }
      const { strike, right } = query;
      const dayNo = dayOfIso(query.expiry);
      return core.table.all[core.list({ underlying, optionClass, dayNo, strike, right }, now)];
    }
    return undefined;
  }

  /** The three accounts. */
  accounts(): readonly Account[] {
    return ACCOUNTS;
  }

  /** Positions of an account, in no particular order. */
  positions(account: string): Position[] {
    const ledger = this.#ledger(account);
    return [...ledger.held()].map((id) => ledger.position(id));
  }

  /** Cash, value and net liq of an account now. */
  balances(account: string): Balances {
    const { core, now } = this.#simulation;
    return this.#ledger(account).balances(now, core.eurUsd());
  }

  /**
   * Proof of the books: the trial balance by currency in cents (zero), and net liq from the capital
   * side in base currency (that of `balances`).
   */
  audit(account: string): { readonly trialBalance: readonly number[]; readonly netLiq: number } {
    const ledger = this.#ledger(account);
    return {
      trialBalance: ledger.trialBalance(),
      netLiq: ledger.netLiqFromCapital(this.#simulation.core.eurUsd()),
    };
  }

  /** EURUSD now and at the previous session's close. */
  fxRate(): FxRate {
    return this.#simulation.core.fx(this.#simulation.now);
  }

  /** Official close before the present session, by instrument id; NaN is "none". */
  previousCloses(): Float64Array {
    return Float64Array.from(this.#simulation.core.quotes.prevClose);
  }

  /** Mark per unit by formulas §1, as net liq uses it. */
  mark(instrument: number): number {
    return this.#simulation.core.quotes.mark(instrument);
  }

  /** Fills of the present session, oldest first, lifecycle moves included. */
  fillsToday(): readonly Fill[] {
    return this.#simulation.core.fills;
  }

  /** Orders of the present session; the last few are working. */
  orders(): readonly Order[] {
    return this.#simulation.orders.list();
  }

  /** True when an instrument can be quoted and traded now. */
  canTrade(instrument: number): boolean {
    const { core, now } = this.#simulation;
    return instrument < core.table.all.length && core.canTrade(instrument, now);
  }

  /** Books a trade of an order from outside now: print, ledger, events. It must be possible. */
  trade(terms: OutsideTrade): Fill {
    const { core, now } = this.#simulation;
    const { account, instrument, signedQuantity, price } = terms;
    assert(this.canTrade(instrument) && signedQuantity !== 0, "the instrument does not trade");
    const ledger = this.#ledger(account);
    core.maker.print(instrument, now, price, Math.abs(signedQuantity));
    const fill = core.book({ ...terms, ledger, kind: "trade", at: now });
    core.events.push({ kind: "balance", at: now, balances: ledger.balances(now, core.eurUsd()) });
    return fill;
  }

  /** Cancels a working order of the world's own; false when there is none such. */
  cancelOrder(orderId: string): boolean {
    return this.#simulation.orders.cancel(orderId, this.#simulation.now);
  }

  /** Option expiries listed on an underlying, class by class; empty when it has none. */
  chain(underlying: string): ChainExpiry[] {
    const { core, day } = this.#simulation;
    const u = listingOf(underlying);
    if (u === undefined) return [];
    return LISTINGS[u].classes.flatMap((_, optionClass) =>
      chainOf(chainQuery(core, u, optionClass, day.session.dayNo))
    );
  }

  /** Last `count` daily bars of an underlying, ascending, without today; empty for options. */
  bars(instrument: number, count: number): Bar[] {
    const { core, day } = this.#simulation;
    if (core.table.sign[instrument] !== 0 || !(count > 0)) return [];
    const underlying = core.table.underlyingOf[instrument];
    const wanted = Math.min(Math.floor(count), BARS_MAX);
    const own = day.bars[underlying].slice(-wanted);
    const { seed, startDay } = this.#options;
    const close = day.firstCloses[underlying];
    const dayNo = previousSession(startDay);
    return [...pastBars({ seed, underlying, dayNo, close }, wanted - own.length), ...own];
  }

  /** Rate and yield of an underlying; undefined for an unknown one. */
  carry(underlying: string): Carry | undefined {
    const u = listingOf(underlying);
    if (u === undefined) return undefined;
    const { currency, dividendYield, kind } = LISTINGS[u];
    const model = kind === "future" ? "forward" : "spot";
    return { riskFreeRate: RISK_FREE_RATE[currency], dividendYield, model };
  }

  /** At-the-money volatility that the surface of an underlying shows for a time to expiry. */
  atmIv(underlying: string, yearsToExpiry: number): number {
    const u = present(listingOf(underlying), underlying);
    return atmIv(u, this.#simulation.core.market.volLevel[u], yearsToExpiry);
  }

  /** Moves the whole market at once by a log return, volatility with it. */
  shock(logReturn: number): void {
    this.#simulation.core.market.shock(logReturn, this.#simulation.now);
  }

  /** Halts an underlying and its options: no quote, print or fill until it resumes. */
  halt(underlying: string): void {
    this.#setHalted(underlying, true);
  }

  /** Ends a halt. */
  resume(underlying: string): void {
    this.#setHalted(underlying, false);
  }

  #setHalted(underlying: string, isHalted: boolean): void {
    const u = present(listingOf(underlying), underlying);
    this.#simulation.core.setHalted(u, isHalted, this.#simulation.now);
  }

  #ledger(account: string): Ledger {
    const { ledgers } = this.#simulation.core;
    return present(ledgers.find((ledger) => ledger.account.id === account), "the account");
  }
}

/** Makes a world; throws on a malformed date or a number out of range (settings are validated). */
export function createWorld(options: WorldOptions = {}): World {
  return World.begin(options);
}
