import { MARKET_EVENT, MARKET_STRIDE } from "../../../../domain/market_data.ts";
import type { WireCounters } from "./counters.ts";
import { later, numberOf, timeOf } from "./values.ts";

/**
 * Puts FULL events into the columns of a batch, field by field as EVENT_MAPPINGS has them. Written
 * out, because a name looked up in a list costs several times one that stands in the code.
 */
export class FullEvents {
  readonly #values: Float64Array;
  readonly #counters: WireCounters;

  /** `values`: those of the batch. */
  constructor(values: Float64Array, counters: WireCounters) {
    this.#values = values;
    this.#counters = counters;
  }

  /**
   * Writes the values of an event of a MARKET_EVENT kind from `base` on, absent ones as NaN, and
   * answers its time, ms, NaN for none.
   */
  take(event: Readonly<Record<string, unknown>>, kind: number, base: number): number {
    switch (kind) {
      case MARKET_EVENT.quote:
        this.#put(base, event.bidPrice);
        this.#put(base + 1, event.askPrice);
        this.#put(base + 2, event.bidSize);
        this.#put(base + 3, event.askSize);
        this.#leaveRest(base, 4);
        return later(timeOf(event.bidTime), timeOf(event.askTime));
      case MARKET_EVENT.trade:
        this.#put(base, event.price);
        this.#put(base + 1, event.size);
        this.#put(base + 2, event.dayVolume);
        this.#leaveRest(base, 3);
        return timeOf(event.time);
      case MARKET_EVENT.greeks:
        this.#put(base, event.price);
        this.#put(base + 1, event.volatility);
        this.#put(base + 2, event.delta);
        this.#put(base + 3, event.gamma);
        this.#put(base + 4, event.theta);
        this.#put(base + 5, event.vega);
        this.#put(base + 6, event.rho);
        this.#leaveRest(base, 7);
        return timeOf(event.time);
      case MARKET_EVENT.summary:
        this.#put(base, event.prevDayClosePrice);
        this.#put(base + 1, event.dayOpenPrice);
        this.#put(base + 2, event.dayId);
        this.#put(base + 3, event.dayClosePrice);
        this.#leaveRest(base, 4);
        return NaN;
      default:
        this.#leaveRest(base, 0);
        return NaN;
    }
  }

  #put(at: number, value: unknown): void {
    this.#values[at] = typeof value === "number" && value - value === 0
      ? value
      : numberOf(value, this.#counters);
  }

  #leaveRest(base: number, from: number): void {
    for (let slot = from; slot < MARKET_STRIDE; slot++) this.#values[base + slot] = NaN;
  }
}
