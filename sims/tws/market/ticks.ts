import { doubleText, FieldWriter, UNSET_DOUBLE } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";

/** Types of ticks, by their names on the interface. */
export const TICK = {
  bidSize: 0,
  bid: 1,
  ask: 2,
  askSize: 3,
  last: 4,
  lastSize: 5,
  high: 6,
  low: 7,
  volume: 8,
  close: 9,
  bidOption: 10,
  askOption: 11,
  lastOption: 12,
  modelOption: 13,
  open: 14,
  low13Weeks: 15,
  high13Weeks: 16,
  low26Weeks: 17,
  high26Weeks: 18,
  low52Weeks: 19,
  high52Weeks: 20,
  averageVolume: 21,
  historicalVolatility: 23,
  impliedVolatility: 24,
  callOpenInterest: 27,
  putOpenInterest: 28,
  callVolume: 29,
  putVolume: 30,
  bidExchange: 32,
  askExchange: 33,
  mark: 37,
  lastTimestamp: 45,
  shortable: 46,
  rtVolume: 48,
  halted: 49,
  customOption: 53,
  dividends: 59,
  rtTradeVolume: 77,
  lastExchange: 84,
  futuresOpenInterest: 86,
  averageOptionVolume: 87,
  shortableShares: 89,
} as const;

/** Delayed counterpart of a live tick type; a type without one keeps its number. */
const DELAYED: Readonly<Record<number, number>> = {
  [TICK.bid]: 66,
  [TICK.ask]: 67,
  [TICK.last]: 68,
  [TICK.bidSize]: 69,
  [TICK.askSize]: 70,
  [TICK.lastSize]: 71,
  [TICK.high]: 72,
  [TICK.low]: 73,
  [TICK.volume]: 74,
  [TICK.close]: 75,
  [TICK.open]: 76,
  [TICK.bidOption]: 80,
  [TICK.askOption]: 81,
  [TICK.lastOption]: 82,
  [TICK.modelOption]: 83,
  [TICK.lastTimestamp]: 88,
  [TICK.halted]: 90,
};

/** The number under which a tick of a line travels. */
export function tickNumber(type: number, isDelayed: boolean): number {
  return isDelayed ? DELAYED[type] ?? type : type;
}

/** What an option is worth at a price; null is "not computed". */
export interface Computation {
  /** Decimal per year. */
  readonly impliedVol: number | null;
  /** Per unit of the underlying. */
  readonly delta: number | null;
  readonly optPrice: number | null;
  readonly pvDividend: number | null;
  readonly gamma: number | null;
  /** Per volatility point. */
  readonly vega: number | null;
  /** Per calendar day. */
  readonly theta: number | null;
  readonly undPrice: number | null;
}

/** A computation of which nothing is known. */
export const NOT_COMPUTED: Computation = {
  impliedVol: null,
  delta: null,
  optPrice: null,
  pvDividend: null,
  gamma: null,
  vega: null,
  theta: null,
  undPrice: null,
};

/** What travels for a value that is not computed: −1 for prices and volatility, −2 for Greeks. */
const SENTINEL: Readonly<Record<keyof Computation, number>> = {
  impliedVol: -1,
  delta: -2,
  optPrice: -1,
  pvDividend: -1,
  gamma: -2,
  vega: -2,
  theta: -2,
  undPrice: -1,
};

const COMPUTATION_ORDER = [
  "impliedVol",
  "delta",
  "optPrice",
  "pvDividend",
  "gamma",
  "vega",
  "theta",
  "undPrice",
] as const;

/** A tickPrice (1); the size rides with bid, ask and last. */
export function tickPrice(reqId: number, type: number, price: number, size: number): FieldWriter {
  const isQuote = type === 1 || type === 2 || type === 66 || type === 67;
  const message = new FieldWriter(MESSAGE.tickPrice).int(6).int(reqId).int(type);
  // Bit 0: the price can be executed automatically.
  return message.double(price).double(size).int(isQuote && price > 0 ? 1 : 0);
}

/** A tickSize (2). */
export function tickSize(reqId: number, type: number, size: number): FieldWriter {
  return new FieldWriter(MESSAGE.tickSize).int(6).int(reqId).int(type).double(size);
}

/** A tickGeneric (45). */
export function tickGeneric(reqId: number, type: number, value: number): FieldWriter {
  return new FieldWriter(MESSAGE.tickGeneric).int(6).int(reqId).int(type).double(value);
}

/** A tickString (46). */
export function tickString(reqId: number, type: number, text: string): FieldWriter {
  return new FieldWriter(MESSAGE.tickString).int(6).int(reqId).int(type).text(text);
}

/** A tickOptionComputation (21); `hasUnset` writes absent values as unset doubles. */
export function tickOption(
  reqId: number,
  type: number,
  computation: Computation,
  hasUnset = false,
): FieldWriter {
  const message = new FieldWriter(MESSAGE.tickOptionComputation).int(reqId).int(type).int(0);
  for (const name of COMPUTATION_ORDER) {
    const value = computation[name];
    const absent = hasUnset ? UNSET_DOUBLE : String(SENTINEL[name]);
    message.text(value === null ? absent : doubleText(value));
  }
  return message;
}

/** A tickReqParams (81). */
export function tickReqParams(reqId: number, minTick: number, exchange: string): FieldWriter {
  return new FieldWriter(MESSAGE.tickReqParams).int(reqId).double(minTick).text(exchange).int(3);
}

/** A marketDataType (58): 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
export function marketDataType(reqId: number, type: number): FieldWriter {
  return new FieldWriter(MESSAGE.marketDataType).int(1).int(reqId).int(type);
}

/** A tickSnapshotEnd (57). */
export function tickSnapshotEnd(reqId: number): FieldWriter {
  return new FieldWriter(MESSAGE.tickSnapshotEnd).int(1).int(reqId);
}
