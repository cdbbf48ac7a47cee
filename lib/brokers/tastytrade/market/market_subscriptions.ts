import { ok, type Result } from "../../../base/result.ts";
import { isOption } from "../../../domain/instrument.ts";
import type { BrokerError, Subscription } from "../../../ports/broker.ts";
import type { DxlinkFeed } from "../dxlink_feed.ts";
import { OPTION_TYPES, UNDERLYING_TYPES } from "../feed/map.ts";
import { RANK, type WantedSymbol } from "../feed/symbol_table.ts";
import type { InstrumentCache } from "../instruments/instrument_cache.ts";
import { unknownInstrument } from "../instruments/instrument_lookup.ts";

/** Names in a sentence at most. */
const NAMES_MAX = 3;

/** What became of the wishes: those that the feed cannot be asked for. */
interface Wishes {
  readonly symbols: readonly WantedSymbol[];
  readonly unnamed: readonly Subscription[];
}

/**
 * The desk's subscriptions as symbols of the feed: what carries risk first. What has no symbol
 * there, is refused or brings nothing is named, so that a dash has its reason.
 */
export class MarketSubscriptions {
  readonly #feed: DxlinkFeed;
  readonly #cache: InstrumentCache;
  /** Keys by handle: all, those that cannot be asked for, and those that brought nothing. */
  readonly #keys = new Map<number, string>();
  readonly #refused = new Map<number, string>();
  readonly #silent = new Map<number, string>();

  constructor(feed: DxlinkFeed, cache: InstrumentCache) {
    this.#feed = feed;
    this.#cache = cache;
  }

  /** Makes `wanted` the set. Fails for an unknown instrument and changes nothing then. */
  replace(wanted: readonly Subscription[]): Result<null, BrokerError> {
    const wishes = this.#wishes(wanted);
    if (!wishes.ok) return wishes;
    this.#keys.clear();
    this.#refused.clear();
    this.#silent.clear();
    this.#take(wanted, wishes.value, this.#feed.replace(wishes.value.symbols));
    return ok(null);
  }

  /** Changes the set. Fails for an unknown instrument and changes nothing then. */
  change(added: readonly Subscription[], removed: readonly number[]): Result<null, BrokerError> {
    const wishes = this.#wishes(added);
    if (!wishes.ok) return wishes;
    const { symbols, unnamed } = wishes.value;
    const gone = [...removed, ...unnamed.map(({ handle }) => handle)];
    for (const handle of [...gone, ...added.map((one) => one.handle)]) this.#forget(handle);
    this.#take(added, wishes.value, this.#feed.change(symbols, gone));
    return ok(null);
  }

  /** The desk's key of a handle with market data, or null. */
  keyOf(handle: number): string | null {
    return this.#keys.get(handle) ?? null;
  }

  /** The feed was asked twice and brought nothing for this handle. */
  noData(handle: number): void {
    const key = this.#keys.get(handle);
    if (key !== undefined) this.#silent.set(handle, key);
  }

  /** Symbols without market data by cause, for the counters of the feed. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    if (this.#refused.size > 0) counts["symbols without a name in the feed"] = this.#refused.size;
    const silent = this.#stillSilent().length;
    if (silent > 0) counts["symbols without data"] = silent;
    return counts;
  }

  /** Which symbols have no market data, in words; null when all have. */
  detail(): string | null {
    const names = [...this.#refused.values(), ...this.#stillSilent()];
    if (names.length === 0) return null;
    const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : "";
    return `no market data for ${names.slice(0, NAMES_MAX).join(", ")}${more}`;
  }

  /** Something may have come later, or the feed may have connected anew. */
  #stillSilent(): string[] {
    for (const handle of [...this.#silent.keys()]) {
      if (this.#feed.stateOf(handle) !== "noData") this.#silent.delete(handle);
    }
    return [...this.#silent.values()];
  }

  #wishes(wanted: readonly Subscription[]): Result<Wishes, BrokerError> {
    const symbols: WantedSymbol[] = [];
    const unnamed: Subscription[] = [];
    for (const one of wanted) {
      const { handle, instrument } = one;
      const listed = this.#cache.byKey(instrument.key);
      if (listed === null) return unknownInstrument(instrument.key);
      // What is not valued here wants no price, and its row says so.
      if (instrument.kind === "unsupported") continue;
      const symbol = listed.streamerSymbol;
      if (symbol === null) unnamed.push(one);
      else {
        const types = isOption(instrument) ? OPTION_TYPES : UNDERLYING_TYPES;
        const rank = isOption(instrument) ? RANK.heldOption : RANK.heldUnderlying;
        symbols.push({ symbol, handle, rank, types });
      }
    }
    return ok({ symbols, unnamed });
  }

  #take(
    wanted: readonly Subscription[],
    { unnamed }: Wishes,
    refused: readonly { readonly handle: number }[],
  ): void {
    for (const { handle, instrument } of wanted) this.#keys.set(handle, instrument.key);
    for (const { handle } of [...unnamed, ...refused]) {
      this.#refused.set(handle, this.#keys.get(handle) ?? "");
    }
  }

  #forget(handle: number): void {
    this.#keys.delete(handle);
    this.#refused.delete(handle);
    this.#silent.delete(handle);
  }
}
