/** Columns that the exposure table can show. */
export const COLUMN_IDS = [
  "name",
  "legs",
  "price",
  "day",
  "delta",
  "days",
  "deltaShares",
  "dollarDelta",
  "bar",
  "gamma",
  "vega",
  "theta",
  "netLiq",
  "weight",
  "notional",
  "probItm",
  "toItm",
  "toDouble",
  "pnl",
  "source",
] as const;

/** Id of a column. */
export type ColumnId = typeof COLUMN_IDS[number];

/** A column as it is drawn: a change of data never changes any of this. */
export interface Column {
  readonly id: ColumnId;
  readonly head: string;
  /** What the chooser calls it. */
  readonly name: string;
  /** What it means, with its unit: the head's tooltip. */
  readonly title: string;
  /** Width in digits; null takes what is left. Sized for the longest legal value. */
  readonly width: number | null;
  readonly align: "start" | "end" | "center";
  /** Leaves the table first when it narrows: "p3" below 1100, "p2" below 850 px. */
  readonly priority: "" | "p2" | "p3";
  /** Place in the two-line row of a phone, "" when it is not shown there. */
  readonly area: "" | "a1" | "a2" | "b1" | "b2" | "c1" | "c2";
  /** Short name in front of the value on a phone's second line. */
  readonly areaHead: string;
  /** How the column sorts; null when it does not. */
  readonly sort: "text" | "size" | "signed" | null;
  /** Cannot be switched off. */
  readonly isRequired: boolean;
  /** Shown unless the user chose otherwise. */
  readonly isDefault: boolean;
}

type Draft = Pick<Column, "id" | "head" | "title" | "width"> & Partial<Column>;

function column(draft: Draft): Column {
  return {
    name: draft.head,
    align: "end",
    priority: "",
    area: "",
    areaHead: "",
    sort: "size",
    isRequired: false,
    isDefault: true,
    ...draft,
  };
}

/** Every column, in the order of the table. */
export const COLUMNS: readonly Column[] = [
  column({
    id: "name",
    head: "Underlying",
    title: "Underlying; its legs below it",
    width: 26.25,
    align: "start",
    area: "a1",
    sort: "text",
    isRequired: true,
  }),
  column({
    id: "legs",
    head: "Legs",
    title: "Open positions; of a leg, its account",
    width: 11,
    align: "start",
    area: "a2",
  }),
  column({
    id: "price",
    head: "Price",
    title: "Price of the underlying, mark of a leg, in its currency",
    width: 9.75,
  }),
  column({
    id: "day",
    head: "Day, IV",
    title: "Change of the underlying since its close in percent; implied volatility of a leg",
    width: 9.25,
    priority: "p2",
    sort: "signed",
  }),
  column({
    id: "delta",
    head: "Δ each",
    title: "Delta of one long unit",
    width: 8.5,
    sort: null,
    isDefault: false,
  }),
  column({
    id: "days",
    head: "Days",
    title: "Calendar days to expiry, 0 on its day",
    width: 7,
    sort: null,
    isDefault: false,
  }),
  column({
    id: "deltaShares",
    head: "Δ shares",
    title: "Position delta in shares of the underlying; does not add over underlyings",
    width: 9.25,
    area: "b2",
    areaHead: "Δ sh",
  }),
  column({
    id: "dollarDelta",
    head: "Δ $",
    name: "Dollar delta",
    title: "Dollar delta: position delta times price, in the base currency",
    width: 11.75,
    area: "b1",
  }),
  column({
    id: "bar",
    head: "short\u2009·\u2009long",
    name: "Exposure bar",
    title: "Exposure about a centre axis, one scale for the table",
    width: null,
    align: "center",
    sort: null,
  }),
  column({
    id: "gamma",
    head: "Γ 1 %",
    title: "Change of position delta in shares when the underlying rises 1 %",
    width: 8,
    priority: "p2",
  }),
  column({
    id: "vega",
    head: "Vega",
    title: "Money per volatility point, in the base currency",
    width: 9.25,
  }),
  column({
    id: "theta",
    head: "Theta",
    title: "Money per calendar day, in the base currency",
    width: 9.25,
    area: "c2",
    areaHead: "Θ",
  }),
  column({
    id: "netLiq",
    head: "Net liq",
    title: "Market value at mark, in the base currency",
    width: 10.75,
    priority: "p3",
  }),
  column({
    id: "weight",
    head: "Weight",
    title: "Share of the gross dollar delta in percent",
    width: 8,
    isDefault: false,
  }),
  column({
    id: "notional",
    head: "Contract notional",
    title: "Contracts times multiplier times price of the underlying, in the base currency",
    width: 12,
    isDefault: false,
  }),
  column({
    id: "probItm",
    head: "P(ITM)",
    title: "Risk-neutral probability of ending in the money, percent",
    width: 8,
    sort: null,
    isDefault: false,
  }),
  column({
    id: "toItm",
    head: "To ITM",
    name: "Move to ITM",
    title: "Move of the underlying that brings the option into the money, percent; 0 once there",
    width: 8,
    sort: null,
    isDefault: false,
  }),
  column({
    id: "toDouble",
    head: "To 2×",
    name: "Move to double",
    title: "Move of the underlying that doubles the option's price, by revaluation now, percent; " +
      "a dash where it cannot double",
    width: 9.25,
    sort: null,
    isDefault: false,
  }),
  column({
    id: "pnl",
    head: "P&L day",
    title: "Made or lost since the previous official close, fees included, in the base currency",
    width: 9,
    area: "c1",
    sort: "signed",
  }),
  column({
    id: "source",
    head: "Source, age",
    title: "Where the figure comes from and how old its last change is, or why it is absent",
    width: 11.25,
    sort: null,
    isRequired: true,
  }),
];

/** A column by its id. */
export function columnOf(id: ColumnId): Column {
  return COLUMNS.find((item) => item.id === id) ?? COLUMNS[0];
}

/** True for the id of a column. */
export function isColumnId(text: string): text is ColumnId {
  return COLUMN_IDS.some((id) => id === text);
}

/** The columns shown before anything was chosen. */
export const DEFAULT_COLUMNS: readonly ColumnId[] = COLUMNS.filter((item) => item.isDefault)
  .map((item) => item.id);

/**
 * Reads a saved layout, ids joined by dots. Unknown ids are dropped, required columns are put back
 * and the order is that of the table; an empty or unusable layout is the default.
 */
export function parseColumns(saved: string | null): readonly ColumnId[] {
  const wanted = new Set((saved ?? "").split(".").filter(isColumnId));
  if (wanted.size === 0) return DEFAULT_COLUMNS;
  return COLUMNS.filter((item) => item.isRequired || wanted.has(item.id)).map((item) => item.id);
}

/** A layout as it is saved. */
export function columnsText(columns: readonly ColumnId[]): string {
  return columns.join(".");
}

/** How the groups are ordered. */
export interface Sort {
  readonly column: ColumnId;
  readonly isDescending: boolean;
}

/** The order before anything was chosen: the largest exposure first. */
export const DEFAULT_SORT: Sort = { column: "dollarDelta", isDescending: true };

/** Reads a saved order: a column id, with a leading "-" when ascending. */
export function parseSort(saved: string | null): Sort {
  const text = saved ?? "";
  const isDescending = !text.startsWith("-");
  const id = isDescending ? text : text.slice(1);
  if (!isColumnId(id) || columnOf(id).sort === null) return DEFAULT_SORT;
  return { column: id, isDescending };
}

/** An order as it is saved and as a link says it. */
export function sortText(sort: Sort): string {
  return (sort.isDescending ? "" : "-") + sort.column;
}

/** The order after a press on a column's head: its natural direction first, then the other. */
export function nextSort(sort: Sort, column: ColumnId): Sort {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: columnOf(column).sort !== "text" };
}

/** What the exposure bar and its switch show. */
export const MEASURES = ["dollarDelta", "vega", "netLiq"] as const;

/** A measure of the exposure bar; each is also a column that sorts. */
export type Measure = typeof MEASURES[number];

/** Name of a measure on its switch. */
export const MEASURE_NAMES: Readonly<Record<Measure, string>> = {
  dollarDelta: "Delta",
  vega: "Vega",
  netLiq: "Net liq",
};

/** Reads a measure; anything else is delta. */
export function parseMeasure(saved: string | null): Measure {
  return MEASURES.find((measure) => measure === saved) ?? "dollarDelta";
}
