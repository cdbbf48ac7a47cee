/** Longest payload that is taken; TWS and its clients drop a longer one. */
export const FRAME_BYTES_MAX = 0xff_ffff;

const PREFIX = new TextEncoder().encode("API\0");

/** What a client's bytes hold: its greeting, messages, or what no client of this protocol sends. */
export type ClientFrame =
  | { readonly kind: "hello"; readonly text: string }
  | { readonly kind: "message"; readonly fields: readonly string[] }
  | { readonly kind: "bad"; readonly why: string };

/** Cuts a stream of bytes into payloads behind 4-byte big-endian lengths, however it arrives. */
export class FrameReader {
  #rest: Uint8Array = new Uint8Array(0);

  /** Payloads that are whole now; null when a length is beyond what is taken. */
  push(chunk: Uint8Array): Uint8Array[] | null {
    const bytes = joined(this.#rest, chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const payloads: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = view.getUint32(at);
      if (length > FRAME_BYTES_MAX) return null;
      if (bytes.length - at - 4 < length) break;
      payloads.push(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    this.#rest = bytes.slice(at);
    return payloads;
  }
}

/** Reads what a client sends: `API\0`, its versions, then messages. */
export class ClientReader {
  readonly #frames = new FrameReader();
  #prefix: Uint8Array = new Uint8Array(0);
  #isPastPrefix = false;
  #isPastHello = false;
  #isBad = false;

  /** Frames that are whole now, oldest first; nothing more after a bad one. */
  push(chunk: Uint8Array): ClientFrame[] {
    if (this.#isBad) return [];
    const framed = this.#isPastPrefix ? chunk : this.#behindPrefix(chunk);
    if (framed === "bad") return [this.#bad("not API")];
    if (framed === null) return [];
    const payloads = this.#frames.push(framed);
    if (payloads === null) return [this.#bad("a frame is too long")];
    return payloads.map((payload) => this.#frame(payload));
  }

  #behindPrefix(chunk: Uint8Array): Uint8Array | null | "bad" {
    const bytes = joined(this.#prefix, chunk);
    const known = Math.min(bytes.length, PREFIX.length);
    for (let n = 0; n < known; n++) if (bytes[n] !== PREFIX[n]) return "bad";
    this.#prefix = bytes;
    if (bytes.length < PREFIX.length) return null;
    this.#isPastPrefix = true;
    return bytes.subarray(PREFIX.length);
  }

  #frame(payload: Uint8Array): ClientFrame {
    const text = new TextDecoder().decode(payload);
    if (this.#isPastHello) return { kind: "message", fields: fieldsOf(text) };
    this.#isPastHello = true;
    return { kind: "hello", text };
  }

  #bad(why: string): ClientFrame {
    this.#isBad = true;
    return { kind: "bad", why };
  }
}

/** Fields of a payload; a last one without its NUL counts too. */
export function fieldsOf(text: string): string[] {
  const fields = text.split("\0");
  if (fields.at(-1) === "") fields.pop();
  return fields;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
