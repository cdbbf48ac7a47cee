import { dayOfIso } from "../../../lib/world/civil.ts";
import type { Bar } from "../../../lib/world/mod.ts";
import { sessionOn } from "../../../lib/world/session.ts";

/** Prices of a span of time. */
export interface Candle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface Knot {
  readonly at: number;
  readonly price: number;
}

/**
 * A day inside its bar: a straight way from the open over both extremes to the close, a third of
 * the session each. Its candles have exactly the open, high, low and close of the bar.
 */
export class DayPath {
  readonly openAt: number;
  readonly closeAt: number;
  readonly #knots: readonly Knot[];
  readonly #volume: number;

  constructor(bar: Bar) {
    const { openAt, regularCloseAt } = sessionOn(dayOfIso(bar.date));
    this.openAt = openAt;
    this.closeAt = regularCloseAt;
    this.#volume = bar.volume;
    const middle = bar.close >= bar.open ? [bar.low, bar.high] : [bar.high, bar.low];
    const prices = [bar.open, ...middle, bar.close];
    this.#knots = prices.map((price, n) => ({
      at: openAt + (regularCloseAt - openAt) * n / 3,
      price,
    }));
  }

  /** The candle of a span; null where the session has no part of it. */
  candle(from: number, to: number): Candle | null {
    const start = Math.max(from, this.openAt);
    const end = Math.min(to, this.closeAt);
    if (start >= end) return null;
    const inner = this.#knots.filter(({ at }) => at > start && at < end);
    const prices = [this.#at(start), ...inner.map(({ price }) => price), this.#at(end)];
    const share = (end - start) / (this.closeAt - this.openAt);
    return {
      time: from,
      open: prices[0],
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices[prices.length - 1],
      volume: Math.round(this.#volume * share),
    };
  }

  #at(time: number): number {
    const next = this.#knots.findIndex(({ at }) => at >= time);
    const to = this.#knots[next < 0 ? this.#knots.length - 1 : next];
    if (next <= 0) return to.price;
    const from = this.#knots[next - 1];
    const price = from.price + (to.price - from.price) * (time - from.at) / (to.at - from.at);
    return Math.round(price * 1e4) / 1e4;
  }
}

/** Several candles as one that starts at `time`; null for none. */
export function joined(candles: readonly Candle[], time: number): Candle | null {
  if (candles.length === 0) return null;
  return {
    time,
    open: candles[0].open,
    high: candles.reduce((high, one) => Math.max(high, one.high), -Infinity),
    low: candles.reduce((low, one) => Math.min(low, one.low), Infinity),
    close: candles[candles.length - 1].close,
    volume: candles.reduce((sum, one) => sum + one.volume, 0),
  };
}
