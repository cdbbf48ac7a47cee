import type { Instrument } from "../../../lib/world/mod.ts";
import type { MarketFace } from "../market_face.ts";
import {
  COIN_FUND,
  COIN_PER_FUND,
  coinPrice,
  CRYPTO_STREAMER_SYMBOL,
} from "../resources/other_kinds.ts";
import type { FeedEvent } from "./events.ts";

const HALF_SPREAD = 2.5;

/** The cryptocurrency on the feed: a multiple of a fund of the world, moving when that does. */
export class Coin {
  readonly symbol = CRYPTO_STREAMER_SYMBOL;
  readonly #market: MarketFace;

  constructor(market: MarketFace) {
    this.#market = market;
  }

  /** The instrument whose events move the coin. */
  follows(): Instrument | undefined {
    return this.#market.ofApi(COIN_FUND);
  }

  /** The present event of a type; null for a type that a coin has not. */
  eventOf(type: string): FeedEvent | null {
    const fund = this.follows();
    const price = coinPrice(this.#market);
    if (fund === undefined || Number.isNaN(price)) return null;
    const head = { eventType: type, eventSymbol: this.symbol, eventTime: 0 };
    const { prevClose } = this.#market.latest(fund);
    switch (type) {
      case "Quote":
        return {
          ...head,
          bidPrice: price - HALF_SPREAD,
          askPrice: price + HALF_SPREAD,
          bidSize: "NaN",
          askSize: "NaN",
        };
      case "Trade":
        return { ...head, price, size: "NaN", dayVolume: "NaN", time: this.#market.now() };
      case "Summary":
        return { ...head, prevDayClosePrice: prevClose * COIN_PER_FUND, openInterest: 0 };
      default:
        return null;
    }
  }
}
