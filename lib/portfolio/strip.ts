/** Typed arrays that columns are made of. */
export type ColumnArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** One column of a table: `stride` values per entry, at `index · stride`. */
export interface Column {
  readonly values: ColumnArray;
  readonly stride: number;
}

/** Entries `from` up to, not including, `end` that go to `to`. */
interface Move {
  readonly from: number;
  readonly end: number;
  readonly to: number;
}

/**
 * Takes the entries at `removed` (ascending, each once) out of the first `count` entries of all
 * columns, in place; those behind them close up in their order. What is left behind the last entry
 * is undefined.
 */
export function removeEntries(
  columns: readonly Column[],
  count: number,
  removed: readonly number[],
): void {
  const moves: Move[] = [];
  removed.forEach((at, k) => {
    const from = at + 1;
    const end = k + 1 < removed.length ? removed[k + 1] : count;
    if (from < end) moves.push({ from, end, to: at - k });
  });
  for (const { values, stride } of columns) {
    for (const { from, end, to } of moves) {
      values.copyWithin(to * stride, from * stride, end * stride);
    }
  }
}

/**
 * Opens a place before each entry of `positions` (ascending, `count` for behind the last; several
 * places at one position stand in a row), in place. The k-th new entry is at `positions[k] + k` and
 * absent: NaN, in columns of integers 0. The columns must have room.
 */
export function insertEntries(
  columns: readonly Column[],
  count: number,
  positions: readonly number[],
): void {
  const moves: Move[] = [];
  const blanks: Omit<Move, "to">[] = [];
  let end = count;
  let k = positions.length;
  while (k > 0) {
    const from = positions[k - 1];
    if (from < end) moves.push({ from, end, to: from + k });
    const last = from + k;
    while (k > 0 && positions[k - 1] === from) k--;
    blanks.push({ from: from + k, end: last });
    end = from;
  }
  for (const { values, stride } of columns) {
    // From the last to the first, so that nothing is overwritten before it moved.
    for (const { from, end, to } of moves) {
      values.copyWithin(to * stride, from * stride, end * stride);
    }
    const absent = values instanceof Float64Array || values instanceof Float32Array ? NaN : 0;
    for (const { from, end } of blanks) values.fill(absent, from * stride, end * stride);
  }
}
