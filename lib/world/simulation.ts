import { Activity } from "./activity.ts";
import { Book, STANDARD_POSITIONS } from "./book.ts";
import { newYorkMs } from "./civil.ts";
import { Core } from "./core.ts";
import { Day } from "./day.ts";
import { OrderFlow } from "./orders.ts";
import { Prng } from "./prng.ts";
import { CLOSED_STATE_MS, isSession, nextSession, sessionOn } from "./session.ts";
import type { Tape } from "./tape.ts";

const FX_GAP_MS = 1000;
const BALANCE_GAP_MS = 1000;
/** Beyond this size a book is valued less often, as brokers do. */
const POSITIONS_PER_BALANCE_GAP = 20_000;
const FAST_STEP_MS = 60_000;
const TRADED_SHARE = 0.8;
const START_HOURS = 10.25;

/** Settled options of a simulation. */
export interface SimulationOptions {
  readonly seed: number;
  readonly startAt: number;
  readonly startDay: number;
  readonly positions: number;
  readonly eventRate: number;
  readonly stepMs: number;
  readonly fillGapMs: number;
}

/** First session day on or after a day. */
export function sessionFrom(dayNo: number): number {
  return isSession(dayNo) ? dayNo : nextSession(dayNo);
}

/** Default starting instant of a session day: 10:15 New York. */
export function usualStart(dayNo: number): number {
  return newYorkMs(dayNo, START_HOURS);
}

/** Default number of positions. */
export const POSITIONS_DEFAULT = STANDARD_POSITIONS;

/** True when (from, to] holds a multiple of `gap`. */
function crosses(from: number, to: number, gap: number): boolean {
  return Math.floor(to / gap) !== Math.floor(from / gap);
}

/**
 * The world's timeline: steps of fixed length inside a session, cuts at closing instants, sessions
 * opening. What happens depends on the instants passed, never on how they were asked for.
 */
export class Simulation {
  readonly core: Core;
  readonly book: Book;
  readonly orders: OrderFlow;
  readonly day: Day;
  /** Virtual now, Unix ms. */
  now: number;
  readonly #activity: Activity;
  readonly #stepMs: number;
  readonly #balanceGapMs: number;
  /** End of the last step taken. */
  #at: number;

  /** Begins anew, or where `kept` says. */
  constructor(options: SimulationOptions, kept?: Tape) {
    this.core = new Core(options.seed);
    this.book = new Book(this.core);
    this.orders = new OrderFlow(this.core, this.book, options.fillGapMs);
    const { core, book, orders } = this;
    this.day = new Day({ core, book, orders }, options.startDay);
    this.#activity = new Activity(core, options.eventRate);
    this.#stepMs = options.stepMs;
    this.#balanceGapMs = BALANCE_GAP_MS * Math.ceil(options.positions / POSITIONS_PER_BALANCE_GAP);
    const session = sessionOn(options.startDay);
    this.#at = session.openAt;
    this.now = session.openAt;
    if (kept !== undefined) {
      this.persist(kept);
      return;
    }
    this.day.found(options.positions);
    this.day.open(session);
    this.#runUp(options.startAt);
  }

  /** Passes the whole state through a tape; rate and length of a step are not part of it. */
  persist(tape: Tape): void {
    this.core.persist(tape);
    for (const part of [this.book, this.orders, this.day, this.#activity]) part.persist(tape);
    tape.section("simulation");
    this.now = tape.f64(this.now);
    this.#at = tape.f64(this.#at);
  }

  /** Gives up what waits for readers: they get the latest values of everything instead. */
  restartReaders(): void {
    this.core.outbox.restart();
    this.core.events.take();
  }

  /** Instant of the next session's open while closed. */
  nextOpenAt(): number {
    return sessionOn(nextSession(this.day.session.dayNo)).openAt;
  }

  /** Passes virtual time until `target`; an earlier target does nothing. */
  advanceTo(target: number): void {
    while (this.#next() <= target) this.#advanceOnce();
    if (target > this.now) this.now = target;
  }

  /** Passes real time 1:1; the closed state lasts two minutes, then the next session opens. */
  advanceBy(elapsedMs: number): void {
    let left = elapsedMs;
    while (left > 0) {
      const edge = this.core.isOpen
        ? this.day.session.lateCloseAt
        : this.day.session.lateCloseAt + CLOSED_STATE_MS;
      const part = Math.min(left, Math.max(0, edge - this.now));
      this.advanceTo(this.now + part);
      left -= part;
      if (!this.core.isOpen && this.now >= this.day.session.lateCloseAt + CLOSED_STATE_MS) {
        this.advanceTo(this.nextOpenAt());
      }
    }
  }

  #next(): number {
    if (!this.core.isOpen) return this.nextOpenAt();
    const cut = this.core.hours.cuts.find((at) => at > this.#at) ?? Infinity;
    return Math.min(this.#at + this.#stepMs, cut);
  }

  #advanceOnce(): void {
    const to = this.#next();
    if (!this.core.isOpen) {
      this.day.open(sessionOn(nextSession(this.day.session.dayNo)));
      this.#at = to;
      this.now = to;
      return;
    }
    this.#step(to, true);
  }

  #step(to: number, isPublishing: boolean): void {
    const { core, orders, day } = this;
    const from = this.#at;
    core.market.step(to - from, to);
    if (isPublishing) this.#activity.step(from, to);
    orders.step(to - from, to);
    day.step(to);
    this.#at = to;
    if (to > this.now) this.now = to;
    if (core.hours.cuts.includes(to)) day.cut(to);
    if (!core.isOpen) return;
    if (crosses(from, to, FX_GAP_MS)) core.publishFx(to);
    if (crosses(from, to, this.#balanceGapMs)) core.publishBalances(to);
  }

  /** Runs the session in long steps from its open to the start, and leaves everything fresh. */
  #runUp(startAt: number): void {
    const { core, day } = this;
    const end = Math.min(startAt, day.session.regularCloseAt - 1);
    while (this.#at < end) this.#step(Math.min(this.#at + FAST_STEP_MS, end), false);
    const random = new Prng(core.seed, "run-up");
    for (let id = 0; id < core.table.all.length; id++) {
      if (!core.canTrade(id, this.#at)) continue;
      const isOption = core.table.sign[id] !== 0;
      if (!isOption) core.quotes.dayVolume[id] += Math.floor(2e6 * (0.5 + random.uniform()));
      core.maker.quote(id, this.#at);
      if (random.isHit(TRADED_SHARE)) core.maker.trade(id, this.#at);
      if (isOption) core.maker.greeks(id, this.#at);
    }
    this.restartReaders();
  }
}
