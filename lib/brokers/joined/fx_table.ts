import type { Currency } from "../../base/brand.ts";
import type { FxRate } from "../../domain/account.ts";

/** How one unit of a broker's base becomes the desk's. */
interface Cross {
  readonly rate: number;
  /** Null where nobody said it. */
  readonly previousClose: number | null;
  readonly asOf: number;
}

function isUsable(value: number): boolean {
  return value > 0 && value < Infinity;
}

/**
 * Exchange rates of several brokers in one base currency. Each broker tells rates into its own
 * base; where that is another, they are crossed by that broker's rate of the desk's base. The first
 * broker, in the order of preference, that has a currency tells it.
 */
export class FxTable {
  readonly #base: Currency;
  /** Per broker: rates by currency, as told. */
  readonly #told: readonly Map<Currency, FxRate>[];
  readonly #bases: (Currency | null)[];

  constructor(base: Currency, brokers: number) {
    this.#base = base;
    this.#told = Array.from({ length: brokers }, () => new Map());
    this.#bases = Array.from({ length: brokers }, () => null);
  }

  /** Takes a rate of a broker; answers what changed in the desk's base. */
  take(broker: number, rate: FxRate): readonly FxRate[] {
    const before = new Map(this.rates().map((one) => [one.currency, one]));
    this.#bases[broker] = rate.base;
    if (rate.currency !== rate.base) this.#told[broker].set(rate.currency, rate);
    return this.rates().filter((one) => !isSame(one, before.get(one.currency)));
  }

  /** Every rate in the desk's base, each currency once. */
  rates(): readonly FxRate[] {
    const found = new Map<Currency, FxRate>();
    for (let broker = 0; broker < this.#told.length; broker++) {
      for (const rate of this.#ratesOf(broker)) {
        if (!found.has(rate.currency)) found.set(rate.currency, rate);
      }
    }
    return [...found.values()];
  }

  #ratesOf(broker: number): FxRate[] {
    const cross = this.#cross(broker);
    const own = this.#bases[broker];
    if (cross === null || own === null) return [];
    const rates: FxRate[] = [];
    if (own !== this.#base) rates.push({ currency: own, base: this.#base, ...cross });
    for (const { currency, rate, previousClose, asOf } of this.#told[broker].values()) {
      if (currency === this.#base || !isUsable(rate)) continue;
      rates.push({
        currency,
        base: this.#base,
        rate: rate * cross.rate,
        previousClose: crossed(previousClose, cross.previousClose),
        asOf: Math.min(asOf, cross.asOf),
      });
    }
    return rates;
  }

  /** What one unit of a broker's base is worth in the desk's; null while nobody said. */
  #cross(broker: number): Cross | null {
    const own = this.#bases[broker];
    if (own === null) return null;
    if (own === this.#base) return { rate: 1, previousClose: 1, asOf: Infinity };
    const inverse = this.#told[broker].get(this.#base);
    if (inverse === undefined || !isUsable(inverse.rate)) return null;
    const { rate, previousClose, asOf } = inverse;
    return {
      rate: 1 / rate,
      previousClose: previousClose !== null && isUsable(previousClose) ? 1 / previousClose : null,
      asOf,
    };
  }
}

function crossed(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

function isSame(a: FxRate, b: FxRate | undefined): boolean {
  return b !== undefined && a.rate === b.rate && a.asOf === b.asOf &&
    a.previousClose === b.previousClose;
}
