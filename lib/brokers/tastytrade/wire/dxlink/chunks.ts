import { typesOf } from "../../feed/map.ts";

const TAIL = "]}";

/**
 * Fills one FEED_SUBSCRIPTION message up to a number of bytes. Items are whole symbols: the types
 * of a symbol stay in one message, so that a message that is lost loses whole symbols.
 * Source: dxlink.md §1 (8 KiB), §3.
 */
export class SubscriptionChunk {
  readonly #items: string[] = [];
  readonly #head: string;
  readonly #bytesMax: number;
  #bytes: number;

  /** `isReset`: the message first forgets what the channel had. */
  constructor(
    options: {
      readonly channel: number;
      readonly kind: "add" | "remove";
      readonly isReset: boolean;
      readonly bytesMax: number;
    },
  ) {
    const { channel, kind, isReset, bytesMax } = options;
    this.#head = `{"type":"FEED_SUBSCRIPTION","channel":${channel},${
      isReset ? '"reset":true,' : ""
    }"${kind}":[`;
    this.#bytesMax = bytesMax;
    this.#bytes = this.#head.length + TAIL.length;
  }

  /**
   * Adds the types of a symbol. False when it does not fit; an empty chunk takes it all the same,
   * because it would never fit any.
   */
  take(symbol: string, types: number): boolean {
    const quoted = JSON.stringify(symbol);
    const item = typesOf(types).map((type) => `{"type":"${type}","symbol":${quoted}}`).join(",");
    const bytes = utf8Length(item) + 1;
    if (this.#items.length > 0 && this.#bytes + bytes > this.#bytesMax) return false;
    this.#items.push(item);
    this.#bytes += bytes;
    return true;
  }

  /** Number of symbols in it. */
  get size(): number {
    return this.#items.length;
  }

  /** The message. */
  text(): string {
    return this.#head + this.#items.join(",") + TAIL;
  }
}

/** Bytes of a text on the wire. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
