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
  const tables = emptyTables(sizesOf(groups, directory.accounts.length), directory.capacity);
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
          tables.rowIndexById.set(holding.id, at.row++);
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

function sizesOf(groups: readonly UnderlyingGroup[], accounts: number): TableSizes {
  const drivers = groups.flatMap((group) => group.drivers);
  const contracts = drivers.flatMap((driver) => driver.contracts);
  const rows = contracts.reduce((sum, contract) => sum + contract.rows.length, 0);
  return {
    rows,
    contracts: contracts.length,
    drivers: drivers.length,
    underlyings: groups.length,
    accounts,
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
    const was = before.rowIndexById.get(tables.rowIds[r]);
    if (was === undefined) continue;
    copy(before.rowF64, was, tables.rowF64, r, ROW_STRIDE);
    copy(before.rowF32, was, tables.rowF32, r, ROW_F32_STRIDE);
    copy(before.rowU8, was, tables.rowU8, r, ROW_U8_STRIDE);
    tables.rowChanged[r] = before.rowChanged[was];
  }
  carryOverUnderlyings(before, tables);
  for (let a = 0; a < Math.min(before.accounts, tables.accounts); a++) {
    copy(before.accountF64, a, tables.accountF64, a, ACCOUNT_STRIDE);
    tables.accountChanged[a] = before.accountChanged[a];
  }
}

function carryOverUnderlyings(before: Tables, tables: Tables): void {
  const indexById = new Map([...before.underlyingIds].map((id, index) => [id, index]));
  for (let u = 0; u < tables.underlyings; u++) {
    const was = indexById.get(tables.underlyingIds[u]);
    if (was === undefined) continue;
    copy(before.underlyingF64, was, tables.underlyingF64, u, UNDERLYING_STRIDE);
    tables.underlyingChanged[u] = before.underlyingChanged[was];
    for (let a = 0; a < Math.min(before.accounts, tables.accounts); a++) {
      const from = was * before.accounts + a;
      const to = u * tables.accounts + a;
      copy(before.cellF64, from, tables.cellF64, to, LEAF_STRIDE);
      tables.cellChanged[to] = before.cellChanged[from];
    }
  }
}

type Numbers = Float64Array | Float32Array | Uint8Array;

function copy(from: Numbers, was: number, to: Numbers, is: number, stride: number): void {
  for (let k = 0; k < stride; k++) to[is * stride + k] = from[was * stride + k];
}
