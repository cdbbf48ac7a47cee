import type { Instrument } from "../domain/instrument.ts";
import type { Directory, UnderlyingEntry } from "./directory.ts";
import type { Holding } from "./holdings.ts";

/** A contract held, with its rows by account. */
export interface ContractGroup {
  readonly handle: number;
  readonly rows: Holding[];
}

/** What one driving instrument moves; handle -1 for contracts that have no driver. */
export interface DriverGroup {
  readonly handle: number;
  readonly contracts: ContractGroup[];
}

/** An underlying with its drivers, the one whose price is the underlying's own first. */
export interface UnderlyingGroup {
  readonly entry: UnderlyingEntry;
  readonly drivers: DriverGroup[];
}

/**
 * Sorts the holdings into underlyings (by id), drivers, contracts and rows. Pinned underlyings are
 * there without holdings. Equal input gives equal order.
 */
export function groupHoldings(
  directory: Directory,
  holdings: Iterable<Holding>,
): UnderlyingGroup[] {
  const contractByHandle = new Map<number, ContractGroup>();
  for (const row of holdings) {
    const known = contractByHandle.get(row.handle);
    if (known === undefined) contractByHandle.set(row.handle, { handle: row.handle, rows: [row] });
    else known.rows.push(row);
  }
  const driversById = new Map<number, Map<number, DriverGroup>>();
  for (const contract of contractByHandle.values()) {
    const instrument = directory.instrument(contract.handle);
    const { id } = directory.underlyingOf(instrument.underlying, instrument.currency);
    driverOf(driversById, id, directory.driverOf(contract.handle)).contracts.push(contract);
  }
  for (const { id, pinnedHandle } of directory.underlyings) {
    if (pinnedHandle >= 0) driverOf(driversById, id, pinnedHandle);
  }
  return [...driversById].sort(([a], [b]) => a - b).map(([id, drivers]) => ({
    entry: directory.underlyings[id],
    drivers: [...drivers.values()].sort((a, b) =>
      compare(rankOf(directory, a.handle), rankOf(directory, b.handle))
    ),
  }));
}

function driverOf(
  driversById: Map<number, Map<number, DriverGroup>>,
  underlyingId: number,
  handle: number,
): DriverGroup {
  const drivers = driversById.get(underlyingId) ?? new Map<number, DriverGroup>();
  driversById.set(underlyingId, drivers);
  const group = drivers.get(handle) ?? { handle, contracts: [] };
  drivers.set(handle, group);
  return group;
}

/**
 * Place of a driving instrument among those of its underlying: shares and indices speak for it,
 * among futures the one that expires first, what has no driver comes last.
 */
export function rankOf(directory: Directory, handle: number): number {
  if (handle < 0) return Infinity;
  const instrument: Instrument = directory.instrument(handle);
  return instrument.kind === "future" ? instrument.expiresAt : -Infinity;
}

/** Ranks may be infinite, and their difference no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
