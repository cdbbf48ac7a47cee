import type { Measure, Sort } from "./columns.ts";
import { columnOf } from "./columns.ts";
import { contractName, contractRuns, contractValue } from "./contracts.ts";
import type { BookScope } from "./scope.ts";
import { groupValue, isNumberColumn, legValue, NO_MOMENT } from "./values.ts";

/** Which side of the book the table shows; the side is the sign of the dollar delta. */
export type Side = "all" | "long" | "short";

/** Reads a side; anything else is all. */
export function parseSide(saved: string | null): Side {
  return saved === "long" || saved === "short" ? saved : "all";
}

function isOnSide(scope: BookScope, u: number, side: Side): boolean {
  if (side === "all") return true;
  const dollarDelta = scope.group(u, "dollarDelta");
  return side === "long" ? dollarDelta > 0 : dollarDelta < 0;
}

function sortKey(scope: BookScope, u: number, sort: Sort): number {
  const { column } = sort;
  if (column === "legs") return scope.group(u, "legs");
  if (!isNumberColumn(column)) return NaN;
  const value = groupValue(scope, u, column) ?? NaN;
  return columnOf(column).sort === "size" ? Math.abs(value) : value;
}

function compareKeys(a: number, b: number, isDescending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return isDescending ? b - a : a - b;
}

/**
 * Underlyings in the order of the table: exposures by size, results by value, absent ones last,
 * ties by symbol so that the order is total.
 */
export function orderGroups(scope: BookScope, sort: Sort, side: Side): number[] {
  const shown = scope.underlyings().filter((u) => isOnSide(scope, u, side));
  const keys = new Map(shown.map((u) => [u, sortKey(scope, u, sort)]));
  const isByName = columnOf(sort.column).sort === "text";
  const symbolOrder = (a: number, b: number) => {
    const [x, y] = [scope.view.underlying(a).symbol, scope.view.underlying(b).symbol];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  return shown.sort((a, b) => {
    if (isByName) return sort.isDescending ? symbolOrder(b, a) : symbolOrder(a, b);
    return compareKeys(keys.get(a) ?? NaN, keys.get(b) ?? NaN, sort.isDescending) ||
      symbolOrder(a, b);
  });
}

/** True when two orders show the same underlyings in the same places. */
export function isSameOrder(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((u, i) => u === b[i]);
}

/**
 * A line of the table: a group, a contract of it that several accounts hold, or a leg. `index` is
 * the dense index of the underlying or (first) row, `key` its stable name, so that a line keeps its
 * element while others come and go.
 */
export interface TableLine {
  readonly kind: "group" | "contract" | "leg";
  readonly index: number;
  readonly key: string;
  /** Rows of a contract, one per account; else empty. */
  readonly rows: readonly number[];
  /** True for a leg below the line of its contract. */
  readonly isPart: boolean;
  /** Last leg of an open group: it carries the stronger rule. */
  readonly isLast: boolean;
}

/** The legs of an open group; what several accounts hold of one contract is one line (G-070). */
function pushLegs(
  lines: TableLine[],
  scope: BookScope,
  u: number,
  open: ReadonlySet<string>,
): void {
  const { view } = scope;
  for (const rows of contractRuns(view, scope.legsOf(u))) {
    const [first] = rows;
    const isShared = rows.length > 1;
    if (isShared) {
      // Another number of holders is another line: it says how many there are.
      const key = `m${view.row(first).mergeGroup}x${rows.length}`;
      lines.push({ kind: "contract", index: first, key, rows, isPart: false, isLast: false });
      if (!open.has(contractName(view, first))) continue;
    }
    for (const row of rows) {
      const key = `r${view.rowIds[row]}`;
      lines.push({ kind: "leg", index: row, key, rows: [], isPart: isShared, isLast: false });
    }
  }
}

/**
 * The lines of the table from top to bottom; `open` holds symbols of open groups, and names of
 * contracts that are shown by account.
 */
export function tableLines(
  scope: BookScope,
  order: readonly number[],
  open: ReadonlySet<string>,
): TableLine[] {
  const lines: TableLine[] = [];
  for (const u of order) {
    const { id, symbol } = scope.view.underlying(u);
    lines.push({ kind: "group", index: u, key: `u${id}`, rows: [], isPart: false, isLast: false });
    if (!open.has(symbol)) continue;
    pushLegs(lines, scope, u, open);
    const last = lines[lines.length - 1];
    if (last.kind !== "group") lines[lines.length - 1] = { ...last, isLast: true };
  }
  return lines;
}

/** The largest bar among groups and shown legs: one scale for the table. */
export function barScale(
  scope: BookScope,
  lines: readonly Pick<TableLine, "kind" | "index" | "rows">[],
  measure: Measure,
): number {
  let largest = 0;
  for (const line of lines) {
    const value = line.kind === "group"
      ? groupValue(scope, line.index, measure)
      : line.kind === "contract"
      ? contractValue(scope, line.rows, measure, NO_MOMENT)
      : legValue(scope, line.index, measure, NO_MOMENT);
    const size = Math.abs(value ?? NaN);
    if (size > largest) largest = size;
  }
  return largest;
}

/**
 * Scale of the bars, held while it fits so that no bar moves because another one did: it changes
 * only when a bar would leave its slot or would be drawn at under half of it.
 */
export function heldScale(held: number, largest: number): number {
  return largest > held || largest < held / 2 ? largest : held;
}
