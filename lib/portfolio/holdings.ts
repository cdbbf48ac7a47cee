import { present } from "../base/assert.ts";
import type { RowChange } from "../domain/book_view.ts";
import type { Fill, Position } from "../domain/position.ts";
import { sumFills } from "./fill_sums.ts";

/** One row of the book: an account's holding of an instrument, with what was traded today. */
export interface Holding {
  /** Stable and never given again. */
  readonly id: number;
  readonly accountIndex: number;
  readonly handle: number;
  quantity: number;
  overnight: number;
  strategy: string | null;
  /** What the last list that named it said, which one that was, and by how many entries. */
  wanted: WantedPosition;
  listed: number;
  entries: number;
  /** Today's fills by execution id; null while there are none. */
  fills: Map<string, Fill> | null;
  fillQuantity: number;
  fillValue: number;
  fees: number;
}

/** What a change of the holdings means for the columns. */
export interface HoldingsUpdate {
  readonly added: Holding[];
  readonly removed: Holding[];
  /** Rows whose numbers changed in place. */
  readonly changed: Holding[];
  /** True when a row got another strategy. */
  isRenamed: boolean;
}

function noUpdate(): HoldingsUpdate {
  return { added: [], removed: [], changed: [], isRenamed: false };
}

/** Fills of one session at most; a source that floods meets this bound (P13). */
const FILLS_MAX = 200_000;

/**
 * The holdings by account and instrument (T-008). A row without quantity stays while it has fills
 * of today: it carries their profit and is not a leg.
 */
export class Holdings {
  readonly #byAccount: Map<number, Holding>[] = [];
  readonly #byId: (Holding | undefined)[] = [];
  readonly #changes = new Map<number, RowChange["kind"]>();
  /** The last list of each account; none after a change that no list made. */
  #lists: (readonly Position[] | undefined)[] = [];
  #list = 0;
  #idNext = 1;
  #fillCount = 0;
  /** Positions left out because they had no handle. */
  droppedPositions = 0;
  /** Fills refused because the session had more than the bound. */
  droppedFills = 0;

  /** The holding of a row id, or undefined when it went. */
  find(id: number): Holding | undefined {
    return this.#byId[id];
  }

  /** The holding of a row id that is in the book. */
  byId(id: number): Holding {
    return present(this.#byId[id], `row ${id}`);
  }

  /** All holdings, account by account, in order of arrival. */
  *all(): Generator<Holding> {
    for (const rows of this.#byAccount) {
      if (rows !== undefined) yield* rows.values();
    }
  }

  /** What came, changed and went since the last call, each row once, oldest first. */
  takeChanges(): RowChange[] {
    const changes = [...this.#changes].map(([id, kind]) => ({ id, kind }));
    this.#changes.clear();
    return changes;
  }

  /**
   * Makes `positions` all that an account holds; `handleOf` gives the instrument of a position, or
   * -1 for one to leave out. Two entries of one instrument add up. Keeps the list: entries at the
   * beginning and end that are the same objects as in the next one cost a comparison each.
   */
  replace(
    accountIndex: number,
    positions: readonly Position[],
    handleOf: (position: Position) => number,
  ): HoldingsUpdate {
    const rows = this.#rowsOf(accountIndex);
    const before = this.#lists[accountIndex] ?? [];
    this.#lists[accountIndex] = positions;
    const change: ListChange = { rows, accountIndex, handleOf, update: noUpdate() };
    const [from, wasTo, to] = differingRange(before, positions);
    const isKnown = before.length > 0 &&
      this.#replaceRange(change, before.slice(from, wasTo), positions.slice(from, to));
    if (!isKnown) this.#replaceAll(change, positions);
    return change.update;
  }

  #replaceAll(change: ListChange, positions: readonly Position[]): void {
    const list = ++this.#list;
    const newFrom = this.#idNext;
    for (const position of positions) this.#want(change, position, list);
    for (const row of change.rows.values()) this.#settle(change, row, { list, newFrom });
  }

  /**
   * Replaces a range of the list. False when an instrument stands inside and outside of it: then
   * only the whole list tells its sum.
   */
  #replaceRange(
    change: ListChange,
    before: readonly Position[],
    after: readonly Position[],
  ): boolean {
    const list = ++this.#list;
    const newFrom = this.#idNext;
    const touched = new Set<Holding>();
    for (const position of before) {
      const row = change.rows.get(change.handleOf(position));
      if (row === undefined) continue;
      if (row.entries > 1) return false;
      touched.add(row);
    }
    for (const position of after) {
      const known = change.rows.get(change.handleOf(position));
      if (known !== undefined && known.entries > 0 && !touched.has(known)) return false;
    }
    for (const position of after) {
      const row = this.#want(change, position, list);
      if (row !== undefined) touched.add(row);
    }
    for (const row of touched) this.#settle(change, row, { list, newFrom });
    return true;
  }

  /** Notes what a position of a list says of its row, which is made when there is none. */
  #want(change: ListChange, position: Position, list: number): Holding | undefined {
    const { rows, accountIndex } = change;
    const handle = change.handleOf(position);
    if (handle < 0) {
      this.droppedPositions++;
      return undefined;
    }
    const known = rows.get(handle);
    const isFlat = position.signedQuantity === 0 && position.overnightQuantity === 0;
    if (known === undefined && isFlat) return undefined;
    const row = known ?? this.#add(rows, { accountIndex, handle }, change.update);
    want(row, position, list);
    return row;
  }

  /** Takes over what a list said of a row, or that it said nothing. */
  #settle(
    { rows, update }: ListChange,
    row: Holding,
    { list, newFrom }: { readonly list: number; readonly newFrom: number },
  ): void {
    if (row.listed !== list) this.#clear(rows, row, update);
    else if (this.#change(rows, row, update) && row.id < newFrom) this.#noteChanged(row, update);
  }

  /**
   * Adds an execution, or puts a corrected one in the place of the one with its id. A fill in an
   * instrument that the account does not hold makes a row of quantity 0 that carries its profit.
   */
  fill(accountIndex: number, handle: number, fill: Fill): HoldingsUpdate {
    const update = noUpdate();
    if (this.#fillCount >= FILLS_MAX) {
      this.droppedFills++;
      return update;
    }
    const rows = this.#rowsOf(accountIndex);
    const known = rows.get(handle);
    const row = known ?? this.#add(rows, { accountIndex, handle }, update);
    const fills = row.fills ?? new Map<string, Fill>();
    if (!fills.has(fill.execId)) this.#fillCount++;
    fills.set(fill.execId, fill);
    row.fills = fills;
    sumFills(row);
    if (known !== undefined) this.#noteChanged(row, update);
    return update;
  }

  /**
   * A new session: today's fills are forgotten, what is held now was held overnight, rows that only
   * carried profit go.
   */
  startSession(): HoldingsUpdate {
    this.#fillCount = 0;
    this.#lists = [];
    const update = noUpdate();
    for (const rows of this.#byAccount) {
      for (const row of rows?.values() ?? []) {
        row.fills = null;
        sumFills(row);
        row.overnight = row.quantity;
        if (row.quantity === 0) this.#remove(rows, row, update);
        else this.#noteChanged(row, update);
      }
    }
    return update;
  }

  /** Removes every holding, as after a jump in a recording. */
  clear(): void {
    this.#fillCount = 0;
    this.#lists = [];
    for (const rows of this.#byAccount) {
      for (const row of rows?.values() ?? []) this.#remove(rows, row, noUpdate());
    }
  }

  #rowsOf(accountIndex: number): Map<number, Holding> {
    return this.#byAccount[accountIndex] ??= new Map();
  }

  #add(
    rows: Map<number, Holding>,
    of: { readonly accountIndex: number; readonly handle: number },
    update: HoldingsUpdate,
  ): Holding {
    const row: Holding = {
      id: this.#idNext++,
      ...of,
      quantity: 0,
      overnight: 0,
      strategy: null,
      wanted: { quantity: 0, overnight: 0, strategy: null },
      listed: 0,
      entries: 0,
      fills: null,
      fillQuantity: 0,
      fillValue: 0,
      fees: 0,
    };
    rows.set(of.handle, row);
    this.#byId[row.id] = row;
    this.#note(row.id, "added");
    update.added.push(row);
    return row;
  }

  /** Takes over what is wanted of a row; true when it stays with other values than before. */
  #change(rows: Map<number, Holding>, row: Holding, update: HoldingsUpdate): boolean {
    const { quantity, overnight, strategy } = row.wanted;
    if (quantity === 0 && overnight === 0 && row.fills === null) {
      this.#remove(rows, row, update);
      return false;
    }
    const isRenamed = row.strategy !== strategy;
    if (!isRenamed && row.quantity === quantity && row.overnight === overnight) return false;
    row.quantity = quantity;
    row.overnight = overnight;
    row.strategy = strategy;
    if (isRenamed) update.isRenamed = true;
    return true;
  }

  /** The broker no longer lists the row: it goes, unless today's fills still tell its profit. */
  #clear(rows: Map<number, Holding>, row: Holding, update: HoldingsUpdate): void {
    row.entries = 0;
    if (row.fills === null) this.#remove(rows, row, update);
    else if (row.quantity !== 0) {
      row.quantity = 0;
      this.#noteChanged(row, update);
    }
  }

  #remove(rows: Map<number, Holding>, row: Holding, update: HoldingsUpdate): void {
    rows.delete(row.handle);
    this.#byId[row.id] = undefined;
    update.removed.push(row);
    this.#note(row.id, "removed");
  }

  #noteChanged(row: Holding, update: HoldingsUpdate): void {
    this.#note(row.id, "changed");
    update.changed.push(row);
  }

  #note(id: number, kind: RowChange["kind"]): void {
    const earlier = this.#changes.get(id);
    if (earlier === "added" && kind === "removed") this.#changes.delete(id);
    else if (earlier !== "added") this.#changes.set(id, kind);
  }
}

/** An account's list of positions on its way into the rows. */
interface ListChange {
  readonly rows: Map<number, Holding>;
  readonly accountIndex: number;
  readonly handleOf: (position: Position) => number;
  readonly update: HoldingsUpdate;
}

/** What a list of positions says of one instrument. */
interface WantedPosition {
  quantity: number;
  overnight: number;
  strategy: string | null;
}

/** Notes what a position of the list says; the first of an instrument begins its sum. */
function want(row: Holding, position: Position, list: number): void {
  const { wanted } = row;
  const isFirst = row.listed !== list;
  wanted.quantity = position.signedQuantity + (isFirst ? 0 : wanted.quantity);
  wanted.overnight = position.overnightQuantity + (isFirst ? 0 : wanted.overnight);
  wanted.strategy = position.strategy ?? (isFirst ? null : wanted.strategy);
  row.entries = isFirst ? 1 : row.entries + 1;
  row.listed = list;
}

/** First index where two lists differ, and the ends of the stretch in which they do. */
function differingRange(
  before: readonly Position[],
  after: readonly Position[],
): [from: number, wasTo: number, to: number] {
  const least = Math.min(before.length, after.length);
  let from = 0;
  while (from < least && before[from] === after[from]) from++;
  let wasTo = before.length;
  let to = after.length;
  while (wasTo > from && to > from && before[wasTo - 1] === after[to - 1]) {
    wasTo--;
    to--;
  }
  return [from, wasTo, to];
}
