import type { UnixMs } from "../../base/brand.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { DASH } from "../../format/glyphs.ts";
import { formatAge, formatClock } from "../../format/time.ts";
import type { BookScope } from "../overview/scope.ts";
import { bookCells, underlyingCells } from "./cells.ts";

const HEAD = [
  "New York",
  "",
  "Price",
  "Δ",
  "Δ $",
  "Γ $ 1 %",
  "Vega",
  "Theta",
  "P&L today",
  "Age",
] as const;

/** Columns of words stand at the left, those of figures at the right. */
const LEFT_COLUMNS = 2;
/** So wide from the start that a book as it is common never makes a column jump. */
const WIDTHS = [8, 9, 10, 9, 12, 12, 10, 10, 11, 7] as const;
/** Lines after which the head is said again. */
const LINES_PER_HEAD = 40;
const GAP = "  ";

/**
 * The book in a terminal: one line per underlying and one for all, under a head (G-073). Columns
 * widen when a figure needs it and never narrow, so that nothing jumps. Underlyings stand in the
 * order of the alphabet. An absent figure is a dash, and why stands at the end of its line.
 */
export class ConsoleTable {
  readonly #widths: number[] = [...WIDTHS];
  #sinceHead = Infinity;

  /** The lines for the book as it is. `now`: the source's clock. */
  lines(scope: BookScope, now: UnixMs): readonly string[] {
    const time = formatClock(newYorkTime(now));
    const { view } = scope;
    const symbolOf = (u: number) => view.underlying(u).symbol;
    const underlyings = scope.underlyings()
      .toSorted((a, b) => symbolOf(a) < symbolOf(b) ? -1 : symbolOf(a) > symbolOf(b) ? 1 : a - b);
    const rows = [
      ...underlyings.map((u) => underlyingCells(scope, u)),
      bookCells(scope, underlyings),
    ].map(({ name, figures, at, note }) => ({
      cells: [time, name, ...figures, Number.isFinite(at) ? formatAge(now - at) : DASH],
      note,
    }));
    if (this.#widen(rows.map(({ cells }) => cells))) this.#sinceHead = Infinity;
    const head = this.#head(rows.length);
    return [...head, ...rows.map(({ cells, note }) => this.#line(cells, note))];
  }

  #head(lineCount: number): readonly string[] {
    const isDue = this.#sinceHead >= LINES_PER_HEAD;
    this.#sinceHead = (isDue ? 0 : this.#sinceHead) + lineCount;
    return isDue ? [this.#line(HEAD, "")] : [];
  }

  #widen(rows: readonly (readonly string[])[]): boolean {
    let isWider = false;
    for (const cells of rows) {
      for (let at = 0; at < cells.length; at++) {
        if (cells[at].length <= this.#widths[at]) continue;
        this.#widths[at] = cells[at].length;
        isWider = true;
      }
    }
    return isWider;
  }

  #line(cells: readonly string[], note: string): string {
    const padded = cells.map((cell, at) =>
      at < LEFT_COLUMNS ? cell.padEnd(this.#widths[at]) : cell.padStart(this.#widths[at])
    );
    return [...padded, note].join(GAP).trimEnd();
  }
}
