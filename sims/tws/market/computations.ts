import { blankInput, blankValue, optionValue } from "../../../lib/world/black_scholes.ts";
import { EVENT_KIND, type Instrument } from "../../../lib/world/mod.ts";
import type { Latest } from "../../latest.ts";
import type { MarketFace } from "../market_face.ts";
import { type Computation, NOT_COMPUTED } from "./ticks.ts";

const YEAR_MS = 365 * 86_400_000;
const SHORTEST_MS = 60_000;
const STEPS_MAX = 40;
const IV_MAX = 5;
const PRICE_EDGE = 1e-6;
const DIGITS = 1e8;

/** What an option is worth at its bid, ask, last price and by the model. */
export class Computations {
  readonly #market: MarketFace;
  /** Level of the underlying that the latest Greeks were computed with, by option. */
  readonly #levels = new Map<number, number>();
  readonly #input = blankInput();
  readonly #value = blankValue();

  constructor(market: MarketFace) {
    this.#market = market;
  }

  /** Notes what the underlying stood at when an option's Greeks were made. */
  touched(id: number, kind: number): void {
    if (kind !== EVENT_KIND.greeks) return;
    this.#levels.set(id, this.level(this.#market.instrument(id)));
  }

  /** Published level of an option's underlying; NaN before the first. */
  level(instrument: Instrument): number {
    const { bid, ask, last } = this.#market.latest(this.#market.underlyingOf(instrument));
    return bid > 0 && ask > 0 ? (bid + ask) / 2 : last;
  }

  /** The model's computation: what the market published as the option's Greeks. */
  model(instrument: Instrument, latest: Latest): Computation {
    if (!(latest.greeksAt > 0)) return NOT_COMPUTED;
    const [optPrice, impliedVol, delta, gamma, theta, vega] = latest.greeks.map(rounded);
    const undPrice = rounded(this.#levels.get(instrument.id) ?? this.level(instrument));
    const pvDividend = this.#pvDividend(instrument, undPrice);
    return { impliedVol, delta, optPrice, pvDividend, gamma, vega, theta, undPrice };
  }

  /** The computation at a price; only the levels are known where no volatility fits it. */
  at(instrument: Instrument, price: number, level: number = this.level(instrument)): Computation {
    const { option } = instrument;
    if (option === undefined || !(level > 0)) return NOT_COMPUTED;
    const undPrice = rounded(level);
    const pvDividend = this.#pvDividend(instrument, level);
    if (!(price > 0)) return { ...NOT_COMPUTED, undPrice, pvDividend };
    const impliedVol = this.#impliedVol(instrument, level, price);
    if (impliedVol === null) return { ...NOT_COMPUTED, optPrice: price, undPrice, pvDividend };
    const { delta, gamma, vega, theta } = this.#value;
    return {
      impliedVol: rounded(impliedVol),
      delta: rounded(delta),
      optPrice: price,
      pvDividend,
      gamma: rounded(gamma),
      vega: rounded(vega),
      theta: rounded(theta),
      undPrice,
    };
  }

  /** What an option is worth at a volatility and a level of its underlying. */
  priced(instrument: Instrument, impliedVol: number, level: number): Computation {
    if (instrument.option === undefined || !(level > 0) || !(impliedVol > 0)) return NOT_COMPUTED;
    this.#prepare(instrument, level);
    this.#input.iv = impliedVol;
    optionValue(this.#input, this.#value);
    const { price, delta, gamma, vega, theta } = this.#value;
    return {
      impliedVol,
      delta: rounded(delta),
      optPrice: rounded(price),
      pvDividend: this.#pvDividend(instrument, level),
      gamma: rounded(gamma),
      vega: rounded(vega),
      theta: rounded(theta),
      undPrice: level,
    };
  }

  /** Leaves the Greeks in `#value`; null when no volatility gives the price. */
  #impliedVol(instrument: Instrument, level: number, price: number): number | null {
    const input = this.#input;
    this.#prepare(instrument, level);
    let [low, high] = [1e-4, IV_MAX];
    let iv = 0.3;
    for (let n = 0; n < STEPS_MAX; n++) {
      input.iv = iv;
      optionValue(input, this.#value);
      const miss = this.#value.price - price;
      if (Math.abs(miss) < PRICE_EDGE * Math.max(1, price)) return iv;
      if (miss > 0) high = iv;
      else low = iv;
      // Newton, unless it leaves the bracket: then a bisection.
      const next = iv - miss / (100 * this.#value.vega);
      iv = next > low && next < high ? next : (low + high) / 2;
    }
    return null;
  }

  #prepare(instrument: Instrument, level: number): void {
    const { option, underlying } = instrument;
    const carry = this.#market.world.carry(underlying);
    if (option === undefined || carry === undefined) return;
    const left = Math.max(SHORTEST_MS, option.expiresAt - this.#market.now());
    const { riskFreeRate, dividendYield, model } = carry;
    const input = this.#input;
    input.spot = level;
    input.strike = option.strike;
    input.sign = option.right === "call" ? 1 : -1;
    input.yearsToExpiry = left / YEAR_MS;
    input.riskFreeRate = riskFreeRate;
    input.carry = model === "forward" ? 0 : riskFreeRate - dividendYield;
  }

  #pvDividend({ underlying, option }: Instrument, level: number): number {
    const carry = this.#market.world.carry(underlying);
    if (carry === undefined || option === undefined || carry.model === "forward") return 0;
    const years = Math.max(0, option.expiresAt - this.#market.now()) / YEAR_MS;
    return rounded(level * (1 - Math.exp(-carry.dividendYield * years)));
  }
}

function rounded(value: number): number {
  return Math.round(value * DIGITS) / DIGITS;
}
