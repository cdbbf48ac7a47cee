import { absenceCode } from "../base/absence.ts";
import {
  ACCOUNT_F64,
  LEAF_STRIDE,
  ROW_F32,
  ROW_F64,
  ROW_U8,
  UNDERLYING_F64,
} from "../domain/measures.ts";
import {
  type ContractColumns,
  contractColumns,
  type DriverColumns,
  driverColumns,
  movingContractColumns,
  movingDriverColumns,
} from "./contract_columns.ts";
import type { Column, ColumnArray } from "./strip.ts";

/** Values per row, underlying and account. */
export const ROW_STRIDE = ROW_F64.length;
export const ROW_F32_STRIDE = ROW_F32.length;
export const ROW_U8_STRIDE = ROW_U8.length;
export const UNDERLYING_STRIDE = UNDERLYING_F64.length;
export const ACCOUNT_STRIDE = ACCOUNT_F64.length;

/**
 * What sums need of a row beside its Greeks: signed quantity and shares (quantity × multiplier),
 * market value and day P&L in the base currency, and what today's trading did to it (see
 * `DayPnlInput`); NaN where unknown. One line of memory for the tick of an option.
 */
export const ROW_KEPT = {
  quantity: 0,
  shares: 1,
  marketValue: 2,
  dayPnl: 3,
  overnight: 4,
  fillQuantity: 5,
  fillValue: 6,
  fees: 7,
} as const;
/** Values per row in `rowKept`. */
export const ROW_KEPT_STRIDE = 8;

/** What a row contributes to its leaf cell, as bits. */
export const ROW_FLAG = {
  isLeg: 1,
  hasGreeks: 2,
  hasValue: 4,
  hasDayPnl: 8,
  isStale: 16,
  isModelled: 32,
  hasSpot: 64,
} as const;

/** How many of each there is, or is room for. */
export interface TableSizes {
  rows: number;
  contracts: number;
  drivers: number;
  underlyings: number;
}

/**
 * All columns of the book; see `BookView` for those that travel. Rows are sorted by underlying,
 * driver, contract and account. The columns have room for more entries than there are, so that
 * rows can come and go in place; what stands behind the last entry means nothing.
 */
export interface Tables extends TableSizes {
  readonly room: Readonly<TableSizes>;
  /** Cells per underlying. */
  readonly accounts: number;
  readonly contract: ContractColumns;
  readonly driver: DriverColumns;
  /** Contract index of a handle, and driver index; -1 for none. Sized by the directory. */
  readonly contractOfHandle: Int32Array;
  readonly driverOfHandle: Int32Array;

  readonly rowIds: Uint32Array;
  readonly rowF64: Float64Array;
  readonly rowF32: Float32Array;
  readonly rowU8: Uint8Array;
  readonly rowChanged: Float64Array;
  readonly rowContract: Int32Array;
  readonly rowAccount: Int32Array;
  readonly rowKept: Float64Array;
  readonly rowFlags: Uint8Array;
  /** Row index of a row id, -1 for none; grows with the ids. */
  rowIndexById: Int32Array;

  readonly underlyingIds: Uint32Array;
  readonly underlyingF64: Float64Array;
  readonly underlyingChanged: Float64Array;
  /** Driver whose price is the underlying's own, -1 for none. */
  readonly primaryDriver: Int32Array;
  /** Drivers of an underlying: `driverFrom[u]` to `driverFrom[u + 1]`. */
  readonly driverFrom: Int32Array;
  readonly driverCount: Int32Array;

  readonly accountIds: Uint32Array;
  readonly accountF64: Float64Array;
  readonly accountChanged: Float64Array;

  readonly cellF64: Float64Array;
  readonly cellChanged: Float64Array;
}

/** What tables are made for. */
export interface TableShape {
  readonly room: Readonly<TableSizes>;
  readonly accounts: number;
  /** Handles at most. */
  readonly handles: number;
}

/** Makes tables without entries, with every value absent. */
export function emptyTables({ room, accounts, handles }: TableShape): Tables {
  const cells = room.underlyings * accounts;
  const absent = (count: number) => new Float64Array(count).fill(NaN);
  return {
    rows: 0,
    contracts: 0,
    drivers: 0,
    underlyings: 0,
    room,
    accounts,
    contract: contractColumns(room.contracts),
    driver: driverColumns(room.drivers),
    contractOfHandle: new Int32Array(handles).fill(-1),
    driverOfHandle: new Int32Array(handles).fill(-1),
    rowIds: new Uint32Array(room.rows),
    rowF64: absent(room.rows * ROW_STRIDE),
    rowF32: new Float32Array(room.rows * ROW_F32_STRIDE).fill(NaN),
    rowU8: new Uint8Array(room.rows * ROW_U8_STRIDE),
    rowChanged: new Float64Array(room.rows),
    rowContract: new Int32Array(room.rows),
    rowAccount: new Int32Array(room.rows),
    rowKept: absent(room.rows * ROW_KEPT_STRIDE),
    rowFlags: new Uint8Array(room.rows),
    rowIndexById: new Int32Array(0),
    underlyingIds: new Uint32Array(room.underlyings),
    underlyingF64: absent(room.underlyings * UNDERLYING_STRIDE),
    underlyingChanged: new Float64Array(room.underlyings),
    primaryDriver: new Int32Array(room.underlyings).fill(-1),
    driverFrom: new Int32Array(room.underlyings + 1),
    driverCount: new Int32Array(room.underlyings),
    accountIds: Uint32Array.from({ length: accounts }, (_, a) => a),
    accountF64: absent(accounts * ACCOUNT_STRIDE),
    accountChanged: new Float64Array(accounts),
    cellF64: new Float64Array(cells * LEAF_STRIDE),
    cellChanged: new Float64Array(cells),
  };
}

/** Columns that move with their entries; what `relink` writes is not among them. */
export interface TableColumns {
  readonly rows: readonly Column[];
  readonly contracts: readonly Column[];
  readonly drivers: readonly Column[];
  readonly underlyings: readonly Column[];
}

/** The columns of each level of the tables. */
export function columnsOf(tables: Tables): TableColumns {
  const { accounts } = tables;
  const column = (values: ColumnArray, stride = 1): Column => ({ values, stride });
  return {
    rows: [
      column(tables.rowIds),
      column(tables.rowF64, ROW_STRIDE),
      column(tables.rowF32, ROW_F32_STRIDE),
      column(tables.rowU8, ROW_U8_STRIDE),
      column(tables.rowChanged),
      column(tables.rowAccount),
      column(tables.rowKept, ROW_KEPT_STRIDE),
      column(tables.rowFlags),
    ],
    contracts: movingContractColumns(tables.contract),
    drivers: movingDriverColumns(tables.driver),
    underlyings: [
      column(tables.underlyingIds),
      column(tables.underlyingF64, UNDERLYING_STRIDE),
      column(tables.underlyingChanged),
      column(tables.driverCount),
      column(tables.cellF64, accounts * LEAF_STRIDE),
      column(tables.cellChanged, accounts),
    ],
  };
}

/** Column code of "no reason". */
export const PRESENT = absenceCode("present");
