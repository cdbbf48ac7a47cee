import { fail, ok, type Result } from "../../../base/result.ts";
import type { CandleEvent } from "../wire/dxlink/candle_events.ts";
import { type CandleListener, CandleSeries } from "../wire/dxlink/candle_series.ts";
import { canonicalCandleSymbol } from "../wire/dxlink/candle_symbol.ts";
import type { WireCounters } from "../wire/dxlink/counters.ts";

/** Candle subscriptions at a time. */
const SERIES_MAX = 64;

/** A wanted series: `symbol` as it was asked for, `series` what is known of it. */
export interface WantedCandles {
  readonly symbol: string;
  readonly series: CandleSeries;
  readonly listener: CandleListener;
}

/** The wanted candle series of a feed by canonical symbol; they outlive connections. */
export class CandleStore {
  readonly #wanted = new Map<string, WantedCandles>();
  readonly #counters: WireCounters;
  #onChange: () => void = () => {};

  constructor(counters: WireCounters) {
    this.#counters = counters;
  }

  /** Who is told when the set changes; one listener, the connection in use. */
  onChange(work: () => void): void {
    this.#onChange = work;
  }

  /** Wants a series from an instant on; the listener replaces one that the symbol had. */
  add(symbol: string, fromTime: number, listener: CandleListener): Result<null, "full"> {
    const key = canonicalCandleSymbol(symbol);
    if (!this.#wanted.has(key) && this.#wanted.size === SERIES_MAX) return fail("full");
    const isTick = /\{=\d*t[,}]/.test(key);
    const series = new CandleSeries({ fromTime, isTick, listener, counters: this.#counters });
    this.#wanted.set(key, { symbol, series, listener });
    this.#onChange();
    return ok(null);
  }

  /** Wants it no more. */
  remove(symbol: string): void {
    if (this.#wanted.delete(canonicalCandleSymbol(symbol))) this.#onChange();
  }

  /** Takes an event; false when nobody wants its symbol. */
  apply(event: CandleEvent): boolean {
    const wanted = this.#wanted.get(canonicalCandleSymbol(event.symbol));
    if (wanted === undefined) this.#counters.add("unknownSymbol");
    else wanted.series.apply(event);
    return wanted !== undefined;
  }

  /** The wanted series by canonical symbol. */
  wanted(): ReadonlyMap<string, WantedCandles> {
    return this.#wanted;
  }
}
