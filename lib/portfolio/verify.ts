import type { BookState } from "./book_state.ts";
import type { Revaluation } from "./revaluation.ts";
import { type Part, partOf, settleMarks, type Snapshot, snapshotOf } from "./snapshot.ts";
import { UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import { LEAF, LEAF_MEASURES, LEAF_STRIDE, ROW_F32_AT, ROW_F64_AT } from "../domain/measures.ts";
import { ROW_F32_STRIDE, ROW_KEPT, ROW_KEPT_STRIDE, ROW_STRIDE, type Tables } from "./tables.ts";

/** How far the book had drifted from a full recomputation. */
export interface Verification {
  /** Largest |sum kept − sum recomputed| over the gross of what is summed (or 1). */
  readonly maxRelative: number;
  /** Where: measure, and ids of underlying and account; null while nothing differs. */
  readonly worst: {
    readonly measure: string;
    readonly underlyingId: number;
    readonly accountId: number;
  } | null;
  /** Rows whose values differed at all. */
  readonly rowsDiffering: number;
}

const FROM_ROW = [
  [LEAF.positionDelta, ROW_F64_AT.positionDelta],
  [LEAF.dollarDelta, ROW_F64_AT.dollarDelta],
  [LEAF.longDollarDelta, ROW_F64_AT.dollarDelta],
  [LEAF.shortDollarDelta, ROW_F64_AT.dollarDelta],
  [LEAF.staleDollarDelta, ROW_F64_AT.dollarDelta],
  [LEAF.modelledDollarDelta, ROW_F64_AT.dollarDelta],
  [LEAF.vega, ROW_F64_AT.vega],
  [LEAF.theta, ROW_F64_AT.theta],
  [LEAF.marketValue, ROW_F64_AT.marketValue],
  [LEAF.dayPnl, ROW_F64_AT.dayPnl],
] as const;

/** Σ |contribution| per cell and measure of a part: what a difference is small against. */
function grossOf(tables: Tables, { firstRow, endRow, firstCell, endCell }: Part): Float64Array {
  const gross = new Float64Array((endCell - firstCell) * LEAF_STRIDE);
  const { underlying, driver } = tables.contract;
  const add = (at: number, value: number) => {
    if (Math.abs(value) > 0) gross[at] += Math.abs(value);
  };
  for (let r = firstRow; r < endRow; r++) {
    const contract = tables.rowContract[r];
    const cell = underlying[contract] * tables.accounts + tables.rowAccount[r];
    const at = (cell - firstCell) * LEAF_STRIDE;
    for (const [measure, field] of FROM_ROW) {
      add(at + measure, tables.rowF64[r * ROW_STRIDE + field]);
    }
    const spot = tables.driver.spot[driver[contract]];
    const shares = tables.rowKept[r * ROW_KEPT_STRIDE + ROW_KEPT.shares];
    const money = shares * tables.contract.unit[contract * UNIT_STRIDE + UNIT.rate];
    const deltaChange = tables.rowF32[r * ROW_F32_STRIDE + ROW_F32_AT.deltaChange];
    add(at + LEAF.deltaChange, deltaChange);
    add(at + LEAF.dollarGamma, deltaChange * spot * money / shares);
    add(at + LEAF.rho, money * tables.rowF32[r * ROW_F32_STRIDE + ROW_F32_AT.rhoPerPoint]);
    add(at + LEAF.contractNotional, money * spot);
  }
  return gross;
}

/** Compares the cells kept in `before` with the recomputed ones in `tables`. */
function compareCells(
  tables: Tables,
  before: Snapshot,
): Pick<Verification, "maxRelative" | "worst"> {
  const kept = before.cellF64;
  const first = before.firstCell * LEAF_STRIDE;
  let gross: Float64Array | null = null;
  let maxRelative = 0;
  let worstAt = -1;
  for (let at = 0; at < kept.length; at++) {
    const difference = Math.abs(kept[at] - tables.cellF64[first + at]);
    if (difference === 0) continue;
    gross ??= grossOf(tables, before);
    const relative = difference / Math.max(1, gross[at]);
    if (relative <= maxRelative) continue;
    // NaN in a cell is the worst there is.
    maxRelative = relative === relative ? relative : Infinity;
    worstAt = first + at;
  }
  return { maxRelative, worst: worstAt < 0 ? null : placeOf(tables, worstAt) };
}

function placeOf(tables: Tables, at: number): Verification["worst"] {
  const cell = Math.floor(at / LEAF_STRIDE);
  return {
    measure: LEAF_MEASURES[at % LEAF_STRIDE].name,
    underlyingId: tables.underlyingIds[Math.floor(cell / tables.accounts)],
    accountId: tables.accountIds[cell % tables.accounts],
  };
}

const NOTHING: Verification = { maxRelative: 0, worst: null, rowsDiffering: 0 };

/** The rows that readers see: brought to the present, or known to be there. */
export interface ShownRows {
  show(): void;
  keep(): void;
}

/**
 * Recomputes the book from its inputs, whole or part by part, and says how far it had drifted; the
 * recomputed values stand afterwards. A part is a run of whole underlyings: cells never cross them.
 */
export class Verifier {
  #next = 0;
  #found = NOTHING;

  constructor(
    readonly state: BookState,
    readonly revaluation: Revaluation,
    readonly rows: ShownRows,
  ) {}

  /** Recomputes everything at once. */
  whole(): Verification {
    return this.#check(0, this.state.tables.underlyings);
  }

  /**
   * Recomputes the next underlyings, at most `rowsMax` rows of them, but one at least. Answers the
   * finding of a whole round when it ended, else null. What moves its place in between may be met
   * twice or wait for the next round.
   */
  part(rowsMax: number): Verification | null {
    const { tables } = this.state;
    const from = Math.min(this.#next, tables.underlyings);
    const { firstRow } = partOf(tables, from, from);
    let to = Math.min(from + 1, tables.underlyings);
    while (to < tables.underlyings && partOf(tables, to, to + 1).endRow - firstRow <= rowsMax) to++;
    const found = this.#check(from, to);
    const isWorse = found.maxRelative > this.#found.maxRelative;
    const rowsDiffering = this.#found.rowsDiffering + found.rowsDiffering;
    const sum = { ...(isWorse ? found : this.#found), rowsDiffering };
    const isDone = to >= tables.underlyings;
    this.#next = isDone ? 0 : to;
    this.#found = isDone ? NOTHING : sum;
    return isDone ? sum : null;
  }

  #check(from: number, to: number): Verification {
    const { state } = this;
    this.rows.show();
    const before = snapshotOf(state.tables, partOf(state.tables, from, to));
    state.tick++;
    this.revaluation.touchAll(from, to);
    this.revaluation.run();
    this.rows.show();
    const rowsDiffering = settleMarks(state.tables, before, state.tick);
    const found = { ...compareCells(state.tables, before), rowsDiffering };
    if (found.worst === null && rowsDiffering === 0) state.tick--;
    this.rows.keep();
    return found;
  }
}
