import { isoOf, newYorkDay } from "../../../lib/world/civil.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import { previousSession } from "../../../lib/world/session.ts";
import { decimal, isoTime } from "../decimals.ts";
import type { MarketFace } from "../market_face.ts";
import { typeName } from "./kinds.ts";

/** Query keys of /market-data/by-type that the simulator answers. */
export const MARKET_DATA_TYPES = [
  "equity",
  "index",
  "equity-option",
  "future",
  "future-option",
  "cryptocurrency",
] as const;

/** Present prices of an instrument as a resource; what is absent has no key. */
export function marketDataResource(instrument: Instrument, market: MarketFace) {
  const latest = market.latest(instrument);
  const day = newYorkDay(market.now());
  const listing = market.listingOf(instrument);
  const prices = {
    bid: latest.bid,
    "bid-size": latest.bidSize,
    ask: latest.ask,
    "ask-size": latest.askSize,
    mid: (latest.bid + latest.ask) / 2,
    mark: market.mark(instrument),
    last: latest.last,
    "last-mkt": latest.last,
    open: latest.dayOpen,
    "day-high-price": latest.high,
    "day-low-price": latest.low,
    "prev-close": latest.prevClose,
    volume: latest.dayVolume,
    ...(instrument.option === undefined ? { beta: listing.beta } : {}),
  };
  const texts = Object.entries(prices).filter(([, value]) => !Number.isNaN(value))
    .map(([key, value]) => [key, decimal(value)]);
  const at = Math.max(latest.quoteAt, latest.tradeAt, latest.greeksAt);
  return {
    symbol: market.apiSymbol(instrument),
    "instrument-type": instrument.kind === "index" ? "Index" : typeName(instrument),
    "updated-at": isoTime(at > 0 ? at : market.now()),
    ...Object.fromEntries(texts),
    "close-price-type": "Unknown",
    "prev-close-price-type": "Final",
    "summary-date": isoOf(day),
    "prev-close-date": isoOf(previousSession(day)),
    "is-trading-halted": latest.isHalted,
    "halt-start-time": -1,
    "halt-end-time": -1,
  };
}
