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
  const { rows, underlyings, accounts } = tables;
  const cells = underlyings * accounts;
  return {
    rowF64: tables.rowF64.slice(0, rows * ROW_STRIDE),
    rowF32: tables.rowF32.slice(0, rows * ROW_F32_STRIDE),
    rowU8: tables.rowU8.slice(0, rows * ROW_U8_STRIDE),
    rowChanged: tables.rowChanged.slice(0, rows),
    cellF64: tables.cellF64.slice(0, cells * LEAF_STRIDE),
    cellChanged: tables.cellChanged.slice(0, cells),
  };
}

/**
 * Marks with `tick` what a full valuation changed, and gives rows and cells that came out the same
 * their earlier marks back. Returns the number of rows that differ.
 */
export function settleMarks(tables: Tables, before: Snapshot, tick: number): number {
  let differing = 0;
  for (let r = 0; r < tables.rows; r++) {
    const isSame = isRowSame(tables, before, r);
    tables.rowChanged[r] = isSame ? before.rowChanged[r] : tick;
    if (!isSame) differing++;
  }
  for (let cell = 0; cell < before.cellChanged.length; cell++) {
    const isSame = isEqual(tables.cellF64, before.cellF64, cell * LEAF_STRIDE, LEAF_STRIDE);
    tables.cellChanged[cell] = isSame ? before.cellChanged[cell] : tick;
  }
  return differing;
}

// One loop per type of array: a shared one would see them all and be slow for each.
function isRowSame(tables: Tables, before: Snapshot, row: number): boolean {
  for (let k = row * ROW_U8_STRIDE; k < (row + 1) * ROW_U8_STRIDE; k++) {
    if (tables.rowU8[k] !== before.rowU8[k]) return false;
  }
  for (let k = row * ROW_F32_STRIDE; k < (row + 1) * ROW_F32_STRIDE; k++) {
    const is = tables.rowF32[k];
    if (is !== before.rowF32[k] && (is === is || before.rowF32[k] === before.rowF32[k])) {
      return false;
    }
  }
  return isEqual(tables.rowF64, before.rowF64, row * ROW_STRIDE, ROW_STRIDE);
}

function isEqual(a: Float64Array, b: Float64Array, from: number, count: number): boolean {
  for (let at = from; at < from + count; at++) {
    if (a[at] !== b[at] && (a[at] === a[at] || b[at] === b[at])) return false;
  }
  return true;
}
