import type { UnixMs } from "../../../base/brand.ts";
import { indexOf } from "../../../base/record.ts";
import { DATA_LEVELS } from "../../../domain/market_data.ts";
import { LINE_STATUS, type LineTable } from "./line_table.ts";

/** Where market data stands; `detail` is "" when there is nothing to say. */
export interface MarketStatus {
  readonly detail: string;
  /** Counts of what could not be used or is missing, by cause; none are left out. */
  readonly dropped: Readonly<Record<string, number>>;
  /** When the newest tick came, within a beat; null before the first. */
  readonly lastTickAt: UnixMs | null;
  /** Instruments wanted, with an open request, and lines granted. */
  readonly wanted: number;
  readonly open: number;
  readonly granted: number;
  /** Instruments whose values are delayed. */
  readonly delayed: number;
}

/** What the status is read from. */
export interface StatusParts {
  readonly lines: LineTable;
  readonly level: Uint8Array;
  readonly keeper: {
    readonly granted: number;
    readonly turning: number;
    readonly cadenceMs: number;
  };
  readonly linesMax: number;
  readonly lastTickAt: UnixMs | null;
  readonly dropped: Readonly<Record<string, number>>;
}

const LEVEL = indexOf(DATA_LEVELS);
const NAMES_MAX = 3;

/** Reads where the lines stand. */
export function marketStatus(parts: StatusParts): MarketStatus {
  const { lines, level, keeper } = parts;
  const refused: number[] = [];
  const unnamed: number[] = [];
  let delayed = 0;
  let competing = 0;
  let withoutGreeks = 0;
  for (const line of lines.lines()) {
    if (lines.status[line] === LINE_STATUS.refused) refused.push(line);
    if (lines.status[line] === LINE_STATUS.unnamed) unnamed.push(line);
    if (level[line] === LEVEL.delayed) delayed++;
    competing += lines.isCompeting[line];
    withoutGreeks += lines.isWithoutGreeks[line];
  }
  const words = [
    competing > 0 ? COMPETING : "",
    delayed > 0 ? `${delayed} of ${lines.size} delayed` : "",
    refusedWords(lines, refused),
    unnamed.length > 0 ? `no contract for ${names(lines, unnamed)}` : "",
    keeper.turning > 0 ? turnWords(parts) : "",
    withoutGreeks > 0 ? `IB computes no Greeks for ${withoutGreeks}` : "",
  ];
  const counted = Object.entries({ ...parts.dropped, "instruments refused": refused.length });
  return {
    detail: words.filter((word) => word !== "").join("; "),
    dropped: Object.fromEntries(counted.filter(([, count]) => count > 0)),
    lastTickAt: parts.lastTickAt,
    wanted: lines.size,
    open: lines.openCount,
    granted: keeper.granted,
    delayed,
  };
}

const COMPETING = "another session of this user takes the market data (10197): log out there";

function turnWords({ keeper, lines, linesMax }: StatusParts): string {
  const { granted, turning, cadenceMs } = keeper;
  const of = granted < linesMax ? `${granted} of ${linesMax}` : `${granted}`;
  const within = Math.round(cadenceMs / 1000);
  return `${lines.size} instruments on ${of} lines: ${turning} take turns within ${within} s`;
}

function refusedWords(lines: LineTable, refused: readonly number[]): string {
  if (refused.length === 0) return "";
  const why = lines.subject(refused[0])?.reason ?? "";
  return `no market data for ${names(lines, refused)}: ${why}`;
}

function names(lines: LineTable, which: readonly number[]): string {
  const shown = which.slice(0, NAMES_MAX).map((line) => lines.subject(line)?.instrument.key ?? "");
  const more = which.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
