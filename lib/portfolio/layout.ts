import { type Instrument, isOption } from "../domain/instrument.ts";
import { LEAF_STRIDE } from "../domain/measures.ts";
import { setContract, setRates } from "../pricing/columns.ts";
import { CONTRACT, UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import type { Directory } from "./directory.ts";
import { groupHoldings, type UnderlyingGroup } from "./grouping.ts";
import type { Holdings } from "./holdings.ts";
import { writeHolding } from "./row_marks.ts";
import {
  ACCOUNT_STRIDE,
  emptyTables,
  ROW_F32_STRIDE,
  ROW_STRIDE,
  ROW_U8_STRIDE,
  type Tables,
  type TableSizes,
  UNDERLYING_STRIDE,
} from "./tables.ts";

/**
 * Lays the book out anew: columns in the order of `groupHoldings`, filled with what the directory
 * and the holdings say. Values and change marks of rows, cells and underlyings that were there
 * before come along, as do solved volatilities; prices, Greeks and sums are to be revalued by the
 * caller. Rows that are new are marked with `tick`. Off the hot path: allocates everything.
 */
export function layOut(
  directory: Directory,
  holdings: Holdings,
  before: Tables,
  tick: number,
): Tables {
  const groups = groupHoldings(directory, holdings.all());
  const tables = emptyTables(sizesOf(groups, directory, holdings), directory.capacity);
  const at = { row: 0, contract: 0, driver: 0 };
  groups.forEach((group, u) => {
    tables.underlyingIds[u] = group.entry.id;
    tables.driverFrom[u] = at.driver;
    for (const driver of group.drivers) {
      const d = at.driver++;
      tables.driver.handle[d] = driver.handle;
      tables.driver.underlying[d] = u;
      tables.driver.contractFrom[d] = at.contract;
      if (driver.handle >= 0) tables.driverOfHandle[driver.handle] = d;
      if (driver.handle >= 0 && tables.primaryDriver[u] < 0) tables.primaryDriver[u] = d;
      for (const contract of driver.contracts) {
        const c = at.contract++;
        tables.contract.rowFrom[c] = at.row;
        writeContract(tables, directory, { c, d, u, handle: contract.handle });
        for (const holding of contract.rows) {
          tables.rowContract[at.row] = c;
          tables.rowIds[at.row] = holding.id;
          tables.rowAccount[at.row] = holding.accountIndex;
          tables.rowIndexById[holding.id] = at.row++;
          tables.rowHoldings.push(holding);
        }
      }
    }
  });
  tables.driverFrom[groups.length] = at.driver;
  tables.driver.contractFrom[at.driver] = at.contract;
  tables.contract.rowFrom[at.contract] = at.row;
  for (let a = 0; a < tables.accounts; a++) tables.accountIds[a] = a;
  // NaN differs from every sum, so that cells that are new count as changed.
  tables.cellF64.fill(NaN);
  carryOver(before, tables);
  for (let r = 0; r < tables.rows; r++) writeHolding(tables, r, tick);
  return tables;
}

function sizesOf(
  groups: readonly UnderlyingGroup[],
  directory: Directory,
  holdings: Holdings,
): TableSizes {
  const drivers = groups.flatMap((group) => group.drivers);
  const contracts = drivers.flatMap((driver) => driver.contracts);
  const rows = contracts.reduce((sum, contract) => sum + contract.rows.length, 0);
  return {
    rows,
    contracts: contracts.length,
    drivers: drivers.length,
    underlyings: groups.length,
    accounts: directory.accounts.length,
    rowIdEnd: holdings.rowIdEnd,
  };
}

function writeContract(
  tables: Tables,
  directory: Directory,
  at: { readonly c: number; readonly d: number; readonly u: number; readonly handle: number },
): void {
  const { c, handle } = at;
  const columns = tables.contract;
  const instrument = directory.instrument(handle);
  tables.contractOfHandle[handle] = c;
  columns.handle[c] = handle;
  columns.driver[c] = at.d;
  columns.underlying[c] = at.u;
  columns.kind[c] = contractKind(instrument);
  columns.tickSize[c] = instrument.tickSize;
  const unit = c * UNIT_STRIDE;
  const { rate, previousClose } = directory.rateOf(instrument.currency);
  columns.unit[unit + UNIT.multiplier] = instrument.multiplier;
  columns.unit[unit + UNIT.rate] = rate;
  columns.unit[unit + UNIT.ratePrevious] = previousClose;
  if (!isOption(instrument)) return;
  const entry = directory.underlyingOf(instrument.underlying, instrument.currency);
  setContract(columns.pricing, c, {
    right: instrument.right,
    strike: instrument.strike,
    isOnFuture: instrument.kind === "futureOption",
  });
  setRates(columns.pricing, c, entry.riskFreeRate, entry.dividendYield);
  columns.expiresAt[c] = instrument.expiresAt;
  columns.isPending[c] = 1;
}

function contractKind(instrument: Instrument): number {
  if (isOption(instrument)) return CONTRACT.option;
  if (instrument.kind === "equity") return CONTRACT.equity;
  return instrument.kind === "future" ? CONTRACT.future : CONTRACT.unsupported;
}

const CARRIED = [
  "solvedIv",
  "solvedAbsence",
  "solvedAt",
  "isPending",
  "quoteSpot",
  "quoteYears",
] as const;

function carryOver(before: Tables, tables: Tables): void {
  for (let c = 0; c < tables.contracts; c++) {
    const was = before.contractOfHandle[tables.contract.handle[c]];
    if (was < 0) continue;
    for (const name of CARRIED) tables.contract[name][c] = before.contract[name][was];
  }
  for (let r = 0; r < tables.rows; r++) {
    const id = tables.rowIds[r];
    const was = id < before.rowIdEnd ? before.rowIndexById[id] : -1;
    if (was < 0) continue;
    copyRow(before, was, tables, r);
  }
  carryOverUnderlyings(before, tables);
  for (let a = 0; a < Math.min(before.accounts, tables.accounts); a++) {
    copyF64(before.accountF64, tables.accountF64, ACCOUNT_STRIDE, { was: a, is: a });
    tables.accountChanged[a] = before.accountChanged[a];
  }
}

function carryOverUnderlyings(before: Tables, tables: Tables): void {
  const indexById = new Map([...before.underlyingIds].map((id, index) => [id, index]));
  for (let u = 0; u < tables.underlyings; u++) {
    const was = indexById.get(tables.underlyingIds[u]);
    if (was === undefined) continue;
    copyF64(before.underlyingF64, tables.underlyingF64, UNDERLYING_STRIDE, { was, is: u });
    tables.underlyingChanged[u] = before.underlyingChanged[was];
    for (let a = 0; a < Math.min(before.accounts, tables.accounts); a++) {
      const from = was * before.accounts + a;
      const to = u * tables.accounts + a;
      copyF64(before.cellF64, tables.cellF64, LEAF_STRIDE, { was: from, is: to });
      tables.cellChanged[to] = before.cellChanged[from];
    }
  }
}

// One loop per type of array: a shared one would see them all and be slow for each.
function copyRow(before: Tables, was: number, tables: Tables, row: number): void {
  copyF64(before.rowF64, tables.rowF64, ROW_STRIDE, { was, is: row });
  for (let k = 0; k < ROW_F32_STRIDE; k++) {
    tables.rowF32[row * ROW_F32_STRIDE + k] = before.rowF32[was * ROW_F32_STRIDE + k];
  }
  for (let k = 0; k < ROW_U8_STRIDE; k++) {
    tables.rowU8[row * ROW_U8_STRIDE + k] = before.rowU8[was * ROW_U8_STRIDE + k];
  }
  tables.rowChanged[row] = before.rowChanged[was];
}

/** Copies record `was` of `from` to record `is` of `to`; both have the same `stride`. */
function copyF64(
  from: Float64Array,
  to: Float64Array,
  stride: number,
  at: { readonly was: number; readonly is: number },
): void {
  for (let k = 0; k < stride; k++) to[at.is * stride + k] = from[at.was * stride + k];
}
