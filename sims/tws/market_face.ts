import { present } from "../../lib/base/assert.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import { LISTINGS, type UnderlyingListing } from "../../lib/world/listings.ts";
import {
  createBatch,
  createWorld,
  type Instrument,
  type World,
  type WorldEvent,
  type WorldOptions,
} from "../../lib/world/mod.ts";
import { type Latest, LatestValues } from "../latest.ts";

const BATCH_EVENTS = 4096;

/** Who follows the market: what was touched, low-rate events, and the end of each step. */
export interface MarketListener {
  /** Latest values of an instrument changed; `kind` is one of EVENT_KIND. */
  touched?(instrument: number, kind: number): void;
  happened?(event: WorldEvent): void;
  stepped?(): void;
}

/** How the market is made and paced. */
export interface MarketOptions extends WorldOptions {
  readonly clock: Clock;
  readonly pace: "calendar" | "compressed";
}

/** The world as every part of the emulator sees it: latest values, time, followers. */
export class MarketFace {
  readonly world: World;
  /**
   * True while the market stands still and all that is due still goes out: for tests that compare a
   * client with the world. The market makes up for it afterwards.
   */
  isHeld = false;
  readonly #latest = new LatestValues();
  readonly #clock: Clock;
  readonly #pace: "calendar" | "compressed";
  readonly #aheadMs: number;
  readonly #batch = createBatch(BATCH_EVENTS);
  readonly #listeners = new Set<MarketListener>();
  #elapsedAt: number;

  constructor(options: MarketOptions) {
    const { clock, pace, date, ...rest } = options;
    const start = date === undefined ? { startAt: clock.now() } : { date };
    this.world = createWorld({ ...rest, ...start });
    this.#clock = clock;
    this.#pace = pace;
    this.#aheadMs = this.world.now() - clock.now();
    this.#elapsedAt = clock.monotonic();
    this.world.drainEvents();
    this.#takeBatches();
  }

  /** Market time, Unix ms: the time of every price and position. */
  now(): number {
    return this.world.now();
  }

  /** How far market time was ahead of the clock at the start, ms; 0 while a session was open. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Follows the market; the returned function ends it. */
  follow(listener: MarketListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Lets the market come to the present and tells the followers. */
  advance(): void {
    const now = this.#clock.monotonic();
    if (this.isHeld) return this.publish();
    if (this.#pace === "calendar") this.world.advanceTo(this.#clock.now() + this.#aheadMs);
    else this.world.advanceBy(now - this.#elapsedAt);
    this.#elapsedAt = now;
    this.publish();
  }

  /** Tells the followers what happened in the world since the last time. */
  publish(): void {
    const events = this.world.drainEvents();
    for (const event of events) {
      if (event.kind === "sessionOpened") this.#latest.openSession();
    }
    this.#takeBatches();
    for (const event of events) {
      for (const listener of this.#listeners) listener.happened?.(event);
    }
    for (const listener of this.#listeners) listener.stepped?.();
  }

  /** Latest published values of an instrument; NaN is "none". */
  latest(instrument: Instrument): Latest {
    return this.#latest.of(instrument.id);
  }

  /** Mark per unit as the world values positions. */
  mark(instrument: Instrument): number {
    return this.world.mark(instrument.id);
  }

  /** An instrument by its id in the world. */
  instrument(id: number): Instrument {
    return present(this.world.instruments()[id], "the instrument");
  }

  /** What drives an option, or the instrument itself. */
  underlyingOf(instrument: Instrument): Instrument {
    return this.instrument(instrument.underlyingId);
  }

  /** Sector, beta, exchange and carry of an instrument's underlying. */
  listingOf(instrument: Instrument): UnderlyingListing {
    return present(LISTINGS.find(({ root }) => root === instrument.underlying), "the listing");
  }

  #takeBatches(): void {
    const touched = (instrument: number, kind: number): void => {
      for (const listener of this.#listeners) listener.touched?.(instrument, kind);
    };
    while (this.world.drain(this.#batch) > 0) this.#latest.take(this.#batch, touched);
  }
}
