import { ok, type Result } from "../../base/result.ts";
import {
  F32_BIT,
  F32_FIELDS,
  F64_FIELDS,
  type Frame,
  FRAME_FLAG,
  FRAME_KIND,
  type FrameHeader,
  FULL_MASK,
  STRIDE,
  U8_BIT,
} from "./frame.ts";
import { FrameWriter, type RowColumns } from "./frame_writer.ts";
import { malformed, type MalformedError, ObjectReader } from "./object_reader.ts";

/** Walks the value streams of a frame in the order of its entries. */
class ValueCursor {
  #f64 = 0;
  #f32 = 0;
  #u8 = 0;

  constructor(readonly frame: Frame) {}

  f64(mask: number, width: number, to: unknown[]): void {
    for (let i = 0; i < width; i++) {
      if ((mask & (1 << i)) !== 0) to.push(orNull(this.frame.f64[this.#f64++]));
    }
  }

  row(mask: number, to: unknown[]): void {
    this.f64(mask & F64_FIELDS, STRIDE.rowF64, to);
    for (let i = 0; i < STRIDE.rowF32; i++) {
      if ((mask & (1 << (i + F32_BIT))) !== 0) to.push(orNull(this.frame.f32[this.#f32++]));
    }
    for (let i = 0; i < STRIDE.rowU8; i++) {
      if ((mask & (1 << (i + U8_BIT))) !== 0) to.push(this.frame.u8[this.#u8++]);
    }
  }
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/**
 * The same frame as text: `underlyings` and `accounts` are arrays of [id, mask, values …], `cells`
 * of [underlying id, account id, mask, values …], `rows` of [id, mask, values …]; the values of set
 * bits from the lowest up; NaN is null.
 */
export function frameText(frame: Frame): string {
  const { header, counts, index } = frame;
  const cursor = new ValueCursor(frame);
  let word = 0;
  const pairs = (entries: number, values: (mask: number, to: unknown[]) => void): unknown[][] =>
    Array.from({ length: entries }, () => {
      const entry: unknown[] = [index[word], index[word + 1]];
      values(index[word + 1], entry);
      word += 2;
      return entry;
    });
  const underlyings = pairs(counts.underlyings, (mask, to) => {
    cursor.f64(mask, STRIDE.underlying, to);
  });
  const accounts = pairs(counts.accounts, (mask, to) => cursor.f64(mask, STRIDE.account, to));
  const cells = Array.from({ length: counts.cells }, () => {
    const entry: unknown[] = [index[word], index[word + 1], index[word + 2]];
    cursor.f64(index[word + 2], STRIDE.cell, entry);
    word += 3;
    return entry;
  });
  const rows = pairs(counts.rows, (mask, to) => cursor.row(mask, to));
  const text = JSON.stringify({ ...headerMembers(header), underlyings, accounts, cells, rows });
  return frame.json === "" ? text : `${text.slice(0, -1)},"directory":${frame.json}}`;
}

function headerMembers(header: FrameHeader) {
  return {
    type: "frame",
    kind: header.kind === FRAME_KIND.diff ? "diff" : "snapshot",
    begin: (header.flags & FRAME_FLAG.begin) !== 0,
    end: (header.flags & FRAME_FLAG.end) !== 0,
    seq: header.seq,
    previous: header.previous,
    eventSeq: header.eventSeq,
    serverTime: header.serverTime,
    sourceTime: header.sourceTime,
  };
}

/** One entry of the text form: its ids, its masks, its values. */
interface Entry {
  readonly ids: readonly number[];
  readonly masks: readonly number[];
  readonly values: readonly number[];
}

const ENTRIES_MAX = 200_000;

function readEntries(
  reader: ObjectReader,
  key: string,
  shape: { readonly ids: number; readonly allowed: readonly number[] },
): readonly Entry[] {
  const { ids, allowed } = shape;
  return reader.array(key, ENTRIES_MAX).map((value) => {
    const numbers = Array.isArray(value) ? value.map((v) => v === null ? NaN : Number(v)) : [];
    const masks = numbers.slice(ids, ids + allowed.length);
    const isRight = masks.length === allowed.length &&
      masks.every((mask, i) => mask >= 0 && (mask & ~allowed[i]) === 0);
    if (!isRight) reader.refuse(`${key} holds an entry without right masks`);
    const none = allowed.map(() => 0);
    return {
      ids: isRight ? numbers.slice(0, ids) : none,
      masks: isRight ? masks : none,
      values: numbers.slice(ids + allowed.length),
    };
  });
}

/** Takes the values of an entry one by one. */
class EntryValues {
  #next = 0;

  constructor(readonly values: readonly number[]) {}

  /** Spreads values to the places whose bit is set. */
  spread(mask: number, to: Float64Array | Float32Array | Uint8Array): void {
    for (let i = 0; i < to.length; i++) {
      if ((mask & (1 << i)) !== 0) to[i] = this.values[this.#next++];
    }
  }

  get areAllTaken(): boolean {
    return this.#next === this.values.length;
  }
}

function spread(entry: Entry, to: Float64Array): boolean {
  const values = new EntryValues(entry.values);
  values.spread(entry.masks[0], to);
  return values.areAllTaken;
}

function putRow(writer: FrameWriter, entry: Entry, scratch: RowColumns): boolean {
  const [mask] = entry.masks;
  const values = new EntryValues(entry.values);
  values.spread(mask & F64_FIELDS, scratch.rowF64);
  values.spread((mask >>> F32_BIT) & F32_FIELDS, scratch.rowF32);
  values.spread(mask >>> U8_BIT, scratch.rowU8);
  writer.row(entry.ids[0], mask, scratch, 0);
  return values.areAllTaken;
}

function putTables(reader: ObjectReader, writer: FrameWriter): boolean {
  const scratch = {
    underlying: new Float64Array(STRIDE.underlying),
    account: new Float64Array(STRIDE.account),
    cell: new Float64Array(STRIDE.cell),
    row: {
      rowF64: new Float64Array(STRIDE.rowF64),
      rowF32: new Float32Array(STRIDE.rowF32),
      rowU8: new Uint8Array(STRIDE.rowU8),
    },
  };
  let isRight = true;
  for (const e of readEntries(reader, "underlyings", { ids: 1, allowed: [FULL_MASK.underlying] })) {
    isRight &&= spread(e, scratch.underlying);
    writer.underlying(e.ids[0], e.masks[0], scratch.underlying, 0);
  }
  for (const e of readEntries(reader, "accounts", { ids: 1, allowed: [FULL_MASK.account] })) {
    isRight &&= spread(e, scratch.account);
    writer.account(e.ids[0], e.masks[0], scratch.account, 0);
  }
  for (const e of readEntries(reader, "cells", { ids: 2, allowed: [FULL_MASK.cell] })) {
    isRight &&= spread(e, scratch.cell);
    writer.cell(e.ids[0], e.ids[1]);
    writer.cellValues(e.masks[0], scratch.cell, 0);
  }
  for (const e of readEntries(reader, "rows", { ids: 1, allowed: [FULL_MASK.row] })) {
    isRight = putRow(writer, e, scratch.row) && isRight;
  }
  return isRight;
}

/** Turns the text form of a frame, already parsed as JSON, into the bytes of the binary form. */
export function frameFromJson(json: unknown): Result<Uint8Array<ArrayBuffer>, MalformedError> {
  const reader = new ObjectReader(json, "frame", false);
  const flags = (reader.take("begin") === true ? FRAME_FLAG.begin : 0) |
    (reader.take("end") === true ? FRAME_FLAG.end : 0);
  const kind = reader.oneOf("kind", ["diff", "snapshot"] as const, "diff");
  const header: FrameHeader = {
    kind: FRAME_KIND[kind],
    flags,
    seq: reader.count("seq"),
    previous: reader.count("previous"),
    eventSeq: reader.count("eventSeq"),
    serverTime: reader.number("serverTime"),
    sourceTime: reader.number("sourceTime"),
  };
  const writer = new FrameWriter();
  const isRight = putTables(reader, writer);
  const directory = reader.take("directory");
  const end = reader.finish(null);
  if (!end.ok) return end;
  if (!isRight) return malformed("masks and values of the frame disagree");
  return ok(writer.finish(header, directory === undefined ? "" : JSON.stringify(directory)));
}
