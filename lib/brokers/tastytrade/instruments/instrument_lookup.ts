import { fail, ok, type Result } from "../../../base/result.ts";
import { type Instrument, isOption } from "../../../domain/instrument.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";
import {
  type ChainFacts,
  INSTRUMENT_TYPE,
  type ListedUnderlying,
  smallestTick,
} from "../map/definitions.ts";
import type { ListedInstrument } from "../map/listed_instrument.ts";
import { shareBySymbol } from "../map/positions.ts";
import { occSymbol, parseFuture, parseFutureOption, parseOcc } from "../map/symbols.ts";
import type { TastytradeServices } from "../rest/services.ts";
import type { InstrumentCache } from "./instrument_cache.ts";
import { parseOptionKey } from "../../option_name.ts";

/** A symbol of the REST service with the broker's type; null: it is to be told by its form. */
export interface NamedSymbol {
  readonly symbol: string;
  readonly instrumentType: string | null;
}

/** Symbols by the service that defines them. */
interface SymbolsByKind {
  readonly equities: string[];
  readonly equityOptions: string[];
  readonly futures: string[];
  readonly futureOptions: string[];
  readonly coins: string[];
}

type Fetched = Result<readonly ListedInstrument[], BrokerError>;

/**
 * Learns definitions of instruments, each once a day: shares and futures first, because options
 * take steps and multipliers from them; the chain only for adjusted contracts. What the broker does
 * not define is remembered, so that it is not asked for again. Source: tastytrade.md §6, §9.
 */
export class InstrumentLookup {
  readonly #services: TastytradeServices;
  readonly #cache: InstrumentCache;
  /** Adjusted contracts whose chain did not come, for a reason that passes. */
  readonly #owed = new Set<string>();

  constructor(services: TastytradeServices, cache: InstrumentCache) {
    this.#services = services;
    this.#cache = cache;
  }

  /** Learns what is not known today. Fails only when the broker cannot be asked. */
  async learn(named: readonly NamedSymbol[], signal: AbortSignal): Answer<null> {
    const kinds = this.#unasked(named);
    const { definitions } = this.#services;
    const first: Result<null, BrokerError>[] = await Promise.all([
      this.#learnEquities(kinds.equities, signal),
      this.#keepDrivers(kinds.futures, (list) => definitions.futures(list, signal)),
      this.#keep(kinds.coins, (list) => definitions.cryptocurrencies(list, signal)),
    ]);
    for (const answer of first) if (!answer.ok) return answer;
    const futures = new Map<string, ListedInstrument>();
    for (const symbol of kinds.futureOptions) {
      const beneath = parseFutureOption(symbol)?.future;
      const future = beneath === undefined ? null : this.#cache.bySymbol(beneath);
      if (future !== null) futures.set(future.apiSymbol, future);
    }
    const onFutures = await this.#keep(
      kinds.futureOptions,
      (list) => definitions.futureOptions(list, futures, signal),
    );
    return onFutures.ok ? await this.#learnOptions(kinds.equityOptions, signal) : onFutures;
  }

  /** Instruments by the desk's keys, in their order. */
  async instruments(
    keys: readonly string[],
    signal: AbortSignal,
  ): Answer<readonly Instrument[]> {
    const unknown = keys.filter((key) => this.#cache.byKey(key) === null);
    const learned = unknown.length === 0 ? ok(null) : await this.learn(namesOf(unknown), signal);
    if (!learned.ok) return learned;
    const found: Instrument[] = [];
    for (const key of keys) {
      const listed = this.#cache.byKey(key) ?? this.#undefinedShare(key);
      if (listed === null) return unknownInstrument(key);
      found.push(listed.instrument);
    }
    return ok(found);
  }

  /** What options are held on is there, even where the broker serves no definitions. */
  #undefinedShare(key: string): ListedInstrument | null {
    return this.#cache.hasOptionsOn(key) ? this.#cache.add(shareBySymbol(key)) : null;
  }

  #unasked(named: readonly NamedSymbol[]): SymbolsByKind {
    const kinds: SymbolsByKind = {
      equities: [],
      equityOptions: [],
      futures: [],
      futureOptions: [],
      coins: [],
    };
    const seen = new Set<string>();
    const want = (list: string[], symbol: string): void => {
      if (seen.has(symbol)) return;
      if (this.#cache.isAsked(symbol) && !this.#owed.has(symbol)) return;
      seen.add(symbol);
      list.push(symbol);
    };
    for (const { symbol, instrumentType } of named) {
      switch (instrumentType ?? typeOf(symbol)) {
        case INSTRUMENT_TYPE.equity:
          want(kinds.equities, symbol);
          break;
        case INSTRUMENT_TYPE.equityOption:
          want(kinds.equityOptions, symbol);
          break;
        case INSTRUMENT_TYPE.future:
          want(kinds.futures, symbol);
          break;
        case INSTRUMENT_TYPE.futureOption: {
          const beneath = parseFutureOption(symbol)?.future;
          if (beneath !== undefined) want(kinds.futures, beneath);
          want(kinds.futureOptions, symbol);
          break;
        }
        case INSTRUMENT_TYPE.cryptocurrency:
          want(kinds.coins, symbol);
          break;
      }
    }
    return kinds;
  }

  async #learnEquities(symbols: readonly string[], signal: AbortSignal): Answer<null> {
    const { definitions } = this.#services;
    return await this.#keepDrivers(symbols, (list) => definitions.equities(list, signal));
  }

  async #keepDrivers(
    symbols: readonly string[],
    load: (symbols: readonly string[]) => Answer<readonly ListedUnderlying[]>,
  ): Answer<null> {
    if (symbols.length === 0) return ok(null);
    const listed = await load(symbols);
    if (!listed.ok) return this.#unlearned(symbols, listed.error);
    for (const { optionTicks, ...driver } of listed.value) {
      this.#cache.add(driver);
      this.#cache.setOptionTicks(driver.apiSymbol, optionTicks);
    }
    this.#noteMissing(symbols);
    return ok(null);
  }

  async #learnOptions(symbols: readonly string[], signal: AbortSignal): Answer<null> {
    if (symbols.length === 0) return ok(null);
    const { definitions } = this.#services;
    const plain = await definitions.equityOptions(symbols, () => null, signal);
    if (!plain.ok) return this.#unlearned(symbols, plain.error);
    const adjusted = plain.value.filter(({ isAdjusted }) => isAdjusted);
    const chains = await this.#chainFacts(adjusted, signal);
    if (!chains.ok) return chains;
    const anew = adjusted.length === 0 ? ok([]) : await definitions.equityOptions(
      adjusted.map(({ apiSymbol }) => apiSymbol),
      (root) => chains.value.get(root) ?? null,
      signal,
    );
    if (!anew.ok) return anew;
    const all = [...plain.value.filter(({ isAdjusted }) => !isAdjusted), ...anew.value];
    const drivers = [...new Set(all.map(({ instrument }) => instrument.underlying))];
    const known = await this.#learnEquities(
      drivers.filter((symbol) => !this.#cache.isAsked(symbol)),
      signal,
    );
    if (!known.ok) return known;
    for (const { isAdjusted: _, ...listed } of all) this.#cache.add(this.#withTick(listed));
    this.#noteMissing(symbols);
    return ok(null);
  }

  /** Terms of adjusted contracts by root, from the chains of their underlyings. */
  async #chainFacts(
    adjusted: readonly ListedInstrument[],
    signal: AbortSignal,
  ): Answer<ReadonlyMap<string, ChainFacts>> {
    const facts = new Map<string, ChainFacts>();
    for (const underlying of new Set(adjusted.map(({ instrument }) => instrument.underlying))) {
      const chains = await this.#services.chains(underlying, signal);
      const isLater = !chains.ok && isPassing(chains.error);
      for (const { apiSymbol, instrument } of adjusted) {
        if (instrument.underlying !== underlying) continue;
        if (isLater) this.#owed.add(apiSymbol);
        else this.#owed.delete(apiSymbol);
      }
      // Its contracts are listed without a value then; the others do not wait for it.
      if (!chains.ok && (isLater || isNotServed(chains.error))) continue;
      if (!chains.ok) return chains;
      for (const chain of chains.value) facts.set(chain.root, chain);
    }
    return ok(facts);
  }

  /** An option's own step is not in its definition: its underlying has it. */
  #withTick(listed: ListedInstrument): ListedInstrument {
    const { instrument } = listed;
    if (!isOption(instrument) || instrument.tickSize > 0) return listed;
    const ticks = this.#cache.optionTicks(instrument.underlyingKey);
    if (ticks.length === 0) return listed;
    return { ...listed, ticks, instrument: { ...instrument, tickSize: smallestTick(ticks) } };
  }

  async #keep(
    symbols: readonly string[],
    load: (symbols: readonly string[]) => Promise<Fetched>,
  ): Answer<null> {
    if (symbols.length === 0) return ok(null);
    const listed = await load(symbols);
    if (!listed.ok) return this.#unlearned(symbols, listed.error);
    for (const one of listed.value) this.#cache.add(this.#withTick(one));
    this.#noteMissing(symbols);
    return ok(null);
  }

  /** What the broker does not serve here is as good as unknown; anything else is a failure. */
  #unlearned(symbols: readonly string[], error: BrokerError): Result<null, BrokerError> {
    if (!isNotServed(error)) return fail(error);
    this.#noteMissing(symbols);
    return ok(null);
  }

  #noteMissing(symbols: readonly string[]): void {
    for (const symbol of symbols) {
      if (!this.#cache.isAsked(symbol)) this.#cache.noteUnknown(symbol);
    }
  }
}

/** A failure for a key that the broker does not know. */
export function unknownInstrument(key: string): Result<never, BrokerError> {
  const message = `tastytrade knows no instrument ${key}`;
  return fail({ code: "unknownInstrument", message, fix: "check its symbol" });
}

function isNotServed({ code }: BrokerError): boolean {
  return code === "unsupported" || code === "refused";
}

/** A failure of this moment, after the retries that a call has by itself. */
function isPassing({ code }: BrokerError): boolean {
  return code === "unreachable" || code === "timeout" || code === "malformed";
}

function typeOf(symbol: string): string {
  if (parseOcc(symbol) !== null) return INSTRUMENT_TYPE.equityOption;
  if (parseFutureOption(symbol) !== null) return INSTRUMENT_TYPE.futureOption;
  if (parseFuture(symbol) !== null) return INSTRUMENT_TYPE.future;
  return /^[A-Z0-9]+\/USD$/.test(symbol) ? INSTRUMENT_TYPE.cryptocurrency : INSTRUMENT_TYPE.equity;
}

/** Symbols that keys may stand for; an option on a future cannot be told from its key. */
function namesOf(keys: readonly string[]): NamedSymbol[] {
  return keys.flatMap((key) => {
    const option = parseOptionKey(key);
    if (option === null) return key.includes(" ") ? [] : [{ symbol: key, instrumentType: null }];
    const symbol = occSymbol(option);
    return parseOcc(symbol) === null ? [] : [{ symbol, instrumentType: null }];
  });
}
