import type { Measure, Sort } from "./columns.ts";
import { columnOf } from "./columns.ts";
import type { BookScope } from "./scope.ts";
import { groupValue, isNumberColumn, legValue } from "./values.ts";

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
 * A line of the table: a group, or a leg of it. `index` is the dense index of the underlying or
 * row, `key` its stable name, so that a line keeps its element while others come and go.
 */
export interface TableLine {
  readonly kind: "group" | "leg";
  readonly index: number;
  readonly key: string;
  /** Last leg of an open group: it carries the stronger rule. */
  readonly isLast: boolean;
}

/** The lines of the table from top to bottom; `open` holds symbols of open groups. */
export function tableLines(
  scope: BookScope,
  order: readonly number[],
  open: ReadonlySet<string>,
): TableLine[] {
  const lines: TableLine[] = [];
  for (const u of order) {
    const { id, symbol } = scope.view.underlying(u);
    lines.push({ kind: "group", index: u, key: `u${id}`, isLast: false });
    if (!open.has(symbol)) continue;
    const legs = scope.legsOf(u);
    for (let i = 0; i < legs.length; i++) {
      const key = `r${scope.view.rowIds[legs[i]]}`;
      lines.push({ kind: "leg", index: legs[i], key, isLast: i === legs.length - 1 });
    }
  }
  return lines;
}

/** The largest bar among groups and shown legs: one scale for the table. */
export function barScale(
  scope: BookScope,
  lines: readonly Pick<TableLine, "kind" | "index">[],
  measure: Measure,
): number {
  let largest = 0;
  for (const line of lines) {
    const value = line.kind === "group"
      ? groupValue(scope, line.index, measure)
      : legValue(scope, line.index, measure, "");
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
