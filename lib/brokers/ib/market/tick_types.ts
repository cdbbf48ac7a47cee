import { MARKET_EVENT } from "../../../domain/market_data.ts";

/** Values that a line keeps, side by side; NaN is absent. Prices per unit, times in ms. */
export const LINE_FIELD = {
  bid: 0,
  ask: 1,
  bidSize: 2,
  askSize: 3,
  last: 4,
  lastSize: 5,
  dayVolume: 6,
  previousClose: 7,
  dayOpen: 8,
  mark: 9,
  halted: 10,
  /** When the last trade was, by IB's stamp of whole seconds. */
  tradedAt: 11,
} as const;

/** Values per line. */
export const LINE_STRIDE = 12;

/** Sets of Greeks, the best first: by the model, by the last trade, by the bid, by the ask. */
export const GREEKS_SETS = 4;

/** Values of a set of Greeks, in the order in which an event of the board wants them. */
export const SET_FIELD = {
  price: 0,
  iv: 1,
  delta: 2,
  gamma: 3,
  thetaPerDay: 4,
  vegaPerPoint: 5,
} as const;

/** Values per set of Greeks. */
export const SET_STRIDE = 6;

/** Tick types are below this. */
export const TICK_TYPES_MAX = 256;

/** A bit for each kind of event that waits to be written. */
export const DIRTY = {
  quote: 1 << (MARKET_EVENT.quote - 1),
  trade: 1 << (MARKET_EVENT.trade - 1),
  greeks: 1 << (MARKET_EVENT.greeks - 1),
  summary: 1 << (MARKET_EVENT.summary - 1),
  status: 1 << (MARKET_EVENT.status - 1),
  delivery: 1 << (MARKET_EVENT.delivery - 1),
  brokerMark: 1 << (MARKET_EVENT.brokerMark - 1),
} as const;

/** Live and delayed type of each value. Source: ib.md section 7. */
const TYPES: readonly (readonly [live: number, delayed: number, field: number])[] = [
  [1, 66, LINE_FIELD.bid],
  [2, 67, LINE_FIELD.ask],
  [4, 68, LINE_FIELD.last],
  [0, 69, LINE_FIELD.bidSize],
  [3, 70, LINE_FIELD.askSize],
  [5, 71, LINE_FIELD.lastSize],
  [8, 74, LINE_FIELD.dayVolume],
  [9, 75, LINE_FIELD.previousClose],
  [14, 76, LINE_FIELD.dayOpen],
  [37, 37, LINE_FIELD.mark],
  [49, 90, LINE_FIELD.halted],
  [45, 88, LINE_FIELD.tradedAt],
];

/** Computations: live and delayed type of each set. 53, an answer to a question, is none. */
const COMPUTATIONS: readonly (readonly [live: number, delayed: number])[] = [
  [13, 83],
  [12, 82],
  [10, 80],
  [11, 81],
];

/** Field of a tick type in a line, -1 for what the desk does not use (highs, lows, statistics). */
export const FIELD_OF_TYPE: Int8Array = new Int8Array(TICK_TYPES_MAX).fill(-1);

/** Set of a computation's tick type, -1 for none. */
export const SET_OF_TYPE: Int8Array = new Int8Array(TICK_TYPES_MAX).fill(-1);

/** 1 for tick types that carry delayed values. */
export const IS_DELAYED_TYPE: Uint8Array = new Uint8Array(TICK_TYPES_MAX);

/** Kind of event that a field belongs to, as a bit of DIRTY; 0: none of its own. */
export const DIRTY_OF_FIELD: Uint8Array = Uint8Array.of(
  DIRTY.quote,
  DIRTY.quote,
  DIRTY.quote,
  DIRTY.quote,
  DIRTY.trade,
  DIRTY.trade,
  DIRTY.trade,
  DIRTY.summary,
  DIRTY.summary,
  0,
  DIRTY.status,
  0,
);

for (const [live, delayed, field] of TYPES) {
  FIELD_OF_TYPE[live] = field;
  FIELD_OF_TYPE[delayed] = field;
  if (delayed !== live) IS_DELAYED_TYPE[delayed] = 1;
}
COMPUTATIONS.forEach(([live, delayed], set) => {
  SET_OF_TYPE[live] = set;
  SET_OF_TYPE[delayed] = set;
  IS_DELAYED_TYPE[delayed] = 1;
});
