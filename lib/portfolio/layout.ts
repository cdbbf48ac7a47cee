import { LEAF_STRIDE } from "../domain/measures.ts";
import { removeEntries } from "./strip.ts";
import { ACCOUNT_STRIDE, columnsOf, emptyTables, type Tables, type TableSizes } from "./tables.ts";

const LEVELS = ["rows", "contracts", "drivers", "underlyings"] as const;

/** Room beyond what is needed, so that it is rarely made: an eighth, and a few. */
function withSlack(count: number): number {
  return count + (count >> 3) + 16;
}

/**
 * Tables with room for `wanted` entries and `accounts` cells per underlying, with all entries of
 * `tables`: the same ones while they suffice, else larger ones, which are to be linked anew.
 */
export function tablesFor(
  tables: Tables,
  wanted: Readonly<TableSizes>,
  accounts: number,
): Tables {
  const fits = LEVELS.every((level) => wanted[level] <= tables.room[level]);
  if (fits && accounts === tables.accounts) return tables;
  const room = { ...tables.room };
  for (const level of LEVELS) {
    if (wanted[level] > room[level]) room[level] = withSlack(wanted[level]);
  }
  const handles = tables.contractOfHandle.length;
  const larger = emptyTables({ room, accounts, handles });
  const [from, to] = [columnsOf(tables), columnsOf(larger)];
  for (const level of LEVELS) {
    larger[level] = tables[level];
    to[level].forEach(({ values, stride }, i) => {
      const known = from[level][i];
      if (known.stride !== stride) return;
      values.set(known.values.subarray(0, tables[level] * stride));
    });
  }
  larger.rowIndexById = tables.rowIndexById;
  copyAccounts(tables, larger);
  return larger;
}

/** Accounts only come: their values and cells keep their places among more of them. */
function copyAccounts(from: Tables, to: Tables): void {
  to.accountF64.set(from.accountF64.subarray(0, to.accounts * ACCOUNT_STRIDE));
  to.accountChanged.set(from.accountChanged.subarray(0, to.accounts));
  if (from.accounts === to.accounts) return;
  for (let u = 0; u < to.underlyings; u++) {
    const was = u * from.accounts;
    const is = u * to.accounts;
    const end = was + from.accounts;
    to.cellF64.set(from.cellF64.subarray(was * LEAF_STRIDE, end * LEAF_STRIDE), is * LEAF_STRIDE);
    to.cellChanged.set(from.cellChanged.subarray(was, end), is);
  }
}

/**
 * Writes every index that follows from the order of the entries and from how many of the next level
 * each has. One pass over all entries.
 */
export function relink(tables: Tables): void {
  const { contract, driver, driverFrom, driverCount, primaryDriver } = tables;
  const { rowContract, rowIds, rowIndexById, contractOfHandle, driverOfHandle } = tables;
  let [r, c, d] = [0, 0, 0];
  for (let u = 0; u < tables.underlyings; u++) {
    driverFrom[u] = d;
    primaryDriver[u] = -1;
    for (const driverEnd = d + driverCount[u]; d < driverEnd; d++) {
      driver.underlying[d] = u;
      driver.contractFrom[d] = c;
      const handle = driver.handle[d];
      if (handle >= 0) {
        driverOfHandle[handle] = d;
        if (primaryDriver[u] < 0) primaryDriver[u] = d;
      }
      for (const contractEnd = c + driver.contractCount[d]; c < contractEnd; c++) {
        contract.driver[c] = d;
        contract.underlying[c] = u;
        contract.rowFrom[c] = r;
        contractOfHandle[contract.handle[c]] = c;
        for (const rowEnd = r + contract.rowCount[c]; r < rowEnd; r++) {
          rowContract[r] = c;
          rowIndexById[rowIds[r]] = r;
        }
      }
    }
  }
  driverFrom[tables.underlyings] = d;
  driver.contractFrom[tables.drivers] = c;
  contract.rowFrom[tables.contracts] = r;
}

/**
 * Takes rows (ascending indices) out of the tables, in place, with the contracts, drivers and
 * underlyings that are empty then. `isPinned`: whether a driver's handle stays without contracts.
 */
export function removeRows(
  tables: Tables,
  rows: readonly number[],
  isPinned: (handle: number) => boolean,
): void {
  if (rows.length === 0) return;
  const { contract, driver, driverCount } = tables;
  const contracts: number[] = [];
  const drivers: number[] = [];
  const underlyings: number[] = [];
  // Rows ascend, so that what they empty ascends as well.
  for (const row of rows) {
    tables.rowIndexById[tables.rowIds[row]] = -1;
    const c = tables.rowContract[row];
    if (--contract.rowCount[c] > 0) continue;
    contracts.push(c);
    tables.contractOfHandle[contract.handle[c]] = -1;
    const d = contract.driver[c];
    if (--driver.contractCount[d] > 0 || isPinned(driver.handle[d])) continue;
    drivers.push(d);
    if (driver.handle[d] >= 0) tables.driverOfHandle[driver.handle[d]] = -1;
    const u = driver.underlying[d];
    if (--driverCount[u] === 0) underlyings.push(u);
  }
  const removed = { rows, contracts, drivers, underlyings };
  const columns = columnsOf(tables);
  for (const level of LEVELS) {
    removeEntries(columns[level], tables[level], removed[level]);
    tables[level] -= removed[level].length;
  }
  relink(tables);
}
