import { newYorkDay } from "../../../lib/world/civil.ts";
import type { ChainExpiry, Instrument, TickRule } from "../../../lib/world/mod.ts";
import { decimal, isoTime, minimal } from "../decimals.ts";
import type { MarketFace } from "../market_face.ts";
import { apiSymbol, contractCode, streamerSymbol } from "../symbols.ts";
import { daysTo, endsAt, stopsTradingAt, typeName } from "./kinds.ts";

const ID_BASE = 4_647_000;
const MONTHS = ["H", "M", "U", "Z"];

/** Price steps: below a threshold first, the entry without one is the rest. */
export function tickSizes(ticks: TickRule): Record<string, string>[] {
  const { small, threshold, large } = ticks;
  if (small === large) return [{ value: decimal(1 / small) }];
  return [
    { value: decimal(1 / small), threshold: decimal(threshold) },
    { value: decimal(1 / large) },
  ];
}

/** An equity, or an index, which is one too. */
export function equityResource(instrument: Instrument, market: MarketFace) {
  const listing = market.listingOf(instrument);
  const description = `${instrument.symbol} of the simulated market`;
  return {
    active: true,
    "bypass-manual-review": false,
    description,
    id: ID_BASE + instrument.id,
    "instrument-type": typeName(instrument),
    "is-closing-only": false,
    "is-etf": listing.kind === "etf",
    "is-fraud-risk": false,
    "is-illiquid": false,
    "is-index": instrument.kind === "index",
    "is-options-closing-only": false,
    lendability: "Easy To Borrow",
    "borrow-rate": "0.0",
    "listed-market": instrument.exchange,
    "market-time-instrument-collection": "Equity",
    "overnight-trading-permitted": false,
    "short-description": description,
    "streamer-symbol": streamerSymbol(instrument),
    symbol: instrument.symbol,
    // Shares below a dollar move in hundredths of a cent; the world has none.
    "tick-sizes": [{ value: "0.0001", threshold: "1.0" }, ...tickSizes(instrument.ticks)],
    ...(listing.classes.length === 0
      ? {}
      : { "option-tick-sizes": tickSizes(listing.classes[0].ticks) }),
  };
}

/** An equity or index option; empty for what is none. */
export function optionResource(instrument: Instrument, market: MarketFace) {
  const { option } = instrument;
  if (option === undefined) return {};
  const day = newYorkDay(market.now());
  const isActive = market.world.isLive(instrument.id);
  return {
    active: isActive,
    "days-to-expiration": daysTo(option.expiry, day),
    "exercise-style": option.settles === "cash" ? "European" : "American",
    "expiration-date": option.expiry,
    "expiration-type": expirationType(option.expiry),
    "expires-at": isoTime(option.expiresAt),
    "instrument-type": typeName(instrument),
    "is-closing-only": false,
    "market-time-instrument-collection": "Equity Option",
    "option-chain-type": chainType(instrument.root, instrument.underlying),
    "option-type": option.right === "call" ? "C" : "P",
    "root-symbol": instrument.root,
    "settlement-type": option.settlement,
    "shares-per-contract": instrument.multiplier,
    "stops-trading-at": isoTime(stopsTradingAt(option.expiry, option.settlement)),
    "streamer-symbol": streamerSymbol(instrument),
    "strike-price": decimal(option.strike),
    symbol: instrument.symbol,
    "underlying-symbol": instrument.underlying,
  };
}

/** Adjusted classes have a root of their own, which ends in a digit. */
export function chainType(root: string, underlying: string): "Standard" | "Non-standard" {
  return root !== underlying && /\d$/.test(root) ? "Non-standard" : "Standard";
}

/** "Regular" on third Fridays (or the Thursday before a holiday), else "Weekly". */
export function expirationType(expiry: string): string {
  const day = Number(expiry.slice(8));
  const weekday = new Date(`${expiry}T00:00:00Z`).getUTCDay();
  const isThird = (weekday === 5 && day > 14 && day < 22) ||
    (weekday === 4 && day > 13 && day < 21);
  return isThird ? "Regular" : "Weekly";
}

/** A future of the world. */
export function futureResource(instrument: Instrument, market: MarketFace) {
  const expiry = instrument.expiry ?? "";
  const ends = isoTime(endsAt(instrument) ?? 0);
  const isActive = market.world.isLive(instrument.id);
  const code = instrument.root.slice(1);
  const tick = decimal(1 / instrument.ticks.small);
  return {
    active: isActive,
    "active-month": isActive,
    "back-month-first-calendar-symbol": false,
    "closing-only-date": expiry,
    "contract-size": decimal(instrument.multiplier),
    "display-factor": "0.01",
    exchange: instrument.exchange,
    "exchange-symbol": instrument.symbol.slice(1),
    "expiration-date": expiry,
    "expires-at": ends,
    "first-notice-date": expiry,
    "future-product": futureProduct(instrument),
    "is-closing-only": false,
    "is-tradeable": isActive,
    "last-trade-date": expiry,
    "main-fraction": "0.0",
    "next-active-month": false,
    "notional-multiplier": decimal(instrument.multiplier),
    "option-tick-sizes": tickSizes(market.listingOf(instrument).classes[0].ticks),
    "product-code": code,
    "product-group": "CME_EQUITY",
    "roll-target-symbol": instrument.symbol,
    "security-id": String(ID_BASE + instrument.id),
    "stops-trading-at": ends,
    "streamer-exchange-code": "XCME",
    "streamer-symbol": streamerSymbol(instrument),
    "sub-fraction": "0.0",
    symbol: instrument.symbol,
    "tick-size": tick,
    "tick-sizes": [{ value: tick }],
    "true-underlying-symbol": `/${code}`,
    "future-etf-equivalent": { symbol: "SPY", "share-quantity": 500 },
  };
}

/** The product behind the world's future. */
export function futureProduct(instrument: Instrument) {
  const code = instrument.root.slice(1);
  return {
    "active-months": MONTHS,
    "back-month-first-calendar-symbol": false,
    "cash-settled": true,
    "clearing-code": code,
    "clearing-exchange-code": "02",
    "clearport-code": code,
    code,
    description: "Index future of the simulated market",
    "display-factor": "0.01",
    exchange: instrument.exchange,
    "first-notice": false,
    "futures-trading-cutoff-times": [],
    "legacy-code": code,
    "legacy-exchange-code": instrument.exchange,
    "listed-months": MONTHS,
    "market-sector": "Equity Index",
    "notional-multiplier": decimal(instrument.multiplier),
    "price-format": "decimal",
    "product-type": "Financial",
    roll: {
      "active-count": 1,
      "business-days-offset": 4,
      "cash-settled": true,
      "first-notice": false,
      name: "equity_index",
    },
    "root-symbol": instrument.root,
    "security-group": code,
    "small-notional": false,
    "streamer-exchange-code": "XCME",
    supported: true,
    "tick-size": decimal(1 / instrument.ticks.small),
  };
}

/** An option on the world's future; empty for what is none. */
export function futureOptionResource(instrument: Instrument, market: MarketFace) {
  const { option } = instrument;
  if (option === undefined) return {};
  const future = market.underlyingOf(instrument);
  const ends = isoTime(option.expiresAt);
  return {
    active: market.world.isLive(instrument.id),
    "days-to-expiration": daysTo(option.expiry, newYorkDay(market.now())),
    "display-factor": "0.01",
    exchange: instrument.exchange,
    "exchange-symbol": contractCode(option.expiry, 1),
    "exercise-style": "American",
    "expiration-date": option.expiry,
    "expires-at": ends,
    "future-price-ratio": "1.0",
    "instrument-type": typeName(instrument),
    "is-closing-only": false,
    "is-confirmed": true,
    "is-exercisable-weekly": true,
    "is-primary-deliverable": true,
    "is-vanilla": true,
    "last-trade-time": "0",
    "maturity-date": option.expiry,
    multiplier: decimal(1),
    "notional-value": decimal(instrument.multiplier),
    "option-root-symbol": contractCode(option.expiry, 1).slice(0, -2),
    "option-type": option.right === "call" ? "C" : "P",
    "product-code": future.root.slice(1),
    "root-symbol": future.root,
    "security-id": String(ID_BASE + instrument.id),
    "settlement-type": "Future",
    "stops-trading-at": ends,
    "streamer-symbol": streamerSymbol(instrument),
    "strike-factor": "1.0",
    "strike-price": decimal(option.strike),
    symbol: apiSymbol(instrument, future),
    "underlying-count": "1.0",
    "underlying-symbol": future.symbol,
  };
}

/** What a contract of a class delivers. */
export function deliverables(expiry: ChainExpiry, underlying: string): Record<string, unknown>[] {
  const amount = expiry.deliverable === 0 ? expiry.multiplier : expiry.deliverable;
  const isCash = expiry.deliverable === 0;
  return [{
    id: ID_BASE + expiry.root.length,
    "root-symbol": expiry.root,
    "deliverable-type": isCash ? "Cash" : "Shares",
    description: isCash ? "Cash" : `${minimal(amount)} shares of ${underlying}`,
    amount: decimal(amount),
    percent: "100",
    ...(isCash ? {} : { "instrument-type": "Equity", symbol: underlying }),
  }];
}
