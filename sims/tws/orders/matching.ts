import { unreachable } from "../../../lib/base/assert.ts";

/** Best prices and sizes of what an order trades; NaN where there is none. */
export interface Touch {
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
}

/** Types of orders that the emulator works. */
export const ORDER_TYPES = [
  "MKT",
  "LMT",
  "STP",
  "STP LMT",
  "TRAIL",
  "TRAIL LIMIT",
  "MIT",
  "LIT",
  "MIDPRICE",
  "SNAP MID",
] as const;

/** One of `ORDER_TYPES`. */
export type OrderType = typeof ORDER_TYPES[number];

/** What decides when and at which price an order trades; null where the order has none. */
export interface Pricing {
  readonly type: OrderType;
  readonly isBuy: boolean;
  readonly limit: number | null;
  /** Price at which a stop or an if-touched order wakes. */
  readonly trigger: number | null;
  readonly trailAmount: number | null;
  /** Per cent of the price. */
  readonly trailPercent: number | null;
  /** Distance of the limit from the stop of a TRAIL LIMIT. */
  readonly limitOffset: number | null;
}

/** An order's pricing in motion. */
export interface Trigger {
  /** True once the order works at the exchange. */
  readonly isAwake: boolean;
  /** Present stop of a trailing order; null before the first quote. */
  readonly stop: number | null;
}

/** How an order begins: awake, unless it waits for a trigger. */
export function firstTrigger({ type, trigger }: Pricing): Trigger {
  switch (type) {
    case "MKT":
    case "LMT":
    case "MIDPRICE":
    case "SNAP MID":
      return { isAwake: true, stop: null };
    case "STP":
    case "STP LMT":
    case "TRAIL":
    case "TRAIL LIMIT":
    case "MIT":
    case "LIT":
      return { isAwake: false, stop: trigger };
    default:
      return unreachable(type);
  }
}

/** The trigger after a quote: a trailing stop follows, and a stop that is touched wakes. */
export function nextTrigger(pricing: Pricing, trigger: Trigger, touch: Touch): Trigger {
  if (trigger.isAwake) return trigger;
  const { type, isBuy } = pricing;
  const market = isBuy ? touch.ask : touch.bid;
  if (!(market > 0)) return trigger;
  if (type === "MIT" || type === "LIT") {
    const isTouched = trigger.stop !== null &&
      (isBuy ? market <= trigger.stop : market >= trigger.stop);
    return { ...trigger, isAwake: isTouched };
  }
  const stop = type === "TRAIL" || type === "TRAIL LIMIT"
    ? trailed(pricing, trigger.stop, market)
    : trigger.stop;
  const isAwake = stop !== null && (isBuy ? market >= stop : market <= stop);
  return { isAwake, stop };
}

function trailed(pricing: Pricing, stop: number | null, market: number): number {
  const { isBuy, trailAmount, trailPercent } = pricing;
  const distance = trailAmount ?? market * (trailPercent ?? 0) / 100;
  const fresh = isBuy ? market + distance : market - distance;
  if (stop === null) return fresh;
  return isBuy ? Math.min(stop, fresh) : Math.max(stop, fresh);
}

/** The price at which an awake order trades now; null when it does not. */
export function tradePrice(pricing: Pricing, trigger: Trigger, touch: Touch): number | null {
  if (!trigger.isAwake) return null;
  const { isBuy } = pricing;
  const price = isBuy ? touch.ask : touch.bid;
  const size = isBuy ? touch.askSize : touch.bidSize;
  if (Number.isNaN(price) || !(size > 0)) return null;
  if (pricing.type === "MIDPRICE" || pricing.type === "SNAP MID") return midPrice(pricing, touch);
  const limit = limitOf(pricing, trigger);
  if (limit !== null && (isBuy ? price > limit : price < limit)) return null;
  return price;
}

function limitOf(pricing: Pricing, trigger: Trigger): number | null {
  const { type, isBuy, limit, limitOffset } = pricing;
  if (type === "LMT" || type === "STP LMT" || type === "LIT") return limit;
  if (type !== "TRAIL LIMIT") return null;
  if (trigger.stop === null || limitOffset === null) return limit;
  return isBuy ? trigger.stop + limitOffset : trigger.stop - limitOffset;
}

/** The mid in cents, unless a limit forbids it. */
function midPrice({ isBuy, limit }: Pricing, { bid, ask }: Touch): number | null {
  const mid = Math.round((bid + ask) * 50) / 100;
  if (limit !== null && (isBuy ? mid > limit : mid < limit)) return null;
  return mid;
}

/** How much of `left` trades against a touch: what is shown there, at least one. */
export function tradeSize(isBuy: boolean, left: number, touch: Touch): number {
  const shown = isBuy ? touch.askSize : touch.bidSize;
  return Math.min(left, Math.max(1, Math.floor(shown)));
}

/** A leg of a combination: its ratio is negative when the combination sells it. */
export interface LegTouch {
  readonly ratio: number;
  readonly touch: Touch;
}

/** Best prices of a combination from those of its legs; may be negative: a credit. */
export function combinationTouch(legs: readonly LegTouch[]): Touch {
  let [bid, ask] = [0, 0];
  let [bidSize, askSize] = [Infinity, Infinity];
  for (const { ratio, touch } of legs) {
    const isBought = ratio > 0;
    const units = Math.abs(ratio);
    bid += ratio * (isBought ? touch.bid : touch.ask);
    ask += ratio * (isBought ? touch.ask : touch.bid);
    bidSize = Math.min(bidSize, (isBought ? touch.bidSize : touch.askSize) / units);
    askSize = Math.min(askSize, (isBought ? touch.askSize : touch.bidSize) / units);
  }
  const cents = (price: number): number => Math.round(price * 1e4) / 1e4;
  return {
    bid: cents(bid),
    ask: cents(ask),
    bidSize: Math.floor(bidSize),
    askSize: Math.floor(askSize),
  };
}
