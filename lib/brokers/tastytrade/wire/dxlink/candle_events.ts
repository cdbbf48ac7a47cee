import type { WireCounters } from "./counters.ts";
import type { Layout } from "./layout.ts";
import { keptRows } from "./salvage.ts";
import { indexParts, numberOf, timeOf } from "./values.ts";

/** Fields asked for of candles. `index` is not: JSON numbers lose its last digits. */
export const CANDLE_FIELDS: readonly string[] = [
  "eventSymbol",
  "eventFlags",
  "time",
  "sequence",
  "open",
  "high",
  "low",
  "close",
  "volume",
];

/** Bits of `flags`. Source: dxlink.md §4. */
export const EVENT_FLAG = {
  txPending: 0x01,
  remove: 0x02,
  snapshotBegin: 0x04,
  snapshotEnd: 0x08,
  snapshotSnip: 0x10,
} as const;

/** One candle as it arrives; prices NaN when absent. Ordered by (startsAt, sequence). */
export interface CandleEvent {
  readonly symbol: string;
  /** Bits of EVENT_FLAG. */
  readonly flags: number;
  /** Beginning of the candle, ms. */
  readonly startsAt: number;
  readonly sequence: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Candles of a COMPACT block; those without symbol or time, and unproven rows, are counted. */
export function candlesOfBlock(
  layout: Layout,
  block: readonly unknown[],
  counters: WireCounters,
): CandleEvent[] {
  const { fields, stride } = layout;
  const isWhole = block.length % stride === 0;
  // A candle symbol is known by its brace; nothing else in a row has one.
  const rows = isWhole
    ? Array.from({ length: block.length / stride }, (_, row) => row * stride)
    : keptRows(layout, block, (text) => text.includes("{"));
  if (!isWhole) {
    counters.addNamed("badLength", layout.type);
    counters.add("lostRow", Math.ceil(block.length / stride) - rows.length);
  }
  const candles: CandleEvent[] = [];
  for (const from of rows) {
    const event = Object.fromEntries(fields.map((name, at) => [name, block[from + at]]));
    candles.push(...candlesOfObject(event, counters));
  }
  return candles;
}

/** The candle of a FULL event, or none when it has no symbol or no time. */
export function candlesOfObject(
  event: Readonly<Record<string, unknown>>,
  counters: WireCounters,
): CandleEvent[] {
  const { eventSymbol, eventFlags } = event;
  const place = placeOf(event);
  if (typeof eventSymbol !== "string" || Number.isNaN(place.timeMs)) {
    counters.add("badSymbol");
    return [];
  }
  return [{
    symbol: eventSymbol,
    flags: typeof eventFlags === "number" ? eventFlags : 0,
    startsAt: place.timeMs,
    sequence: place.sequence,
    open: numberOf(event.open, counters),
    high: numberOf(event.high, counters),
    low: numberOf(event.low, counters),
    close: numberOf(event.close, counters),
    volume: numberOf(event.volume, counters),
  }];
}

/** By `time` and `sequence`; by the exact `index` where the server granted only that. */
function placeOf(event: Readonly<Record<string, unknown>>) {
  const { index, sequence } = event;
  const timeMs = timeOf(event.time);
  if (Number.isNaN(timeMs) && typeof index === "bigint") return indexParts(index);
  if (Number.isNaN(timeMs) && typeof index === "number" && Number.isSafeInteger(index)) {
    return indexParts(BigInt(index));
  }
  return { timeMs, sequence: typeof sequence === "number" ? sequence : 0 };
}
