import { isSameContract } from "../map/feed_name.ts";
import { type ListedInstrument, type TickStep, unsupported } from "../map/listed_instrument.ts";

/** Instruments kept at most: the chains of many indices. */
const INSTRUMENTS_MAX = 250_000;
/** Symbols remembered as unknown to the broker. */
const UNKNOWN_MAX = 20_000;

/**
 * What the broker said about instruments, by its symbol and by the desk's key. Definitions are good
 * for a day; what was known before is kept, so that a key resolves for as long as it is held.
 */
export class InstrumentCache {
  readonly #bySymbol = new Map<string, ListedInstrument>();
  readonly #byKey = new Map<string, ListedInstrument>();
  readonly #optionTicks = new Map<string, readonly TickStep[]>();
  readonly #withOptions = new Set<string>();
  readonly #unknown = new Set<string>();
  #defined = new Set<string>();

  /** Number of instruments in it. */
  get size(): number {
    return this.#bySymbol.size;
  }

  /**
   * Takes over a definition and answers it as it is kept: one whose key belongs to another symbol
   * already, or whose name in the feed is that of another contract, is listed as unsupported,
   * because it would be taken for that one (DAT-5). Past the bound new ones are answered and not
   * kept.
   */
  add(listed: ListedInstrument): ListedInstrument {
    const { apiSymbol, instrumentType } = listed;
    const wrong = this.#confusion(listed);
    const { underlying, multiplier } = listed.instrument;
    const kept = wrong === null
      ? listed
      : unsupported(apiSymbol, instrumentType, wrong, { underlying, multiplier });
    if (this.#bySymbol.size >= INSTRUMENTS_MAX && !this.#bySymbol.has(apiSymbol)) return kept;
    this.#bySymbol.set(apiSymbol, kept);
    this.#byKey.set(kept.instrument.key, kept);
    if (kept.instrument.kind === "option") this.#withOptions.add(kept.instrument.underlyingKey);
    this.#defined.add(apiSymbol);
    this.#unknown.delete(apiSymbol);
    return kept;
  }

  #confusion({ instrument, apiSymbol, streamerSymbol }: ListedInstrument): string | null {
    const owner = this.#byKey.get(instrument.key);
    if (owner !== undefined && owner.apiSymbol !== apiSymbol) {
      return `is named like ${owner.apiSymbol}`;
    }
    if (instrument.kind === "unsupported" || streamerSymbol === null) return null;
    return isSameContract(apiSymbol, streamerSymbol)
      ? null
      : `is ${streamerSymbol} in the feed, which is another contract`;
  }

  /** By the symbol of the REST service; null when nothing is known. */
  bySymbol(apiSymbol: string): ListedInstrument | null {
    return this.#bySymbol.get(apiSymbol) ?? null;
  }

  /** By the desk's key; null when nothing is known. */
  byKey(key: string): ListedInstrument | null {
    return this.#byKey.get(key) ?? null;
  }

  /** The desk's key of a symbol, or null. */
  keyOf(apiSymbol: string): string | null {
    return this.#bySymbol.get(apiSymbol)?.instrument.key ?? null;
  }

  /** True when an option on a share or index is known, which therefore exists. */
  hasOptionsOn(underlyingKey: string): boolean {
    return this.#withOptions.has(underlyingKey);
  }

  /** Keeps the price steps of the options on a share or index. */
  setOptionTicks(underlying: string, ticks: readonly TickStep[]): void {
    this.#optionTicks.set(underlying, ticks);
  }

  /** Price steps of the options on a share or index; empty when the broker does not say. */
  optionTicks(underlying: string): readonly TickStep[] {
    return this.#optionTicks.get(underlying) ?? [];
  }

  /** Notes that the broker knows no such symbol. */
  noteUnknown(apiSymbol: string): void {
    if (this.#unknown.size < UNKNOWN_MAX) this.#unknown.add(apiSymbol);
  }

  /** True when the broker was asked today: it was defined, or is unknown there. */
  isAsked(apiSymbol: string): boolean {
    return this.#defined.has(apiSymbol) || this.#unknown.has(apiSymbol);
  }

  /** A new day: everything is asked for anew before it is used the next time. */
  startDay(): void {
    this.#defined = new Set();
    this.#unknown.clear();
  }
}
