import { MARKET_STRIDE } from "../../../../domain/market_data.ts";
import { SymbolIndex } from "../../feed/symbol_index.ts";
import type { CandleEvent } from "./candle_events.ts";
import { WireCounters } from "./counters.ts";
import { Decoder } from "./decoder.ts";
import { LayoutTable } from "./layout.ts";
import { parseMessage } from "./message.ts";

/** One decoded event as a test reads it; NaN values are null, times too. */
export interface Seen {
  readonly kind: number;
  readonly handle: number;
  readonly at: number | null;
  readonly values: readonly (number | null)[];
}

/** A decoder with every symbol wanted for all types, under handles 100, 101, …, and what it saw. */
export function decoding(symbols: readonly string[], reference = -1) {
  const layouts = new LayoutTable();
  const ids = new SymbolIndex(symbols.length);
  for (const [id, symbol] of symbols.entries()) ids.set(symbol, id);
  const counters = new WireCounters();
  const seen: Seen[] = [];
  const candles: CandleEvent[] = [];
  const mismatches: number[] = [];
  const confirmed = new Uint8Array(symbols.length);
  const orNull = (value: number) => Number.isNaN(value) ? null : value;
  const decoder = new Decoder({
    layouts,
    counters,
    confirmed,
    target: {
      ids,
      handleOf: Int32Array.from(symbols, (_, id) => 100 + id),
      wanted: new Uint8Array(symbols.length).fill(0xff),
      referenceId: reference,
    },
    sink: {
      market(batch) {
        for (let i = 0; i < batch.count; i++) {
          const values = batch.values.slice(i * MARKET_STRIDE, (i + 1) * MARKET_STRIDE);
          seen.push({
            kind: batch.kind[i],
            handle: batch.handle[i],
            at: orNull(batch.eventAt[i]),
            values: [...values].map(orNull),
          });
        }
      },
      candle: (event) => void candles.push(event),
      mismatch: (bit) => void mismatches.push(bit),
    },
  });
  return {
    layouts,
    counters,
    seen,
    candles,
    mismatches,
    confirmed,
    decoder,
    /** Feeds one frame, as text. */
    frame(text: string): void {
      const message = parseMessage(text);
      if (!message.ok) return counters.add("malformed");
      if (message.value.type === "feedConfig") layouts.merge(message.value.eventFields ?? {});
      if (message.value.type === "feedData") decoder.decode(message.value.data, text);
    },
    /** Feeds the data of one message. */
    data(...data: readonly unknown[]): void {
      this.frame(JSON.stringify({ type: "FEED_DATA", channel: 1, data }));
    },
  };
}
