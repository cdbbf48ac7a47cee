/** Prices and volume of a span of time. */
export interface Candle {
  /** Start of the span, Unix ms. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/**
 * A candle taken apart: a straight way from its open over both extremes to its close, a third of
 * the span each. The candles of its parts join to exactly itself.
 */
export class SpanPath {
  /** Start of the span, Unix ms. */
  readonly from: number;
  /** End of the span, Unix ms. */
  readonly to: number;
  readonly #prices: readonly number[];
  readonly #volume: number;

  /** Runs over [from, to), Unix ms. */
  constructor(candle: Candle, to: number) {
    const { open, high, low, close } = candle;
    this.from = candle.at;
    this.to = to;
    this.#volume = candle.volume;
    this.#prices = close >= open ? [open, low, high, close] : [open, high, low, close];
  }

  /** The candle of a part; null where the span has none of it. */
  part(from: number, to: number): Candle | null {
    const start = Math.max(from, this.from);
    const end = Math.min(to, this.to);
    if (start >= end) return null;
    const prices = [this.#at(start)];
    for (let n = 1; n < 3; n++) {
      const at = this.from + (this.to - this.from) * n / 3;
      if (at > start && at < end) prices.push(this.#prices[n]);
    }
    prices.push(this.#at(end));
    const share = (time: number): number =>
      Math.round(this.#volume * (time - this.from) / (this.to - this.from));
    return {
      at: start,
      open: prices[0],
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices[prices.length - 1],
      volume: share(end) - share(start),
    };
  }

  #at(time: number): number {
    const way = 3 * (time - this.from) / (this.to - this.from);
    const n = Math.min(2, Math.floor(way));
    const [from, to] = [this.#prices[n], this.#prices[n + 1]];
    return Math.round((from + (to - from) * (way - n)) * 1e4) / 1e4;
  }
}

/** Several candles as one that starts with the first; null for none. */
export function joined(candles: readonly Candle[]): Candle | null {
  if (candles.length === 0) return null;
  return {
    at: candles[0].at,
    open: candles[0].open,
    high: candles.reduce((high, one) => Math.max(high, one.high), -Infinity),
    low: candles.reduce((low, one) => Math.min(low, one.low), Infinity),
    close: candles[candles.length - 1].close,
    volume: candles.reduce((sum, one) => sum + one.volume, 0),
  };
}
