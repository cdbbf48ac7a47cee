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

/** Σ |contribution| per cell and measure: what a difference is small against. */
function grossOf(tables: Tables): Float64Array {
  const gross = new Float64Array(tables.underlyings * tables.accounts * LEAF_STRIDE);
  const { underlying, driver } = tables.contract;
  const add = (at: number, value: number) => {
    if (Math.abs(value) > 0) gross[at] += Math.abs(value);
  };
  for (let r = 0; r < tables.rows; r++) {
    const contract = tables.rowContract[r];
    const at = (underlying[contract] * tables.accounts + tables.rowAccount[r]) * LEAF_STRIDE;
    for (const [measure, field] of FROM_ROW) {
      add(at + measure, tables.rowF64[r * ROW_STRIDE + field]);
    }
    const spot = tables.driver.spot[driver[contract]];
    const shares = tables.rowKept[r * ROW_KEPT_STRIDE + ROW_KEPT.shares];
    const money = tables.rowKept[r * ROW_KEPT_STRIDE + ROW_KEPT.money];
    const deltaChange = tables.rowF32[r * ROW_F32_STRIDE + ROW_F32_AT.deltaChange];
    add(at + LEAF.deltaChange, deltaChange);
    add(at + LEAF.dollarGamma, deltaChange * spot * money / shares);
    add(at + LEAF.rho, money * tables.rowF32[r * ROW_F32_STRIDE + ROW_F32_AT.rhoPerPoint]);
    add(at + LEAF.contractNotional, money * spot);
  }
  return gross;
}

/** Compares the cells kept with the recomputed ones in `tables`. */
export function compareCells(
  tables: Tables,
  kept: Float64Array,
): Pick<Verification, "maxRelative" | "worst"> {
  const gross = grossOf(tables);
  let maxRelative = 0;
  let worstAt = -1;
  for (let at = 0; at < kept.length; at++) {
    const difference = Math.abs(kept[at] - tables.cellF64[at]);
    if (difference === 0) continue;
    const relative = difference / Math.max(1, gross[at]);
    if (relative <= maxRelative) continue;
    // NaN in a cell is the worst there is.
    maxRelative = relative === relative ? relative : Infinity;
    worstAt = at;
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
