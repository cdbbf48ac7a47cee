import type { Clock } from "../../lib/ports/clock.ts";
import { present } from "../../lib/base/assert.ts";
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
import { apiSymbol, contractOfApi, contractOfStreamer, streamerSymbol } from "./symbols.ts";

const BATCH_EVENTS = 4096;

/** Who follows the market: what was touched, low-rate events, and the end of each step. */
export interface MarketListener {
  touched?(instrument: number, kind: number): void;
  happened?(event: WorldEvent): void;
  stepped?(): void;
}

/** How the market is made and paced. */
export interface MarketOptions extends WorldOptions {
  readonly clock: Clock;
  readonly pace: "calendar" | "compressed";
}

/** The world as every face of the simulator sees it: symbols both ways, latest values, time. */
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
  #elapsedAt: number;
  readonly #batch = createBatch(BATCH_EVENTS);
  readonly #listeners = new Set<MarketListener>();
  readonly #byApi = new Map<string, Instrument>();
  readonly #byStreamer = new Map<string, Instrument>();

  constructor(options: MarketOptions) {
    const { clock, pace, date, ...rest } = options;
    const start = date === undefined ? { startAt: clock.now() } : { date };
    this.world = createWorld({ ...rest, ...start });
    this.#clock = clock;
    this.#pace = pace;
    this.#aheadMs = this.world.now() - clock.now();
    this.#elapsedAt = clock.monotonic();
    for (const instrument of this.world.instruments()) this.#register(instrument);
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
      if (event.kind === "listed") this.#register(event.instrument);
      if (event.kind === "sessionOpened") this.#latest.openSession();
    }
    this.#takeBatches();
    for (const event of events) {
      for (const listener of this.#listeners) listener.happened?.(event);
    }
    for (const listener of this.#listeners) listener.stepped?.();
  }

  /** Latest published values of an instrument. */
  latest(instrument: Instrument): Latest {
    return this.#latest.of(instrument.id);
  }

  /** Mark per unit as the world values positions. */
  mark(instrument: Instrument): number {
    return this.world.mark(instrument.id);
  }

  /** What drives an option, or the instrument itself. */
  underlyingOf(instrument: Instrument): Instrument {
    return present(this.world.instruments()[instrument.underlyingId], "the underlying");
  }

  /** Sector, beta, exchange and carry of an instrument's underlying. */
  listingOf(instrument: Instrument): UnderlyingListing {
    return present(LISTINGS.find(({ root }) => root === instrument.underlying), "the listing");
  }

  /** REST symbol of an instrument. */
  apiSymbol(instrument: Instrument): string {
    return apiSymbol(instrument, this.underlyingOf(instrument));
  }

  /** Instrument of a REST symbol, listed now when a chain has it; undefined when none has. */
  ofApi(symbol: string): Instrument | undefined {
    return this.#known(this.#byApi.get(symbol)) ?? this.#listed(contractOfApi(symbol));
  }

  /** Instrument of a feed symbol, listed now when a chain has it; undefined when none has. */
  ofStreamer(symbol: string): Instrument | undefined {
    return this.#known(this.#byStreamer.get(symbol)) ?? this.#listed(contractOfStreamer(symbol));
  }

  /** Instruments without an expiry, and the current future, that are in dollars. */
  underlyings(): Instrument[] {
    return this.world.instruments().filter((one) =>
      one.option === undefined && isShown(one) && this.world.isLive(one.id)
    );
  }

  #known(instrument: Instrument | undefined): Instrument | undefined {
    return instrument !== undefined && isShown(instrument) ? instrument : undefined;
  }

  #listed(query: ReturnType<typeof contractOfApi>): Instrument | undefined {
    if (query === null) return undefined;
    const instrument = this.world.listContract(query);
    if (instrument !== undefined) this.#register(instrument);
    return instrument;
  }

  #register(instrument: Instrument): void {
    this.#byApi.set(this.apiSymbol(instrument), instrument);
    this.#byStreamer.set(streamerSymbol(instrument), instrument);
  }

  #takeBatches(): void {
    const touched = (instrument: number, kind: number): void => {
      for (const listener of this.#listeners) listener.touched?.(instrument, kind);
    };
    while (this.world.drain(this.#batch) > 0) this.#latest.take(this.#batch, touched);
  }
}

/** The broker deals in dollars alone: the world's European share is not among its instruments. */
export function isShown(instrument: Instrument): boolean {
  return instrument.currency === "USD";
}
