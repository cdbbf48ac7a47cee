import { MARKET_EVENT, MARKET_STRIDE, type MarketBatch } from "../../../domain/market_data.ts";
import { SUMMARY_SLOT } from "../feed/map.ts";
import type { Rescaled } from "../map/deliveries.ts";

/** Holdings that a day rescales at most. */
const RESCALED_MAX = 1_000;
/** A price may have moved by this share of the way between the two units, in logarithms. */
const CLEAR_SHARE = 1 / 3;

/**
 * A close before a split in the units of now. Nobody says whether a source has rescaled it already:
 * whichever reading lies next to a price of today counts; null when neither clearly does.
 * `ratio`: units now for one before. Example: close 100, ratio 2, price 51 → 50.
 */
export function closeInUnitsOfNow(
  close: number,
  ratio: number,
  price: number | null,
): number | null {
  if (price === null || !(price > 0) || !(close > 0) || !(ratio > 0)) return null;
  const asTold = Math.abs(Math.log(close / price));
  const rescaled = Math.abs(Math.log(close / ratio / price));
  const isClear = Math.min(asTold, rescaled) < CLEAR_SHARE * Math.abs(Math.log(ratio));
  if (!isClear) return null;
  return asTold < rescaled ? close : close / ratio;
}

/** What was split today, and its closes of the session before. */
export class RescaledCloses {
  readonly #ratios = new Map<string, number>();
  readonly #noticed: (instrumentKeys: readonly string[]) => void;

  /** `noticed` hears of each split once: closes known so far may be in other units. */
  constructor(noticed: (instrumentKeys: readonly string[]) => void) {
    this.#noticed = noticed;
  }

  /** Takes over splits of today; the same ones change nothing. */
  note(rescaled: readonly Rescaled[]): void {
    const fresh = rescaled.filter(({ instrumentKey }) => !this.#ratios.has(instrumentKey))
      .slice(0, RESCALED_MAX - this.#ratios.size);
    if (fresh.length === 0) return;
    for (const { instrumentKey, ratio } of fresh) this.#ratios.set(instrumentKey, ratio);
    this.#noticed(fresh.map(({ instrumentKey }) => instrumentKey));
  }

  /** A new session: its closes are of its own units. */
  startDay(): void {
    this.#ratios.clear();
  }

  /** The close of an instrument in its units of now, told with a price of now. */
  close(instrumentKey: string, close: number, price: number | null): number | null {
    const ratio = this.#ratios.get(instrumentKey);
    return ratio === undefined ? close : closeInUnitsOfNow(close, ratio, price);
  }

  /** Settles the closes of summaries in their place, by the price that their day opened at. */
  settle(batch: MarketBatch, keyOf: (handle: number) => string | null): void {
    if (this.#ratios.size === 0) return;
    const { count, kind, handle, values } = batch;
    for (let i = 0; i < count; i++) {
      if (kind[i] !== MARKET_EVENT.summary) continue;
      const key = keyOf(handle[i]);
      if (key === null || !this.#ratios.has(key)) continue;
      const at = i * MARKET_STRIDE;
      const opened = values[at + SUMMARY_SLOT.dayOpenPrice];
      const told = values[at + SUMMARY_SLOT.prevDayClosePrice];
      values[at + SUMMARY_SLOT.prevDayClosePrice] = this.close(key, told, opened) ?? NaN;
    }
  }
}
