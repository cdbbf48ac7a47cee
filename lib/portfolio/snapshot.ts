import { LEAF_STRIDE } from "../domain/measures.ts";
import { ROW_F32_STRIDE, ROW_STRIDE, ROW_U8_STRIDE, type Tables } from "./tables.ts";

/** Copies of what readers see of rows and cells, with their marks of change. */
export interface Snapshot {
  readonly rowF64: Float64Array;
  readonly rowF32: Float32Array;
  readonly rowU8: Uint8Array;
  readonly rowChanged: Float64Array;
  readonly cellF64: Float64Array;
  readonly cellChanged: Float64Array;
}

/** Copies rows and cells before everything is valued anew. */
export function snapshotOf(tables: Tables): Snapshot {
  return {
    rowF64: tables.rowF64.slice(),
    rowF32: tables.rowF32.slice(),
    rowU8: tables.rowU8.slice(),
    rowChanged: tables.rowChanged.slice(),
    cellF64: tables.cellF64.slice(),
    cellChanged: tables.cellChanged.slice(),
  };
}

/**
 * Marks with `tick` what a full valuation changed, and gives rows and cells that came out the same
 * their earlier marks back. Returns the number of rows that differ.
 */
export function settleMarks(tables: Tables, before: Snapshot, tick: number): number {
  let differing = 0;
  for (let r = 0; r < tables.rows; r++) {
    const isSame = isEqual(tables.rowF64, before.rowF64, r * ROW_STRIDE, ROW_STRIDE) &&
      isEqual(tables.rowF32, before.rowF32, r * ROW_F32_STRIDE, ROW_F32_STRIDE) &&
      isEqual(tables.rowU8, before.rowU8, r * ROW_U8_STRIDE, ROW_U8_STRIDE);
    tables.rowChanged[r] = isSame ? before.rowChanged[r] : tick;
    if (!isSame) differing++;
  }
  for (let cell = 0; cell < tables.cellChanged.length; cell++) {
    const isSame = isEqual(tables.cellF64, before.cellF64, cell * LEAF_STRIDE, LEAF_STRIDE);
    tables.cellChanged[cell] = isSame ? before.cellChanged[cell] : tick;
  }
  return differing;
}

type Numbers = Float64Array | Float32Array | Uint8Array;

function isEqual(a: Numbers, b: Numbers, from: number, count: number): boolean {
  for (let at = from; at < from + count; at++) {
    if (a[at] !== b[at] && (a[at] === a[at] || b[at] === b[at])) return false;
  }
  return true;
}
