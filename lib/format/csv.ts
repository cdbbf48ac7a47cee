/** A cell of a table that leaves the desk: text, a number, or nothing. */
export type CsvCell = string | number | null;

/** Text that a spreadsheet would take for a formula is made inert with an apostrophe. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One cell: numbers unrounded with an ASCII minus, absence empty, text quoted and inert. */
export function csvCell(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  return quoted(inert(cell));
}

/** Rows as CSV of RFC 4180: comma, CRLF, a line end after the last row. */
export function formatCsv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => row.map(csvCell).join(",") + "\r\n").join("");
}
