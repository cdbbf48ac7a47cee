import type { Instrument } from "../lib/domain/instrument.ts";
import {
  MARKET_EVENT,
  MARKET_STRIDE,
  type MarketBatch,
  marketBatch,
} from "../lib/domain/market_data.ts";
import { LEAF_STRIDE } from "../lib/domain/measures.ts";
import { type Board, createBoard } from "../lib/market/board.ts";
import { type Book, createBook } from "../lib/portfolio/book.ts";
import { randomFrom } from "./random.ts";
import { type OptionTerms, priceOf } from "./reference/black_scholes.ts";

/** 2025-03-19 10:15 New York, in the regular session. */
export const NOW = Date.UTC(2025, 2, 19, 14, 15);
export const RATE = 0.03;
export const YIELD = 0.01;
export const ACCOUNTS = 3;

const YEAR_MS = 365 * 86_400_000;
const FEED = "bench";

/** One option position of the bench's book. */
export interface BenchPosition extends OptionTerms {
  readonly index: number;
  readonly handle: number;
  readonly underlying: number;
  readonly account: number;
  readonly signedQuantity: number;
  readonly volatility: number;
}

/** A book of options and what is needed to move it. */
export interface DeskBook {
  readonly board: Board;
  readonly book: Book;
  readonly positions: readonly BenchPosition[];
  /** Handles of the underlyings' shares. */
  readonly shares: readonly number[];
  readonly spots: Float64Array;
  /** The source's clock and the time of receipt, ms. */
  now: number;
}

function anInstrument(name: string, symbol: string): Omit<Instrument & { kind: "equity" }, "kind"> {
  return {
    key: name,
    symbol,
    underlying: symbol,
    multiplier: 1,
    currency: "USD",
    exchange: "XNYS",
    sessionClass: "equity",
    tickSize: 0.01,
  };
}

interface Shape {
  readonly positions: number;
  readonly underlyings: number;
  readonly seed: number;
}

/**
 * A board and a book as the desk wires them: one option per position, spread evenly over
 * underlyings and three accounts. Quotes, and for `hasBrokerGreeks` also Greeks, are in.
 */
export function deskBook(shape: Shape & { readonly hasBrokerGreeks: boolean }): DeskBook {
  const capacity = shape.positions + shape.underlyings + 8;
  const board = createBoard({ capacity });
  const book = createBook({ baseCurrency: "USD", market: board, startAt: NOW });
  board.setFeedState(FEED, "live", NOW);
  for (let a = 0; a < ACCOUNTS; a++) {
    const id = `account ${a}`;
    const masked = { id, broker: "bench", number: `000${a}`, nickname: id, type: id };
    book.addAccount({ ...masked, currency: "USD" });
  }
  const add = (instrument: Instrument) => {
    const handle = book.addInstrument(instrument);
    board.register(handle, { ...instrument, feed: FEED, cadenceMs: null, isDerived: false });
    return handle;
  };
  const shares = Array.from(
    { length: shape.underlyings },
    (_, u) => add({ kind: "equity", ...anInstrument(`U${u}`, `U${u}`) }),
  );
  const positions = makePositions(shape, add);
  for (let a = 0; a < ACCOUNTS; a++) {
    const own = positions.filter((position) => position.account === a);
    book.setPositions(
      `account ${a}`,
      own.map(({ handle, signedQuantity }) => ({
        accountId: `account ${a}`,
        instrumentKey: book.instrument(handle).key,
        signedQuantity,
        overnightQuantity: signedQuantity,
        averagePrice: null,
        strategy: null,
        asOf: NOW,
      })),
    );
  }
  for (let u = 0; u < shape.underlyings; u++) {
    book.setCarry({ underlying: `U${u}`, riskFreeRate: RATE, dividendYield: YIELD });
  }
  const spots = new Float64Array(shape.underlyings).fill(100);
  const desk = { board, book, positions, shares, spots, now: NOW };
  quoteAll(desk);
  if (shape.hasBrokerGreeks) { for (const { handle } of positions) sendGreeks(desk, handle, 0.5); }
  return desk;
}

function makePositions(
  shape: Shape,
  add: (instrument: Instrument) => number,
): readonly BenchPosition[] {
  const random = randomFrom(shape.seed);
  return Array.from({ length: shape.positions }, (_, index) => {
    const underlying = index % shape.underlyings;
    const right = random() < 0.5 ? "call" : "put";
    const strike = Math.round(8_500 + 3_000 * random()) / 100;
    const expiresAt = NOW + Math.round((0.15 + 1.8 * random()) * YEAR_MS);
    const symbol = `U${underlying}`;
    const handle = add({
      ...anInstrument(`O${index}`, symbol),
      kind: "option",
      multiplier: 100,
      exchange: "XCBO",
      right,
      strike,
      expiry: "2026-01-16",
      expiresAt,
      settlement: "PM",
      underlyingKey: symbol,
      deliverable: 100,
      root: symbol,
    });
    return {
      index,
      handle,
      underlying,
      account: Math.floor(random() * ACCOUNTS),
      signedQuantity: (random() < 0.5 ? -1 : 1) * (1 + Math.floor(9 * random())),
      volatility: 0.2 + 0.4 * random(),
      sign: right === "call" ? 1 : -1,
      spot: 100,
      strike,
      years: (expiresAt - NOW) / YEAR_MS,
      rate: RATE,
      dividendYield: YIELD,
    };
  });
}

const batch = marketBatch(1);

/** What an event needs of a desk's book. */
export type Mover = Pick<DeskBook, "board" | "book" | "now">;

/** One event through board and book, as a decoded message of one event takes its way. */
export function sendOne(desk: Mover, event: MarketBatch): void {
  desk.board.apply(event, desk.now);
  desk.book.applyMarket(desk.board.takeTouched(), desk.now);
}

/** Puts a quote into the first place of a batch. */
function putQuote(to: MarketBatch, handle: number, bid: number, ask: number): void {
  to.count = 1;
  to.kind[0] = MARKET_EVENT.quote;
  to.handle[0] = handle;
  // A source that sends no stamps: the time of receipt counts.
  to.eventAt[0] = NaN;
  to.values[0] = bid;
  to.values[1] = ask;
  to.values[2] = to.values[3] = 1;
}

/** Sends a quote around a middle, one cent wide. */
export function sendQuote(desk: Mover, handle: number, mid: number): void {
  putQuote(batch, handle, mid - 0.005, mid + 0.005);
  sendOne(desk, batch);
}

/** Sends a broker's Greeks of one option: `delta`, and others that follow from nothing. */
export function sendGreeks(desk: Mover, handle: number, delta: number): void {
  batch.count = 1;
  batch.kind[0] = MARKET_EVENT.greeks;
  batch.handle[0] = handle;
  batch.eventAt[0] = NaN;
  batch.values.fill(NaN, 0, MARKET_STRIDE);
  batch.values[1] = 0.25;
  batch.values[2] = delta;
  batch.values[3] = 0.02;
  batch.values[4] = -0.03;
  batch.values[5] = 0.15;
  batch.values[6] = 0.05;
  sendOne(desk, batch);
}

/** Sends a spot of one underlying and remembers it. */
export function sendSpot(desk: DeskBook, underlying: number, spot: number): void {
  desk.spots[underlying] = spot;
  sendQuote(desk, desk.shares[underlying], spot);
}

function quoteAll(desk: DeskBook): void {
  desk.shares.forEach((_, u) => sendSpot(desk, u, desk.spots[u]));
  for (const position of desk.positions) {
    const mid = priceOf(position, position.volatility);
    putQuote(batch, position.handle, mid * 0.99, mid * 1.01);
    sendOne(desk, batch);
  }
}

/** Sum of one measure over all cells. */
export function totalOf(book: Book, measure: number): number {
  let sum = 0;
  for (let at = measure; at < book.cellF64.length; at += LEAF_STRIDE) sum += book.cellF64[at];
  return sum;
}
