import type { Settlement } from "../../../domain/instrument.ts";
import type { Fields } from "./fields.ts";
import {
  listedFuture,
  listedFutureOption,
  type ListedInstrument,
  listedOption,
  listedShare,
  type TickStep,
  unsupported,
} from "./listed_instrument.ts";
import { parseFuture, parseFutureOption, parseOcc, streamerOption } from "./symbols.ts";

/** Names of the broker's instrument types that the desk values. */
export const INSTRUMENT_TYPE = {
  equity: "Equity",
  equityOption: "Equity Option",
  future: "Future",
  futureOption: "Future Option",
  cryptocurrency: "Cryptocurrency",
} as const;

/** Price steps of a definition, as sent; unreadable ones are left out. */
export function readTicks(fields: Fields, name = "tick-sizes"): TickStep[] {
  return fields.children(name).flatMap((step) => {
    const value = step.positive("value", "expected");
    return value === null ? [] : [{ value, threshold: step.positive("threshold") }];
  });
}

/** The smallest step; 0 when none is known. */
export function smallestTick(ticks: readonly TickStep[]): number {
  return ticks.length === 0 ? 0 : Math.min(...ticks.map(({ value }) => value));
}

/** The step without a threshold, which holds for any ordinary price of a share. */
function ordinaryTick(ticks: readonly TickStep[]): number {
  return ticks.find(({ threshold }) => threshold === null)?.value ?? smallestTick(ticks);
}

/** What stands there for options on futures: how they settle, not when. */
const DELIVERIES: ReadonlySet<string> = new Set(["Future", "Cash"]);

/** AM or PM; null for how an option on a future settles, and, noted, for anything else. */
export function readSettlement(fields: Fields): Settlement | null {
  const text = fields.text("settlement-type");
  if (text === "AM" || text === "PM" || text === null) return text;
  if (DELIVERIES.has(text)) return null;
  fields.note("settlement-type", "unknown");
  return null;
}

/** What options are on, with the price steps of those. */
export interface ListedUnderlying extends ListedInstrument {
  readonly optionTicks: readonly TickStep[];
}

/** `GET /instruments/equities`: a share, a fund or an index. Null without a symbol. */
export function readEquity(fields: Fields): ListedUnderlying | null {
  const apiSymbol = fields.text("symbol", "expected");
  if (apiSymbol === null) return null;
  const ticks = readTicks(fields);
  const instrument = listedShare(apiSymbol, {
    kind: fields.flag("is-index") === true ? "index" : "equity",
    isCoin: false,
    exchange: fields.text("listed-market") ?? "",
    tickSize: ordinaryTick(ticks),
  });
  const instrumentType = INSTRUMENT_TYPE.equity;
  const streamerSymbol = fields.text("streamer-symbol") ?? apiSymbol;
  const optionTicks = readTicks(fields, "option-tick-sizes");
  return { instrument, apiSymbol, instrumentType, streamerSymbol, ticks, optionTicks };
}

/** `GET /instruments/cryptocurrencies`: held by the unit, priced around the clock. */
export function readCryptocurrency(fields: Fields): ListedInstrument | null {
  const apiSymbol = fields.text("symbol", "expected");
  if (apiSymbol === null) return null;
  const tick = fields.positive("tick-size");
  const ticks = tick === null ? [] : [{ value: tick, threshold: null }];
  const instrument = listedShare(apiSymbol, {
    kind: "equity",
    isCoin: true,
    exchange: "",
    tickSize: tick ?? 0,
  });
  const streamerSymbol = fields.text("streamer-symbol", "expected");
  const instrumentType = INSTRUMENT_TYPE.cryptocurrency;
  return { instrument, apiSymbol, instrumentType, streamerSymbol, ticks };
}

/** What an option's chain adds to its definition. */
export interface ChainFacts {
  readonly ticks: readonly TickStep[];
  /** Units of the underlying that one contract delivers; null: not one simple delivery. */
  readonly deliverable: number | null;
  /** What is delivered in words, when it is more than the underlying. */
  readonly oddDelivery: string | null;
}

/** An equity or index option. */
export interface ListedEquityOption extends ListedInstrument {
  /** True for adjusted contracts: what they deliver stands in their chain. */
  readonly isAdjusted: boolean;
}

/**
 * `GET /instruments/equity-options`. A standard contract delivers what its multiplier says; what an
 * adjusted one delivers stands in its `chain`, and without it, or when it is more than the
 * underlying, the contract is unsupported (DAT-5). Null when its terms cannot be read.
 */
export function readEquityOption(
  fields: Fields,
  chain: ChainFacts | null,
): ListedEquityOption | null {
  const isAdjusted = fields.text("option-chain-type") === "Non-standard";
  const isUnknown = isAdjusted && (chain?.deliverable ?? null) === null;
  const odd = chain?.oddDelivery ?? (isUnknown ? "what it delivers is not known" : null);
  const listed = readOption(fields, chain, odd);
  return listed === null ? null : { ...listed, isAdjusted };
}

/** `odd`: why it cannot be valued; null: it can. */
function readOption(
  fields: Fields,
  chain: ChainFacts | null,
  odd: string | null,
): ListedInstrument | null {
  const apiSymbol = fields.text("symbol", "expected");
  const underlying = fields.text("underlying-symbol", "expected");
  const multiplier = fields.positive("shares-per-contract", "expected");
  const contract = apiSymbol === null ? null : parseOcc(apiSymbol);
  if (apiSymbol === null || underlying === null || multiplier === null || contract === null) {
    return null;
  }
  const instrumentType = INSTRUMENT_TYPE.equityOption;
  if (odd !== null) return unsupported(apiSymbol, instrumentType, odd, { underlying, multiplier });
  const ticks = chain?.ticks ?? [];
  const instrument = listedOption(contract, {
    underlyingSymbol: underlying,
    multiplier,
    deliverable: chain?.deliverable ?? null,
    settlement: readSettlement(fields),
    expiresAt: fields.instant("expires-at"),
    exchange: "",
    tickSize: smallestTick(ticks),
  });
  if (instrument === null) return null;
  const streamerSymbol = fields.text("streamer-symbol") ?? streamerOption(contract);
  return { instrument, apiSymbol, instrumentType, streamerSymbol, ticks };
}

/** `GET /instruments/futures`. Null when its terms cannot be read. */
export function readFuture(fields: Fields): ListedUnderlying | null {
  const apiSymbol = fields.text("symbol", "expected");
  if (apiSymbol === null) return null;
  const instrumentType = INSTRUMENT_TYPE.future;
  const product = fields.text("product-code") ?? parseFuture(apiSymbol)?.product ?? null;
  const multiplier = fields.positive("notional-multiplier", "expected");
  const expiry = fields.date("expiration-date", "expected");
  const steps = readTicks(fields);
  const tick = fields.positive("tick-size");
  const ticks = steps.length > 0 || tick === null ? steps : [{ value: tick, threshold: null }];
  const instrument = product === null || multiplier === null || expiry === null
    ? null
    : listedFuture(apiSymbol, {
      product,
      multiplier,
      expiry,
      expiresAt: fields.instant("stops-trading-at") ?? fields.instant("expires-at"),
      exchange: fields.text("exchange") ?? "",
      tickSize: tick ?? smallestTick(ticks),
    });
  if (instrument === null) return null;
  const streamerSymbol = fields.text("streamer-symbol", "expected");
  const optionTicks = readTicks(fields, "option-tick-sizes");
  return { instrument, apiSymbol, instrumentType, streamerSymbol, ticks, optionTicks };
}

/**
 * `GET /instruments/future-options`; `future`: the contract beneath, for its multiplier. Null when
 * its terms cannot be read.
 */
export function readFutureOption(
  fields: Fields,
  future: ListedInstrument | null,
): ListedInstrument | null {
  const apiSymbol = fields.text("symbol", "expected");
  if (apiSymbol === null) return null;
  const instrumentType = INSTRUMENT_TYPE.futureOption;
  const contract = parseFutureOption(apiSymbol);
  const futureCount = fields.positive("underlying-count") ?? 1;
  const beneath = future === null ? null : future.instrument.multiplier * futureCount;
  // Its own field counts futures rather than money where it is 1: then only the future tells.
  const own = fields.positive("multiplier");
  const multiplier = beneath ?? (own === 1 ? null : own);
  const product = contract === null ? null : parseFuture(contract.future)?.product ?? null;
  const ticks = readTicks(fields);
  const instrument = contract === null || multiplier === null || product === null
    ? null
    : listedFutureOption(contract, `/${product}`, {
      multiplier,
      deliverable: futureCount,
      settlement: readSettlement(fields),
      expiresAt: fields.instant("expires-at"),
      exchange: fields.text("exchange") ?? "",
      tickSize: smallestTick(ticks),
    });
  if (instrument === null) return null;
  const streamerSymbol = fields.text("streamer-symbol", "expected");
  return { instrument, apiSymbol, instrumentType, streamerSymbol, ticks };
}
