import { blankInput, blankValue, optionPrice, optionValue } from "./black_scholes.ts";
import type { InstrumentTable } from "./instruments.ts";
import { LISTINGS } from "./listings.ts";
import type { Market } from "./market.ts";
import type { Quotes } from "./quotes.ts";
import { carryOf, smileIv } from "./surface.ts";

const YEAR_MS = 365 * 86_400_000;
const SHORTEST_MS = 60_000;
const CARRY = LISTINGS.map((_, underlying) => carryOf(underlying));

/** A small fixed quirk per contract, so that its volatility is not the surface to the last bit. */
function quirkOf(id: number): number {
  const hash = Math.imul(id + 1, 0x9e3779b1) >>> 0;
  return 1 + 0.006 * (hash / 4294967296 - 0.5);
}

/**
 * The world's own theory of its options: European, continuous yield, volatility from the surface at
 * the published level of the underlying. Time is ACT/365 on ms, at least 60 s before expiry.
 */
export class Model {
  readonly input = blankInput();
  readonly value = blankValue();
  readonly #table: InstrumentTable;
  readonly #market: Market;
  readonly #quotes: Quotes;

  constructor(table: InstrumentTable, market: Market, quotes: Quotes) {
    this.#table = table;
    this.#market = market;
    this.#quotes = quotes;
  }

  /** Theoretical price of an option at an instant. */
  price(id: number, at: number): number {
    const u = this.#table.underlyingOf[id];
    this.#prepare(id, at, this.#quotes.spot[u], this.#market.volLevel[u]);
    return optionPrice(this.input);
  }

  /** Theoretical price at another level of the underlying. */
  priceAt(id: number, at: number, spot: number): number {
    const u = this.#table.underlyingOf[id];
    this.#prepare(id, at, spot, this.#market.volLevel[u]);
    return optionPrice(this.input);
  }

  /** Price and Greeks of an option at an instant; the result is reused by the next call. */
  greeks(id: number, at: number): { readonly iv: number; readonly value: Model["value"] } {
    const u = this.#table.underlyingOf[id];
    this.#prepare(id, at, this.#quotes.spot[u], this.#market.volLevel[u]);
    optionValue(this.input, this.value);
    return { iv: this.input.iv, value: this.value };
  }

  #prepare(id: number, at: number, spot: number, volLevel: number): void {
    const table = this.#table;
    const u = table.underlyingOf[id];
    const left = table.expiresAt[id] - at;
    const years = left <= 0 ? 0 : (left < SHORTEST_MS ? SHORTEST_MS : left) / YEAR_MS;
    const { rate, carry } = CARRY[u];
    const input = this.input;
    input.spot = spot;
    input.strike = table.strike[id];
    input.sign = table.sign[id];
    input.yearsToExpiry = years;
    input.riskFreeRate = rate;
    input.carry = carry;
    const logMoneyness = Math.log(input.strike / spot) - carry * years;
    input.iv = smileIv(u, volLevel, years, logMoneyness) * quirkOf(id);
  }
}
