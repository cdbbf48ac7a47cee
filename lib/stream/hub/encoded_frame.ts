import { assert } from "../../base/assert.ts";
import { parseFrame } from "../protocol/frame.ts";
import { frameText } from "../protocol/frame_json.ts";
import type { StreamFormat } from "../protocol/messages.ts";

/** A frame in both forms; the text is made when first asked for, once for all viewers. */
export class EncodedFrame {
  #text: string | null = null;

  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {}

  /** The form that a viewer of `format` is sent. */
  as(format: StreamFormat): Uint8Array<ArrayBuffer> | string {
    if (format === "binary") return this.bytes;
    if (this.#text === null) {
      const frame = parseFrame(this.bytes);
      assert(frame.ok, "own frames are read");
      this.#text = frameText(frame.value);
    }
    return this.#text;
  }
}
