import { F32_BIT, STRIDE, U8_BIT } from "../protocol/frame.ts";
import type { BookView } from "../../domain/book_view.ts";
import type { VisiblePart } from "../protocol/audience.ts";
import type { RowColumns } from "../protocol/frame_writer.ts";

// Copying the values that differ and answering their mask; NaN equals NaN. One function per column
// type, because a shared one would see several types and lose its speed on the hot path.

/** Where a run of values stands now and where its last sent values are kept. */
interface Run {
  readonly at: number;
  readonly keptAt: number;
  readonly width: number;
}

function takeF64(now: Float64Array, kept: Float64Array, { at, keptAt, width }: Run): number {
  let mask = 0;
  for (let i = 0; i < width; i++) {
    const a = now[at + i];
    const b = kept[keptAt + i];
    if (a === b || (a !== a && b !== b)) continue;
    kept[keptAt + i] = a;
    mask |= 1 << i;
  }
  return mask;
}

function takeF32(now: Float32Array, kept: Float32Array, { at, keptAt, width }: Run): number {
  let mask = 0;
  for (let i = 0; i < width; i++) {
    const a = now[at + i];
    const b = kept[keptAt + i];
    if (a === b || (a !== a && b !== b)) continue;
    kept[keptAt + i] = a;
    mask |= 1 << i;
  }
  return mask;
}

function takeU8(now: Uint8Array, kept: Uint8Array, { at, keptAt, width }: Run): number {
  let mask = 0;
  for (let i = 0; i < width; i++) {
    const a = now[at + i];
    const b = kept[keptAt + i];
    if (a === b) continue;
    kept[keptAt + i] = a;
    mask |= 1 << i;
  }
  return mask;
}

function runOf(index: number, k: number, width: number): Run {
  return { at: index * width, keptAt: k * width, width };
}

/**
 * The values that an audience was last sent, by place in its visible part: what tells the fields
 * that changed from those that did not.
 */
export class Shadow {
  readonly #underlyings: Float64Array;
  readonly #accounts: Float64Array;
  readonly #cells: Float64Array;
  readonly #rowF64: Float64Array;
  readonly #rowF32: Float32Array;
  readonly #rowU8: Uint8Array;

  /** Starts with the values as they are. */
  constructor(view: BookView, readonly part: VisiblePart) {
    this.#underlyings = new Float64Array(part.underlyings.length * STRIDE.underlying);
    this.#accounts = new Float64Array(part.accounts.length * STRIDE.account);
    this.#cells = new Float64Array(
      part.underlyings.length * part.accounts.length * STRIDE.cell,
    );
    this.#rowF64 = new Float64Array(part.rows.length * STRIDE.rowF64);
    this.#rowF32 = new Float32Array(part.rows.length * STRIDE.rowF32);
    this.#rowU8 = new Uint8Array(part.rows.length * STRIDE.rowU8);
    this.refill(view);
  }

  /** Takes all values as they are. */
  refill(view: BookView): void {
    const { underlyings, accounts, rows } = this.part;
    for (let k = 0; k < underlyings.length; k++) {
      this.underlying(view, k);
      for (let m = 0; m < accounts.length; m++) this.cell(view, k, m);
    }
    for (let k = 0; k < accounts.length; k++) this.account(view, k);
    for (let k = 0; k < rows.length; k++) this.row(view, k);
  }

  /** Mask of the changed fields of the k-th visible underlying; takes their values. */
  underlying(view: BookView, k: number): number {
    const run = runOf(this.part.underlyings[k], k, STRIDE.underlying);
    return takeF64(view.underlyingF64, this.#underlyings, run);
  }

  /** Mask of the changed fields of the k-th visible account; takes their values. */
  account(view: BookView, k: number): number {
    const run = runOf(this.part.accounts[k], k, STRIDE.account);
    return takeF64(view.accountF64, this.#accounts, run);
  }

  /** Mask of the changed measures of the cell of the k-th underlying and m-th account. */
  cell(view: BookView, k: number, m: number): number {
    const { underlyings, accounts } = this.part;
    const cell = underlyings[k] * view.accountCount + accounts[m];
    return takeF64(
      view.cellF64,
      this.#cells,
      runOf(cell, k * accounts.length + m, STRIDE.cell),
    );
  }

  /** Mask of the changed fields of the k-th visible row; takes their values. */
  row(columns: RowColumns, k: number): number {
    const index = this.part.rows[k];
    const f64 = takeF64(columns.rowF64, this.#rowF64, runOf(index, k, STRIDE.rowF64));
    const f32 = takeF32(columns.rowF32, this.#rowF32, runOf(index, k, STRIDE.rowF32));
    const u8 = takeU8(columns.rowU8, this.#rowU8, runOf(index, k, STRIDE.rowU8));
    return f64 | (f32 << F32_BIT) | (u8 << U8_BIT);
  }
}
