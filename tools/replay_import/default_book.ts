import { hasMid } from "../../lib/brokers/replay/recording.ts";
import { optionKey } from "../../lib/domain/instrument.ts";
import type { SourceQuote } from "./layouts.ts";

const OPTIONS_HELD_MAX = 24;
const QUANTITIES = [-5, 3, -2, 4];
const SHARES_HELD = 300;

interface Held {
  readonly key: string;
  readonly order: string;
}

/** Options that had a mid at least once, by expiry, strike and right; evenly thinned to 24. */
function heldOptions(quotes: readonly SourceQuote[], multiplier: number): readonly Held[] {
  const byKey = new Map<string, Held>();
  for (const quote of quotes) {
    if (!hasMid(quote.bid, quote.ask)) continue;
    const key = optionKey({ ...quote, multiplier });
    const strike = quote.strike.toFixed(3).padStart(12, "0");
    byKey.set(key, { key, order: `${quote.expiry} ${strike} ${quote.right} ${quote.root}` });
  }
  const sorted = [...byKey.values()].sort((a, b) => a.order < b.order ? -1 : 1);
  if (sorted.length <= OPTIONS_HELD_MAX) return sorted;
  const step = sorted.length / OPTIONS_HELD_MAX;
  return Array.from({ length: OPTIONS_HELD_MAX }, (_, i) => sorted[Math.floor(i * step)]);
}

/** What the example book is made of. */
export interface DefaultBookInput {
  readonly quotes: readonly SourceQuote[];
  readonly multiplier: number;
  /** Symbol of the shares to hold; null for an index. */
  readonly shares: string | null;
}

/**
 * The book of a recording whose user gave none, as the text of a book file: an example, the same
 * for the same quotes. "Individual" holds −5, +3, −2, +4, … of the options in the order of expiry,
 * strike and right, and 300 shares; "IRA" holds +1 of every third. No average prices and no
 * previous closes are known.
 */
export function defaultBook({ quotes, multiplier, shares }: DefaultBookInput): string {
  const held = heldOptions(quotes, multiplier);
  const [individual, ira] = ["REPLAY-0001", "REPLAY-0002"];
  const position = (account: string, instrument: string, overnightQuantity: number) => ({
    account,
    instrument,
    overnightQuantity,
    averagePrice: null,
    strategy: null,
  });
  const book = {
    accounts: [
      { number: individual, nickname: "Individual", type: "Example", currency: "USD" },
      { number: ira, nickname: "IRA", type: "Example", currency: "USD" },
    ],
    cash: [
      { account: individual, currency: "USD", amount: 100_000 },
      { account: ira, currency: "USD", amount: 25_000 },
    ],
    positions: [
      ...(shares === null ? [] : [position(individual, shares, SHARES_HELD)]),
      ...held.map(({ key }, i) => position(individual, key, QUANTITIES[i % QUANTITIES.length])),
      ...held.filter((_, i) => i % 3 === 0).map(({ key }) => position(ira, key, 1)),
    ],
    fills: [],
    previousCloses: [],
    fxRates: [],
  };
  return `${JSON.stringify(book, null, 2)}\n`;
}
