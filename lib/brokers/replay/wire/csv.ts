import { ok, type Result } from "../../../base/result.ts";
import { quoted, type ReplayError, replayFailure } from "./failure.ts";

/** What reads one row: the cells by column, and the line for messages. Null when it is fine. */
export type RowReader = (
  cells: readonly string[],
  line: number,
) => Result<null, ReplayError>;

/** How a CSV file is read. */
export interface CsvOptions {
  /** File name for messages. */
  readonly file: string;
  /** Most data rows that are read; one more fails with `tooLarge`. */
  readonly maxRows: number;
  /** Called once with the header; answers what reads the rows below it. */
  readonly onHeader: (header: readonly string[]) => Result<RowReader, ReplayError>;
}

/** Cells of one line: RFC 4180 without line breaks inside quotes; null for an open quote. */
function cellsOf(line: string): string[] | null {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const comma = line.indexOf(",", at);
      const end = comma === -1 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end + 1;
      continue;
    }
    const match = /^"((?:[^"]|"")*)"(,|$)/.exec(line.slice(at));
    if (match === null) return null;
    cells.push((match[1] ?? "").replaceAll('""', '"'));
    at += match[0].length + (match[2] === "," ? 0 : 1);
  }
  return cells;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/**
 * Reads a CSV text row by row: comma, first line header, `.` decimal. A byte order mark, CRLF and
 * blank lines are accepted. Answers the number of data rows.
 *
 * Fails with `empty` (no header), `malformed` (another number of cells than the header, an open
 * quote, or what the row reader says) and `tooLarge`.
 */
export function readCsv(text: string, options: CsvOptions): Result<number, ReplayError> {
  const { file, maxRows } = options;
  let reader: RowReader | null = null;
  let columns = 0;
  let rows = 0;
  let line = 0;
  for (let from = text.startsWith("\uFEFF") ? 1 : 0; from < text.length;) {
    const end = lineEnd(text, from);
    const content = text.slice(from, text[end - 1] === "\r" && end > from ? end - 1 : end);
    from = end + 1;
    line++;
    if (content.trim() === "") continue;
    const cells = cellsOf(content);
    if (cells === null) return replayFailure("malformed", file, line, "a quote is not closed");
    if (reader === null) {
      columns = cells.length;
      const made = options.onHeader(cells.map((cell) => cell.trim()));
      if (!made.ok) return made;
      reader = made.value;
      continue;
    }
    if (cells.length !== columns) {
      const text = `${cells.length} cells, but the header names ${columns}; complete the row`;
      return replayFailure("malformed", file, line, text);
    }
    if (++rows > maxRows) {
      const text = `more than ${maxRows} rows; cut the recording into shorter ones`;
      return replayFailure("tooLarge", file, line, text);
    }
    const read = reader(cells, line);
    if (!read.ok) return read;
  }
  if (reader === null) return replayFailure("empty", file, null, "the file has no header line");
  return ok(rows);
}

/** Where the wanted columns stand, and which columns the file has besides. */
export interface ColumnPlan {
  /** Index by column name; a missing optional column is -1. */
  readonly at: (name: string) => number;
  readonly unknown: readonly string[];
}

/**
 * Finds columns by name in a header. Fails with `malformed` where a required one is missing or a
 * name stands twice.
 */
export function planColumns(
  header: readonly string[],
  file: string,
  required: readonly string[],
  optional: readonly string[],
): Result<ColumnPlan, ReplayError> {
  const index = new Map<string, number>();
  for (const [position, name] of header.entries()) {
    if (index.has(name)) {
      return replayFailure("malformed", file, 1, `column ${quoted(name)} stands twice`);
    }
    index.set(name, position);
  }
  const missing = required.filter((name) => !index.has(name));
  if (missing.length > 0) {
    const text = `column ${missing.join(", ")} is missing; the header must name ${
      required.join(",")
    }`;
    return replayFailure("malformed", file, 1, text);
  }
  const known = new Set([...required, ...optional]);
  return ok({
    at: (name) => index.get(name) ?? -1,
    unknown: header.filter((name) => !known.has(name)),
  });
}

/**
 * A cell as a price, size or volume: NaN when empty (missing at the source), null when it is not a
 * number of 0 or more.
 */
export function parseAmount(cell: string | undefined): number | null {
  const text = (cell ?? "").trim();
  if (text === "") return NaN;
  const value = /^[+]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : null;
}
