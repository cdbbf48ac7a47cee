import { isAbsent } from "../../base/absence.ts";
import type { PageMode } from "../../stream/protocol/messages.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { type CsvCell, formatCsv } from "../../format/csv.ts";
import { formatClock } from "../../format/time.ts";
import { ABSENCE_WORDS } from "../../format/words.ts";
import { isOption } from "../../domain/instrument.ts";
import { isSettling } from "../expiry_state.ts";
import { moveToDoublePct } from "../option_moves.ts";
import { mixedWords, paperMode } from "../paper.ts";
import { type ColumnId, columnOf } from "./columns.ts";
import { holdingsText, type LineContext, lineNumber, lineQuantity } from "./lines.ts";
import { contractLabel } from "./leg_label.ts";
import type { TableLine } from "./order.ts";
import type { BookScope } from "./scope.ts";
import { SETTLING } from "./source.ts";
import { groupState, legAbsence, legState } from "./trust.ts";
import { isNumberColumn, optionFigures } from "./values.ts";

/** What an export says about itself. */
export interface ExportStamp {
  readonly mode: PageMode;
  /** Source's clock. */
  readonly now: number;
}

const MODE_LINES: Readonly<Record<PageMode, string>> = {
  demo: "Demo market: invented prices, no broker connected",
  replay: "Replay: recorded prices, no broker connected",
  live: "Live",
  sandbox: "Sandbox: the broker's test system, not real money",
  simulator: "Simulator: invented prices, not real money",
  paper: "Paper money: nothing of it is real money",
  mixed: "Live and paper money",
};

function modeLine(scope: BookScope, mode: PageMode): string {
  const words = mixedWords(scope.view, scope.accounts);
  const held = paperMode(mode, scope.view, scope.accounts);
  return held === "mixed" ? `${MODE_LINES.mixed}: ${words}` : MODE_LINES[held];
}

const FIXED_HEADS = ["Underlying", "Leg", "Account", "Quantity", "Expiry", "Strike", "Right"];

function fixedCells(scope: BookScope, line: TableLine, year: number): CsvCell[] {
  const { view } = scope;
  if (line.kind === "group") {
    const { symbol } = view.underlying(line.index);
    return [symbol, holdingsText(scope, line.index), "all chosen", null, null, null, null];
  }
  const row = view.row(line.index);
  const { symbol } = view.underlying(view.underlyingOfRow(line.index));
  const { instrument } = row;
  const account = view.accountIds.indexOf(row.accountId);
  return [
    symbol,
    contractLabel(instrument, symbol, year),
    line.kind === "contract"
      ? `${line.rows.length} accounts`
      : account < 0
      ? null
      : scope.accountName(account),
    lineQuantity(scope, line),
    isOption(instrument) || instrument.kind === "future" ? instrument.expiry : null,
    isOption(instrument) ? instrument.strike : null,
    isOption(instrument) ? instrument.right : null,
  ];
}

/** Why a leg has no move to double although it has its other figures, "" where it has one. */
function moveText(scope: BookScope, row: number, now: number): string {
  const instrument = scope.view.instrumentOfRow(row);
  if (!isOption(instrument)) return "";
  const move = moveToDoublePct(optionFigures(scope.view, row, instrument, now));
  return isAbsent(move) ? `; move to double absent: ${ABSENCE_WORDS[move.why]}` : "";
}

function stateText(scope: BookScope, line: TableLine, now: number, hasMoves: boolean): string {
  if (line.kind === "group") return groupState(scope, line.index, "greeks");
  const reason = legAbsence(scope.view, line.index);
  const state = reason !== "present"
    ? `absent: ${ABSENCE_WORDS[reason]}`
    : isSettling(scope.view.instrumentOfRow(line.index), now)
    ? SETTLING
    : legState(scope.view, line.index, "greeks");
  return state + (hasMoves ? moveText(scope, line.index, now) : "");
}

/**
 * The table as shown, as CSV: numbers unrounded, absent ones empty with their reason in the last
 * column. The first line says where the numbers come from and when.
 */
export function tableCsv(
  scope: BookScope,
  lines: readonly TableLine[],
  columns: readonly ColumnId[],
  context: LineContext,
  stamp: ExportStamp,
): string {
  const numbers = columns.filter(isNumberColumn);
  const accounts = scope.accounts.map((a) => scope.view.account(a).account.nickname).join(" ");
  const time = formatClock(newYorkTime(stamp.now));
  const head: CsvCell[][] = [
    [modeLine(scope, stamp.mode), `${context.today} ${time} New York`, accounts],
    [...FIXED_HEADS, ...numbers.map((id) => columnOf(id).name), "State"],
  ];
  const hasMoves = columns.includes("toDouble");
  const body = lines.map((line) => [
    ...fixedCells(scope, line, Number(context.today.slice(0, 4))),
    ...numbers.map((id) => {
      const number = lineNumber(scope, line, id, context);
      return number === null || number.state === "absent" ? null : number.value;
    }),
    stateText(scope, line, stamp.now, hasMoves),
  ]);
  return formatCsv([...head, ...body]);
}
