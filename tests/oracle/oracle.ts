import { impliedVolatility, type Terms, value } from "./pricing.ts";
import { optionName, parts, type Row } from "./records.ts";

/** What the oracle reads of a manifest. */
interface OracleManifest {
  readonly underlyings: readonly {
    readonly symbol: string;
    readonly riskFreeRate: number;
    readonly dividendYield: number;
    readonly spot: { rule: string; root: string; expiry: string; strike: number };
  }[];
  readonly optionClasses: readonly {
    readonly root: string;
    readonly underlying: string;
    readonly multiplier: number;
    readonly tickSize: number;
  }[];
}

/** What the oracle reads of a book. */
interface OracleBook {
  readonly accounts: readonly { readonly number: string }[];
  readonly cash: readonly { readonly account: string; readonly amount: number }[];
  readonly positions: readonly {
    readonly account: string;
    readonly instrument: string;
    readonly overnightQuantity: number;
  }[];
  readonly previousCloses: readonly { readonly instrument: string; readonly close: number }[];
}

/** Totals of one account; legs without a value or without Greeks are counted, not guessed. */
export interface Totals {
  /** Σ q·m·δ by underlying symbol. */
  readonly positionDelta: ReadonlyMap<string, number>;
  readonly dollarDelta: number;
  readonly netLiquidation: number;
  readonly withoutGreeks: number;
  readonly withoutMark: number;
}

interface Leg {
  readonly account: string;
  readonly name: string;
  readonly quantity: number;
}

const YEAR_MS = 365 * 86_400_000;

/** Book key `ROOT YYYY-MM-DD C|P STRIKE xM` as the oracle's name. */
function nameOfKey(key: string): string {
  const words = key.split(" ");
  if (words.length === 1) return key;
  return optionName(words[0], words[1], Number(words[3]), words[2] === "C" ? "call" : "put");
}

function midOf(row: { bid: number; ask: number }): number {
  return row.bid > 0 && row.ask >= row.bid ? (row.bid + row.ask) / 2 : NaN;
}

/**
 * Recomputes a recorded day from its source rows by the rules that docs/replay.md prints: marks,
 * spot, volatilities and totals. `step` plays the rows of one minute, in order of time.
 */
export class Oracle {
  readonly #manifest: OracleManifest;
  readonly #book: OracleBook;
  readonly #legs: readonly Leg[];
  readonly #mark = new Map<string, number>();
  readonly #spot = new Map<string, number>();
  readonly #volatility = new Map<string, number>();
  /** Quotes whose minute had no spot: their mid waits for the next spot. */
  readonly #waiting = new Map<string, Row>();

  constructor(manifestText: string, bookText: string) {
    this.#manifest = JSON.parse(manifestText);
    this.#book = JSON.parse(bookText);
    this.#legs = this.#book.positions.map((position) => ({
      account: position.account,
      name: nameOfKey(position.instrument),
      quantity: position.overnightQuantity,
    }));
  }

  /** Plays the rows of one minute, all of the same `at`. */
  step(rows: readonly Row[], at: number): void {
    for (const row of rows) this.#mark.set(row.name, parts(row.name) ? midOf(row) : row.close);
    for (const { symbol, spot } of this.#manifest.underlyings) {
      if (spot.rule === "bars") {
        const bar = rows.find((row) => row.name === symbol);
        if (bar !== undefined) this.#spot.set(symbol, bar.close);
      } else {
        this.#spot.set(symbol, this.#paritySpot(symbol, rows, at));
      }
    }
    for (const row of rows) if (parts(row.name)) this.#waiting.set(row.name, row);
    for (const [name, row] of this.#waiting) {
      if (!(this.#spotOf(name) > 0)) continue;
      this.#waiting.delete(name);
      this.#solve(name, row, at);
    }
  }

  /** Totals of an account at an instant. */
  totals(account: string, at: number): Totals {
    const positionDelta = new Map<string, number>();
    let dollarDelta = 0;
    let netLiquidation = 0;
    let withoutGreeks = 0;
    let withoutMark = 0;
    for (const cash of this.#book.cash) {
      if (cash.account === account) netLiquidation += cash.amount;
    }
    for (const leg of this.#legs) {
      if (leg.account !== account) continue;
      const multiplier = this.#multiplierOf(leg.name);
      const symbol = this.#symbolOf(leg.name);
      const mark = this.#markOf(leg.name);
      const delta = this.#deltaOf(leg.name, at);
      if (Number.isNaN(mark)) withoutMark++;
      else netLiquidation += leg.quantity * multiplier * mark;
      if (Number.isNaN(delta)) {
        withoutGreeks++;
        continue;
      }
      const shares = leg.quantity * multiplier * delta;
      positionDelta.set(symbol, (positionDelta.get(symbol) ?? 0) + shares);
      dollarDelta += shares * (this.#spot.get(symbol) ?? NaN);
    }
    return { positionDelta, dollarDelta, netLiquidation, withoutGreeks, withoutMark };
  }

  /** Volatility in use of an option; NaN before its first good quote. */
  volatilityOf(name: string): number {
    return this.#volatility.get(name) ?? NaN;
  }

  /** Spot of an underlying, NaN when absent. */
  spotOfSymbol(symbol: string): number {
    return this.#spot.get(symbol) ?? NaN;
  }

  /** The mark of the latest row, else the previous close of the book, else NaN. */
  #markOf(name: string): number {
    const mark = this.#mark.get(name) ?? NaN;
    if (!Number.isNaN(mark)) return mark;
    const known = this.#book.previousCloses.find(({ instrument }) =>
      nameOfKey(instrument) === name
    );
    return known?.close ?? NaN;
  }

  #deltaOf(name: string, at: number): number {
    const option = parts(name);
    if (option === null) return this.#spotOf(name) > 0 ? 1 : NaN;
    const terms = this.#termsOf(name, at);
    if (!(terms.spot > 0)) return NaN;
    if (terms.years === 0) return value(terms, 0).delta;
    return value(terms, this.#volatility.get(name) ?? NaN).delta;
  }

  #solve(name: string, row: Row, at: number): void {
    const mid = midOf(row);
    if (Number.isNaN(mid) || row.ask - row.bid > 0.5 * mid) return;
    const terms = this.#termsOf(name, at);
    if (terms.years === 0) return;
    const presentSpot = terms.spot * Math.exp(-terms.dividendYield * terms.years);
    const presentStrike = terms.strike * Math.exp(-terms.rate * terms.years);
    const intrinsic = Math.max(0, terms.sign * (presentSpot - presentStrike));
    const upper = terms.sign > 0 ? presentSpot : presentStrike;
    const { tickSize } = this.#classOf(name);
    if (mid - intrinsic < 0.5 * tickSize || mid >= upper) return;
    const volatility = impliedVolatility(terms, mid);
    if (volatility !== null) this.#volatility.set(name, volatility);
  }

  #paritySpot(symbol: string, rows: readonly Row[], at: number): number {
    const underlying = this.#underlyingOf(symbol);
    const { root, expiry, strike } = underlying.spot;
    const mid = (right: string) => {
      const name = optionName(root, expiry, strike, right);
      const row = rows.findLast((one) => one.name === name);
      return row === undefined ? NaN : midOf(row);
    };
    const ends = parts(optionName(root, expiry, strike, "call"))?.expiresAt ?? NaN;
    if (at > ends) return NaN;
    const years = (ends - at) / YEAR_MS;
    const cash = strike * Math.exp(-underlying.riskFreeRate * years);
    return (mid("call") - mid("put") + cash) * Math.exp(underlying.dividendYield * years);
  }

  #termsOf(name: string, at: number): Terms {
    const option = parts(name);
    if (option === null) throw new Error(`${name} is no option`);
    const { riskFreeRate, dividendYield } = this.#underlyingOf(this.#symbolOf(name));
    return {
      sign: option.sign,
      spot: this.#spotOf(name),
      strike: option.strike,
      years: Math.max(0, option.expiresAt - at) / YEAR_MS,
      rate: riskFreeRate,
      dividendYield,
    };
  }

  #spotOf(name: string): number {
    return this.#spot.get(this.#symbolOf(name)) ?? NaN;
  }

  #underlyingOf(symbol: string) {
    const found = this.#manifest.underlyings.find((one) => one.symbol === symbol);
    if (found === undefined) throw new Error(`no underlying ${symbol}`);
    return found;
  }

  #classOf(name: string) {
    const root = parts(name)?.root;
    const found = this.#manifest.optionClasses.find((one) => one.root === root);
    if (found === undefined) throw new Error(`no class of ${name}`);
    return found;
  }

  #symbolOf(name: string): string {
    return parts(name) === null ? name : this.#classOf(name).underlying;
  }

  #multiplierOf(name: string): number {
    return parts(name) === null ? 1 : this.#classOf(name).multiplier;
  }
}
