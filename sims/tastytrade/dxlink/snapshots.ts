import type { Instrument } from "../../../lib/world/mod.ts";
import type { CandleSymbol } from "./candle_symbol.ts";
import type { CandleFace } from "./candles.ts";
import type { Candle } from "./day_path.ts";
import { eventIndex, type FeedEvent, wireDouble } from "./events.ts";
import { FLAG } from "./fields.ts";

/** A candle subscription: its history first, then the forming candle. */
export interface CandleSubscription {
  readonly eventSymbol: string;
  readonly symbol: CandleSymbol;
  readonly instrument: Instrument;
  readonly fromTime: number;
}

/** History of a subscription, newest first, in pieces that other data may come between. */
export function candleSnapshot(
  subscription: CandleSubscription,
  candles: CandleFace,
  limits: { readonly candlesMax: number; readonly candleChunk: number },
): FeedEvent[][] {
  const { instrument, symbol, fromTime, eventSymbol } = subscription;
  const rows = candles.rows(instrument, symbol, fromTime, limits.candlesMax + 1);
  if (rows.length === 0) return [[emptySnapshot(eventSymbol, fromTime)]];
  const isSnipped = rows.length > limits.candlesMax;
  if (isSnipped) rows.pop();
  const events = rows.map((row, n) => {
    const begin = n === 0 ? FLAG.begin : 0;
    const end = n === rows.length - 1 ? (isSnipped ? FLAG.snip : FLAG.end) : 0;
    return candleEvent(eventSymbol, row, begin | end);
  });
  const pieces: FeedEvent[][] = [];
  for (let n = 0; n < events.length; n += limits.candleChunk) {
    pieces.push(events.slice(n, n + limits.candleChunk));
  }
  return pieces;
}

/** A candle as an event. */
export function candleEvent(eventSymbol: string, candle: Candle, eventFlags: number): FeedEvent {
  const { time, open, high, low, close, volume } = candle;
  return {
    eventType: "Candle",
    eventSymbol,
    eventTime: 0,
    eventFlags,
    index: eventIndex(time, 0),
    time,
    sequence: 0,
    count: Math.ceil(volume / 100),
    open: wireDouble(open),
    high: wireDouble(high),
    low: wireDouble(low),
    close: wireDouble(close),
    volume: wireDouble(volume),
    VWAP: wireDouble(Math.round((high + low + close) / 3 * 1e4) / 1e4),
    bidVolume: "NaN",
    askVolume: "NaN",
    impVolatility: "NaN",
    openInterest: "NaN",
  };
}

/** There is no history: one row that begins, ends and removes. */
function emptySnapshot(eventSymbol: string, fromTime: number): FeedEvent {
  const none = { time: fromTime, open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN };
  const flags = FLAG.begin | FLAG.end | FLAG.remove;
  return { ...candleEvent(eventSymbol, none, flags), count: 0, VWAP: "NaN" };
}
