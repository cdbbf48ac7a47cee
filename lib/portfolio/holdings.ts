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
  /** Today's fills by execution id; null while there are none. */
  fills: Map<string, Fill> | null;
  fillQuantity: number;
  fillValue: number;
  fees: number;
}

/** What a change of the holdings means for the columns. */
export interface HoldingsUpdate {
  /** True when rows came, went or were renamed, so that the order has to be rebuilt. */
  isLayoutChanged: boolean;
  /** Rows whose numbers changed in place. */
  readonly changed: Holding[];
}

/** Fills of one session at most; a source that floods meets this bound (P13). */
const FILLS_MAX = 200_000;

/**
 * The holdings by account and instrument (T-008). A row without quantity stays while it has fills
 * of today: it carries their profit and is not a leg.
 */
export class Holdings {
  readonly #byAccount: Map<number, Holding>[] = [];
  readonly #changes = new Map<number, RowChange["kind"]>();
  #idNext = 1;
  #fillCount = 0;
  /** Fills refused because the session had more than the bound. */
  droppedFills = 0;

  /** Ids given so far are below it. */
  get rowIdEnd(): number {
    return this.#idNext;
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
   * Makes `positions` all that an account holds; `handles[i]` is the instrument of `positions[i]`,
   * or -1 for one to leave out. Two entries of one instrument add up.
   */
  replace(
    accountIndex: number,
    positions: readonly Position[],
    handles: readonly number[],
  ): HoldingsUpdate {
    const rows = this.#rowsOf(accountIndex);
    const wanted = wantedByHandle(positions, handles);
    const update: HoldingsUpdate = { isLayoutChanged: false, changed: [] };
    for (const row of rows.values()) {
      if (!wanted.has(row.handle)) this.#clear(rows, row, update);
    }
    for (const [handle, position] of wanted) {
      const row = rows.get(handle);
      if (row !== undefined) this.#change(row, position, update);
      else if (position.quantity !== 0 || position.overnight !== 0) {
        this.#add(rows, { accountIndex, handle, ...position }, update);
      }
    }
    return update;
  }

  /**
   * Adds an execution, or puts a corrected one in the place of the one with its id. A fill in an
   * instrument that the account does not hold makes a row of quantity 0 that carries its profit.
   */
  fill(accountIndex: number, handle: number, fill: Fill): HoldingsUpdate {
    const update: HoldingsUpdate = { isLayoutChanged: false, changed: [] };
    if (this.#fillCount >= FILLS_MAX) {
      this.droppedFills++;
      return update;
    }
    const rows = this.#rowsOf(accountIndex);
    const known = rows.get(handle);
    const row = known ?? this.#add(rows, {
      accountIndex,
      handle,
      quantity: 0,
      overnight: 0,
      strategy: null,
    }, update);
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
  startSession(): void {
    this.#fillCount = 0;
    for (const rows of this.#byAccount) {
      for (const row of rows?.values() ?? []) {
        row.fills = null;
        sumFills(row);
        row.overnight = row.quantity;
        if (row.quantity === 0) this.#remove(rows, row);
        else this.#note(row.id, "changed");
      }
    }
  }

  /** Removes every holding, as after a jump in a recording. */
  clear(): void {
    this.#fillCount = 0;
    for (const rows of this.#byAccount) {
      for (const row of rows?.values() ?? []) this.#remove(rows, row);
    }
  }

  #rowsOf(accountIndex: number): Map<number, Holding> {
    return this.#byAccount[accountIndex] ??= new Map();
  }

  #add(
    rows: Map<number, Holding>,
    from: {
      accountIndex: number;
      handle: number;
      quantity: number;
      overnight: number;
      strategy: string | null;
    },
    update: HoldingsUpdate,
  ): Holding {
    const row: Holding = {
      id: this.#idNext++,
      ...from,
      fills: null,
      fillQuantity: 0,
      fillValue: 0,
      fees: 0,
    };
    rows.set(from.handle, row);
    this.#note(row.id, "added");
    update.isLayoutChanged = true;
    return row;
  }

  #change(row: Holding, to: WantedPosition, update: HoldingsUpdate): void {
    const isFlat = to.quantity === 0 && to.overnight === 0 && row.fills === null;
    if (isFlat) {
      this.#remove(this.#rowsOf(row.accountIndex), row);
      update.isLayoutChanged = true;
      return;
    }
    const isRenamed = row.strategy !== to.strategy;
    if (!isRenamed && row.quantity === to.quantity && row.overnight === to.overnight) return;
    row.quantity = to.quantity;
    row.overnight = to.overnight;
    row.strategy = to.strategy;
    this.#noteChanged(row, update);
    if (isRenamed) update.isLayoutChanged = true;
  }

  /** The broker no longer lists the row: it goes, unless today's fills still tell its profit. */
  #clear(rows: Map<number, Holding>, row: Holding, update: HoldingsUpdate): void {
    if (row.fills === null) {
      this.#remove(rows, row);
      update.isLayoutChanged = true;
    } else if (row.quantity !== 0) {
      row.quantity = 0;
      this.#noteChanged(row, update);
    }
  }

  #remove(rows: Map<number, Holding>, row: Holding): void {
    rows.delete(row.handle);
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

interface WantedPosition {
  readonly quantity: number;
  readonly overnight: number;
  readonly strategy: string | null;
}

function wantedByHandle(
  positions: readonly Position[],
  handles: readonly number[],
): Map<number, WantedPosition> {
  const wanted = new Map<number, WantedPosition>();
  positions.forEach((position, i) => {
    const handle = handles[i];
    if (handle < 0) return;
    const same = wanted.get(handle);
    wanted.set(handle, {
      quantity: position.signedQuantity + (same?.quantity ?? 0),
      overnight: position.overnightQuantity + (same?.overnight ?? 0),
      strategy: position.strategy ?? same?.strategy ?? null,
    });
  });
  return wanted;
}
