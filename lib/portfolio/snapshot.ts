import { LEAF_STRIDE } from "../domain/measures.ts";
import { ROW_F32_STRIDE, ROW_STRIDE, ROW_U8_STRIDE, type Tables } from "./tables.ts";

/** Rows and cells of a run of underlyings: indices from `first…` up to, not including, `end…`. */
export interface Part {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstCell: number;
  readonly endCell: number;
}

/** Copies of what readers see of a part, with its marks of change. */
export interface Snapshot extends Part {
  readonly rowF64: Float64Array;
  readonly rowF32: Float32Array;
  readonly rowU8: Uint8Array;
  readonly rowChanged: Float64Array;
  readonly cellF64: Float64Array;
  readonly cellChanged: Float64Array;
}

/** Rows and cells of the underlyings `from` up to, not including, `to`. */
export function partOf(tables: Tables, from: number, to: number): Part {
  const { accounts, driver, driverFrom } = tables;
  const { rowFrom } = tables.contract;
  return {
    firstRow: rowFrom[driver.contractFrom[driverFrom[from]]],
    endRow: rowFrom[driver.contractFrom[driverFrom[to]]],
    firstCell: from * accounts,
    endCell: to * accounts,
  };
}

/** Copies a part before it is valued anew. */
export function snapshotOf(tables: Tables, part: Part): Snapshot {
  const { firstRow, endRow, firstCell, endCell } = part;
  return {
    ...part,
    rowF64: tables.rowF64.slice(firstRow * ROW_STRIDE, endRow * ROW_STRIDE),
    rowF32: tables.rowF32.slice(firstRow * ROW_F32_STRIDE, endRow * ROW_F32_STRIDE),
    rowU8: tables.rowU8.slice(firstRow * ROW_U8_STRIDE, endRow * ROW_U8_STRIDE),
    rowChanged: tables.rowChanged.slice(firstRow, endRow),
    cellF64: tables.cellF64.slice(firstCell * LEAF_STRIDE, endCell * LEAF_STRIDE),
    cellChanged: tables.cellChanged.slice(firstCell, endCell),
  };
}

/**
 * Marks with `tick` what a valuation of the part changed, and gives rows and cells that came out
 * the same their earlier marks back. Returns the number of rows that differ.
 */
export function settleMarks(tables: Tables, before: Snapshot, tick: number): number {
  const { firstRow, endRow, firstCell, endCell } = before;
  let differing = 0;
  for (let r = firstRow; r < endRow; r++) {
    const isSame = isRowSame(tables, before, r);
    tables.rowChanged[r] = isSame ? before.rowChanged[r - firstRow] : tick;
    if (!isSame) differing++;
  }
  for (let cell = firstCell; cell < endCell; cell++) {
    const was = (cell - firstCell) * LEAF_STRIDE;
    const isSame = isEqual(tables.cellF64, cell * LEAF_STRIDE, before.cellF64, was);
    tables.cellChanged[cell] = isSame ? before.cellChanged[cell - firstCell] : tick;
  }
  return differing;
}

// One loop per type of array: a shared one would see them all and be slow for each.
function isRowSame(tables: Tables, before: Snapshot, row: number): boolean {
  const old = row - before.firstRow;
  for (let k = 0; k < ROW_U8_STRIDE; k++) {
    const was = before.rowU8[old * ROW_U8_STRIDE + k];
    if (tables.rowU8[row * ROW_U8_STRIDE + k] !== was) return false;
  }
  for (let k = 0; k < ROW_F32_STRIDE; k++) {
    const is = tables.rowF32[row * ROW_F32_STRIDE + k];
    const was = before.rowF32[old * ROW_F32_STRIDE + k];
    if (is !== was && (is === is || was === was)) return false;
  }
  for (let k = 0; k < ROW_STRIDE; k++) {
    const is = tables.rowF64[row * ROW_STRIDE + k];
    const was = before.rowF64[old * ROW_STRIDE + k];
    if (is !== was && (is === is || was === was)) return false;
  }
  return true;
}

/** Whether a cell is what it was. */
function isEqual(now: Float64Array, at: number, before: Float64Array, was: number): boolean {
  for (let k = 0; k < LEAF_STRIDE; k++) {
    const [a, b] = [now[at + k], before[was + k]];
    if (a !== b && (a === a || b === b)) return false;
  }
  return true;
}
