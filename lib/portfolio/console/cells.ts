import { absenceReason } from "../../base/absence.ts";
import { DATA_LEVELS } from "../../domain/market_data.ts";
import { ABSENCE_WORDS, plural } from "../../format/words.ts";
import { type Figure, levelFigure, resultFigure, signedFigure } from "../overview/figure.ts";
import { referencePrice } from "../overview/prices.ts";
import type { BookScope } from "../overview/scope.ts";
import { dayResult, deltaInReferenceShares } from "../overview/summary.ts";
import {
  type Basis,
  groupState,
  isClosed,
  legAbsence,
  priceAbsence,
  priceState,
  rowCode,
  totalState,
  underlyingValue,
} from "../overview/trust.ts";

/** A line of the console before it is laid out. */
export interface ConsoleCells {
  readonly name: string;
  /** Price, delta, dollar delta, dollar gamma at 1 %, vega, theta, result of the day. */
  readonly figures: readonly string[];
  /** When what the line is made of changed last, by the source's clock; NaN when never. */
  readonly at: number;
  /** What to know of the line: stale, absent and why; "" for a line that is current. */
  readonly note: string;
}

const NAME_OF_ALL = "Book";

function texts(figures: readonly Figure[]): readonly string[] {
  return figures.map(({ text }) => text);
}

/** Counts legs that lack something, and says why the first of them does. */
function leftOut(scope: BookScope, rows: readonly number[], basis: Basis, what: string): string {
  const field = basis === "mark" ? "markAbsence" : "greeksAbsence";
  const lacking = rows.filter((row) => rowCode(scope.view, row, field) !== 0);
  if (lacking.length === 0) return "";
  const why = ABSENCE_WORDS[absenceReason(rowCode(scope.view, lacking[0], field))];
  return `${lacking.length} of ${plural(rows.length, "leg")} without ${what}: ${why}`;
}

/** The first leg without a result says why. */
function resultLeftOut(scope: BookScope, rows: readonly number[]): string {
  const lacking = rows.filter((row) => rowCode(scope.view, row, "dayPnlAbsence") !== 0);
  const hasReason = lacking.length > 0 && rowCode(scope.view, lacking[0], "markAbsence") === 0;
  if (!hasReason) return "";
  const why = ABSENCE_WORDS[legAbsence(scope.view, lacking[0])];
  return `${lacking.length} of ${plural(rows.length, "leg")} without P&L: ${why}`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("; ");
}

function staleNote(staleLegs: number, legs: number): string {
  return staleLegs > 0 ? `stale: ${staleLegs} of ${plural(legs, "leg")}` : "";
}

/** A price that is stale makes every leg so: it is said once. */
function staleWords(scope: BookScope, u: number): string {
  const [stale, legs] = [scope.group(u, "staleLegs"), scope.group(u, "legs")];
  if (priceState(scope.view, u) !== "stale") return staleNote(stale, legs);
  return stale >= legs ? "stale" : joined(["price stale", staleNote(stale, legs)]);
}

/** "delayed" for a price that is not live; "" for a live or absent one. */
function levelWords(scope: BookScope, u: number): string {
  const level = underlyingValue(scope.view, u, "dataLevel");
  return level > 0 && priceState(scope.view, u) !== "absent" ? DATA_LEVELS[level] ?? "" : "";
}

function underlyingNote(scope: BookScope, u: number): string {
  const { view } = scope;
  const rows = scope.rowsOf(u);
  const noPrice = priceAbsence(view, u);
  const isShut = rows.length > 0 && rows.every((row) => isClosed(view, row));
  return joined([
    noPrice === "" ? "" : `no price: ${noPrice}`,
    levelWords(scope, u),
    staleWords(scope, u),
    leftOut(scope, rows, "greeks", "Greeks"),
    leftOut(scope, rows, "mark", "price"),
    resultLeftOut(scope, rows),
    groupState(scope, u, "greeks") === "modelled" ? "Greeks by the desk's model" : "",
    isShut ? "closed" : "",
  ]);
}

/** What stands in the line of one underlying; money in the base currency. */
export function underlyingCells(scope: BookScope, u: number): ConsoleCells {
  const { view } = scope;
  const greeks = groupState(scope, u, "greeks");
  const greek = (value: number) => signedFigure(value, 0, greeks);
  const figures = [
    levelFigure(underlyingValue(view, u, "price"), 2, priceState(view, u)),
    greek(scope.group(u, "positionDelta")),
    greek(scope.group(u, "dollarDelta")),
    greek(scope.group(u, "dollarGamma")),
    greek(scope.group(u, "vega")),
    greek(scope.group(u, "theta")),
    resultFigure(scope.group(u, "dayPnl"), 0, groupState(scope, u, "result")),
  ];
  return {
    name: view.underlying(u).symbol,
    figures: texts(figures),
    at: underlyingValue(view, u, "priceAt"),
    note: underlyingNote(scope, u),
  };
}

function bookNote(scope: BookScope): string {
  const legs = scope.total("legs");
  const without = (count: number, what: string) =>
    count > 0 ? `${count} of ${plural(legs, "leg")} without ${what}` : "";
  return joined([
    legs === 0 ? "no open position" : "",
    Number.isFinite(referencePrice(scope).price) ? "" : "no Δ: no price of SPY",
    staleNote(scope.total("staleLegs"), legs),
    without(scope.total("withoutGreeks"), "Greeks"),
    without(scope.total("withoutMark"), "price"),
    without(scope.total("withoutDayPnl"), "P&L"),
  ]);
}

/**
 * What stands in the line of the whole book. Share deltas of different underlyings do not add: its
 * delta is in shares of SPY, and its age that of the newest price.
 */
export function bookCells(scope: BookScope, underlyings: readonly number[]): ConsoleCells {
  const greeks = totalState(scope, "greeks");
  const greek = (value: number) => signedFigure(value, 0, greeks);
  const delta = deltaInReferenceShares(scope);
  const result = dayResult(scope);
  const figures = [
    greek(scope.total("dollarDelta")),
    greek(scope.total("dollarGamma")),
    greek(scope.total("vega")),
    greek(scope.total("theta")),
    resultFigure(result.value, 0, result.state),
  ];
  const times = underlyings.map((u) => underlyingValue(scope.view, u, "priceAt"))
    .filter((at) => Number.isFinite(at));
  return {
    name: NAME_OF_ALL,
    figures: ["", signedFigure(delta.value, 0, delta.state).text, ...texts(figures)],
    at: times.length === 0 ? NaN : times.reduce((a, b) => Math.max(a, b)),
    note: bookNote(scope),
  };
}
