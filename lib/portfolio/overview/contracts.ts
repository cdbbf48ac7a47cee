import type { BookView } from "../../domain/book_view.ts";
import { type FigureState, weaker } from "./figure.ts";
import type { BookScope } from "./scope.ts";
import { legColumnState, legValue, type Moment, type NumberColumn, rowValue } from "./values.ts";

/** Columns whose numbers of a contract's holdings add up; of the others each has the same. */
const ADDED: ReadonlySet<NumberColumn> = new Set<NumberColumn>([
  "deltaShares",
  "dollarDelta",
  "gamma",
  "vega",
  "theta",
  "netLiq",
  "weight",
  "notional",
  "pnl",
]);

/** Legs of one contract, whoever holds it, side by side in contract order. */
export function contractRuns(view: BookView, legs: readonly number[]): readonly number[][] {
  const runs: number[][] = [];
  let group = NaN;
  for (const row of legs) {
    const { mergeGroup } = view.row(row);
    if (mergeGroup === group) runs[runs.length - 1].push(row);
    else runs.push([row]);
    group = mergeGroup;
  }
  return runs;
}

/** Contracts held in all, long minus short. */
export function contractQuantity(view: BookView, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + rowValue(view, row, "signedQuantity"), 0);
}

/**
 * The number of a contract over all who hold it: exposures and money are added, absent parts left
 * out; price, volatility and the like are of the contract itself. Null where the column says
 * nothing of it, NaN where no part is known.
 */
export function contractValue(
  scope: BookScope,
  rows: readonly number[],
  column: NumberColumn,
  moment: Moment,
): number | null {
  const values = rows.map((row) => legValue(scope, row, column, moment));
  if (!ADDED.has(column)) return values[0];
  const known = values.filter((value) => value !== null && Number.isFinite(value));
  if (known.length === 0) return values[0];
  return known.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** State of that number: the weakest of the parts that it has; absent when it has none. */
export function contractState(
  scope: BookScope,
  rows: readonly number[],
  column: NumberColumn,
): FigureState {
  const states = rows.map((row) => legColumnState(scope, row, column));
  const known = states.filter((state) => state !== "absent");
  return known.length === 0 ? "absent" : known.reduce<FigureState>(weaker, "live");
}

/** Name under which a contract's line is opened, apart from any underlying's symbol. */
export function contractName(view: BookView, row: number): string {
  return `@${view.instrumentOfRow(row).key.replaceAll(",", ";")}`;
}
