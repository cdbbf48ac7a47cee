import { MODEL_VERSION } from "../../domain/measures.ts";
import { plural } from "../../format/words.ts";
import type { ColumnId, Measure } from "./columns.ts";
import { contractName, contractQuantity, contractState, contractValue } from "./contracts.ts";
import { ABSENT_FIGURE, type Figure } from "./figure.ts";
import { legLabel } from "./leg_label.ts";
import type { TableLine } from "./order.ts";
import { wantingText } from "./part_words.ts";
import type { BookScope } from "./scope.ts";
import { groupSource, legProvenance, legSource, type SourceCell } from "./source.ts";
import { underlyingValue } from "./trust.ts";
import {
  groupColumnState,
  groupValue,
  isNumberColumn,
  legColumnState,
  legValue,
  type Moment,
  NO_MOMENT,
  type NumberColumn,
  type NumberStyle,
  numberText,
  numberTone,
  priceDecimals,
  rowValue,
  styleOf,
  totalColumnState,
  totalValue,
} from "./values.ts";

/** What lines are written with besides the book. */
export interface LineContext extends Moment {
  readonly measure: Measure;
  /** Largest bar; 0 draws none. */
  readonly barScale: number;
  /** End of the last session while none is open, else null. */
  readonly closedAt: number | null;
}

/** Length and direction of an exposure bar, 0 to 1; 0 draws nothing. */
export interface Bar {
  readonly length: number;
  readonly direction: "long" | "short";
}

/** A cell of a line. `null` text means that the column says nothing of this line. */
export type Cell =
  | { readonly kind: "number"; readonly figure: Figure | null }
  | { readonly kind: "text"; readonly text: string; readonly unit: string }
  | { readonly kind: "bar"; readonly bar: Bar }
  | { readonly kind: "source"; readonly source: SourceCell };

/** A line of the table as it is first drawn. */
export interface LineView {
  readonly key: string;
  readonly kind: TableLine["kind"];
  readonly isPart: boolean;
  readonly isLast: boolean;
  /** What opens and closes the line: the underlying's symbol, or the contract's name. */
  readonly symbol: string;
  readonly isOpen: boolean;
  /** Direction mark of a leg, by the sign of its dollar delta; null without one. */
  readonly direction: "long" | "short" | null;
  readonly title: string;
  readonly cells: readonly Cell[];
}

/** Value, state and style of a number cell; null where the column says nothing of the line. */
export interface CellNumber {
  readonly value: number;
  readonly state: Figure["state"];
  readonly style: NumberStyle;
}

/** A part of a share, such as a quarter of a coin, is not written as none. */
function withParts(style: NumberStyle, column: NumberColumn, value: number): NumberStyle {
  const size = Math.abs(value);
  const isPart = column === "deltaShares" && size >= 0.005 && size < 0.5;
  return isPart ? { ...style, decimals: 2 } : style;
}

/** The number of a line in a column, before it is written. */
export function lineNumber(
  scope: BookScope,
  line: TableLine,
  column: NumberColumn,
  context: LineContext,
): CellNumber | null {
  if (line.kind === "group") {
    const value = groupValue(scope, line.index, column);
    if (value === null) return null;
    const state = groupColumnState(scope, line.index, column);
    return { value, state, style: withParts(styleOf(column, false), column, value) };
  }
  const isContract = line.kind === "contract";
  const value = isContract
    ? contractValue(scope, line.rows, column, context)
    : legValue(scope, line.index, column, context);
  if (value === null) return null;
  const style = withParts(styleOf(column, true), column, value);
  const decimals = column === "price" ? priceDecimals(scope.view, line.index) : style.decimals;
  const state = isContract
    ? contractState(scope, line.rows, column)
    : legColumnState(scope, line.index, column);
  return { value, state, style: decimals === style.decimals ? style : { ...style, decimals } };
}

/** A number as it is drawn. */
export function cellFigure(number: CellNumber): Figure {
  if (number.state === "absent" || !Number.isFinite(number.value)) return ABSENT_FIGURE;
  return {
    text: numberText(number.value, number.style),
    state: number.state,
    tone: numberTone(number.value, number.style),
  };
}

/** The exposure bar of a line. */
export function lineBar(scope: BookScope, line: TableLine, context: LineContext): Bar {
  const number = lineNumber(scope, line, context.measure, context);
  const isDrawn = number !== null && number.state !== "absent" && Number.isFinite(number.value) &&
    context.barScale > 0;
  if (!isDrawn) return { length: 0, direction: "long" };
  const length = Math.min(1, Math.abs(number.value) / context.barScale);
  return {
    length: Math.round(length * 1000) / 1000,
    direction: number.value < 0 ? "short" : "long",
  };
}

/** Direction of a leg or contract by the sign of its dollar delta, null when it has none. */
export function lineDirection(scope: BookScope, line: TableLine): "long" | "short" | null {
  const { view } = scope;
  const dollarDelta = line.kind === "contract"
    ? contractValue(scope, line.rows, "dollarDelta", NO_MOMENT) ?? NaN
    : rowValue(view, line.index, "dollarDelta");
  if (!Number.isFinite(dollarDelta) || dollarDelta === 0) return null;
  return dollarDelta > 0 ? "long" : "short";
}

/** Signed quantity of a leg, or of a contract over all who hold it. */
export function lineQuantity(scope: BookScope, line: TableLine): number {
  const rows = line.kind === "contract" ? line.rows : [line.index];
  return contractQuantity(scope.view, rows);
}

/** "22 + stock", "16": what a group holds. The count where its legs did not travel. */
export function holdingsText(scope: BookScope, u: number): string {
  const rows = scope.rowsOf(u);
  if (rows.length === 0) {
    const count = scope.group(u, "legs");
    return count > 0 ? String(count) : "closed today";
  }
  let [options, shares, futures] = [0, 0, 0];
  for (const row of rows) {
    const { kind } = scope.view.instrumentOfRow(row);
    if (kind === "option" || kind === "futureOption") options++;
    else if (kind === "equity") shares++;
    else if (kind === "future") futures++;
  }
  const others = rows.length - options - shares - futures;
  const parts = [options > 0 ? String(options) : ""];
  if (shares > 0) parts.push("stock");
  if (futures > 0) parts.push("futures");
  if (others > 0) parts.push(plural(others, "other"));
  return parts.filter((part) => part !== "").join(" + ");
}

function nameCell(scope: BookScope, line: TableLine, context: LineContext): Cell {
  const { view } = scope;
  if (line.kind === "group") {
    const { symbol, currency } = view.underlying(line.index);
    return { kind: "text", text: symbol, unit: currency === view.baseCurrency ? "" : currency };
  }
  const symbol = view.underlying(view.underlyingOfRow(line.index)).symbol;
  const quantity = lineQuantity(scope, line);
  const year = Number(context.today.slice(0, 4));
  return { kind: "text", text: legLabel(view.row(line.index), quantity, symbol, year), unit: "" };
}

function accountName(scope: BookScope, row: number): string {
  const { view } = scope;
  const at = view.accountIds.indexOf(view.row(row).accountId);
  return at < 0 ? "" : scope.accountName(at);
}

/** "2 accounts": who holds a contract. */
function holdersText(line: TableLine): string {
  return plural(line.rows.length, "account");
}

/** Source and age of a line. */
export function lineSource(
  scope: BookScope,
  line: TableLine,
  context: Pick<LineContext, "closedAt" | "now">,
): SourceCell {
  return line.kind === "group"
    ? groupSource(scope, line.index, context.closedAt)
    : legSource(scope.view, line.index, context);
}

function lineCell(
  scope: BookScope,
  line: TableLine,
  column: ColumnId,
  context: LineContext,
): Cell {
  if (column === "name") return nameCell(scope, line, context);
  if (column === "bar") return { kind: "bar", bar: lineBar(scope, line, context) };
  if (column === "source") {
    return { kind: "source", source: lineSource(scope, line, context) };
  }
  if (column === "legs") {
    const text = line.kind === "group"
      ? holdingsText(scope, line.index)
      : line.kind === "contract"
      ? holdersText(line)
      : accountName(scope, line.index);
    return { kind: "text", text, unit: "" };
  }
  const number = lineNumber(scope, line, column, context);
  return { kind: "number", figure: number === null ? null : cellFigure(number) };
}

/** A line as it is first drawn, with a cell per column. */
export function lineView(
  scope: BookScope,
  line: TableLine,
  columns: readonly ColumnId[],
  context: LineContext,
  open: ReadonlySet<string>,
): LineView {
  const { view } = scope;
  const isGroup = line.kind === "group";
  const u = isGroup ? line.index : view.underlyingOfRow(line.index);
  const { symbol, currency } = view.underlying(u);
  const rate = underlyingValue(view, u, "fxRate");
  const name = line.kind === "contract" ? contractName(view, line.index) : symbol;
  return {
    key: line.key,
    kind: line.kind,
    isPart: line.isPart,
    isLast: line.isLast,
    symbol: name,
    isOpen: line.kind !== "leg" && open.has(name),
    direction: isGroup ? null : lineDirection(scope, line),
    title: isGroup
      ? currency === view.baseCurrency ? "" : `1 ${currency} = ${rate} ${view.baseCurrency}`
      : legProvenance(view, line.index, MODEL_VERSION),
    cells: columns.map((column) => lineCell(scope, line, column, context)),
  };
}

/** The sum line: "All, 213 legs", one cell per column; "no sum" where adding means nothing. */
export interface TotalView {
  readonly label: string;
  readonly names: string;
  readonly cells: readonly TotalCell[];
}

/** A cell of the sum line. */
export type TotalCell =
  | { readonly kind: "number"; readonly figure: Figure }
  | { readonly kind: "noSum"; readonly why: string }
  | { readonly kind: "blank" };

function totalCell(scope: BookScope, column: ColumnId): TotalCell {
  if (column === "deltaShares" || column === "gamma") {
    return { kind: "noSum", why: "Share deltas of different underlyings do not add" };
  }
  if (!isNumberColumn(column)) return { kind: "blank" };
  const value = totalValue(scope, column);
  if (value === null) return { kind: "blank" };
  const state = totalColumnState(scope, column);
  return { kind: "number", figure: cellFigure({ value, state, style: styleOf(column, false) }) };
}

/** "All, 213 legs"; what a total lacks stands in the place of "All". */
function totalLabel(scope: BookScope): string {
  const wanting = wantingText(scope);
  const all = wanting === "" ? "All" : `${wanting[0].toUpperCase()}${wanting.slice(1)}`;
  return `${all}, ${plural(scope.total("legs"), "leg")}`;
}

/** The sum line over everything chosen. */
export function totalView(scope: BookScope, columns: readonly ColumnId[]): TotalView {
  return {
    label: totalLabel(scope),
    names: plural(scope.underlyings().length, "name"),
    cells: columns.map((column) => totalCell(scope, column)),
  };
}
