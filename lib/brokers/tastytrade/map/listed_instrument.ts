import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { expiryInstant } from "../../../calendar/expiry.ts";
import { futureOptionClass, listedOptionClass } from "../../../calendar/option_class.ts";
import {
  type Instrument,
  type InstrumentBase,
  optionKey,
  type Settlement,
} from "../../../domain/instrument.ts";
import type { FutureOptionContract, ListedContract } from "./symbols.ts";

/** A step of prices: it holds below `threshold`, and everywhere else when that is null. */
export interface TickStep {
  readonly value: number;
  readonly threshold: number | null;
}

/** An instrument with what the broker calls it. */
export interface ListedInstrument {
  readonly instrument: Instrument;
  /** Symbol of the REST service. */
  readonly apiSymbol: string;
  /** The broker's `instrument-type`; an open set. */
  readonly instrumentType: string;
  /** Symbol of the market data feed; null when the broker does not say and it cannot be built. */
  readonly streamerSymbol: string | null;
  readonly ticks: readonly TickStep[];
}

/** What both kinds of options need besides their symbol. */
export interface OptionFacts {
  readonly underlyingSymbol: string;
  readonly multiplier: number;
  /** Units of the underlying per contract; the multiplier where cash is paid. */
  readonly deliverable: number | null;
  /** Null: as the root's class has it. */
  readonly settlement: Settlement | null;
  /** The broker's own instant, used where the calendar has none or knows the product less well. */
  readonly expiresAt: UnixMs | null;
  readonly exchange: string;
  readonly tickSize: number;
}

/** Every contract of this broker is in dollars. */
export const CURRENCY = "USD";

/** An instrument that is listed but not valued, and why. */
export function unsupported(
  apiSymbol: string,
  instrumentType: string,
  why: string,
  facts: { readonly underlying: string | null; readonly multiplier: number | null },
): ListedInstrument {
  const instrument: Instrument = {
    kind: "unsupported",
    key: apiSymbol,
    symbol: apiSymbol,
    underlying: facts.underlying ?? apiSymbol,
    multiplier: facts.multiplier ?? 1,
    currency: CURRENCY,
    exchange: "",
    sessionClass: "equity",
    tickSize: 0,
    description: `${instrumentType} ${apiSymbol}: ${why}`,
  };
  return { instrument, apiSymbol, instrumentType, streamerSymbol: null, ticks: [] };
}

/**
 * An equity or index option. The instant of its expiry is the calendar's, the broker's after the
 * calendar's end; null when neither has one.
 */
export function listedOption(contract: ListedContract, facts: OptionFacts): Instrument | null {
  const { root, expiry, right, strike } = contract;
  const { multiplier, underlyingSymbol, exchange, tickSize } = facts;
  const optionClass = listedOptionClass(root);
  const settlement = facts.settlement ?? optionClass.settlement;
  const instant = expiryInstant({ expiry, settlement });
  const expiresAt = instant.ok ? instant.value : facts.expiresAt;
  if (expiresAt === null) return null;
  return {
    kind: "option",
    key: optionKey({ root, expiry, right, strike, multiplier }),
    symbol: root,
    underlying: underlyingSymbol,
    multiplier,
    currency: CURRENCY,
    exchange,
    sessionClass: optionClass.sessionClass,
    tickSize,
    right,
    strike,
    expiry,
    expiresAt,
    settlement,
    underlyingKey: underlyingSymbol,
    deliverable: facts.deliverable ?? multiplier,
    root,
  };
}

/**
 * An option on a future; its risk is grouped under the product. The broker's instant wins, because
 * the hours of commodities are not in the calendar.
 */
export function listedFutureOption(
  contract: FutureOptionContract,
  product: string,
  facts: Omit<OptionFacts, "underlyingSymbol">,
): Instrument | null {
  const { root, expiry, right, strike } = contract;
  const { multiplier, exchange, tickSize } = facts;
  const settlement = facts.settlement ?? futureOptionClass(root).settlement;
  const instant = expiryInstant({ expiry, settlement });
  const expiresAt = facts.expiresAt ?? (instant.ok ? instant.value : null);
  if (expiresAt === null) return null;
  return {
    kind: "futureOption",
    key: optionKey({ root, expiry, right, strike, multiplier }),
    symbol: root,
    underlying: product,
    multiplier,
    currency: CURRENCY,
    exchange,
    sessionClass: "futures",
    tickSize,
    right,
    strike,
    expiry,
    expiresAt,
    settlement,
    underlyingKey: contract.future,
    deliverable: facts.deliverable ?? 1,
    root,
  };
}

/** A share, fund, index or coin; a coin trades around the clock, like a future. */
export function listedShare(
  symbol: string,
  facts: {
    readonly kind: "equity" | "index";
    readonly isCoin: boolean;
    readonly exchange: string;
    readonly tickSize: number;
  },
): Instrument {
  const base: InstrumentBase = {
    key: symbol,
    symbol,
    underlying: symbol,
    multiplier: 1,
    currency: CURRENCY,
    exchange: facts.exchange,
    sessionClass: facts.isCoin ? "futures" : "equity",
    tickSize: facts.tickSize,
  };
  return { ...base, kind: facts.kind };
}

/** A future; null when nobody says when it ends. */
export function listedFuture(
  symbol: string,
  facts: {
    readonly product: string;
    readonly multiplier: number;
    readonly expiry: IsoDate;
    readonly expiresAt: UnixMs | null;
    readonly exchange: string;
    readonly tickSize: number;
  },
): Instrument | null {
  const { product, multiplier, expiry, exchange, tickSize } = facts;
  const instant = expiryInstant({ expiry, settlement: futureOptionClass(product).settlement });
  const expiresAt = facts.expiresAt ?? (instant.ok ? instant.value : null);
  if (expiresAt === null) return null;
  return {
    kind: "future",
    key: symbol,
    symbol,
    underlying: `/${product}`,
    multiplier,
    currency: CURRENCY,
    exchange,
    sessionClass: "futures",
    tickSize,
    expiry,
    expiresAt,
  };
}
