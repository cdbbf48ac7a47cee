import { assert } from "../../base/assert.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { checksum } from "./checksum.ts";
import type { Extremes, Stretch } from "./m4.ts";

/** Most samples in a block. */
export const BLOCK_SAMPLES = 4096;

/** Consecutive samples of one series: ascending whole milliseconds, one array a column. */
export interface SampleColumns {
  readonly at: Float64Array;
  /** Each as long as `at`; NaN where absent. */
  readonly columns: readonly Float64Array[];
  readonly stepMs: number;
  /** Only the extremes and the last sample of each minute were kept. */
  readonly isThin?: boolean;
}

/** What is known of a block without its data. */
export interface BlockShape extends Stretch {
  readonly count: number;
  /** Time between samples where it is always the same; 0: the times are stored. */
  readonly intervalMs: number;
  readonly timesChecksum: number;
  readonly isThin: boolean;
}

/** A block as it is stored. */
export interface PackedBlock {
  readonly shape: BlockShape;
  /** `HEAD_BYTES` a column. */
  readonly heads: Uint8Array<ArrayBuffer>;
  /** u32 offsets from the first time; null at a constant interval. */
  readonly times: Uint8Array<ArrayBuffer> | null;
  /** f64 values a column; null where the head says it all. */
  readonly data: readonly (Uint8Array<ArrayBuffer> | null)[];
}

/** Head of one column: its extremes, and how its values are stored. */
export interface ColumnHead extends Extremes {
  /** No data: every sample has the value `first`, or none has any. */
  readonly isConstant: boolean;
  readonly checksum: number;
}

/** Stored bytes that are not what was written. */
export type BlockDamage = "damagedHead" | "damagedData" | "damagedTimes";

const HEAD_WORDS = 12;
/** Bytes of one column's head. */
export const HEAD_BYTES = HEAD_WORDS * 8;

function bytesOf(values: Float64Array | Uint32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** A view of stored f64 values; copied only where they do not lie on a multiple of 8. */
export function floatsOf(bytes: Uint8Array): Float64Array {
  const from = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return new Float64Array(from.buffer, from.byteOffset, from.byteLength >> 3);
}

/** Extremes of values with their times; equal ones count at the earliest. */
export function extremesOf(at: Float64Array, values: Float64Array): Extremes {
  let first = -1;
  let last = -1;
  let min = -1;
  let max = -1;
  let validCount = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== value) continue;
    if (first < 0) first = min = max = i;
    if (value < values[min]) min = i;
    if (value > values[max]) max = i;
    last = i;
    validCount++;
  }
  const valueOf = (i: number) => i < 0 ? NaN : values[i];
  const timeOf = (i: number) => i < 0 ? NaN : at[i];
  return {
    first: valueOf(first),
    firstAt: timeOf(first),
    last: valueOf(last),
    lastAt: timeOf(last),
    min: valueOf(min),
    minAt: timeOf(min),
    max: valueOf(max),
    maxAt: timeOf(max),
    validCount,
  };
}

function constantInterval(at: Float64Array): number {
  if (at.length < 2) return 1;
  const intervalMs = at[1] - at[0];
  for (let i = 2; i < at.length; i++) if (at[i] - at[i - 1] !== intervalMs) return 0;
  return intervalMs;
}

function packTimes(at: Float64Array): Uint8Array<ArrayBuffer> {
  return bytesOf(Uint32Array.from(at, (instant) => instant - at[0]));
}

/** Longest stretch that one block may cover: offsets of times are 32 bits of milliseconds. */
export const BLOCK_SPAN_MS = 2 ** 32 - 1;

/** Packs samples of one series: 1 to 4,096 of them, whole milliseconds, ascending. */
export function pack(samples: SampleColumns): PackedBlock {
  const { at, columns, stepMs, isThin = false } = samples;
  const count = at.length;
  assert(count >= 1 && count <= BLOCK_SAMPLES, "a block has 1 to 4,096 samples");
  assert(at[count - 1] - at[0] <= BLOCK_SPAN_MS, "a block spans at most 49 days");
  const intervalMs = constantInterval(at);
  const times = intervalMs > 0 ? null : packTimes(at);
  const shape: BlockShape = {
    firstAt: at[0],
    lastAt: at[count - 1],
    stepMs,
    count,
    intervalMs,
    timesChecksum: times === null ? 0 : checksum(times),
    isThin,
  };
  const heads = new Float64Array(HEAD_WORDS * columns.length);
  const data = columns.map((values, column) => {
    assert(values.length === count, "every column has every sample");
    const extremes = extremesOf(at, values);
    const isConstant = extremes.validCount === 0 ||
      (extremes.validCount === count && extremes.min === extremes.max);
    const packed = isConstant ? null : bytesOf(values);
    const stored = { ...extremes, isConstant, checksum: packed === null ? 0 : checksum(packed) };
    writeHead(heads.subarray(column * HEAD_WORDS, (column + 1) * HEAD_WORDS), stored, shape);
    return packed;
  });
  return { shape, heads: bytesOf(heads), times, data };
}

function writeHead(words: Float64Array, head: ColumnHead, shape: BlockShape): void {
  words.set([
    head.first,
    head.firstAt,
    head.last,
    head.lastAt,
    head.min,
    head.minAt,
    head.max,
    head.maxAt,
    head.validCount,
    head.isConstant ? 1 : 0,
    head.checksum,
  ]);
  words[HEAD_WORDS - 1] = headChecksum(words, shape);
}

/** Covers the head and what the row says of the block: neither can change alone. */
function headChecksum(words: Float64Array, shape: BlockShape): number {
  SEALED.set(words.subarray(0, HEAD_WORDS - 1));
  SEALED[HEAD_WORDS - 1] = shape.firstAt;
  SEALED[HEAD_WORDS] = shape.lastAt;
  SEALED[HEAD_WORDS + 1] = shape.stepMs;
  SEALED[HEAD_WORDS + 2] = shape.count;
  SEALED[HEAD_WORDS + 3] = shape.intervalMs;
  SEALED[HEAD_WORDS + 4] = shape.timesChecksum;
  SEALED[HEAD_WORDS + 5] = shape.isThin ? 1 : 0;
  return checksum(SEALED_BYTES);
}

const SEALED = new Float64Array(HEAD_WORDS + 6);
const SEALED_BYTES = new Uint8Array(SEALED.buffer);

/** Reads the head of one column, `HEAD_BYTES` long; fails when it is not what was written. */
export function unpackHead(
  bytes: Uint8Array,
  shape: BlockShape,
): Result<ColumnHead, BlockDamage> {
  if (bytes.byteLength !== HEAD_BYTES) return fail("damagedHead");
  const words = floatsOf(bytes);
  if (words[HEAD_WORDS - 1] !== headChecksum(words, shape)) return fail("damagedHead");
  return ok({
    first: words[0],
    firstAt: words[1],
    last: words[2],
    lastAt: words[3],
    min: words[4],
    minAt: words[5],
    max: words[6],
    maxAt: words[7],
    validCount: words[8],
    isConstant: words[9] === 1,
    checksum: words[10],
  });
}

/** Times of a block's samples. */
export function unpackTimes(
  shape: BlockShape,
  bytes: Uint8Array | null,
): Result<Float64Array, BlockDamage> {
  const { firstAt, intervalMs, count } = shape;
  const at = new Float64Array(count);
  if (intervalMs > 0) {
    for (let i = 0; i < count; i++) at[i] = firstAt + i * intervalMs;
    return ok(at);
  }
  if (bytes === null || bytes.byteLength !== count * 4) return fail("damagedTimes");
  if (checksum(bytes) !== shape.timesChecksum) return fail("damagedTimes");
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const offsets = new Uint32Array(aligned.buffer, aligned.byteOffset, count);
  for (let i = 0; i < count; i++) at[i] = firstAt + offsets[i];
  return ok(at);
}

/** Values of one column of a block; may be a view of `bytes`. */
export function unpackColumn(
  head: ColumnHead,
  count: number,
  bytes: Uint8Array | null,
): Result<Float64Array, BlockDamage> {
  if (head.isConstant) return ok(new Float64Array(count).fill(head.first));
  if (bytes === null || bytes.byteLength !== count * 8) return fail("damagedData");
  return checksum(bytes) === head.checksum ? ok(floatsOf(bytes)) : fail("damagedData");
}
