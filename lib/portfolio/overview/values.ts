import {
  LEAF_MEASURES,
  ROW_F32,
  ROW_F32_AT,
  ROW_F64,
  ROW_F64_AT,
  type RowF32,
  type RowF64,
} from "../../domain/measures.ts";
import { isAbsent } from "../../base/absence.ts";
import type { BookView } from "../../domain/book_view.ts";
import { isOption, type Option } from "../../domain/instrument.ts";
import { formatLevel, formatSigned, tickDecimals, type Tone, toneOf } from "../../format/number.ts";
import { daysToExpiry } from "../expiry_state.ts";
import { moveToDoublePct, moveToItmPct, type OptionFigures } from "../option_moves.ts";
import type { ColumnId } from "./columns.ts";
import { type FigureState, weaker } from "./figure.ts";
import type { BookScope } from "./scope.ts";
import {
  type Basis,
  groupState,
  legState,
  priceState,
  totalState,
  underlyingValue,
} from "./trust.ts";

/** How a column's number is written. */
export interface NumberStyle {
  readonly isSigned: boolean;
  readonly decimals: number;
  readonly unit: string;
  readonly isResult: boolean;
}

const F64_STRIDE = ROW_F64.length;
const F32_STRIDE = ROW_F32.length;
const PLAIN: NumberStyle = { isSigned: true, decimals: 0, unit: "", isResult: false };
const PERCENT = "\u202f%";

/** An f64 field of a row. */
export function rowValue(view: BookView, row: number, field: RowF64): number {
  return view.rowF64[row * F64_STRIDE + ROW_F64_AT[field]];
}

/** An f32 field of a row. */
export function rowGreek(view: BookView, row: number, field: RowF32): number {
  return view.rowF32[row * F32_STRIDE + ROW_F32_AT[field]];
}

/** Columns whose cells are numbers. */
export type NumberColumn = Exclude<ColumnId, "name" | "legs" | "bar" | "source">;

/** True for columns whose cells are numbers. */
export function isNumberColumn(column: ColumnId): column is NumberColumn {
  return column !== "name" && column !== "legs" && column !== "bar" && column !== "source";
}

/** How the numbers of a column are written; prices take the decimals of their instrument. */
export function styleOf(column: NumberColumn, isLeg: boolean): NumberStyle {
  switch (column) {
    case "price":
      return { ...PLAIN, isSigned: false, decimals: 2 };
    case "day":
      return isLeg
        ? { ...PLAIN, isSigned: false, decimals: 1 }
        : { ...PLAIN, decimals: 2, unit: PERCENT };
    case "delta":
      return { ...PLAIN, decimals: 3 };
    case "days":
    case "notional":
    case "netLiq":
      return { ...PLAIN, isSigned: false };
    case "probItm":
      return { ...PLAIN, isSigned: false };
    case "toItm":
    case "toDouble":
      return { ...PLAIN, decimals: 2 };
    case "weight":
      return { ...PLAIN, isSigned: false, decimals: 1 };
    case "pnl":
      return { ...PLAIN, isResult: true };
    default:
      return PLAIN;
  }
}

/** A number in a column's style. */
export function numberText(value: number, style: NumberStyle): string {
  const text = style.isSigned
    ? formatSigned(value, style.decimals)
    : formatLevel(value, style.decimals);
  return text + style.unit;
}

/** The tone of a number in a column's style: only results have one. */
export function numberTone(value: number, style: NumberStyle): Tone {
  return style.isResult ? toneOf(value, style.decimals) : "";
}

/** Decimals of a leg's mark, from its smallest increment. */
export function priceDecimals(view: BookView, row: number): number {
  return tickDecimals(view.row(row).instrument.tickSize);
}

/** Gross dollar delta of everything chosen: long plus the size of short. */
export function grossDollarDelta(scope: BookScope): number {
  return scope.total("longDollarDelta") - scope.total("shortDollarDelta");
}

function groupMeasure(column: NumberColumn): typeof LEAF_MEASURES[number]["name"] | null {
  switch (column) {
    case "deltaShares":
      return "positionDelta";
    case "dollarDelta":
    case "vega":
    case "theta":
      return column;
    case "gamma":
      return "deltaChange";
    case "netLiq":
      return "marketValue";
    case "notional":
      return "contractNotional";
    case "pnl":
      return "dayPnl";
    default:
      return null;
  }
}

/**
 * The number of a group in a column, null where the column says nothing of groups, NaN where it is
 * absent. Money in the base currency, percent as percent.
 */
export function groupValue(scope: BookScope, u: number, column: NumberColumn): number | null {
  const measure = groupMeasure(column);
  if (measure !== null) return scope.group(u, measure);
  const price = underlyingValue(scope.view, u, "price");
  switch (column) {
    case "price":
      return price;
    case "day":
      return (price / underlyingValue(scope.view, u, "previousClose") - 1) * 100;
    case "weight":
      return Math.abs(scope.group(u, "dollarDelta")) / grossDollarDelta(scope) * 100;
    default:
      return null;
  }
}

function contractNotional(view: BookView, row: number): number {
  const u = view.underlyingOfRow(row);
  // What drives the leg may be another future than the one that speaks for the underlying.
  const own = rowValue(view, row, "dollarDelta") / rowValue(view, row, "positionDelta");
  const money = own > 0
    ? own
    : underlyingValue(view, u, "price") * underlyingValue(view, u, "fxRate");
  const quantity = rowValue(view, row, "signedQuantity");
  return Math.abs(quantity) * view.row(row).instrument.multiplier * money;
}

/** When lines are written. */
export interface Moment {
  /** The exchange's date, "" when unknown. */
  readonly today: string;
  /** Source's clock, ms; NaN when unknown. */
  readonly now: number;
}

/** For numbers that no time is in. */
export const NO_MOMENT: Moment = { today: "", now: NaN };

/** What the book says of an option's row. */
export function optionFigures(
  view: BookView,
  row: number,
  option: Option,
  now: number,
): OptionFigures {
  const u = view.underlyingOfRow(row);
  return {
    option,
    money: (field) => rowValue(view, row, field),
    iv: rowGreek(view, row, "iv"),
    underlying: (field) => underlyingValue(view, u, field),
    underlyingKey: view.underlying(u).instrumentKey,
    now,
  };
}

/** A move of the underlying that a column tells of an option, percent; NaN where it is absent. */
function optionMove(
  view: BookView,
  row: number,
  column: "toItm" | "toDouble",
  now: number,
): number | null {
  const instrument = view.instrumentOfRow(row);
  if (!isOption(instrument)) return null;
  const figures = optionFigures(view, row, instrument, now);
  const move = column === "toItm" ? moveToItmPct(figures) : moveToDoublePct(figures);
  return isAbsent(move) ? NaN : move;
}

/**
 * The number of a leg in a column, null where the column says nothing of this leg, NaN where it is
 * absent. Money in the base currency, the mark in the leg's own.
 */
export function legValue(
  scope: BookScope,
  row: number,
  column: NumberColumn,
  moment: Moment,
): number | null {
  const { view } = scope;
  const isOptional = isOption(view.row(row).instrument);
  switch (column) {
    case "price":
      return rowValue(view, row, "mark");
    case "day":
      return isOptional ? rowGreek(view, row, "iv") * 100 : null;
    case "delta":
      return rowGreek(view, row, "delta");
    case "days":
      return daysToExpiry(view.instrumentOfRow(row), moment.today);
    case "deltaShares":
      return rowValue(view, row, "positionDelta");
    case "dollarDelta":
    case "vega":
    case "theta":
      return rowValue(view, row, column);
    case "gamma":
      return rowGreek(view, row, "deltaChange");
    case "netLiq":
      return rowValue(view, row, "marketValue");
    case "weight":
      return Math.abs(rowValue(view, row, "dollarDelta")) / grossDollarDelta(scope) * 100;
    case "notional":
      return contractNotional(view, row);
    case "probItm":
      return isOptional ? rowGreek(view, row, "probItm") * 100 : null;
    case "toItm":
    case "toDouble":
      return optionMove(view, row, column, moment.now);
    case "pnl":
      return rowValue(view, row, "dayPnl");
  }
}

/** What a column's number rests on. */
export function basisOf(column: NumberColumn): Basis {
  switch (column) {
    case "price":
    case "netLiq":
      return "mark";
    case "pnl":
      return "result";
    default:
      return "greeks";
  }
}

/** State of a group's number in a column. */
export function groupColumnState(scope: BookScope, u: number, column: NumberColumn): FigureState {
  if (column === "price" || column === "day" || column === "notional") {
    return priceState(scope.view, u);
  }
  return groupState(scope, u, basisOf(column));
}

/** State of a leg's number in a column. */
export function legColumnState(scope: BookScope, row: number, column: NumberColumn): FigureState {
  if (column === "days") return "live";
  if (column === "notional" || column === "toItm") {
    return priceState(scope.view, scope.view.underlyingOfRow(row));
  }
  // Whoever told the Greeks: the revaluation is the desk's own.
  if (column === "toDouble") return weaker("modelled", legState(scope.view, row, "greeks"));
  return legState(scope.view, row, basisOf(column));
}

/** Columns whose sum over underlyings means something. */
const ADDITIVE: readonly ColumnId[] = [
  "dollarDelta",
  "vega",
  "theta",
  "netLiq",
  "notional",
  "pnl",
];

/** The sum of a column over everything chosen; null where it does not add. */
export function totalValue(scope: BookScope, column: NumberColumn): number | null {
  const measure = groupMeasure(column);
  return measure !== null && ADDITIVE.includes(column) ? scope.total(measure) : null;
}

/** State of a column's sum. */
export function totalColumnState(scope: BookScope, column: NumberColumn): FigureState {
  return totalState(scope, basisOf(column));
}
