import type { Account } from "./account.ts";
import type { Instrument } from "./instrument.ts";

/** An underlying as the book and the stream name it. `id` is stable for the epoch. */
export interface UnderlyingRef {
  readonly id: number;
  readonly symbol: string;
  readonly currency: string;
  /** Instrument whose price drives it; null when the source has none. */
  readonly instrumentKey: string | null;
}

/** An account as the stream shows it: masked. `id` is stable for the epoch. */
export interface AccountRef {
  readonly id: number;
  readonly account: Account;
}

/**
 * A position row. `id` is stable for the epoch and unrelated to column order; an id is never given
 * to another position.
 */
export interface RowRef {
  readonly id: number;
  readonly accountId: number;
  readonly underlyingId: number;
  readonly instrument: Instrument;
  /** Rows of equal group are the same contract at several accounts or brokers. */
  readonly mergeGroup: number;
  readonly strategy: string | null;
}

/** What changed in the set of rows since the last flush. */
export interface RowChange {
  readonly kind: "added" | "changed" | "removed";
  readonly id: number;
}

/**
 * What the stream reads of the book: columns by dense index, marks of change, and the directory.
 *
 * Shape: `rows` has ROW_F64.length f64, ROW_F32.length f32 and ROW_U8.length u8 values per row at
 * `index * stride`, `rowIds[index]` its stable id; `cells` has LEAF_STRIDE f64 per
 * (underlying index, account index) at `(u * accountCount + a) * LEAF_STRIDE`; `underlyings` and
 * `accounts` likewise. Indices move only when `layout` changes; ids never.
 * Change marks: `rowChanged[index]`, `cellChanged[u * accountCount + a]`, `underlyingChanged[u]`,
 * `accountChanged[a]` hold the tick number of the last change; `tick` is the present one. A reader
 * that has seen everything up to tick t needs what is marked > t.
 */
export interface BookView {
  /** Number of the present change; one more with every message that changed anything. */
  readonly tick: number;
  /** Grows by one whenever rows, underlyings or accounts were added, removed or moved. */
  readonly layout: number;
  readonly baseCurrency: string;
  readonly rowCount: number;
  readonly rowIds: Uint32Array;
  readonly rowF64: Float64Array;
  readonly rowF32: Float32Array;
  readonly rowU8: Uint8Array;
  readonly rowChanged: Float64Array;
  readonly underlyingCount: number;
  readonly underlyingIds: Uint32Array;
  readonly underlyingF64: Float64Array;
  readonly underlyingChanged: Float64Array;
  readonly accountCount: number;
  readonly accountIds: Uint32Array;
  readonly accountF64: Float64Array;
  readonly accountChanged: Float64Array;
  readonly cellF64: Float64Array;
  readonly cellChanged: Float64Array;
  /** Directory, by dense index. */
  row(index: number): RowRef;
  underlying(index: number): UnderlyingRef;
  account(index: number): AccountRef;
  /** Dense index of a row id, or -1. */
  rowIndex(id: number): number;
  /** Underlying index of the row at `index`. */
  underlyingOfRow(index: number): number;
  /** Account index of the row at `index`. */
  accountOfRow(index: number): number;
  /** As `row(index).instrument`, at the cost of two look-ups. */
  instrumentOfRow(index: number): Instrument;
}
