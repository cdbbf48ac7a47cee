import { frameOf } from "../wire/field_writer.ts";
import type { Fault } from "./script.ts";

/** The bytes of a message damaged as a fault says; `uniform` in [0, 1) chooses where. */
export function malformed(
  fields: readonly string[],
  fault: Fault,
  uniform: number,
): Uint8Array<ArrayBuffer> {
  const at = fault.field ?? 1 + Math.floor(uniform * (fields.length - 1));
  switch (fault.how ?? "noise") {
    case "extra":
      return frameOf([...fields, "0"]);
    case "missing":
      return frameOf(fields.slice(0, -1));
    case "empty":
      return frameOf(fields.with(Math.min(at, fields.length - 1), ""));
    case "noise":
      return frameOf(fields.with(Math.min(at, fields.length - 1), "\u00bf?"));
    case "length":
      return withLength(frameOf(fields));
  }
}

/** Claims a payload of four more bytes than there are: what follows is out of step. */
function withLength(frame: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  new DataView(frame.buffer).setUint32(0, frame.length);
  return frame;
}
