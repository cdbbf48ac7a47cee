import { assert } from "../../base/assert.ts";
import {
  F32_BIT,
  F32_FIELDS,
  F64_FIELDS,
  type FrameCounts,
  type FrameHeader,
  frameLayout,
  HEADER_BYTES,
  STRIDE,
  U8_BIT,
} from "./frame.ts";
import { PROTOCOL_VERSION } from "./limits.ts";

/** Where a row's values stand: the columns of a book view or of a copy. */
export interface RowColumns {
  readonly rowF64: Float64Array;
  readonly rowF32: Float32Array;
  readonly rowU8: Uint8Array;
}

const utf8 = new TextEncoder();
const START_ENTRIES = 256;
const ENTRY_WORDS = 3;

/**
 * Builds frames in buffers that grow and are used again: no object per entry, one allocation per
 * finished frame. Entries go in the order underlyings, accounts, cells, rows.
 */
export class FrameWriter {
  #index = new Uint32Array(START_ENTRIES * ENTRY_WORDS);
  #f64 = new Float64Array(START_ENTRIES * STRIDE.cell);
  #f32 = new Float32Array(START_ENTRIES * STRIDE.rowF32);
  #u8 = new Uint8Array(START_ENTRIES * STRIDE.rowU8);
  #words = 0;
  #f64Count = 0;
  #f32Count = 0;
  #u8Count = 0;
  #underlyings = 0;
  #accounts = 0;
  #cells = 0;
  #rows = 0;

  /** Forgets what was put. */
  reset(): void {
    this.#words =
      this.#f64Count =
      this.#f32Count =
      this.#u8Count =
        0;
    this.#underlyings =
      this.#accounts =
      this.#cells =
      this.#rows =
        0;
  }

  /** True when nothing was put since the last reset. */
  get isEmpty(): boolean {
    return this.#words === 0;
  }

  /** Bytes that the frame would have now, without its directory. */
  get byteLength(): number {
    return frameLayout(this.#counts(0)).end;
  }

  /** Adds the fields of an underlying named by `mask`; values from `from[at]` on. */
  underlying(id: number, mask: number, from: Float64Array, at: number): void {
    assert(this.#accounts + this.#cells + this.#rows === 0, "underlyings come first");
    this.#underlyings++;
    this.#entry(id, mask);
    this.#values(mask, from, at);
  }

  /** Adds the fields of an account named by `mask`. */
  account(id: number, mask: number, from: Float64Array, at: number): void {
    assert(this.#cells + this.#rows === 0, "accounts come before cells and rows");
    this.#accounts++;
    this.#entry(id, mask);
    this.#values(mask, from, at);
  }

  /** Starts a cell; its values follow by `cellValues`. */
  cell(underlyingId: number, accountId: number): void {
    assert(this.#rows === 0, "cells come before rows");
    this.#cells++;
    this.#grow();
    this.#index[this.#words++] = underlyingId;
    this.#index[this.#words++] = accountId;
  }

  /** Ends a cell with the measures named by `mask`. */
  cellValues(mask: number, from: Float64Array, at: number): void {
    this.#index[this.#words++] = mask;
    this.#values(mask, from, at);
  }

  /** Adds the fields of the row at dense `index` named by `mask`. */
  row(id: number, mask: number, columns: RowColumns, index: number): void {
    this.#rows++;
    this.#entry(id, mask);
    this.#values(mask & F64_FIELDS, columns.rowF64, index * STRIDE.rowF64);
    this.#floats((mask >>> F32_BIT) & F32_FIELDS, columns.rowF32, index * STRIDE.rowF32);
    if (mask >>> U8_BIT !== 0) this.#codes(mask >>> U8_BIT, columns.rowU8, index * STRIDE.rowU8);
  }

  #entry(id: number, mask: number): void {
    this.#grow();
    this.#index[this.#words++] = id;
    this.#index[this.#words++] = mask;
  }

  #values(mask: number, from: Float64Array, at: number): void {
    const to = this.#f64;
    let next = this.#f64Count;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      to[next++] = from[at + 31 - Math.clz32(rest & -rest)];
    }
    this.#f64Count = next;
  }

  #floats(mask: number, from: Float32Array, at: number): void {
    const floats = this.#f32;
    let next = this.#f32Count;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      floats[next++] = from[at + 31 - Math.clz32(rest & -rest)];
    }
    this.#f32Count = next;
  }

  #codes(mask: number, from: Uint8Array, at: number): void {
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      this.#u8[this.#u8Count++] = from[at + 31 - Math.clz32(rest & -rest)];
    }
  }

  /** Makes room for one more entry of any table. */
  #grow(): void {
    if (this.#words + ENTRY_WORDS > this.#index.length) {
      const index = new Uint32Array(this.#index.length * 2);
      index.set(this.#index);
      this.#index = index;
    }
    if (this.#f64Count + STRIDE.cell > this.#f64.length) {
      const f64 = new Float64Array(this.#f64.length * 2);
      f64.set(this.#f64);
      this.#f64 = f64;
    }
    if (this.#f32Count + STRIDE.rowF32 > this.#f32.length) {
      const f32 = new Float32Array(this.#f32.length * 2);
      f32.set(this.#f32);
      this.#f32 = f32;
    }
    if (this.#u8Count + STRIDE.rowU8 > this.#u8.length) {
      const u8 = new Uint8Array(this.#u8.length * 2);
      u8.set(this.#u8);
      this.#u8 = u8;
    }
  }

  #counts(jsonBytes: number): FrameCounts {
    return {
      underlyings: this.#underlyings,
      accounts: this.#accounts,
      cells: this.#cells,
      rows: this.#rows,
      f64: this.#f64Count,
      f32: this.#f32Count,
      u8: this.#u8Count,
      jsonBytes,
    };
  }

  /** The frame with what was put since the last reset, as bytes of its own. */
  finish(header: FrameHeader, directory: string): Uint8Array<ArrayBuffer> {
    const json = utf8.encode(directory);
    const counts = this.#counts(json.length);
    const layout = frameLayout(counts);
    const bytes = new Uint8Array(layout.end);
    const view = new DataView(bytes.buffer);
    writeHeader(view, header, counts);
    const { buffer } = bytes;
    new Uint32Array(buffer, HEADER_BYTES, this.#words).set(this.#index.subarray(0, this.#words));
    new Float64Array(buffer, layout.f64At, counts.f64).set(this.#f64.subarray(0, counts.f64));
    new Float32Array(buffer, layout.f32At, counts.f32).set(this.#f32.subarray(0, counts.f32));
    bytes.set(this.#u8.subarray(0, counts.u8), layout.u8At);
    bytes.set(json, layout.jsonAt);
    return bytes;
  }
}

function writeHeader(view: DataView, header: FrameHeader, counts: FrameCounts): void {
  view.setUint8(0, PROTOCOL_VERSION);
  view.setUint8(1, header.kind);
  view.setUint16(2, header.flags, true);
  view.setUint32(4, header.seq, true);
  view.setUint32(8, header.previous, true);
  view.setUint32(12, header.eventSeq, true);
  view.setFloat64(16, header.serverTime, true);
  view.setFloat64(24, header.sourceTime, true);
  view.setUint32(32, counts.underlyings, true);
  view.setUint32(36, counts.accounts, true);
  view.setUint32(40, counts.cells, true);
  view.setUint32(44, counts.rows, true);
  view.setUint32(48, counts.f64, true);
  view.setUint32(52, counts.f32, true);
  view.setUint32(56, counts.u8, true);
  view.setUint32(60, counts.jsonBytes, true);
}
