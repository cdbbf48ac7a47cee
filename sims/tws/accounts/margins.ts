import type { MarketFace } from "../market_face.ts";
import type { BookLine } from "./book.ts";

const SHARE_RATE = 0.25;
const FUTURE_RATE = 0.06;
const SHORT_OPTION_RATE = 0.15;
/** Initial requirement over maintenance. */
const INITIAL_FACTOR = 1.1;

/** Requirements of an account, base currency; "commodities" are futures and their options. */
export interface Margins {
  readonly initial: number;
  readonly maintenance: number;
  readonly commodities: number;
  /** Sum of the absolute values of shares and options. */
  readonly gross: number;
}

/** A plain margin model: rates of the notional, long options paid for. Exact enough to be shown. */
export function marginsOf(
  lines: readonly BookLine[],
  market: MarketFace,
  rateOf: (currency: string) => number,
): Margins {
  let securities = 0;
  let commodities = 0;
  let gross = 0;
  for (const { instrument, signedQuantity } of lines) {
    const units = Math.abs(signedQuantity) * instrument.multiplier * rateOf(instrument.currency);
    const value = units * market.mark(instrument);
    const isOption = instrument.option !== undefined;
    const notional = units * market.mark(market.underlyingOf(instrument));
    const isLongOption = isOption && signedQuantity > 0;
    const rate = isOption ? SHORT_OPTION_RATE : SHARE_RATE;
    if (instrument.kind === "future") commodities += FUTURE_RATE * notional;
    else if (instrument.kind === "futureOption") {
      commodities += isLongOption ? 0 : FUTURE_RATE * notional;
    } else {
      securities += isLongOption ? 0 : rate * notional;
      gross += value;
    }
  }
  const maintenance = securities + commodities;
  return { initial: INITIAL_FACTOR * maintenance, maintenance, commodities, gross };
}
