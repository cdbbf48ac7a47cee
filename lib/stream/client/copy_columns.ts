import { present } from "../../base/assert.ts";
import type { AccountRef, BookView, RowRef, UnderlyingRef } from "../../domain/book_view.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { Directory } from "../protocol/directory.ts";
import { type Frame, STRIDE } from "../protocol/frame.ts";
import { RowFields } from "./row_fields.ts";

function grownF64(from: Float64Array, length: number): Float64Array {
  if (from.length >= length) return from;
  const to = new Float64Array(Math.max(length, from.length * 2)).fill(NaN, from.length);
  to.set(from);
  return to;
}

function grownF32(from: Float32Array, length: number): Float32Array {
  if (from.length >= length) return from;
  const to = new Float32Array(Math.max(length, from.length * 2)).fill(NaN, from.length);
  to.set(from);
  return to;
}

function grownU8(from: Uint8Array, length: number): Uint8Array {
  if (from.length >= length) return from;
  const to = new Uint8Array(Math.max(length, from.length * 2));
  to.set(from);
  return to;
}

function grownU32(from: Uint32Array, length: number): Uint32Array {
  if (from.length >= length) return from;
  const to = new Uint32Array(Math.max(length, from.length * 2));
  to.set(from);
  return to;
}

/** Values from one dense layout in another: `source[i]` is the old index of new index i, or -1. */
function moved(from: Float64Array, source: readonly number[], stride: number): Float64Array {
  const to = new Float64Array(source.length * stride).fill(NaN);
  source.forEach((old, i) => {
    if (old >= 0) to.set(from.subarray(old * stride, (old + 1) * stride), i * stride);
  });
  return to;
}

interface Named {
  readonly id: number;
}

/** A list after removals and upserts, with the old index of each entry (-1 for new ones). */
function merged<T extends Named>(
  list: readonly T[],
  upserts: readonly T[],
  removed: readonly number[],
): { readonly list: T[]; readonly source: number[] } {
  const gone = new Set(removed);
  const fresh = new Map(upserts.map((entry) => [entry.id, entry]));
  const next: T[] = [];
  const source: number[] = [];
  list.forEach((entry, index) => {
    if (gone.has(entry.id)) return;
    next.push(fresh.get(entry.id) ?? entry);
    source.push(index);
    fresh.delete(entry.id);
  });
  for (const entry of fresh.values()) {
    next.push(entry);
    source.push(-1);
  }
  return { list: next, source };
}

const NO_IDS: readonly number[] = [];

/**
 * Columns of a copied book: what a directory and frames say, by dense index. Arrays may be longer
 * than their counts. Values that never came are NaN, codes 0.
 */
export class CopyColumns implements BookView {
  rowCount = 0;
  rowIds: Uint32Array = new Uint32Array(0);
  rowF64: Float64Array = new Float64Array(0);
  rowF32: Float32Array = new Float32Array(0);
  rowU8: Uint8Array = new Uint8Array(0);
  rowChanged: Float64Array = new Float64Array(0);
  underlyingIds: Uint32Array = new Uint32Array(0);
  underlyingF64: Float64Array = new Float64Array(0);
  underlyingChanged: Float64Array = new Float64Array(0);
  accountIds: Uint32Array = new Uint32Array(0);
  accountF64: Float64Array = new Float64Array(0);
  accountChanged: Float64Array = new Float64Array(0);
  cellF64: Float64Array = new Float64Array(0);
  cellChanged: Float64Array = new Float64Array(0);
  readonly #rows: RowRef[] = [];
  #underlyings: UnderlyingRef[] = [];
  #accounts: AccountRef[] = [];
  readonly #rowAt = new Map<number, number>();
  #underlyingAt = new Map<number, number>();
  #accountAt = new Map<number, number>();
  /** Where the rows of a frame stand, by their place in it; kept from check to use. */
  #rowsOfFrame = new Int32Array(0);
  readonly #fields = new RowFields();

  constructor(public tick: number, public layout: number, public baseCurrency: string) {}

  get underlyingCount(): number {
    return this.#underlyings.length;
  }

  get accountCount(): number {
    return this.#accounts.length;
  }

  row(index: number): RowRef {
    return present(this.#rows[index], `row ${index}`);
  }

  underlying(index: number): UnderlyingRef {
    return present(this.#underlyings[index], `underlying ${index}`);
  }

  account(index: number): AccountRef {
    return present(this.#accounts[index], `account ${index}`);
  }

  rowIndex(id: number): number {
    return this.#rowAt.get(id) ?? -1;
  }

  underlyingOfRow(index: number): number {
    return this.#underlyingAt.get(this.row(index).underlyingId) ?? -1;
  }

  accountOfRow(index: number): number {
    return this.accountIds.indexOf(this.row(index).accountId);
  }

  instrumentOfRow(index: number): Instrument {
    return this.row(index).instrument;
  }

  /** Takes over names; true when anything was added, removed, renamed or moved. */
  applyDirectory(directory: Directory): boolean {
    const hasGrid = directory.underlyings !== undefined || directory.accounts !== undefined ||
      directory.removedUnderlyings !== undefined || directory.removedAccounts !== undefined;
    if (hasGrid) this.#moveGrid(directory);
    for (const id of directory.removedRows ?? NO_IDS) this.#removeRow(id);
    for (const row of directory.rows ?? []) this.#putRow(row);
    const isChanged = hasGrid || directory.removedRows !== undefined ||
      directory.rows !== undefined;
    if (isChanged) this.layout++;
    return isChanged;
  }

  #moveGrid(directory: Directory): void {
    const underlyings = merged(
      this.#underlyings,
      directory.underlyings ?? [],
      directory.removedUnderlyings ?? NO_IDS,
    );
    const accounts = merged(
      this.#accounts,
      directory.accounts ?? [],
      directory.removedAccounts ?? NO_IDS,
    );
    const width = this.accountCount;
    const cells = underlyings.source.flatMap((u) =>
      accounts.source.map((a) => u < 0 || a < 0 ? -1 : u * width + a)
    );
    this.cellF64 = moved(this.cellF64, cells, STRIDE.cell);
    this.cellChanged = moved(this.cellChanged, cells, 1);
    this.underlyingF64 = moved(this.underlyingF64, underlyings.source, STRIDE.underlying);
    this.underlyingChanged = moved(this.underlyingChanged, underlyings.source, 1);
    this.accountF64 = moved(this.accountF64, accounts.source, STRIDE.account);
    this.accountChanged = moved(this.accountChanged, accounts.source, 1);
    this.#underlyings = underlyings.list;
    this.#accounts = accounts.list;
    this.underlyingIds = Uint32Array.from(underlyings.list, (entry) => entry.id);
    this.accountIds = Uint32Array.from(accounts.list, (entry) => entry.id);
    this.#underlyingAt = new Map(underlyings.list.map((entry, i) => [entry.id, i]));
    this.#accountAt = new Map(accounts.list.map((entry, i) => [entry.id, i]));
    this.#markFresh();
  }

  /** New entries have no mark yet: they changed now. */
  #markFresh(): void {
    for (const marks of [this.cellChanged, this.underlyingChanged, this.accountChanged]) {
      for (let i = 0; i < marks.length; i++) if (Number.isNaN(marks[i])) marks[i] = this.tick;
    }
  }

  #putRow(row: RowRef): void {
    const known = this.#rowAt.get(row.id);
    const index = known ?? this.rowCount++;
    this.#rows[index] = row;
    if (known !== undefined) {
      this.rowChanged[index] = this.tick;
      return;
    }
    this.#rowAt.set(row.id, index);
    this.rowIds = grownU32(this.rowIds, this.rowCount);
    this.rowF64 = grownF64(this.rowF64, this.rowCount * STRIDE.rowF64);
    this.rowF32 = grownF32(this.rowF32, this.rowCount * STRIDE.rowF32);
    this.rowU8 = grownU8(this.rowU8, this.rowCount * STRIDE.rowU8);
    this.rowChanged = grownF64(this.rowChanged, this.rowCount);
    this.rowIds[index] = row.id;
    this.rowF64.fill(NaN, index * STRIDE.rowF64, (index + 1) * STRIDE.rowF64);
    this.rowF32.fill(NaN, index * STRIDE.rowF32, (index + 1) * STRIDE.rowF32);
    this.rowU8.fill(0, index * STRIDE.rowU8, (index + 1) * STRIDE.rowU8);
    this.rowChanged[index] = this.tick;
  }

  /** Takes a row out; the last row moves into its place. */
  #removeRow(id: number): void {
    const index = this.#rowAt.get(id);
    if (index === undefined) return;
    const last = --this.rowCount;
    const moving = this.row(last);
    this.#rowAt.delete(id);
    this.#rows.length = last;
    if (index === last) return;
    this.#rows[index] = moving;
    this.#rowAt.set(moving.id, index);
    this.rowIds[index] = moving.id;
    this.rowF64.copyWithin(index * STRIDE.rowF64, last * STRIDE.rowF64, (last + 1) * STRIDE.rowF64);
    this.rowF32.copyWithin(index * STRIDE.rowF32, last * STRIDE.rowF32, (last + 1) * STRIDE.rowF32);
    this.rowU8.copyWithin(index * STRIDE.rowU8, last * STRIDE.rowU8, (last + 1) * STRIDE.rowU8);
    this.rowChanged[index] = this.rowChanged[last];
  }

  /** True when every id of the frame's values is known here; to be asked before `applyValues`. */
  knowsAll(frame: Frame): boolean {
    const { index, counts } = frame;
    let word = 0;
    for (let i = 0; i < counts.underlyings; i++, word += 2) {
      if (!this.#underlyingAt.has(index[word])) return false;
    }
    for (let i = 0; i < counts.accounts; i++, word += 2) {
      if (!this.#accountAt.has(index[word])) return false;
    }
    for (let i = 0; i < counts.cells; i++, word += 3) {
      if (!this.#underlyingAt.has(index[word]) || !this.#accountAt.has(index[word + 1])) {
        return false;
      }
    }
    return this.#findRows(frame, word);
  }

  /** Finds the rows of a frame. Most follow each other here as there: that needs no look-up. */
  #findRows({ index, counts }: Frame, firstWord: number): boolean {
    if (this.#rowsOfFrame.length < counts.rows) this.#rowsOfFrame = new Int32Array(counts.rows * 2);
    const { rowIds, rowCount } = this;
    let row = -1;
    for (let i = 0, word = firstWord; i < counts.rows; i++, word += 2) {
      const id = index[word];
      row++;
      if (row >= rowCount || rowIds[row] !== id) row = this.rowIndex(id);
      if (row < 0) return false;
      this.#rowsOfFrame[i] = row;
    }
    return true;
  }

  /** Writes the values of a frame whose ids are all known, and marks them with the present tick. */
  applyValues(frame: Frame): void {
    const f64 = new F64Cursor(frame.f64);
    const firstRowWord = this.#applyGrid(frame, f64);
    this.#applyRows(frame, firstRowWord, f64.next);
  }

  #applyGrid(frame: Frame, f64: F64Cursor): number {
    const { index, counts } = frame;
    const width = this.accountCount;
    let word = 0;
    for (let i = 0; i < counts.underlyings; i++, word += 2) {
      const u = present(this.#underlyingAt.get(index[word]), "underlying");
      this.underlyingChanged[u] = this.tick;
      f64.put(index[word + 1], this.underlyingF64, u * STRIDE.underlying);
    }
    for (let i = 0; i < counts.accounts; i++, word += 2) {
      const a = present(this.#accountAt.get(index[word]), "account");
      this.accountChanged[a] = this.tick;
      f64.put(index[word + 1], this.accountF64, a * STRIDE.account);
    }
    for (let i = 0; i < counts.cells; i++, word += 3) {
      const u = present(this.#underlyingAt.get(index[word]), "underlying");
      const cell = u * width + present(this.#accountAt.get(index[word + 1]), "account");
      this.cellChanged[cell] = this.tick;
      f64.put(index[word + 2], this.cellF64, cell * STRIDE.cell);
    }
    return word;
  }

  #applyRows(frame: Frame, firstWord: number, firstF64: number): void {
    const { index, counts } = frame;
    const { f64, f32, u8 } = this.#fields;
    const { rowF64, rowF32, rowU8, rowChanged, tick } = this;
    let fromF64 = firstF64;
    let fromF32 = 0;
    let fromU8 = 0;
    for (let i = 0, word = firstWord + 1; i < counts.rows; i++, word += 2) {
      const row = this.#rowsOfFrame[i];
      rowChanged[row] = tick;
      this.#fields.take(index[word]);
      const atF64 = row * STRIDE.rowF64;
      for (let k = 0; k < f64.count; k++) rowF64[atF64 + f64.at[k]] = frame.f64[fromF64++];
      const atF32 = row * STRIDE.rowF32;
      for (let k = 0; k < f32.count; k++) rowF32[atF32 + f32.at[k]] = frame.f32[fromF32++];
      const atU8 = row * STRIDE.rowU8;
      for (let k = 0; k < u8.count; k++) rowU8[atU8 + u8.at[k]] = frame.u8[fromU8++];
    }
  }
}

/** Walks the f64 values of a frame and writes those of set bits to their places. */
class F64Cursor {
  /** Place of the next value. */
  next = 0;

  constructor(readonly values: Float64Array) {}

  put(mask: number, to: Float64Array, at: number): void {
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      to[at + 31 - Math.clz32(rest & -rest)] = this.values[this.next++];
    }
  }
}
