import assert from "node:assert/strict";
import fc from "fast-check";
import { absenceCode } from "../../../base/absence.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import type { Fill } from "../../../domain/position.ts";
import { dayPnl, dayPnlAbsence } from "../../../portfolio/day_pnl.ts";
import { sumFills } from "../../../portfolio/fill_sums.ts";
import { deliveriesOf } from "../map/deliveries.ts";
import { listedShare } from "../map/listed_instrument.ts";
import { shareBySymbol } from "../map/positions.ts";
import type { TransactionRecord } from "../map/transactions.ts";
import { aFill, aRow, AT, aTransaction } from "./account_fixture_test.ts";
import { holdingsOf } from "./holdings.ts";

const ACCOUNT = "tastytrade-0042-abc";
const SHARE = listedShare("SPY", { kind: "equity", isCoin: false, exchange: "", tickSize: 0.01 });

/** An option on the share: what matters here are kind, key and multiplier. */
function option(n: number): Instrument {
  const { instrument } = shareBySymbol(`OPT${n}`);
  assert.ok(instrument.kind === "equity");
  return {
    ...instrument,
    kind: "option",
    multiplier: 100,
    deliverable: 100,
    underlyingKey: "SPY",
    right: "call",
    strike: 100,
    expiry: "2026-10-30",
    expiresAt: AT,
    exerciseStyle: "american",
    settlement: "PM",
    root: "SPY",
  } as Instrument;
}

/** How an option of the case ends, with what was held, bought today, and prices. */
const ENDING = fc.record({
  how: fc.constantFrom("expired", "exercised", "settled", "held"),
  overnight: fc.integer({ min: -20, max: 20 }),
  bought: fc.integer({ min: -5, max: 5 }),
  boughtAt: fc.integer({ min: 1, max: 2000 }).map((cents) => cents / 100),
  close: fc.integer({ min: 1, max: 2000 }).map((cents) => cents / 100),
  mark: fc.integer({ min: 1, max: 2000 }).map((cents) => cents / 100),
  strike: fc.integer({ min: 50, max: 150 }),
  hasAction: fc.boolean(),
  isPriceTold: fc.boolean(),
  fees: fc.constantFrom(0, 5),
});
type Ending = typeof ENDING extends fc.Arbitrary<infer T> ? T : never;

/** A broker's own books of one account: quantities, cash and rows of today. */
class Books {
  cash = 0;
  readonly held = new Map<string, number>();
  readonly rows: TransactionRecord[] = [];
  readonly fills: Fill[] = [];

  #move(key: string, quantity: number, paid: number): void {
    this.held.set(key, (this.held.get(key) ?? 0) + quantity);
    this.cash -= paid;
  }

  trade(key: string, units: number, quantity: number, price: number): void {
    this.#move(key, quantity, quantity * units * price);
    const execId = `e${this.fills.length}`;
    const filled = { execId, accountId: ACCOUNT, instrumentKey: key, price };
    this.fills.push(aFill({ ...filled, signedQuantity: quantity }));
  }

  deliver(quantity: number, value: number, row: Partial<TransactionRecord>): void {
    this.#move(row.symbol ?? "", quantity, (row.fees ?? 0) - value);
    const id = String(this.rows.length);
    this.rows.push(aTransaction({ ...row, id, quantity: Math.abs(quantity), value }));
  }
}

/** Books in which an option and the shares of one case moved. */
function play(books: Books, key: string, { how, ...of }: Ending): void {
  books.held.set(key, of.overnight);
  if (of.bought !== 0) books.trade(key, 100, of.bought, of.boughtAt);
  const held = books.held.get(key) ?? 0;
  if (how === "held" || held === 0) return;
  const side = (quantity: number) => quantity > 0 ? "Buy to Close" : "Sell to Close";
  const action = of.hasAction ? side(-held) : null;
  const ended = held > 0 ? "Exercise" : "Assignment";
  const row = { symbol: key, instrumentType: "Equity Option", action, fees: of.fees };
  if (how === "expired") return books.deliver(-held, 0, { ...row, subType: "Expiration" });
  if (how === "settled") {
    const value = Math.round(held * 100 * of.mark * 100) / 100;
    const price = of.isPriceTold ? of.mark : null;
    return books.deliver(-held, value, { ...row, subType: `Cash Settled ${ended}`, price });
  }
  books.deliver(-held, 0, { ...row, subType: ended });
  const shares = held * 100;
  books.deliver(shares, -shares * of.strike, {
    symbol: "SPY",
    instrumentType: "Equity",
    subType: ended,
    action: of.hasAction ? side(shares) : null,
    price: of.isPriceTold ? of.strike : null,
    fees: of.fees,
  });
}

/** The day's P&L by the desk's own functions; NaN where one row leaves it out. */
function profitOf(books: Books, known: Map<string, Instrument>, before: Books["held"], cases: {
  readonly marks: ReadonlyMap<string, number>;
  readonly closes: ReadonlyMap<string, number>;
}): number {
  const { movements, unclear } = deliveriesOf(books.rows, {
    accountId: ACCOUNT,
    instrumentOf: (symbol) => known.get(symbol) ?? null,
    heldBefore: (key) =>
      (before.get(key) ?? 0) + books.fills
        .filter(({ instrumentKey }) => instrumentKey === key)
        .reduce((sum, { signedQuantity }) => sum + signedQuantity, 0),
  });
  const fills = [...books.fills, ...movements];
  const rows = [...books.held].filter(([, quantity]) => quantity !== 0)
    .map(([symbol, signedQuantity]) => aRow({ symbol, signedQuantity }));
  const names = { accountId: ACCOUNT, keyOfRow: ({ symbol }: { symbol: string }) => symbol };
  const { positions } = holdingsOf(rows, { fills, unclear }, { ...names, asOf: AT });
  let profit = 0;
  for (const key of known.keys()) {
    const position = positions.find(({ instrumentKey }) => instrumentKey === key);
    const own = fills.filter(({ instrumentKey }) => instrumentKey === key);
    const sums = {
      fills: new Map(own.map((fill) => [fill.execId, fill])),
      fillQuantity: 0,
      fillValue: 0,
      fees: 0,
    };
    sumFills(sums);
    const input = {
      ...sums,
      quantity: position?.signedQuantity ?? 0,
      overnight: position?.overnightQuantity ?? 0,
      multiplier: known.get(key)?.multiplier ?? NaN,
      mark: cases.marks.get(key) ?? NaN,
      close: cases.closes.get(key) ?? NaN,
      rate: 1,
      ratePrevious: 1,
      isFuture: false,
    };
    profit += dayPnlAbsence(input) === absenceCode("present") ? dayPnl(input) : NaN;
  }
  return profit;
}

Deno.test("R36: over any deliveries the day's P&L is what the broker's net liq moved by", () => {
  const share = fc.record({
    overnight: fc.integer({ min: -500, max: 500 }),
    close: fc.integer({ min: 5000, max: 15_000 }).map((cents) => cents / 100),
    mark: fc.integer({ min: 5000, max: 15_000 }).map((cents) => cents / 100),
  });
  fc.assert(fc.property(fc.array(ENDING, { minLength: 1, maxLength: 6 }), share, (endings, spy) => {
    const known = new Map<string, Instrument>([["SPY", SHARE]]);
    const marks = new Map([["SPY", spy.mark]]);
    const closes = new Map([["SPY", spy.close]]);
    const before = new Map([["SPY", spy.overnight]]);
    const books = new Books();
    books.held.set("SPY", spy.overnight);
    for (const [n, ending] of endings.entries()) {
      const key = `OPT${n}`;
      known.set(key, option(n));
      marks.set(key, ending.mark);
      closes.set(key, ending.close);
      before.set(key, ending.overnight);
      play(books, key, ending);
    }
    const worth = (held: ReadonlyMap<string, number>, prices: ReadonlyMap<string, number>) =>
      [...held].reduce(
        (sum, [key, quantity]) =>
          sum + quantity * (known.get(key)?.multiplier ?? NaN) * (prices.get(key) ?? NaN),
        0,
      );
    const moved = books.cash + worth(books.held, marks) - worth(before, closes);
    const profit = profitOf(books, known, before, { marks, closes });
    assert.ok(Math.abs(profit - moved) < 0.01, `${profit} of ${moved}`);
  }));
});
