import { F32_BIT, F32_FIELDS, F64_FIELDS, STRIDE, U8_BIT } from "../protocol/frame.ts";

/** Fields of one column type, ascending: `at[0 … count)`. */
interface Fields {
  count: number;
  readonly at: Uint8Array;
}

function fieldsFor(width: number): Fields {
  return { count: 0, at: new Uint8Array(width) };
}

function list(mask: number, to: Fields): void {
  to.count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    to.at[to.count++] = 31 - Math.clz32(rest & -rest);
  }
}

/**
 * The fields that a row's mask names, as lists. Rows of one flush mostly have the same mask: its
 * bits are walked once for all of them.
 */
export class RowFields {
  readonly f64 = fieldsFor(STRIDE.rowF64);
  readonly f32 = fieldsFor(STRIDE.rowF32);
  readonly u8 = fieldsFor(STRIDE.rowU8);
  #mask = 0;

  /** Takes a mask without unknown bits. */
  take(mask: number): void {
    if (mask === this.#mask) return;
    this.#mask = mask;
    list(mask & F64_FIELDS, this.f64);
    list((mask >>> F32_BIT) & F32_FIELDS, this.f32);
    list(mask >>> U8_BIT, this.u8);
  }
}
