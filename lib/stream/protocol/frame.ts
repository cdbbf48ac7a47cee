import { assert } from "../../base/assert.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import {
  ACCOUNT_F64,
  LEAF_STRIDE,
  ROW_F32,
  ROW_F64,
  ROW_U8,
  UNDERLYING_F64,
} from "../../domain/measures.ts";
import { PROTOCOL_VERSION } from "./limits.ts";

assert(new Uint8Array(Uint32Array.of(1).buffer)[0] === 1, "the stream needs a little-endian host");

/** Bytes of a frame's header. */
export const HEADER_BYTES = 64;

/** Kinds of frame: what changed, or one chunk of everything. */
export const FRAME_KIND = { diff: 1, snapshot: 2 } as const;

/** Flags of a frame: first and last chunk of a snapshot. */
export const FRAME_FLAG = { begin: 1, end: 2 } as const;

/** Values per entry of each table. */
export const STRIDE = {
  underlying: UNDERLYING_F64.length,
  account: ACCOUNT_F64.length,
  cell: LEAF_STRIDE,
  rowF64: ROW_F64.length,
  rowF32: ROW_F32.length,
  rowU8: ROW_U8.length,
} as const;

function fullMask(bits: number): number {
  return bits === 32 ? 0xffff_ffff : (2 ** bits) - 1;
}

/** Bit of the first f32 field, and of the first u8 field, in the mask of a row. */
export const F32_BIT = 14;
export const U8_BIT = 24;

/** Bits of a row's mask that name f64 fields, and, moved down by F32_BIT, f32 fields. */
export const F64_FIELDS: number = (1 << F32_BIT) - 1;
export const F32_FIELDS: number = (1 << (U8_BIT - F32_BIT)) - 1;

assert(
  STRIDE.rowF64 <= F32_BIT && STRIDE.rowF32 <= U8_BIT - F32_BIT && STRIDE.rowU8 <= 32 - U8_BIT,
  "a row's mask has no bit for every field",
);

/** Masks that carry every field. */
export const FULL_MASK = {
  underlying: fullMask(STRIDE.underlying),
  account: fullMask(STRIDE.account),
  cell: fullMask(STRIDE.cell),
  row: fullMask(STRIDE.rowF64) + fullMask(STRIDE.rowF32) * 2 ** F32_BIT +
    fullMask(STRIDE.rowU8) * 2 ** U8_BIT,
} as const;

/**
 * What stands in front of a frame. Of a diff, `previous` is the sequence after which it applies: it
 * holds what changed in (previous, seq]. Of a snapshot's chunk, `previous` is the chunk's number
 * from 0. `eventSeq` is the last event of this scope before the frame. Times in ms.
 */
export interface FrameHeader {
  readonly kind: typeof FRAME_KIND[keyof typeof FRAME_KIND];
  readonly flags: number;
  readonly seq: number;
  readonly previous: number;
  readonly eventSeq: number;
  readonly serverTime: number;
  readonly sourceTime: number;
}

/** How many of each a frame holds. */
export interface FrameCounts {
  readonly underlyings: number;
  readonly accounts: number;
  readonly cells: number;
  readonly rows: number;
  readonly f64: number;
  readonly f32: number;
  readonly u8: number;
  readonly jsonBytes: number;
}

/**
 * A frame as columns over the received bytes. `index` holds (id, mask) per underlying, then per
 * account, then (underlying id, account id, mask) per cell, then (id, mask) per row; `f64`, `f32`
 * and `u8` hold the values of the set bits in that order.
 */
export interface Frame {
  readonly header: FrameHeader;
  readonly counts: FrameCounts;
  readonly index: Uint32Array;
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly u8: Uint8Array;
  /** Text of the directory, empty when there is none. */
  readonly json: string;
}

/** Why bytes are no frame of this version. */
export interface FrameError {
  readonly code: "truncated" | "version" | "malformed";
  readonly message: string;
}

/** Next multiple of eight. */
export function align8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Words of the index block. */
export function indexLength(counts: FrameCounts): number {
  return 2 * counts.underlyings + 2 * counts.accounts + 3 * counts.cells + 2 * counts.rows;
}

/** Byte offsets of the blocks behind the header, and where the frame ends. */
export function frameLayout(counts: FrameCounts) {
  const f64At = HEADER_BYTES + align8(4 * indexLength(counts));
  const f32At = f64At + 8 * counts.f64;
  const u8At = f32At + align8(4 * counts.f32);
  const jsonAt = u8At + align8(counts.u8);
  return { f64At, f32At, u8At, jsonAt, end: jsonAt + counts.jsonBytes };
}

function bits(mask: number): number {
  let rest = mask - ((mask >>> 1) & 0x5555_5555);
  rest = (rest & 0x3333_3333) + ((rest >>> 2) & 0x3333_3333);
  return (((rest + (rest >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
}

function readCounts(view: DataView): FrameCounts {
  return {
    underlyings: view.getUint32(32, true),
    accounts: view.getUint32(36, true),
    cells: view.getUint32(40, true),
    rows: view.getUint32(44, true),
    f64: view.getUint32(48, true),
    f32: view.getUint32(52, true),
    u8: view.getUint32(56, true),
    jsonBytes: view.getUint32(60, true),
  };
}

/** Adds up set bits of one table's masks; -1 when a mask has an unknown bit. */
function countBits(index: Uint32Array, at: number, shape: readonly [number, number, number]) {
  const [entries, width, allowed] = shape;
  let sum = 0;
  for (let i = 0; i < entries; i++) {
    const mask = index[at + i * width + width - 1];
    if ((mask & ~allowed) !== 0) return -1;
    sum += bits(mask);
  }
  return sum;
}

function hasRightMasks(index: Uint32Array, counts: FrameCounts): boolean {
  let at = 0;
  const underlyings = countBits(index, at, [counts.underlyings, 2, FULL_MASK.underlying]);
  at += 2 * counts.underlyings;
  const accounts = countBits(index, at, [counts.accounts, 2, FULL_MASK.account]);
  at += 2 * counts.accounts;
  const cells = countBits(index, at, [counts.cells, 3, FULL_MASK.cell]);
  at += 3 * counts.cells;
  if (underlyings < 0 || accounts < 0 || cells < 0) return false;
  let f64 = underlyings + accounts + cells;
  let f32 = 0;
  let u8 = 0;
  let mask = 0;
  let [ofF64, ofF32, ofU8] = [0, 0, 0];
  for (let i = 0; i < counts.rows; i++) {
    // Rows of one flush mostly have the same mask.
    if (index[at + 2 * i + 1] !== mask) {
      mask = index[at + 2 * i + 1];
      if ((mask & ~FULL_MASK.row) !== 0) return false;
      ofF64 = bits(mask & F64_FIELDS);
      ofF32 = bits((mask >>> F32_BIT) & F32_FIELDS);
      ofU8 = bits(mask >>> U8_BIT);
    }
    f64 += ofF64;
    f32 += ofF32;
    u8 += ofU8;
  }
  return f64 === counts.f64 && f32 === counts.f32 && u8 === counts.u8;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeJson(bytes: Uint8Array): Result<string, FrameError> {
  if (bytes.length === 0) return ok("");
  try {
    return ok(utf8.decode(bytes));
  } catch (error) {
    return fail({ code: "malformed", message: `directory is not UTF-8: ${String(error)}` });
  }
}

function checkHead(view: DataView): Result<FrameHeader["kind"], FrameError> {
  if (view.byteLength < HEADER_BYTES) return fail({ code: "truncated", message: "no header" });
  const version = view.getUint8(0);
  if (version !== PROTOCOL_VERSION) {
    return fail({ code: "version", message: `protocol version ${version}` });
  }
  const kind = view.getUint8(1);
  if (kind === FRAME_KIND.diff || kind === FRAME_KIND.snapshot) return ok(kind);
  return fail({ code: "malformed", message: `frame kind ${kind}` });
}

/** The same bytes at an offset that typed arrays can stand on. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}

/**
 * Reads a binary frame. The columns of the result are views of `bytes` (of a copy when `bytes` is
 * not 8-byte aligned). Fails unless every count, mask and length agrees.
 */
export function parseFrame(received: Uint8Array): Result<Frame, FrameError> {
  const bytes = aligned(received);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = checkHead(view);
  if (!kind.ok) return kind;
  const counts = readCounts(view);
  const layout = frameLayout(counts);
  if (!Number.isSafeInteger(layout.end) || layout.end !== bytes.byteLength) {
    return fail({ code: "truncated", message: `${bytes.byteLength} bytes, not ${layout.end}` });
  }
  const { buffer, byteOffset } = bytes;
  const index = new Uint32Array(buffer, byteOffset + HEADER_BYTES, indexLength(counts));
  if (!hasRightMasks(index, counts)) {
    return fail({ code: "malformed", message: "masks and counts disagree" });
  }
  const json = decodeJson(bytes.subarray(layout.jsonAt));
  if (!json.ok) return json;
  return ok({
    header: {
      kind: kind.value,
      flags: view.getUint16(2, true),
      seq: view.getUint32(4, true),
      previous: view.getUint32(8, true),
      eventSeq: view.getUint32(12, true),
      serverTime: view.getFloat64(16, true),
      sourceTime: view.getFloat64(24, true),
    },
    counts,
    index,
    f64: new Float64Array(buffer, byteOffset + layout.f64At, counts.f64),
    f32: new Float32Array(buffer, byteOffset + layout.f32At, counts.f32),
    u8: new Uint8Array(buffer, byteOffset + layout.u8At, counts.u8),
    json: json.value,
  });
}
