import { checksum } from "./checksum.ts";
import { GROUP_SERIES } from "./schema.ts";

const HEADER_BYTES = 8;

/** Samples of one group at one instant: a bit in `mask` and a row of values for each present. */
export interface TailRow {
  readonly mask: number;
  /** `values[i * columns + column]`, by ascending place. */
  readonly values: Float64Array;
}

/** Number of places in a mask. */
export function placesIn(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}

/** Packs a row: u32 mask, u32 checksum of the rest and the mask, f64 values. */
export function packTailRow(mask: number, values: Float64Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + values.byteLength);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), HEADER_BYTES);
  const header = new Uint32Array(bytes.buffer, 0, 2);
  header[0] = mask;
  header[1] = checksum(bytes.subarray(HEADER_BYTES)) ^ mask;
  return bytes;
}

/** Reads a row; null when it is not what was written. The values may be a view of `bytes`. */
export function unpackTailRow(bytes: Uint8Array, columns: number): TailRow | null {
  if (bytes.byteLength < HEADER_BYTES) return null;
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const header = new Uint32Array(own.buffer, own.byteOffset, 2);
  const mask = header[0];
  if (mask >= 2 ** GROUP_SERIES) return null;
  const length = placesIn(mask) * columns;
  if (own.byteLength !== HEADER_BYTES + length * 8) return null;
  if ((checksum(own.subarray(HEADER_BYTES)) ^ mask) >>> 0 !== header[1]) return null;
  return { mask, values: new Float64Array(own.buffer, own.byteOffset + HEADER_BYTES, length) };
}

/** Both rows in one; where both have a place the newer counts. */
export function mergeTailRows(older: TailRow, newer: TailRow, columns: number): TailRow {
  const mask = older.mask | newer.mask;
  const values = new Float64Array(placesIn(mask) * columns);
  let to = 0;
  for (let place = 0; place < GROUP_SERIES; place++) {
    const bit = 1 << place;
    if ((mask & bit) === 0) continue;
    const from = (newer.mask & bit) !== 0 ? newer : older;
    const start = placesIn(from.mask & (bit - 1)) * columns;
    values.set(from.values.subarray(start, start + columns), to);
    to += columns;
  }
  return { mask, values };
}

/** Where the values of a place begin in a row; −1 when it has none. */
export function startOfPlace(mask: number, place: number, columns: number): number {
  const bit = 1 << place;
  return (mask & bit) === 0 ? -1 : placesIn(mask & (bit - 1)) * columns;
}
