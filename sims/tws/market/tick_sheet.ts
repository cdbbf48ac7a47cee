import type { FxRate, Instrument } from "../../../lib/world/mod.ts";
import type { Latest } from "../../latest.ts";
import type { Touch } from "../orders/matching.ts";
import type { Computations } from "./computations.ts";
import { type Computation, NOT_COMPUTED, TICK } from "./ticks.ts";

/** A value of a line under its live number; what is delayed travels under another. */
export type Tick =
  | {
    readonly kind: "price";
    readonly type: number;
    readonly price: number;
    readonly size: number;
    /** Under which the size travels when it moves alone. */
    readonly sizeType?: number;
  }
  | { readonly kind: "size"; readonly type: number; readonly size: number }
  | { readonly kind: "generic"; readonly type: number; readonly value: number }
  | { readonly kind: "text"; readonly type: number; readonly text: string }
  | { readonly kind: "option"; readonly type: number; readonly computation: Computation };

/** Letters of exchanges as bid, ask and last carry them. */
const LETTERS: Readonly<Record<string, string>> = {
  ARCX: "P",
  XNAS: "Q",
  XNYS: "N",
  OPRA: "C",
  CBOE: "C",
  CME: "G",
  XETR: "D",
};

const CURRENCY_HALF = 0.00005;
const CURRENCY_SIZE = 1_000_000;

/** Bid and ask of something that nobody quotes. */
const NO_QUOTE: Touch = { bid: -1, ask: -1, bidSize: 0, askSize: 0 };

/** Prices and sizes of both sides; −1 with size 0 where there is no quote. */
export function quoteTicks(touch: Touch, isQuoted: boolean): Tick[] {
  const { bid, ask, bidSize, askSize } = isQuoted ? touch : NO_QUOTE;
  const side = (type: number, sizeType: number, price: number, size: number): Tick =>
    Number.isNaN(price)
      ? { kind: "price", type, sizeType, price: -1, size: 0 }
      : { kind: "price", type, sizeType, price, size: size > 0 ? size : 0 };
  return [
    side(TICK.bid, TICK.bidSize, bid, bidSize),
    side(TICK.ask, TICK.askSize, ask, askSize),
  ];
}

/** Ticks that every line of an instrument has, quotes apart. */
export function tradeTicks(instrument: Instrument, latest: Latest): Tick[] {
  const ticks: Tick[] = [];
  const price = (type: number, value: number): void => {
    if (value > 0) ticks.push({ kind: "price", type, price: value, size: 0 });
  };
  if (latest.tradeAt > 0 && latest.last > 0) {
    const size = latest.lastSize > 0 ? latest.lastSize : 0;
    const { last } = latest;
    ticks.push({ kind: "price", type: TICK.last, sizeType: TICK.lastSize, price: last, size });
    const seconds = String(Math.floor(latest.tradeAt / 1000));
    ticks.push({ kind: "text", type: TICK.lastTimestamp, text: seconds });
    const text = LETTERS[instrument.exchange] ?? "";
    ticks.push({ kind: "text", type: TICK.lastExchange, text });
  }
  if (latest.dayVolume >= 0) {
    ticks.push({ kind: "size", type: TICK.volume, size: latest.dayVolume });
  }
  price(TICK.high, latest.high);
  price(TICK.low, latest.low);
  price(TICK.close, latest.prevClose);
  price(TICK.open, latest.dayOpen);
  ticks.push({ kind: "generic", type: TICK.halted, value: latest.isHalted ? 1 : 0 });
  return ticks;
}

/** Both sides and the close of EUR.USD around the world's rate. */
export function currencyTicks({ rate, prevRate }: FxRate): Tick[] {
  const step = (price: number): number => Math.round(price * 2e4) / 2e4;
  const [bid, ask] = [step(rate - CURRENCY_HALF), step(rate + CURRENCY_HALF)];
  const [bidSize, askSize] = [CURRENCY_SIZE, CURRENCY_SIZE];
  const close: Tick = { kind: "price", type: TICK.close, price: step(prevRate), size: 0 };
  return [...quoteTicks({ bid, ask, bidSize, askSize }, true), close];
}

/** What an option's line does not tell, as faults have it. */
export interface OptionLimits {
  /** Nothing is computed. */
  readonly isUncomputed: boolean;
  /** The level of the underlying is missing. */
  readonly hasNoUnderlying: boolean;
}

/** Computations of an option at its bid, ask and last price, and the model's. */
export function optionTicks(
  instrument: Instrument,
  latest: Latest,
  computations: Computations,
  limits: OptionLimits,
): Tick[] {
  const tick = (type: number, computed: () => Computation): Tick => {
    const value = limits.isUncomputed ? NOT_COMPUTED : computed();
    const computation = limits.hasNoUnderlying ? { ...value, undPrice: null } : value;
    return { kind: "option", type, computation };
  };
  const ticks = [
    tick(TICK.bidOption, () => computations.at(instrument, latest.bid)),
    tick(TICK.askOption, () => computations.at(instrument, latest.ask)),
  ];
  if (latest.tradeAt > 0) {
    ticks.push(tick(TICK.lastOption, () => computations.at(instrument, latest.last)));
  }
  return [...ticks, tick(TICK.modelOption, () => computations.model(instrument, latest))];
}
