import { blankInput, intrinsic, optionPrice } from "../../../lib/world/black_scholes.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import type { MarketFace } from "../market_face.ts";
import type { Candle } from "./span_path.ts";

const YEAR_MS = 365 * 86_400_000;
/** Contracts that change hands for a hundred of their underlying. */
const VOLUME_SHARE = 0.0004;

/**
 * Past prices of options. The world keeps none; they are what the option would have cost at the
 * past levels of its underlying with the volatility of now, so that they join its present price.
 */
export class OptionPrices {
  readonly #market: MarketFace;
  readonly #input = blankInput();

  constructor(market: MarketFace) {
    this.#market = market;
  }

  /** A candle of an underlying as one of an instrument on it; `to` is the end of its span. */
  of(instrument: Instrument, candle: Candle, to: number): Candle {
    const { option } = instrument;
    if (option === undefined) return candle;
    const until = Math.min(to, this.#market.now());
    const [open, first] = [candle.open, candle.high].map((level) =>
      this.#price(instrument, level, candle.at)
    );
    const [close, second] = [candle.close, candle.low].map((level) =>
      this.#price(instrument, level, until)
    );
    const prices = [open, first, close, second];
    return {
      at: candle.at,
      open,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close,
      volume: Math.round(candle.volume * VOLUME_SHARE),
    };
  }

  #price(instrument: Instrument, level: number, at: number): number {
    const { option, underlying } = instrument;
    const carry = this.#market.world.carry(underlying);
    if (option === undefined || carry === undefined) return NaN;
    const sign = option.right === "call" ? 1 : -1;
    const years = Math.max(0, option.expiresAt - at) / YEAR_MS;
    const { greeks } = this.#market.latest(instrument);
    const published = greeks[1];
    const iv = published > 0 ? published : this.#market.world.atmIv(underlying, years);
    if (years === 0) return intrinsic(sign, level, option.strike);
    const { riskFreeRate, dividendYield, model } = carry;
    Object.assign(this.#input, {
      spot: level,
      strike: option.strike,
      sign,
      yearsToExpiry: years,
      iv,
      riskFreeRate,
      carry: model === "forward" ? 0 : riskFreeRate - dividendYield,
    });
    return optionPrice(this.#input);
  }
}
