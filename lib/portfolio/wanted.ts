import { CONTRACT } from "./contract_columns.ts";
import type { Directory } from "./directory.ts";
import type { Tables } from "./tables.ts";

/** Handles that need market data: what drives contracts, then what is held, each once. */
export function wantedHandles(tables: Tables, directory: Directory): number[] {
  const { driver, contract, driverOfHandle } = tables;
  const wanted: number[] = [];
  for (let d = 0; d < tables.drivers; d++) {
    const handle = driver.handle[d];
    // One instrument may drive several underlyings.
    const isListed = handle < 0 || driverOfHandle[handle] !== d;
    if (!isListed && directory.instrument(handle).kind !== "unsupported") wanted.push(handle);
  }
  for (let c = 0; c < tables.contracts; c++) {
    const handle = contract.handle[c];
    if (driverOfHandle[handle] < 0 && contract.kind[c] !== CONTRACT.unsupported) {
      wanted.push(handle);
    }
  }
  return wanted;
}
