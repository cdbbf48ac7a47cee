import type { Bound, Findings, Result } from "./result.ts";

/** Rows of the anchor table that have no figure yet, and what brings them. */
export const LATER_ROWS = [
  { anchor: 5, what: "American put, tree", comesWith: "risk" },
  { anchor: 6, what: "American put, spectral", comesWith: "risk" },
  { anchor: 7, what: "American, Bjerksund–Stensland", comesWith: "risk" },
] as const;

/** Peers that the anchor table names and this bench does not have. */
export const NEVER_HERE = [
  "QuantLib and C (rows 3 and 4): no npm package that does the same work",
  "Bun (row 12): a program of its own",
  "DuckDB, arquero (row 8): not measured here",
] as const;

const UNITS: readonly (readonly [unit: string, factor: number])[] = [
  ["ns", 1],
  ["µs", 1e3],
  ["ms", 1e6],
];

function timeText(ns: number): string {
  const [unit, factor] = UNITS.findLast(([, least]) => ns >= least) ?? UNITS[0];
  return `${Number((ns / factor).toPrecision(3))} ${unit}`;
}

function figureText(value: number, unit: string): string {
  return unit === "ns" ? timeText(value) : `${Number(value.toPrecision(3))} ${unit}`;
}

/** Three digits, without an exponent for what a ratio can be. */
export function ratioText(ratio: number): string {
  if (ratio >= 100) return String(Math.round(ratio));
  return ratio >= 0.001 ? String(Number(ratio.toPrecision(3))) : ratio.toExponential(1);
}

/** Whether a ratio or a value meets its limit, in words; the one place that decides. */
export function verdictOf(value: number, limit: number | null): string {
  if (limit === null) return "–";
  return value <= limit ? "meets" : "FALLS SHORT";
}

function resultCells(row: Result): string[] {
  const ratio = row.ours / row.theirs;
  return [
    String(row.anchor),
    row.what,
    row.peer,
    figureText(row.ours, row.unit),
    figureText(row.theirs, row.unit),
    ratioText(ratio),
    row.target === null ? "–" : `≤ ${row.target}`,
    verdictOf(ratio, row.target),
  ];
}

function boundCells(row: Bound): string[] {
  const { anchor, what, unit, value, limit } = row;
  const figure = figureText(value, unit);
  const cells = [String(anchor), what, "–", figure, "–", "–", `≤ ${figureText(limit, unit)}`];
  return [...cells, verdictOf(value, limit)];
}

const HEAD = ["row", "what", "peer", "ours", "theirs", "ratio", "target", "verdict"];

/** The table in Markdown, rows by anchor, results before bounds. */
export function tableText(findings: readonly Findings[]): string {
  const rows = findings.flatMap((found) => [
    ...found.results.map(resultCells),
    ...found.bounds.map(boundCells),
  ]);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((cells) => cells[column].length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [line(HEAD), rule, ...rows.map(line)].join("\n");
}

/** Rows that miss their target, each as one line. */
export function shortfalls(findings: readonly Findings[]): string[] {
  return findings.flatMap((found) => [
    ...found.results
      .filter((row) => row.target !== null && !(row.ours / row.theirs <= row.target))
      .map((row) => `row ${row.anchor}, ${row.what}, against ${row.peer}`),
    ...found.bounds
      .filter((row) => !(row.value <= row.limit))
      .map((row) => `row ${row.anchor}, ${row.what}`),
  ]);
}
