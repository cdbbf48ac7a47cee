import { MARKET_STRIDE, type MarketBatch, marketBatch } from "../../../../domain/market_data.ts";
import { EVENT_MAPPINGS } from "../../feed/map.ts";
import type { SymbolIndex } from "../../feed/symbol_index.ts";
import { isRecord } from "./record.ts";
import { type CandleEvent, candlesOfBlock, candlesOfObject } from "./candle_events.ts";
import type { WireCounters } from "./counters.ts";
import { bitOf, type Layout, type LayoutTable } from "./layout.ts";
import { FullEvents } from "./full_event.ts";
import { keptRows } from "./salvage.ts";
import { later, numberOf, parseExactly, timeOf } from "./values.ts";

/** Events per batch; a longer message is handed over in several. */
const BATCH_EVENTS = 2048;
const REMOVE_EVENT = 0x02;
const STATUS_BIT = 16;
const PRICE_BITS = 1 | 2;

/** Who is who for a decoder: ids are dense numbers of the feed's own table of symbols. */
export interface DecodeTarget {
  readonly ids: SymbolIndex;
  /** Instrument handle of the desk per id; −1 for a symbol that the desk did not ask for. */
  readonly handleOf: Int32Array;
  /** Wanted types per id, a mask of TYPE_BIT. */
  readonly wanted: Uint8Array;
  /** Id of the reference symbol, −1 when there is none. */
  readonly referenceId: number;
}

/** Where decoded events go. */
export interface DecodeSink {
  market(batch: MarketBatch): void;
  candle(event: CandleEvent): void;
  /** A block did not fit its layout: values of this type may be missing. */
  mismatch(bit: number): void;
}

/** What a decoder learns about the reference symbol. */
export interface ReferenceSeen {
  /** Quotes and trades of it so far. */
  eventCount: number;
  /** Newest stamp of them, ms by the feed's clock; NaN when it sends none. */
  stampedAt: number;
  isHalted: boolean;
}

/** What a decoder needs; `confirmed` is the mask of types seen on this connection, per id. */
export interface DecoderOptions {
  readonly layouts: LayoutTable;
  readonly target: DecodeTarget;
  readonly confirmed: Uint8Array;
  readonly counters: WireCounters;
  readonly sink: DecodeSink;
}

/**
 * Decodes the `data` of FEED_DATA messages straight into columns, COMPACT by the announced layout
 * and FULL by name, whichever comes, in mixed order. Every `[type, values]` pair is read; what
 * cannot be used is counted and costs only itself. Source: dxlink.md §3.
 */
export class Decoder {
  readonly reference: ReferenceSeen = { eventCount: 0, stampedAt: NaN, isHalted: false };
  /** Types per id that a newer connection delivers already; they are passed over here. */
  superseded: Uint8Array | null = null;
  /** Events decoded so far, of any wanted symbol and of candles. */
  eventCount = 0;
  readonly #layouts: LayoutTable;
  readonly #ids: SymbolIndex;
  readonly #handleOf: Int32Array;
  readonly #wanted: Uint8Array;
  readonly #referenceId: number;
  readonly #confirmed: Uint8Array;
  readonly #counters: WireCounters;
  readonly #sink: DecodeSink;
  readonly #batch = marketBatch(BATCH_EVENTS);
  readonly #full: FullEvents;
  #isShifted = false;

  constructor(options: DecoderOptions) {
    this.#layouts = options.layouts;
    const { ids, handleOf, wanted, referenceId } = options.target;
    this.#ids = ids;
    this.#handleOf = handleOf;
    this.#wanted = wanted;
    this.#referenceId = referenceId;
    this.#confirmed = options.confirmed;
    this.#counters = options.counters;
    this.#sink = options.sink;
    this.#full = new FullEvents(this.#batch.values, options.counters);
  }

  /** Decodes one message: its `data`, and its text in case an index needs all its digits. */
  decode(data: unknown, text: string): void {
    if (!Array.isArray(data)) return this.#counters.add("malformed");
    let exact: readonly unknown[] | null = null;
    for (let at = 0; at < data.length; at++) {
      const head: unknown = data[at];
      if (typeof head === "string") {
        const block: unknown = data[++at];
        if (!Array.isArray(block)) {
          this.#counters.add("malformed");
          continue;
        }
        if (head !== "Candle") {
          this.#block(head, block);
          continue;
        }
        if (this.#needsExactIndex()) exact ??= exactData(text);
        const kept = exact?.[at];
        this.#candles(Array.isArray(kept) ? kept : block);
      } else if (isRecord(head)) {
        if (head.eventType === "Candle" && head.time === undefined) exact ??= exactData(text);
        const kept = exact?.[at];
        this.#object(isRecord(kept) ? kept : head);
      } else {
        this.#counters.add("malformed");
      }
    }
    this.#flush();
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch.count === 0) return;
    this.eventCount += batch.count;
    this.#sink.market(batch);
    batch.count = 0;
  }

  #block(type: string, block: readonly unknown[]): void {
    const layout = this.#layouts.of(type);
    if (layout === undefined || layout.bit === -1) return this.#unreadable(type, block);
    if (block.length % layout.stride !== 0) return this.#salvage(layout, block);
    const read = this.#rows(layout, block, 0, block.length);
    if (read !== block.length) this.#salvage(layout, read === 0 ? block : block.slice(read));
  }

  #unreadable(type: string, block: readonly unknown[]): void {
    const bit = bitOf(type);
    if (bit === -1) return this.#counters.addNamed("unknownType", type);
    if (block.length === 0) return;
    this.#counters.addNamed("noLayout", type);
    this.#sink.mismatch(bit);
  }

  /** Rows from `from` to `to`; answers where the values are no longer where the layout says. */
  #rows(layout: Layout, block: readonly unknown[], from: number, to: number): number {
    const { stride, symbolAt, bit, valueAt, slotOf, emptySlots } = layout;
    const { timeAt, flagsAt, statusAt } = layout;
    const batch = this.#batch;
    const { values } = batch;
    for (let row = from; row < to; row += stride) {
      const symbol = block[row + symbolAt];
      if (typeof symbol !== "string") return row;
      const id = this.#idOf(symbol, bit);
      if (id === -1) continue;
      if (batch.count === BATCH_EVENTS) this.#flush();
      const base = batch.count * MARKET_STRIDE;
      for (let i = 0; i < valueAt.length; i++) {
        const value = block[row + valueAt[i]];
        values[base + slotOf[i]] = typeof value === "number" && value - value === 0
          ? value
          : this.#oddValue(value);
      }
      if (this.#isShifted) {
        this.#isShifted = false;
        return row;
      }
      for (let i = 0; i < emptySlots.length; i++) values[base + emptySlots[i]] = NaN;
      let at = NaN;
      for (let i = 0; i < timeAt.length; i++) at = later(at, timeOf(block[row + timeAt[i]]));
      const isPlain = flagsAt === -1 && statusAt === -1 && id !== this.#referenceId;
      if (isPlain) {
        this.#close(id, bit, at);
        continue;
      }
      const flags = flagsAt === -1 ? 0 : block[row + flagsAt];
      const status = statusAt === -1 ? null : block[row + statusAt];
      this.#closeOdd(id, bit, at, flags, status);
    }
    return to;
  }

  /** The id of a wanted symbol and type, or −1 with the reason counted. */
  #idOf(symbol: string, bit: number): number {
    const id = this.#ids.idOf(symbol);
    if (id === -1 || (this.#wanted[id] & (1 << bit)) === 0) {
      this.#counters.add("unknownSymbol");
      return -1;
    }
    if (this.superseded !== null && (this.superseded[id] & (1 << bit)) !== 0) {
      // It still proves that this connection is alive.
      if (id === this.#referenceId) this.#noteReference(bit, NaN);
      this.#counters.add("duplicate");
      return -1;
    }
    return id;
  }

  /** Confirms the symbol and closes the row. */
  #close(id: number, bit: number, at: number): void {
    this.#confirmed[id] |= 1 << bit;
    const handle = this.#handleOf[id];
    // The reference symbol is followed even when the desk has no use for it.
    if (handle < 0) return;
    const batch = this.#batch;
    const event = batch.count++;
    batch.kind[event] = EVENT_MAPPINGS[bit].kind;
    batch.handle[event] = handle;
    batch.eventAt[event] = at;
  }

  /** As `#close`, for the reference symbol, halts, and events that say only that they are gone. */
  #closeOdd(id: number, bit: number, at: number, flags: unknown, status: unknown): void {
    this.#confirmed[id] |= 1 << bit;
    if (typeof flags === "number" && (flags & REMOVE_EVENT) !== 0) {
      return this.#counters.add("removed");
    }
    const isReference = id === this.#referenceId;
    if (isReference) this.#noteReference(bit, at);
    if (1 << bit === STATUS_BIT) {
      const halted = status === "HALTED" ? 1 : status === "ACTIVE" ? 0 : -1;
      if (halted === -1) return;
      this.#batch.values[this.#batch.count * MARKET_STRIDE] = halted;
      if (isReference) this.reference.isHalted = halted === 1;
    }
    this.#close(id, bit, at);
  }

  #noteReference(bit: number, at: number): void {
    if (((1 << bit) & PRICE_BITS) === 0) return;
    this.reference.eventCount++;
    this.reference.stampedAt = later(this.reference.stampedAt, at);
  }

  /** NaN for what is no number; a wanted symbol in a number's place means a shifted row. */
  #oddValue(value: unknown): number {
    if (typeof value === "string" && this.#ids.idOf(value) !== -1) this.#isShifted = true;
    return numberOf(value, this.#counters);
  }

  #salvage(layout: Layout, block: readonly unknown[]): void {
    this.#counters.addNamed("badLength", layout.type);
    const rows = keptRows(layout, block, (symbol) => this.#ids.idOf(symbol) !== -1);
    let kept = 0;
    for (const from of rows) {
      const end = from + layout.stride;
      if (this.#rows(layout, block, from, end) === end) kept++;
    }
    this.#counters.add("lostRow", Math.max(1, Math.ceil(block.length / layout.stride) - kept));
    this.#sink.mismatch(layout.bit);
  }

  #object(event: Readonly<Record<string, unknown>>): void {
    const { eventType, eventSymbol } = event;
    if (typeof eventType !== "string") return this.#counters.add("malformed");
    if (eventType === "Candle") return this.#each(candlesOfObject(event, this.#counters));
    const bit = bitOf(eventType);
    if (bit === -1) return this.#counters.addNamed("unknownType", eventType);
    if (typeof eventSymbol !== "string") return this.#counters.add("badSymbol");
    const id = this.#idOf(eventSymbol, bit);
    if (id === -1) return;
    const batch = this.#batch;
    if (batch.count === BATCH_EVENTS) this.#flush();
    const at = this.#full.take(event, EVENT_MAPPINGS[bit].kind, batch.count * MARKET_STRIDE);
    this.#closeOdd(id, bit, at, event.eventFlags, event.tradingStatus);
  }

  #needsExactIndex(): boolean {
    const fields = this.#layouts.of("Candle")?.fields ?? [];
    return fields.includes("index") && !fields.includes("time");
  }

  #candles(block: readonly unknown[]): void {
    const layout = this.#layouts.of("Candle");
    if (layout === undefined) return this.#counters.addNamed("noLayout", "Candle");
    this.#each(candlesOfBlock(layout, block, this.#counters));
  }

  #each(candles: readonly CandleEvent[]): void {
    this.eventCount += candles.length;
    for (const candle of candles) this.#sink.candle(candle);
  }
}

/**
 * `data` of a message with whole numbers above 2^53 as bigints; null when it is nested too deep to
 * be read so: what needs those digits has no time then and is counted.
 */
function exactData(text: string): readonly unknown[] | null {
  const message = parsedExactly(text);
  return isRecord(message) && Array.isArray(message.data) ? message.data : null;
}

function parsedExactly(text: string): unknown {
  try {
    return parseExactly(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
