import { newYorkDay } from "../../../lib/world/civil.ts";
import { EVENT_KIND, type Instrument } from "../../../lib/world/mod.ts";
import { previousSession } from "../../../lib/world/session.ts";
import type { Latest } from "../../latest.ts";
import type { MarketFace } from "../market_face.ts";

/** A value of an event field; a bigint is a 64-bit number on the wire. */
export type FieldValue = string | number | boolean | bigint;

/** An event by field names. */
export type FeedEvent = Readonly<Record<string, FieldValue>>;

const EXCHANGE_CODES: Readonly<Record<string, string>> = {
  ARCX: "P",
  XNAS: "Q",
  XNYS: "N",
  CBOE: "C",
  OPRA: "C",
  CME: "G",
};
/** How the feed writes that there is no exchange. */
const NO_EXCHANGE = "\u0000";

const TYPES_OF_KIND: Readonly<Record<number, readonly string[]>> = {
  [EVENT_KIND.quote]: ["Quote"],
  [EVENT_KIND.trade]: ["Trade", "TimeAndSale"],
  [EVENT_KIND.greeks]: ["Greeks", "TheoPrice"],
  [EVENT_KIND.summary]: ["Summary"],
  [EVENT_KIND.status]: ["Profile"],
};

/** Event types that a market event of the world changes. */
export function typesTouchedBy(kind: number): readonly string[] {
  return TYPES_OF_KIND[kind] ?? [];
}

/** A double as the wire has it: NaN and the infinities are strings. */
export function wireDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The 64-bit index of a time-series event: seconds, milliseconds, sequence. */
export function eventIndex(timeMs: number, sequence: number): bigint {
  const seconds = BigInt(Math.floor(timeMs / 1000));
  return (seconds << 32n) | (BigInt(timeMs % 1000) << 22n) | BigInt(sequence);
}

/** The present event of a type for an instrument; null when there is none. */
export function eventOf(
  type: string,
  symbol: string,
  instrument: Instrument,
  market: MarketFace,
): FeedEvent | null {
  const latest = market.latest(instrument);
  const own = valuesOf(type, instrument, latest, market);
  return own === null ? null : { eventType: type, eventSymbol: symbol, eventTime: 0, ...own };
}

function valuesOf(
  type: string,
  instrument: Instrument,
  latest: Latest,
  market: MarketFace,
): FeedEvent | null {
  switch (type) {
    case "Quote":
      return latest.quoteAt === 0 ? null : quote(instrument, latest);
    case "Trade":
      return latest.tradeAt === 0 ? null : trade(instrument, latest);
    case "TimeAndSale":
      return latest.tradeAt === 0 ? null : timeAndSale(instrument, latest);
    case "Summary":
      return summary(latest, market);
    case "Profile":
      return profile(instrument, latest, market);
    case "Greeks":
      return latest.greeksAt === 0 ? null : greeks(latest);
    case "TheoPrice":
      return latest.greeksAt === 0 ? null : theoPrice(instrument, latest, market);
    case "Underlying":
      return underlying(instrument, market);
    default:
      return null;
  }
}

function exchangeCode(instrument: Instrument): string {
  return EXCHANGE_CODES[instrument.exchange] ?? NO_EXCHANGE;
}

function quote(instrument: Instrument, latest: Latest): FeedEvent {
  const code = exchangeCode(instrument);
  // Quote times of the feed have whole seconds.
  const time = Math.floor(latest.quoteAt / 1000) * 1000;
  return {
    sequence: 0,
    timeNanoPart: 0,
    bidTime: time,
    bidExchangeCode: code,
    bidPrice: wireDouble(latest.bid),
    bidSize: wireDouble(latest.bidSize),
    askTime: time,
    askExchangeCode: code,
    askPrice: wireDouble(latest.ask),
    askSize: wireDouble(latest.askSize),
  };
}

function trade(instrument: Instrument, latest: Latest): FeedEvent {
  return {
    time: latest.tradeAt,
    timeNanoPart: 0,
    sequence: 0,
    exchangeCode: exchangeCode(instrument),
    price: wireDouble(latest.last),
    change: wireDouble(rounded(latest.last - latest.prevClose)),
    size: wireDouble(latest.lastSize),
    dayId: newYorkDay(latest.tradeAt),
    dayVolume: wireDouble(latest.dayVolume),
    dayTurnover: wireDouble(rounded(latest.dayVolume * latest.last)),
    tickDirection: latest.tick > 0 ? "UP" : latest.tick < 0 ? "DOWN" : "UNDEFINED",
    extendedTradingHours: false,
  };
}

function timeAndSale(instrument: Instrument, latest: Latest): FeedEvent {
  return {
    eventFlags: 0,
    index: eventIndex(latest.tradeAt, 0),
    time: latest.tradeAt,
    timeNanoPart: 0,
    sequence: 0,
    exchangeCode: exchangeCode(instrument),
    price: wireDouble(latest.last),
    size: wireDouble(latest.lastSize),
    bidPrice: wireDouble(latest.bid),
    askPrice: wireDouble(latest.ask),
    exchangeSaleConditions: "",
    tradeThroughExempt: "0",
    aggressorSide: latest.last >= latest.ask ? "BUY" : "SELL",
    spreadLeg: false,
    extendedTradingHours: false,
    validTick: true,
    type: "NEW",
  };
}

function summary(latest: Latest, market: MarketFace): FeedEvent {
  const dayId = newYorkDay(market.now());
  return {
    dayId,
    dayOpenPrice: wireDouble(latest.dayOpen),
    dayHighPrice: wireDouble(latest.high),
    dayLowPrice: wireDouble(latest.low),
    dayClosePrice: "NaN",
    dayClosePriceType: "REGULAR",
    prevDayId: previousSession(dayId),
    prevDayClosePrice: wireDouble(latest.prevClose),
    prevDayClosePriceType: "FINAL",
    prevDayVolume: "NaN",
    openInterest: 0,
  };
}

function profile(instrument: Instrument, latest: Latest, market: MarketFace): FeedEvent {
  const listing = market.listingOf(instrument);
  const isOption = instrument.option !== undefined;
  return {
    description: isOption ? instrument.symbol : `${instrument.underlying} of the simulated market`,
    shortSaleRestriction: "INACTIVE",
    tradingStatus: latest.isHalted ? "HALTED" : "ACTIVE",
    statusReason: NO_EXCHANGE,
    haltStartTime: 0,
    haltEndTime: 0,
    highLimitPrice: "NaN",
    lowLimitPrice: "NaN",
    high52WeekPrice: "NaN",
    low52WeekPrice: "NaN",
    beta: isOption ? "NaN" : listing.beta,
    earningsPerShare: "NaN",
    dividendFrequency: isOption ? "NaN" : listing.dividendYield > 0 ? 4 : 0,
    exDividendAmount: "NaN",
    exDividendDayId: 0,
    shares: "NaN",
    freeFloat: "NaN",
  };
}

function greeks(latest: Latest): FeedEvent {
  const [price, iv, delta, gamma, theta, vega, rho] = latest.greeks.map(wireDouble);
  const time = latest.greeksAt;
  const index = eventIndex(time, 0);
  const head = { eventFlags: 0, index, time, sequence: 0 };
  return { ...head, price, volatility: iv, delta, gamma, theta, rho, vega };
}

function theoPrice(instrument: Instrument, latest: Latest, market: MarketFace): FeedEvent {
  const [price, , delta, gamma] = latest.greeks.map(wireDouble);
  const time = latest.greeksAt;
  const carry = market.world.carry(instrument.underlying);
  return {
    eventFlags: 0,
    index: eventIndex(time, 0),
    time,
    sequence: 0,
    price,
    underlyingPrice: wireDouble(market.mark(market.underlyingOf(instrument))),
    delta,
    gamma,
    dividend: carry?.dividendYield ?? "NaN",
    interest: carry?.riskFreeRate ?? "NaN",
  };
}

function underlying(instrument: Instrument, market: MarketFace): FeedEvent | null {
  if (instrument.option !== undefined || market.listingOf(instrument).classes.length === 0) {
    return null;
  }
  const iv = (days: number): number => market.world.atmIv(instrument.underlying, days / 365);
  const time = Math.floor(market.now());
  return {
    eventFlags: 0,
    index: eventIndex(time, 0),
    time,
    sequence: 0,
    volatility: iv(30),
    frontVolatility: iv(20),
    backVolatility: iv(50),
    callVolume: "NaN",
    putVolume: "NaN",
    putCallRatio: "NaN",
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
