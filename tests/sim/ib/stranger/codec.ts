/** A field before it is text; null is empty. */
export type Field = string | number | null;

/** A double that TWS has not set. */
export const UNSET = "1.7976931348623157E308";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text as TWS writes it since version 153: what is not ASCII comes as an escape. */
export function escaped(text: string): string {
  return [...text].map((one) =>
    one.charCodeAt(0) < 128 ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`
  ).join("");
}

/** A frame: length, then fields of which each ends with a NUL. */
export function frame(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const payload = encoder.encode(fields.map((field) => `${field ?? ""}\0`).join(""));
  const bytes = new Uint8Array(payload.length + 4);
  new DataView(bytes.buffer).setUint32(0, payload.length, false);
  bytes.set(payload, 4);
  return bytes;
}

/** Several pieces as one. */
export function glued(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Cuts what a client sent into its greeting and its requests. */
export class Incoming {
  #rest = new Uint8Array(0);
  #isGreeted = false;

  /** The greeting's text as one field, then the fields of each request. */
  take(bytes: Uint8Array): string[][] {
    this.#rest = glued([this.#rest, bytes]);
    const whole: string[][] = [];
    for (;;) {
      const from = this.#isGreeted ? 0 : 4;
      if (this.#rest.length < from + 4) return whole;
      const view = new DataView(this.#rest.buffer, this.#rest.byteOffset);
      const end = from + 4 + view.getUint32(from, false);
      if (this.#rest.length < end) return whole;
      const text = decoder.decode(this.#rest.subarray(from + 4, end));
      const head = decoder.decode(this.#rest.subarray(0, from));
      whole.push(this.#isGreeted ? text.split("\0").slice(0, -1) : [head, text]);
      this.#isGreeted = true;
      this.#rest = this.#rest.slice(end);
    }
  }
}
