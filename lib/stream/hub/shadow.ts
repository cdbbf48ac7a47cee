import { type RowMask, STRIDE, U8_BIT } from "../protocol/frame.ts";
import type { BookView } from "../../domain/book_view.ts";
import type { VisiblePart } from "../protocol/audience.ts";

type Column = Float64Array | Float32Array | Uint8Array;

/** Copies the values that differ and answers their mask; NaN equals NaN. */
type Take<T extends Column> = (now: T, nowAt: number, kept: T, keptAt: number) => number;

function taker<T extends Column>(width: number): Take<T> {
  return (now, nowAt, kept, keptAt) => {
    let mask = 0;
    for (let i = 0; i < width; i++) {
      const a = now[nowAt + i];
      const b = kept[keptAt + i];
      if (a === b || (a !== a && b !== b)) continue;
      kept[keptAt + i] = a;
      mask |= 1 << i;
    }
    return mask;
  };
}

// One function per column type, so that each stays monomorphic on the hot path.
const takeUnderlying = taker<Float64Array>(STRIDE.underlying);
const takeAccount = taker<Float64Array>(STRIDE.account);
const takeCell = taker<Float64Array>(STRIDE.cell);
const takeRowF64 = taker<Float64Array>(STRIDE.rowF64);
const takeRowF32 = taker<Float32Array>(STRIDE.rowF32);
const takeRowU8 = taker<Uint8Array>(STRIDE.rowU8);

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
  readonly #rowMask = { f64: 0, codes: 0 };

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
    const at = this.part.underlyings[k] * STRIDE.underlying;
    return takeUnderlying(view.underlyingF64, at, this.#underlyings, k * STRIDE.underlying);
  }

  /** Mask of the changed fields of the k-th visible account; takes their values. */
  account(view: BookView, k: number): number {
    const at = this.part.accounts[k] * STRIDE.account;
    return takeAccount(view.accountF64, at, this.#accounts, k * STRIDE.account);
  }

  /** Mask of the changed measures of the cell of the k-th underlying and m-th account. */
  cell(view: BookView, k: number, m: number): number {
    const { underlyings, accounts } = this.part;
    const at = (underlyings[k] * view.accountCount + accounts[m]) * STRIDE.cell;
    return takeCell(view.cellF64, at, this.#cells, (k * accounts.length + m) * STRIDE.cell);
  }

  /** Masks of the changed fields of the k-th visible row; the answer is used again. */
  row(view: BookView, k: number): RowMask {
    const index = this.part.rows[k];
    const mask = this.#rowMask;
    mask.f64 = takeRowF64(view.rowF64, index * STRIDE.rowF64, this.#rowF64, k * STRIDE.rowF64);
    mask.codes = takeRowF32(view.rowF32, index * STRIDE.rowF32, this.#rowF32, k * STRIDE.rowF32) |
      (takeRowU8(view.rowU8, index * STRIDE.rowU8, this.#rowU8, k * STRIDE.rowU8) << U8_BIT);
    return mask;
  }
}
