import { ok } from "../../../base/result.ts";
import type { Answer, ChainExpiry } from "../../../ports/broker.ts";
import type { ListedChain, ListedExpiry, ListedFutureChain } from "../map/chains.ts";
import { mapExpiries } from "../map/chains.ts";
import { INSTRUMENT_TYPE, smallestTick } from "../map/definitions.ts";
import {
  listedFutureOption,
  type ListedInstrument,
  listedOption,
  type TickStep,
} from "../map/listed_instrument.ts";
import { parseFuture, parseFutureOption, parseOcc, streamerOption } from "../map/symbols.ts";
import type { TastytradeServices } from "../rest/services.ts";
import type { InstrumentCache } from "./instrument_cache.ts";
import { type InstrumentLookup, unknownInstrument } from "./instrument_lookup.ts";

/** Chains kept for the day at most; that of an index is several MB on its way. */
const CHAINS_MAX = 64;

/** A symbol of a chain with the feed's. */
type StrikeSymbol = readonly [symbol: string | null, streamer: string | null];

/** What all expiries of a root have in common. */
interface RootTerms {
  readonly underlying: string;
  readonly multiplier: number;
  readonly deliverable: number | null;
  readonly ticks: readonly TickStep[];
}

/**
 * Chains of underlyings; every contract in them is an instrument afterwards, without a call of its
 * own. A root that delivers more than its underlying is left out: its contracts are listed when
 * they are held.
 */
export class ListedChains {
  readonly #services: TastytradeServices;
  readonly #cache: InstrumentCache;
  readonly #lookup: InstrumentLookup;
  readonly #kept = new Map<string, readonly ChainExpiry[]>();

  constructor(services: TastytradeServices, cache: InstrumentCache, lookup: InstrumentLookup) {
    this.#services = services;
    this.#cache = cache;
    this.#lookup = lookup;
  }

  /** The chain of a share or index, or of a product of futures by its name with the slash. */
  async chain(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    const kept = this.#kept.get(underlying);
    if (kept !== undefined) return ok(kept);
    const chain = underlying.startsWith("/")
      ? await this.#ofFutures(underlying, signal)
      : await this.#ofShares(underlying, signal);
    if (chain.ok && this.#kept.size < CHAINS_MAX) this.#kept.set(underlying, chain.value);
    return chain;
  }

  /** A new day: strikes and expiries are asked for anew. */
  startDay(): void {
    this.#kept.clear();
  }

  async #ofShares(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    const known = await this.#lookup.instruments([underlying], signal);
    if (!known.ok) return known;
    const chains = await this.#services.chains(underlying, signal);
    if (!chains.ok) {
      return chains.error.code === "refused" ? unknownInstrument(underlying) : chains;
    }
    return ok(ordered(chains.value.flatMap((chain) => this.#takeRoot(chain))));
  }

  #takeRoot(chain: ListedChain): ChainExpiry[] {
    const { multiplier, oddDelivery, underlying, deliverable, ticks } = chain;
    const isUnknown = chain.isAdjusted && deliverable === null;
    if (multiplier === null || oddDelivery !== null || isUnknown) return [];
    const terms = { underlying, multiplier, deliverable, ticks };
    for (const expiry of chain.expiries) this.#takeExpiry(expiry, terms);
    return mapExpiries(chain.expiries, multiplier);
  }

  async #ofFutures(product: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    const code = parseFuture(product)?.product ?? product.slice(1);
    const chains = await this.#services.futureChains(code, signal);
    if (!chains.ok) return chains.error.code === "refused" ? unknownInstrument(product) : chains;
    const expiries = chains.value.flatMap((chain) => chain.expiries);
    const futures = new Set(expiries.map(({ future }) => future).filter((one) => one !== null));
    const named = [...futures].map((symbol) => ({
      symbol,
      instrumentType: INSTRUMENT_TYPE.future,
    }));
    const learned = await this.#lookup.learn(named, signal);
    if (!learned.ok) return learned;
    return ok(ordered(chains.value.flatMap((chain) => this.#takeFutures(chain, `/${code}`))));
  }

  #takeFutures({ expiries, ticks }: ListedFutureChain, product: string): ChainExpiry[] {
    return expiries.flatMap((expiry) => {
      const future = expiry.future === null ? null : this.#cache.bySymbol(expiry.future);
      if (future === null) return [];
      const { multiplier } = future.instrument;
      this.#takeExpiry(expiry, { underlying: product, multiplier, deliverable: null, ticks });
      return mapExpiries([expiry], multiplier);
    });
  }

  #takeExpiry(expiry: ListedExpiry, terms: RootTerms): void {
    for (const { call, callStreamer, put, putStreamer } of expiry.strikes) {
      this.#take([call, callStreamer], expiry, terms);
      this.#take([put, putStreamer], expiry, terms);
    }
  }

  /** A definition says more than a chain, so that one that is there stays. */
  #take([symbol, streamer]: StrikeSymbol, expiry: ListedExpiry, terms: RootTerms): void {
    if (symbol === null || this.#cache.bySymbol(symbol) !== null) return;
    const listed = listedContract(symbol, expiry, terms);
    if (listed === null) return;
    this.#cache.add(streamer === null ? listed : { ...listed, streamerSymbol: streamer });
  }
}

function listedContract(
  apiSymbol: string,
  expiry: ListedExpiry,
  { underlying, multiplier, deliverable, ticks }: RootTerms,
): ListedInstrument | null {
  const facts = {
    multiplier,
    settlement: expiry.settlement,
    expiresAt: expiry.expiresAt,
    exchange: "",
    tickSize: smallestTick(ticks),
  };
  const listed = { apiSymbol, streamerSymbol: null, ticks };
  const contract = parseOcc(apiSymbol);
  if (contract !== null) {
    const instrument = listedOption(contract, {
      ...facts,
      underlyingSymbol: underlying,
      deliverable,
    });
    const instrumentType = INSTRUMENT_TYPE.equityOption;
    const streamerSymbol = streamerOption(contract);
    return instrument === null ? null : { ...listed, instrument, instrumentType, streamerSymbol };
  }
  const onFuture = parseFutureOption(apiSymbol);
  if (onFuture === null) return null;
  const instrument = listedFutureOption(onFuture, underlying, { ...facts, deliverable: 1 });
  const instrumentType = INSTRUMENT_TYPE.futureOption;
  return instrument === null ? null : { ...listed, instrument, instrumentType };
}

function ordered(expiries: readonly ChainExpiry[]): ChainExpiry[] {
  return expiries.toSorted((a, b) => a.expiry < b.expiry ? -1 : a.expiry > b.expiry ? 1 : 0);
}
