import type { Directory } from "./directory.ts";
import { type ContractGroup, type DriverGroup, rankOf, type UnderlyingGroup } from "./grouping.ts";
import type { Holding } from "./holdings.ts";
import { relink, tablesFor } from "./layout.ts";
import { insertEntries } from "./strip.ts";
import { columnsOf, type Tables } from "./tables.ts";

/** A new entry, the place before which it comes, and how many of the next level it brings. */
interface Place<Entry> {
  readonly before: number;
  readonly entry: Entry;
  readonly count: number;
}

/** New entries of every level, each list in the order of the tables. */
class Places {
  readonly rows: Place<Holding>[] = [];
  readonly contracts: Place<number>[] = [];
  readonly drivers: Place<number>[] = [];
  readonly underlyings: Place<number>[] = [];
}

/** Indices of what an insertion brought, ascending. */
export interface Inserted {
  readonly rows: readonly number[];
  readonly contracts: readonly number[];
  readonly drivers: readonly number[];
  readonly underlyings: readonly number[];
}

/** First index from `from` up to `to` where `isBehind` holds, else `to`. */
function firstWhere(from: number, to: number, isBehind: (index: number) => boolean): number {
  let at = from;
  while (at < to && !isBehind(at)) at++;
  return at;
}

/**
 * Puts groups of new holdings into the tables: rows behind those of lower accounts in their
 * contract, new contracts behind the others of their driver, new drivers by their rank, new
 * underlyings by their id. New entries have handles and ids only. Answers the tables (larger ones
 * when there was no room) and what is new in them.
 */
export function insertGroups(
  tables: Tables,
  groups: readonly UnderlyingGroup[],
  directory: Directory,
): { readonly tables: Tables; readonly inserted: Inserted } {
  const places = new Places();
  for (const group of groups) placeUnderlying(tables, group, directory, places);
  const roomy = tablesFor(tables, {
    rows: tables.rows + places.rows.length,
    contracts: tables.contracts + places.contracts.length,
    drivers: tables.drivers + places.drivers.length,
    underlyings: tables.underlyings + places.underlyings.length,
  }, directory.accounts.length);
  return { tables: roomy, inserted: open(roomy, places) };
}

/** Index of an underlying id, or of the first greater one: ids ascend. */
export function placeOfUnderlying(tables: Tables, id: number): number {
  let low = 0;
  let high = tables.underlyings;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tables.underlyingIds[middle] < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeUnderlying(
  tables: Tables,
  group: UnderlyingGroup,
  directory: Directory,
  places: Places,
): void {
  const { underlyings, underlyingIds, driverFrom } = tables;
  const { id } = group.entry;
  const u = placeOfUnderlying(tables, id);
  const isKnown = u < underlyings && underlyingIds[u] === id;
  const from = driverFrom[u];
  const to = isKnown ? driverFrom[u + 1] : from;
  let added = 0;
  const { handle } = tables.driver;
  const found = group.drivers.map((driver) => {
    const rank = rankOf(directory, driver.handle);
    const d = firstWhere(from, to, (at) => handle[at] === driver.handle);
    const before = firstWhere(from, to, (at) => rankOf(directory, handle[at]) > rank);
    return { driver, d, before, order: d < to ? d : before - 0.5 };
  });
  // In the order of the tables: what is new before driver b comes after what is added to b - 1.
  for (const { driver, d, before } of found.sort((a, b) => a.order - b.order)) {
    if (d < to) placeContracts(tables, driver, d, places);
    else {
      placeNewDriver(tables, driver, before, places);
      added++;
    }
  }
  if (!isKnown) places.underlyings.push({ before: u, entry: id, count: added });
  else tables.driverCount[u] += added;
}

function placeNewDriver(
  tables: Tables,
  { handle, contracts }: DriverGroup,
  before: number,
  places: Places,
): void {
  places.drivers.push({ before, entry: handle, count: contracts.length });
  placeNewContracts(tables, contracts, tables.driver.contractFrom[before], places);
}

/** Contracts of a driver that is there: rows of known ones first, since their places come first. */
function placeContracts(tables: Tables, group: DriverGroup, d: number, places: Places): void {
  const { contract, driver, contractOfHandle, rowAccount } = tables;
  const known = group.contracts.filter(({ handle }) => contractOfHandle[handle] >= 0)
    .sort((a, b) => contractOfHandle[a.handle] - contractOfHandle[b.handle]);
  for (const { handle, rows } of known) {
    const c = contractOfHandle[handle];
    const end = contract.rowFrom[c + 1];
    for (const entry of rows) {
      const isBehind = (row: number) => rowAccount[row] > entry.accountIndex;
      places.rows.push({ before: firstWhere(contract.rowFrom[c], end, isBehind), entry, count: 0 });
    }
    contract.rowCount[c] += rows.length;
  }
  const fresh = group.contracts.filter(({ handle }) => contractOfHandle[handle] < 0);
  placeNewContracts(tables, fresh, driver.contractFrom[d + 1], places);
  driver.contractCount[d] += fresh.length;
}

function placeNewContracts(
  tables: Tables,
  contracts: readonly ContractGroup[],
  before: number,
  places: Places,
): void {
  const row = tables.contract.rowFrom[before];
  for (const { handle, rows } of contracts) {
    places.contracts.push({ before, entry: handle, count: rows.length });
    for (const entry of rows) places.rows.push({ before: row, entry, count: 0 });
  }
}

/** Opens the places and writes what identifies the new entries; links everything anew. */
function open(tables: Tables, places: Places): Inserted {
  const columns = columnsOf(tables);
  const openLevel = (level: keyof Places): number[] => {
    const at = places[level].map(({ before }) => before);
    insertEntries(columns[level], tables[level], at);
    tables[level] += at.length;
    return at.map((before, k) => before + k);
  };
  const inserted = {
    rows: openLevel("rows"),
    contracts: openLevel("contracts"),
    drivers: openLevel("drivers"),
    underlyings: openLevel("underlyings"),
  };
  places.underlyings.forEach(({ entry, count }, k) => {
    tables.underlyingIds[inserted.underlyings[k]] = entry;
    tables.driverCount[inserted.underlyings[k]] = count;
  });
  places.drivers.forEach(({ entry, count }, k) => {
    tables.driver.handle[inserted.drivers[k]] = entry;
    tables.driver.contractCount[inserted.drivers[k]] = count;
  });
  places.contracts.forEach(({ entry, count }, k) => {
    tables.contract.handle[inserted.contracts[k]] = entry;
    tables.contract.rowCount[inserted.contracts[k]] = count;
  });
  places.rows.forEach(({ entry }, k) => {
    tables.rowIds[inserted.rows[k]] = entry.id;
    tables.rowAccount[inserted.rows[k]] = entry.accountIndex;
  });
  keepIds(tables, places.rows);
  relink(tables);
  return inserted;
}

/** Makes room for the ids of new rows in `rowIndexById`, doubling it. */
function keepIds(tables: Tables, rows: readonly Place<Holding>[]): void {
  const end = rows.reduce((most, { entry }) => Math.max(most, entry.id + 1), 0);
  const { rowIndexById } = tables;
  if (end <= rowIndexById.length) return;
  tables.rowIndexById = new Int32Array(end * 2).fill(-1);
  tables.rowIndexById.set(rowIndexById);
}
