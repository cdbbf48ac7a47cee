import { type Instrument, isOption } from "../domain/instrument.ts";
import type { BookState } from "./book_state.ts";
import { type SolvedIv, solvedOf, writeContract } from "./contract_entry.ts";
import type { Directory } from "./directory.ts";
import { groupHoldings } from "./grouping.ts";
import type { Holding, HoldingsUpdate } from "./holdings.ts";
import { type Inserted, insertGroups } from "./insertion.ts";
import { relink, removeRows, tablesFor } from "./layout.ts";
import { emptyTables } from "./tables.ts";

/** What a relayout put into the tables; indices ascend. */
export interface Relaid extends Inserted {
  /** Accounts that there were before; the others are new. */
  readonly accountsBefore: number;
  /** Ids of underlyings that gained or lost rows. */
  readonly underlyingIds: ReadonlySet<number>;
}

/**
 * Keeps the order of the columns: collects what came, went and was described anew, and applies it
 * in place, so that its cost follows from what changed and from one move of memory.
 */
export class Relayout {
  readonly #directory: Directory;
  readonly #added = new Set<Holding>();
  readonly #removed = new Set<Holding>();
  /** Handles whose description changed: their rows, and those that they drive, move. */
  readonly #described = new Set<number>();
  /** Held options by the key of the instrument that would drive them and that nobody described. */
  readonly #waiting = new Map<string, Set<number>>();
  #isDue = true;
  #wantedVersion = 0;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** True when `apply` has something to do. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Grows whenever the set of handles that need market data may have changed. */
  get wantedVersion(): number {
    return this.#wantedVersion;
  }

  /** Keys that held options wait for; options that went wait no longer. */
  waitingKeys({ tables }: BookState): Iterable<string> {
    for (const [key, handles] of this.#waiting) {
      for (const handle of handles) {
        if (tables.contractOfHandle[handle] < 0) handles.delete(handle);
      }
      if (handles.size === 0) this.#waiting.delete(key);
    }
    return this.#waiting.keys();
  }

  /** Something that rows are named by changed, or an account or pinned underlying came. */
  request(): void {
    this.#isDue = true;
  }

  /** Takes over which rows came, went and were renamed. */
  take({ added, removed, isRenamed }: HoldingsUpdate): void {
    for (const holding of added) this.#added.add(holding);
    for (const holding of removed) {
      if (!this.#added.delete(holding)) this.#removed.add(holding);
    }
    if (isRenamed || added.length > 0 || removed.length > 0) this.#isDue = true;
  }

  /** An instrument was described: whatever depends on it is placed anew. */
  describe(state: BookState, handle: number): void {
    const { contractOfHandle, driverOfHandle } = state.tables;
    const waiting = this.#waiting.get(this.#directory.instrument(handle).key);
    const isUsed = contractOfHandle[handle] >= 0 || driverOfHandle[handle] >= 0;
    if (waiting === undefined && !isUsed) return;
    this.#described.add(handle);
    this.#isDue = true;
  }

  /** Forgets every row; the holdings are empty. */
  clear(state: BookState): void {
    const { tables } = state;
    const { room, contractOfHandle } = tables;
    // Without accounts: they come with the next layout, and their values are written anew.
    state.tables = emptyTables({ room, accounts: 0, handles: contractOfHandle.length });
    state.tables.rowIndexById = tables.rowIndexById.fill(-1);
    this.#added.clear();
    this.#removed.clear();
    this.#described.clear();
    this.#waiting.clear();
    this.#wantedVersion++;
    this.#isDue = true;
  }

  /** Applies everything collected; new rows and contracts have what does not move with prices. */
  apply(state: BookState): Relaid {
    this.#isDue = false;
    const directory = this.#directory;
    const accounts = directory.accounts.length;
    const accountsBefore = state.tables.accounts;
    const underlyingIds = new Set<number>();
    const moved = this.#takeOut(state, underlyingIds);
    for (const holding of this.#added) moved.holdings.push(holding);
    // Within a contract the rows stand by account.
    moved.holdings.sort((a, b) => a.accountIndex - b.accountIndex);
    const groups = groupHoldings(directory, moved.holdings);
    const roomy = tablesFor(state.tables, state.tables, accounts);
    if (roomy !== state.tables) relink(roomy);
    state.tables = roomy;
    const { tables, inserted } = insertGroups(state.tables, groups, directory);
    state.tables = tables;
    for (const c of inserted.contracts) {
      writeContract(tables, directory, c, moved.solved.get(tables.contract.handle[c]));
      this.#noteWaiting(state, c);
    }
    for (const r of inserted.rows) {
      underlyingIds.add(tables.underlyingIds[tables.contract.underlying[tables.rowContract[r]]]);
    }
    for (const u of inserted.underlyings) underlyingIds.add(tables.underlyingIds[u]);
    if (inserted.contracts.length + inserted.drivers.length > 0) this.#wantedVersion++;
    this.#added.clear();
    this.#removed.clear();
    this.#described.clear();
    return { ...inserted, accountsBefore, underlyingIds };
  }

  /** Takes out rows that went, and rows that are to be placed anew: those come back. */
  #takeOut(
    state: BookState,
    underlyingIds: Set<number>,
  ): { holdings: Holding[]; solved: Map<number, SolvedIv> } {
    const { tables } = state;
    const rows = new Set<number>();
    const holdings: Holding[] = [];
    const solved = new Map<number, SolvedIv>();
    for (const c of this.#contractsAnew(state)) {
      const handle = tables.contract.handle[c];
      solved.set(handle, solvedOf(tables.contract, c));
      for (let r = tables.contract.rowFrom[c]; r < tables.contract.rowFrom[c + 1]; r++) {
        const holding = state.holdings.find(tables.rowIds[r]);
        if (holding !== undefined) holdings.push(holding);
        rows.add(r);
      }
    }
    for (const { id } of this.#removed) rows.add(tables.rowIndexById[id]);
    for (const r of rows) {
      underlyingIds.add(tables.underlyingIds[tables.contract.underlying[tables.rowContract[r]]]);
    }
    if (rows.size > 0) this.#wantedVersion++;
    const { underlyings } = this.#directory;
    const isPinned = (handle: number) =>
      handle >= 0 && underlyings.some(({ pinnedHandle }) => pinnedHandle === handle);
    removeRows(tables, [...rows].sort((a, b) => a - b), isPinned);
    return { holdings, solved };
  }

  /** Contracts that a description moves: its own, those that it drives or drove, and who waited. */
  #contractsAnew({ tables }: BookState): Set<number> {
    const contracts = new Set<number>();
    for (const handle of this.#described) {
      const own = tables.contractOfHandle[handle];
      if (own >= 0) contracts.add(own);
      const d = tables.driverOfHandle[handle];
      const { contractFrom } = tables.driver;
      if (d >= 0) { for (let c = contractFrom[d]; c < contractFrom[d + 1]; c++) contracts.add(c); }
      const { key } = this.#directory.instrument(handle);
      for (const waiting of this.#waiting.get(key) ?? []) {
        if (tables.contractOfHandle[waiting] >= 0) {
          contracts.add(tables.contractOfHandle[waiting]);
        }
      }
      this.#waiting.delete(key);
    }
    return contracts;
  }

  #noteWaiting({ tables }: BookState, contract: number): void {
    if (tables.driver.handle[tables.contract.driver[contract]] >= 0) return;
    const handle = tables.contract.handle[contract];
    const instrument: Instrument = this.#directory.instrument(handle);
    if (!isOption(instrument)) return;
    const waiting = this.#waiting.get(instrument.underlyingKey) ?? new Set();
    this.#waiting.set(instrument.underlyingKey, waiting.add(handle));
  }
}
