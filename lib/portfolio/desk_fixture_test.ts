import type { Account, Balances } from "../domain/account.ts";
import type { Equity, Future, Instrument, Option } from "../domain/instrument.ts";
import { MARKET_EVENT, MARKET_STRIDE, marketBatch } from "../domain/market_data.ts";
import {
  LEAF,
  LEAF_STRIDE,
  type LeafMeasure,
  ROW_F64_AT,
  ROW_U8_AT,
  type RowF64,
  type RowU8,
} from "../domain/measures.ts";
import type { Fill, Position } from "../domain/position.ts";
import { Board, createBoard } from "../market/board.ts";
import { Book, createBook } from "./book.ts";
import { ROW_STRIDE, ROW_U8_STRIDE } from "./tables.ts";

/** 2025-03-19 10:15 New York. */
export const START_AT = Date.UTC(2025, 2, 19, 14, 15);

/** 45 days after the start: the expiry of the golden vectors of formulas §3. */
export const EXPIRES_AT = START_AT + 45 * 86_400_000;

export function anEquity(over: Partial<Equity> = {}): Equity {
  const symbol = over.symbol ?? "XYZ";
  return {
    kind: "equity",
    key: symbol,
    symbol,
    underlying: symbol,
    multiplier: 1,
    currency: "USD",
    exchange: "XNYS",
    sessionClass: "equity",
    tickSize: 0.01,
    ...over,
  };
}

export function anOption(over: Partial<Option> = {}): Option {
  const underlying = over.underlying ?? "XYZ";
  const right = over.right ?? "call";
  const strike = over.strike ?? 105;
  const multiplier = over.multiplier ?? 100;
  return {
    kind: "option",
    key: `${underlying} ${over.expiresAt ?? EXPIRES_AT} ${right} ${strike} x${multiplier}`,
    symbol: underlying,
    underlying,
    multiplier,
    currency: "USD",
    exchange: "XCBO",
    sessionClass: "equity",
    tickSize: 0.01,
    right,
    strike,
    expiry: "2025-05-03",
    expiresAt: EXPIRES_AT,
    settlement: "PM",
    underlyingKey: underlying,
    deliverable: multiplier,
    root: underlying,
    ...over,
  };
}

export function aFuture(over: Partial<Future> = {}): Future {
  return {
    kind: "future",
    key: "ESM5",
    symbol: "ESM5",
    underlying: "ES",
    multiplier: 50,
    currency: "USD",
    exchange: "XCME",
    sessionClass: "futures",
    tickSize: 0.25,
    expiry: "2025-06-20",
    expiresAt: Date.UTC(2025, 5, 20, 13, 30),
    ...over,
  };
}

export function anAccount(id: string): Account {
  return { id, broker: "test", number: id, nickname: id, type: id, currency: "USD" };
}

export function aPosition(over: Partial<Position> = {}): Position {
  const signedQuantity = over.signedQuantity ?? 1;
  return {
    accountId: "A",
    instrumentKey: "XYZ",
    signedQuantity,
    overnightQuantity: signedQuantity,
    averagePrice: null,
    strategy: null,
    asOf: START_AT,
    ...over,
  };
}

export function aFill(over: Partial<Fill> = {}): Fill {
  return {
    execId: "e1",
    accountId: "A",
    instrumentKey: "XYZ",
    signedQuantity: 1,
    price: 1,
    fees: 0,
    filledAt: START_AT,
    ...over,
  };
}

export function someBalances(over: Partial<Balances> = {}): Balances {
  return {
    accountId: "A",
    cash: [],
    netLiquidation: null,
    previousNetLiquidation: null,
    externalFlows: 0,
    income: 0,
    accrued: 0,
    asOf: START_AT,
    ...over,
  };
}

/** One event of a message, by key. */
export interface TestEvent {
  readonly key: string;
  readonly kind: keyof typeof MARKET_EVENT;
  readonly values: readonly number[];
}

export function quote(key: string, bid: number, ask: number): TestEvent {
  return { key, kind: "quote", values: [bid, ask, 1, 1] };
}

/** Greeks of a broker: iv, delta, gamma, theta per day, vega per point, rho per point. */
export function greeks(key: string, ...values: number[]): TestEvent {
  return { key, kind: "greeks", values: [NaN, ...values] };
}

export function close(key: string, previousClose: number): TestEvent {
  return { key, kind: "summary", values: [previousClose, NaN] };
}

/** How the fixture's feed delivers. */
export const DELIVERY = { feed: "f", cadenceMs: null, isDerived: false };

/** A board and a book wired as a desk wires them, with a clock that the test moves. */
export class TestDesk {
  readonly board: Board;
  readonly book: Book;
  now = START_AT;
  readonly #batch = marketBatch(4096);

  constructor(capacity = 4096) {
    this.board = createBoard({ capacity });
    this.book = createBook({ baseCurrency: "USD", market: this.board, startAt: this.now });
    this.board.setFeedState("f", "live", this.now);
    this.book.addAccount(anAccount("A"));
    this.book.addAccount(anAccount("B"));
  }

  add(...instruments: Instrument[]): this {
    for (const instrument of instruments) {
      const handle = this.book.addInstrument(instrument);
      this.board.register(handle, { ...instrument, ...DELIVERY });
    }
    return this;
  }

  hold(...positions: Position[]): this {
    for (const accountId of new Set(positions.map((position) => position.accountId))) {
      this.book.setPositions(accountId, positions.filter((p) => p.accountId === accountId));
    }
    return this;
  }

  /** One message. */
  send(...events: TestEvent[]): this {
    this.#batch.count = events.length;
    events.forEach((event, i) => {
      this.#batch.kind[i] = MARKET_EVENT[event.kind];
      this.#batch.handle[i] = this.book.handleOf(event.key);
      this.#batch.eventAt[i] = this.now;
      const values = [...event.values, ...Array(MARKET_STRIDE).fill(NaN)].slice(0, MARKET_STRIDE);
      this.#batch.values.set(values, i * MARKET_STRIDE);
    });
    this.board.apply(this.#batch, this.now);
    this.book.applyMarket(this.board.takeTouched(), this.now);
    return this;
  }

  /** Row index of an account's holding. */
  index(key: string, accountId = "A"): number {
    for (let i = 0; i < this.book.rowCount; i++) {
      const row = this.book.row(i);
      const { account } = this.book.account(row.accountId);
      if (row.instrument.key === key && account.id === accountId) return i;
    }
    throw new Error(`no row of ${key} in ${accountId}`);
  }

  value(field: RowF64, key: string, accountId = "A"): number {
    return this.book.rowF64[this.index(key, accountId) * ROW_STRIDE + ROW_F64_AT[field]];
  }

  code(field: RowU8, key: string, accountId = "A"): number {
    return this.book.rowU8[this.index(key, accountId) * ROW_U8_STRIDE + ROW_U8_AT[field]];
  }

  /** Sum of a measure over all cells. */
  total(measure: LeafMeasure): number {
    let sum = 0;
    const { cellF64 } = this.book;
    for (let at = LEAF[measure]; at < cellF64.length; at += LEAF_STRIDE) sum += cellF64[at];
    return sum;
  }
}

/** Asserts nearness: |a − b| ≤ tolerance·max(1, |b|). */
export function near(actual: number, expected: number, tolerance = 1e-9): void {
  const isNear = Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
  if (!isNear) throw new Error(`${actual} is not near ${expected}`);
}
