import { absenceCode } from "../base/absence.ts";
import {
  BROKER_GREEKS,
  BROKER_GREEKS_STRIDE,
  CODE,
  CODE_STRIDE,
  DATA_LEVELS,
  MARKET_EVENT,
  PRICE,
  PRICE_STRIDE,
} from "../domain/market_data.ts";
import type { BoardColumns } from "./board_columns.ts";
import { DROP, refused, sane } from "./drops.ts";

/** Earliest event time that is believed: 2000-01-01. Sources that send none often send 0. */
const EARLIEST_AT = 946_684_800_000;

/** How far ahead of the receive time a stamp may lie before it is not believed. */
const LEAD_MAX_MS = 60_000;

const CROSSED = absenceCode("crossed");
const NO_QUOTE = absenceCode("noQuote");

/** What Greeks can be: rounding may put a delta over 1 by a little. */
const DELTA_MAX = 1.0001;
const GREEK_MAX = 1e9;
const IV_MIN = 1e-6;
const IV_MAX = 20;

/** One event of a batch: where it belongs and when. `values` are at `offset`. */
export interface IngestSlot {
  handle: number;
  kind: number;
  /** Source's stamp, NaN when it sends none. */
  eventAt: number;
  receivedAt: number;
  values: Float64Array;
  offset: number;
  /** Options may close at 0; nothing else may. */
  isOption: boolean;
}

/**
 * Stores one event in the columns; true when anything was taken over.
 *
 * Every value is checked by itself: what cannot be a number of its kind becomes absent and is
 * counted in `drops` (indices of DROP). An event older than what is stored is dropped whole, unless
 * the stored stamp lies ahead of the receive time: then the source's clock was set back.
 */
export function ingest(board: BoardColumns, event: IngestSlot, drops: Float64Array): boolean {
  const at = believedAt(event, drops);
  switch (event.kind) {
    case MARKET_EVENT.quote:
      return isInOrder(
        board.prices[event.handle * PRICE_STRIDE + PRICE.quoteAt],
        at,
        event,
        drops,
      ) &&
        storeQuote(board, event, at, drops);
    case MARKET_EVENT.trade:
      return isInOrder(
        board.prices[event.handle * PRICE_STRIDE + PRICE.tradeAt],
        at,
        event,
        drops,
      ) &&
        storeTrade(board, event, at, drops);
    case MARKET_EVENT.greeks:
      return isInOrder(
        board.brokerGreeks[event.handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.at],
        at,
        event,
        drops,
      ) &&
        storeGreeks(board, event, at, drops);
    case MARKET_EVENT.summary:
      return isInOrder(
        board.prices[event.handle * PRICE_STRIDE + PRICE.closeAt],
        at,
        event,
        drops,
      ) &&
        storeSummary(board, event, at, drops);
    case MARKET_EVENT.delivery:
      return storeDelivery(board, event, drops);
    case MARKET_EVENT.brokerMark:
      return storeBrokerMark(board, event, at, drops);
    case MARKET_EVENT.status:
      return isInOrder(board.statusAt[event.handle], at, event, drops) &&
        storeStatus(board, event, at, drops);
    default:
      drops[DROP.unknownKind]++;
      return false;
  }
}

function believedAt(event: IngestSlot, drops: Float64Array): number {
  const at = event.eventAt;
  if (at >= EARLIEST_AT && at <= event.receivedAt + LEAD_MAX_MS) return at;
  if (!Number.isNaN(at)) drops[DROP.badTime]++;
  return event.receivedAt;
}

function isInOrder(
  storedAt: number,
  at: number,
  event: IngestSlot,
  drops: Float64Array,
): boolean {
  if (!(at < storedAt) || storedAt > event.receivedAt) return true;
  drops[DROP.outOfOrder]++;
  return false;
}

function storeQuote(
  board: BoardColumns,
  event: IngestSlot,
  at: number,
  drops: Float64Array,
): boolean {
  const { handle, values, offset } = event;
  const { prices } = board;
  const to = handle * PRICE_STRIDE;
  let bid = sane(values[offset], drops);
  let ask = sane(values[offset + 1], drops);
  if (bid === 0) {
    drops[DROP.zeroBid]++;
    bid = NaN;
  }
  if (ask === 0) {
    drops[DROP.zeroAsk]++;
    ask = NaN;
  }
  const isCrossed = bid > ask;
  if (isCrossed) drops[DROP.crossed]++;
  prices[to + PRICE.bid] = isCrossed ? NaN : bid;
  prices[to + PRICE.ask] = isCrossed ? NaN : ask;
  prices[to + PRICE.bidSize] = sizeOf(values[offset + 2], drops);
  prices[to + PRICE.askSize] = sizeOf(values[offset + 3], drops);
  board.codes[handle * CODE_STRIDE + CODE.quoteAbsence] = isCrossed ? CROSSED : NO_QUOTE;
  prices[to + PRICE.quoteAt] = at;
  prices[to + PRICE.quoteReceivedAt] = event.receivedAt;
  return true;
}

function storeTrade(
  board: BoardColumns,
  event: IngestSlot,
  at: number,
  drops: Float64Array,
): boolean {
  const { handle, values, offset } = event;
  const { prices } = board;
  const to = handle * PRICE_STRIDE;
  const last = sane(values[offset], drops);
  prices[to + PRICE.last] = last === 0 ? NaN : last;
  prices[to + PRICE.lastSize] = sizeOf(values[offset + 1], drops);
  prices[to + PRICE.dayVolume] = sizeOf(values[offset + 2], drops);
  prices[to + PRICE.tradeAt] = at;
  prices[to + PRICE.tradeReceivedAt] = event.receivedAt;
  return true;
}

/** Sources that have no size send NaN; that is no loss worth a counter. */
function sizeOf(value: number, drops: Float64Array): number {
  return Number.isNaN(value) ? NaN : sane(value, drops);
}

function storeGreeks(
  board: BoardColumns,
  event: IngestSlot,
  at: number,
  drops: Float64Array,
): boolean {
  const { handle, values, offset } = event;
  const { brokerGreeks } = board;
  const to = handle * BROKER_GREEKS_STRIDE;
  const iv = values[offset + 1];
  brokerGreeks[to + BROKER_GREEKS.iv] = iv >= IV_MIN && iv <= IV_MAX
    ? iv
    : refused(iv, DROP.ivOutOfRange, drops);
  brokerGreeks[to + BROKER_GREEKS.delta] = within(values[offset + 2], DELTA_MAX, drops);
  brokerGreeks[to + BROKER_GREEKS.gamma] = positive(values[offset + 3], drops);
  brokerGreeks[to + BROKER_GREEKS.thetaPerDay] = within(values[offset + 4], GREEK_MAX, drops);
  brokerGreeks[to + BROKER_GREEKS.vegaPerPoint] = positive(values[offset + 5], drops);
  brokerGreeks[to + BROKER_GREEKS.rhoPerPoint] = within(values[offset + 6], GREEK_MAX, drops);
  brokerGreeks[to + BROKER_GREEKS.at] = at;
  brokerGreeks[to + BROKER_GREEKS.receivedAt] = event.receivedAt;
  return true;
}

/** A Greek from −`bound` to `bound`. */
function within(value: number, bound: number, drops: Float64Array): number {
  return value >= -bound && value <= bound ? value : refused(value, DROP.greeksOutOfRange, drops);
}

function positive(value: number, drops: Float64Array): number {
  return value >= 0 && value <= GREEK_MAX ? value : refused(value, DROP.greeksOutOfRange, drops);
}

function storeSummary(
  board: BoardColumns,
  event: IngestSlot,
  at: number,
  drops: Float64Array,
): boolean {
  const { handle, values, offset } = event;
  const { prices } = board;
  const to = handle * PRICE_STRIDE;
  const dayOpen = sizeOf(values[offset + 1], drops);
  board.dayOpen[handle] = dayOpen === 0 ? NaN : dayOpen;
  const close = sizeOf(values[offset], drops);
  // A summary without a close says nothing about the one already known.
  if (!isClose(close, event.isOption)) return true;
  prices[to + PRICE.previousClose] = close;
  prices[to + PRICE.closeAt] = at;
  board.closeReceivedAt[handle] = event.receivedAt;
  return true;
}

/** True when `close` can be an official close: above 0, or 0 for a worthless option. */
export function isClose(close: number, isOption: boolean): boolean {
  return close > 0 || (isOption && close === 0);
}

/** What is said about the source itself has no order in time: the last word counts. */
function storeDelivery(board: BoardColumns, event: IngestSlot, drops: Float64Array): boolean {
  const level = event.values[event.offset];
  if (!(Number.isInteger(level) && level >= 0 && level < DATA_LEVELS.length)) {
    drops[DROP.badStatus]++;
    return false;
  }
  board.dataLevel[event.handle] = level;
  const cadenceMs = event.values[event.offset + 1];
  board.cadenceMs[event.handle] = cadenceMs > 0 ? cadenceMs : NaN;
  return true;
}

function storeBrokerMark(
  board: BoardColumns,
  event: IngestSlot,
  at: number,
  drops: Float64Array,
): boolean {
  const price = sane(event.values[event.offset], drops);
  // A position that the broker values at 0 is worthless only if it is an option.
  if (!isClose(price, event.isOption)) return false;
  board.brokerMark[event.handle] = price;
  board.brokerMarkAt[event.handle] = at;
  return true;
}

function storeStatus(
  board: BoardColumns,
  event: IngestSlot,
  at: number,
  drops: Float64Array,
): boolean {
  const isHalted = event.values[event.offset];
  if (isHalted !== 0 && isHalted !== 1) {
    drops[DROP.badStatus]++;
    return false;
  }
  board.codes[event.handle * CODE_STRIDE + CODE.halted] = isHalted;
  board.statusAt[event.handle] = at;
  return true;
}
