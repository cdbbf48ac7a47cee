import { configText, type FrameStream, streamOf } from "./stream.ts";

const RECORDED = new URL("../../../shared/data/dxlink/frames.jsonl", import.meta.url);

/** Fields of the recorded trades, whose announcement their source did not keep. */
const TRADE_FIELDS = ["eventSymbol", "price", "size", "time"];

interface Recorded {
  readonly dir: "in" | "out";
  readonly msg: {
    readonly type: string;
    readonly dataFormat?: string;
    readonly data?: readonly unknown[];
    readonly eventFields?: Readonly<Record<string, readonly string[]>>;
  };
}

/** The recorded frames as streams, or why there are none. */
export type RecordedFrames =
  | { readonly isThere: true; readonly compact: FrameStream; readonly full: FrameStream }
  | { readonly isThere: false; readonly why: string };

/** How often a stream repeats what was recorded: it is little. */
const TIMES = 50;

/** Frames of one format. */
class Frames {
  readonly #texts: string[] = [];
  readonly #symbols = new Set<string>();
  #events = 0;

  add(data: readonly unknown[], symbols: readonly unknown[]): void {
    this.#texts.push(JSON.stringify({ type: "FEED_DATA", channel: 1, data }));
    for (const symbol of symbols) this.#symbols.add(String(symbol));
    this.#events += symbols.length;
  }

  stream(label: string): FrameStream {
    const texts = Array.from({ length: TIMES }, () => this.#texts).flat();
    return streamOf(label, [...this.#symbols], texts, TIMES * this.#events);
  }
}

/**
 * The recorded FEED_DATA frames on channel 1: those in COMPACT behind their configuration, those in
 * FULL behind the notice of the switch, since the official client reads none before it.
 */
export function recordedFrames(): RecordedFrames {
  const text = recordedText();
  if (text === null) return { isThere: false, why: "../shared/data/dxlink is not there" };
  const lines: readonly Recorded[] = text.trim().split("\n").map((line) => JSON.parse(line));
  const incoming = lines.filter(({ dir }) => dir === "in").map(({ msg }) => msg);
  const fields: Record<string, readonly string[]> = { Trade: TRADE_FIELDS };
  for (const { eventFields } of incoming) Object.assign(fields, eventFields ?? {});
  const compact = new Frames();
  const full = new Frames();
  for (const { type, data = [] } of incoming) {
    if (type !== "FEED_DATA") continue;
    const [head, values] = data;
    if (typeof head === "string" && Array.isArray(values)) {
      const names = fields[head];
      const symbolAt = names.indexOf("eventSymbol");
      compact.add(data, values.filter((_, at) => at % names.length === symbolAt));
    } else full.add(data, data.map(symbolOf));
  }
  const toFull = JSON.stringify({ type: "FEED_CONFIG", channel: 1, dataFormat: "FULL" });
  return {
    isThere: true,
    compact: { ...compact.stream("recorded COMPACT frames"), before: [configText(fields)] },
    full: { ...full.stream("recorded FULL frames"), isCompact: false, before: [toFull] },
  };
}

function recordedText(): string | null {
  try {
    return Deno.readTextFileSync(RECORDED);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function symbolOf(event: unknown): string {
  const isEvent = typeof event === "object" && event !== null && "eventSymbol" in event;
  return isEvent && typeof event.eventSymbol === "string" ? event.eventSymbol : "";
}
