import { absenceCode } from "../base/absence.ts";
import {
  ACCOUNT_F64,
  LEAF_STRIDE,
  ROW_F32,
  ROW_F64,
  ROW_U8,
  UNDERLYING_F64,
} from "../domain/measures.ts";
import type { Holding } from "./holdings.ts";
import {
  type ContractColumns,
  contractColumns,
  type DriverColumns,
  driverColumns,
} from "./contract_columns.ts";

/** Values per row, underlying and account. */
export const ROW_STRIDE = ROW_F64.length;
export const ROW_F32_STRIDE = ROW_F32.length;
export const ROW_U8_STRIDE = ROW_U8.length;
export const UNDERLYING_STRIDE = UNDERLYING_F64.length;
export const ACCOUNT_STRIDE = ACCOUNT_F64.length;

/** Row values that only the sums need, f64, base currency but for `deltaChange` (shares). */
export const ROW_SUM = { deltaChange: 0, dollarGamma: 1, rho: 2, contractNotional: 3 } as const;
export const ROW_SUM_STRIDE = 4;

/** What today's trading did to a row: see `DayPnlInput`. */
export const ROW_TRADE = { overnight: 0, fillQuantity: 1, fillValue: 2, fees: 3 } as const;
export const ROW_TRADE_STRIDE = 4;

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

/** How many of each a layout has. */
export interface TableSizes {
  readonly rows: number;
  readonly contracts: number;
  readonly drivers: number;
  readonly underlyings: number;
  readonly accounts: number;
  /** Row ids given so far are below it. */
  readonly rowIdEnd: number;
}

/**
 * All columns of one layout of the book; see `BookView` for those that travel. Rows are sorted by
 * underlying, driver, contract and account.
 */
export interface Tables extends TableSizes {
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
  readonly rowSums: Float64Array;
  readonly rowTrades: Float64Array;
  readonly rowFlags: Uint8Array;
  /** Row index of a row id, -1 for none. */
  readonly rowIndexById: Int32Array;
  readonly rowHoldings: Holding[];

  readonly underlyingIds: Uint32Array;
  readonly underlyingF64: Float64Array;
  readonly underlyingChanged: Float64Array;
  /** Driver whose price is the underlying's own, -1 for none. */
  readonly primaryDriver: Int32Array;
  /** Drivers of an underlying: `driverFrom[u]` to `driverFrom[u + 1]`. */
  readonly driverFrom: Int32Array;

  readonly accountIds: Uint32Array;
  readonly accountF64: Float64Array;
  readonly accountChanged: Float64Array;

  readonly cellF64: Float64Array;
  readonly cellChanged: Float64Array;
}

/** Makes tables with everything absent and every sum 0. */
export function emptyTables(sizes: TableSizes, handleCapacity: number): Tables {
  const cells = sizes.underlyings * sizes.accounts;
  const underlyingF64 = new Float64Array(sizes.underlyings * UNDERLYING_STRIDE).fill(NaN);
  return {
    ...sizes,
    contract: contractColumns(sizes.contracts),
    driver: driverColumns(sizes.drivers),
    contractOfHandle: new Int32Array(handleCapacity).fill(-1),
    driverOfHandle: new Int32Array(handleCapacity).fill(-1),
    rowIds: new Uint32Array(sizes.rows),
    rowF64: new Float64Array(sizes.rows * ROW_STRIDE).fill(NaN),
    rowF32: new Float32Array(sizes.rows * ROW_F32_STRIDE).fill(NaN),
    rowU8: new Uint8Array(sizes.rows * ROW_U8_STRIDE),
    rowChanged: new Float64Array(sizes.rows),
    rowContract: new Int32Array(sizes.rows),
    rowAccount: new Int32Array(sizes.rows),
    rowSums: new Float64Array(sizes.rows * ROW_SUM_STRIDE).fill(NaN),
    rowTrades: new Float64Array(sizes.rows * ROW_TRADE_STRIDE),
    rowFlags: new Uint8Array(sizes.rows),
    rowIndexById: new Int32Array(sizes.rowIdEnd).fill(-1),
    rowHoldings: [],
    underlyingIds: new Uint32Array(sizes.underlyings),
    underlyingF64,
    underlyingChanged: new Float64Array(sizes.underlyings),
    primaryDriver: new Int32Array(sizes.underlyings).fill(-1),
    driverFrom: new Int32Array(sizes.underlyings + 1),
    accountIds: new Uint32Array(sizes.accounts),
    accountF64: new Float64Array(sizes.accounts * ACCOUNT_STRIDE).fill(NaN),
    accountChanged: new Float64Array(sizes.accounts),
    cellF64: new Float64Array(cells * LEAF_STRIDE),
    cellChanged: new Float64Array(cells),
  };
}

/** Column code of "no reason". */
export const PRESENT = absenceCode("present");
