import { EVENT_MAPPINGS } from "../../lib/brokers/tastytrade/feed/map.ts";
import { randomFrom } from "../random.ts";

/** Frames as a server sends them on channel 1, and what a reader has to know of them. */
export interface FrameStream {
  readonly label: string;
  readonly isCompact: boolean;
  /** Symbols in the order of their handles 0, 1, … */
  readonly symbols: readonly string[];
  /** Configuration, sent once. */
  readonly before: readonly string[];
  /** Messages of data. */
  readonly texts: readonly string[];
  /** Events in all of `texts`. */
  readonly events: number;
  /** Bytes per event, envelopes included. */
  readonly bytesPerEvent: number;
}

/** Shape of a generated stream. */
export interface StreamShape {
  readonly label: string;
  readonly symbols: number;
  readonly events: number;
  readonly perMessage: number;
  /** Significant digits of Greeks; 17 leaves them as they are. */
  readonly digits: number;
  readonly seed: number;
}

/** Of twenty messages, how many are of each type. */
const MIX: readonly (readonly [type: string, upTo: number])[] = [
  ["Quote", 12],
  ["Greeks", 17],
  ["Trade", 19],
  ["Summary", 20],
];

/** Type of a message for a uniform number in [0, 1). */
export function typeOf(uniform: number): string {
  return MIX.find(([, upTo]) => 20 * uniform < upTo)?.[0] ?? "Quote";
}

const STARTS_AT = Date.UTC(2025, 2, 19, 14, 15);
/** Its day since 1970, whose close is not known yet. */
const DAY = Math.floor(STARTS_AT / 86_400_000);

/** The fields of each type, as our session asks for them and a server grants them. */
export const GRANTED: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  EVENT_MAPPINGS.map(({ type, fields }) => [type, fields]),
);

/** The announcement of `eventFields` in COMPACT. */
export function configText(eventFields: Readonly<Record<string, readonly string[]>>): string {
  const head = { type: "FEED_CONFIG", channel: 1, aggregationPeriod: 0.1 };
  return JSON.stringify({ ...head, dataFormat: "COMPACT", eventFields });
}

/** Symbols as the feed writes options: ".SPY260116C585". */
export function optionSymbols(count: number): string[] {
  const roots = ["SPY", "QQQ", "IWM", "AAPL", "MSFT", "NVDA", "TSLA", "AMZN", "META", "GOOGL"];
  return Array.from({ length: count }, (_, i) => {
    const right = i % 2 === 0 ? "C" : "P";
    const strike = 100 + 5 * Math.floor(i / (2 * roots.length));
    return `.${roots[Math.floor(i / 2) % roots.length]}260116${right}${strike}`;
  });
}

/** One message of a type. */
export function dataText(type: string, values: readonly unknown[]): string {
  return JSON.stringify({ type: "FEED_DATA", channel: 1, data: [type, values] });
}

/** A seeded stream; each message has one type, since the official client reads no second one. */
export function generated(shape: StreamShape): FrameStream {
  const random = randomFrom(shape.seed);
  const symbols = optionSymbols(shape.symbols);
  const cents = (below: number) => Math.round(100 * below * random()) / 100;
  const lots = () => random() < 0.05 ? "NaN" : 1 + Math.floor(500 * random());
  const greek = (size: number) => {
    const value = size * (2 * random() - 1);
    return shape.digits >= 17 ? value : Number(value.toPrecision(shape.digits));
  };
  const rowOf = (type: string, symbol: string, at: number): unknown[] => {
    switch (type) {
      case "Quote": {
        const bid = cents(80);
        return [symbol, bid, Math.round(100 * bid + 5) / 100, lots(), lots(), at, at - 250];
      }
      case "Trade":
        return [symbol, cents(80), lots(), lots(), at];
      case "Greeks":
        return [
          symbol,
          cents(80),
          greek(1),
          greek(1),
          greek(0.1),
          greek(1),
          greek(1),
          greek(1),
          at,
        ];
      default:
        return [symbol, cents(80), random() < 0.3 ? "NaN" : cents(80), DAY, "NaN"];
    }
  };
  const texts: string[] = [];
  for (let sent = 0; sent < shape.events; sent += shape.perMessage) {
    const type = typeOf(random());
    const values: unknown[] = [];
    for (let i = 0; i < shape.perMessage; i++) {
      const symbol = symbols[Math.floor(random() * symbols.length)];
      values.push(...rowOf(type, symbol, STARTS_AT + 10 * sent));
    }
    texts.push(dataText(type, values));
  }
  return streamOf(shape.label, symbols, texts, texts.length * shape.perMessage);
}

/** A stream of texts with `events` events in all. */
export function streamOf(
  label: string,
  symbols: readonly string[],
  texts: readonly string[],
  events: number,
): FrameStream {
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const before = [configText(GRANTED)];
  return { label, isCompact: true, symbols, before, texts, events, bytesPerEvent: bytes / events };
}
