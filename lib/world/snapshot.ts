import { appendEvent, EVENT_KIND, type EventBatch, STATUS } from "./columns.ts";
import type { InstrumentTable } from "./instruments.ts";
import { GREEK_STRIDE, type Quotes } from "./quotes.ts";

/** Most events that the latest values of one instrument make. */
export const EVENTS_PER_INSTRUMENT = 5;

const RECENT_MS = 4 * 86_400_000;

/**
 * Appends the latest values of one instrument to a batch: summary, quote, trade, greeks, and a
 * status when it is not trading. `now` bounds how long an expired one is still told as such.
 */
export function appendLatest(
  batch: EventBatch,
  id: number,
  parts: { readonly table: InstrumentTable; readonly quotes: Quotes },
  now: number,
): void {
  const { table, quotes } = parts;
  if (!table.isLive[id]) {
    if (now - table.expiresAt[id] > RECENT_MS) return;
    const o = appendEvent(batch, EVENT_KIND.status, id, table.expiresAt[id]);
    batch.v[o] = STATUS.expired;
    return;
  }
  let o = appendEvent(batch, EVENT_KIND.summary, id, quotes.summaryAt[id]);
  batch.v[o] = quotes.prevClose[id];
  batch.v[o + 1] = quotes.dayOpen[id];
  if (quotes.tradeAt[id] > 0) {
    o = appendEvent(batch, EVENT_KIND.trade, id, quotes.tradeAt[id]);
    batch.v[o] = quotes.last[id];
    batch.v[o + 1] = quotes.lastSize[id];
    batch.v[o + 2] = quotes.dayVolume[id];
  }
  if (quotes.quoteAt[id] > 0) {
    o = appendEvent(batch, EVENT_KIND.quote, id, quotes.quoteAt[id]);
    batch.v[o] = quotes.bid[id];
    batch.v[o + 1] = quotes.ask[id];
    batch.v[o + 2] = quotes.bidSize[id];
    batch.v[o + 3] = quotes.askSize[id];
  }
  if (quotes.greeksAt[id] > 0) {
    o = appendEvent(batch, EVENT_KIND.greeks, id, quotes.greeksAt[id]);
    const base = id * GREEK_STRIDE;
    for (let k = 0; k < GREEK_STRIDE; k++) batch.v[o + k] = quotes.greeks[base + k];
  }
  if (quotes.isHalted[id]) {
    batch.v[appendEvent(batch, EVENT_KIND.status, id, now)] = STATUS.halted;
  }
}
