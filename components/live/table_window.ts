import type { ColumnId } from "@/lib/portfolio/overview/columns.ts";
import type { LineContext } from "@/lib/portfolio/overview/lines.ts";
import type { TableLine } from "@/lib/portfolio/overview/order.ts";
import type { Frame } from "@/components/live/frame.ts";
import { RowNodes } from "@/components/live/row_nodes.ts";

/** From this many lines on only the rows in sight are in the document. */
export const WINDOW_FROM = 120;
const OVERSCAN = 6;
const ROW_HEIGHT = 24;

/** Rows of `lines` that are drawn: [from, to). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Rows in sight and a few around them. `top` is where the body begins in the viewport, all in px.
 * Short tables are drawn whole.
 */
export function visibleRange(
  lines: number,
  top: number,
  viewport: number,
  rowHeight: number,
): Range {
  if (lines < WINDOW_FROM) return { from: 0, to: lines };
  const first = Math.floor(-top / rowHeight) - OVERSCAN;
  const last = Math.ceil((viewport - top) / rowHeight) + OVERSCAN;
  const from = Math.max(0, Math.min(lines, first));
  return { from, to: Math.max(from, Math.min(lines, last)) };
}

/** Draws the row of a line anew; used once per row. */
export type DrawRow = (line: TableLine) => HTMLTableRowElement;

/**
 * The body of a live table: keeps one element per line by its stable key, so that focus, hover and
 * selection stay where they are while values tick and rows come and go. Long tables hold only the
 * rows in sight between two spacers; a focused row stays in the document wherever it is.
 */
export class TableWindow {
  readonly #body: HTMLTableSectionElement;
  readonly #draw: DrawRow;
  #rows = new Map<string, RowNodes>();
  #lines: readonly TableLine[] = [];
  #columns: readonly ColumnId[] = [];
  #range: Range = { from: 0, to: 0 };
  #rowHeight = ROW_HEIGHT;
  readonly #above: HTMLTableRowElement;
  readonly #below: HTMLTableRowElement;

  constructor(body: HTMLTableSectionElement, draw: DrawRow) {
    this.#body = body;
    this.#draw = draw;
    this.#above = spacer(body.ownerDocument);
    this.#below = spacer(body.ownerDocument);
  }

  /** Rows in the document now. */
  get drawn(): number {
    return this.#rows.size;
  }

  /** Lines of the table. */
  get lines(): readonly TableLine[] {
    return this.#lines;
  }

  /** Takes the rows that the server drew. */
  adopt(lines: readonly TableLine[], columns: readonly ColumnId[]): void {
    this.#columns = columns;
    const drawn = [...this.#body.rows];
    lines.forEach((line, i) => {
      // A row that the first frame would move is drawn anew in its place.
      const element = drawn[i];
      if (element?.dataset.k !== line.key) return;
      this.#rows.set(line.key, new RowNodes(element, line, columns));
    });
    const kept = new Set([...this.#rows.values()].map((row) => row.element));
    for (const element of drawn) if (!kept.has(element)) element.remove();
    this.setLines(lines, columns);
  }

  /**
   * Shows other lines, or other columns: rows that stay keep their element. With `isQuiet` a row
   * that changes its place gets a new one, so that nothing is seen to move by itself.
   */
  setLines(lines: readonly TableLine[], columns: readonly ColumnId[], isQuiet = false): void {
    if (columns !== this.#columns) {
      this.#columns = columns;
      this.#rows.clear();
      this.#body.replaceChildren();
    }
    if (isQuiet) this.#dropMoved(lines);
    this.#lines = lines;
    this.#measure();
    this.#range = this.#wanted();
    this.#place();
  }

  /** Follows a scroll or a resize; true when rows came or went. */
  follow(): boolean {
    const next = this.#wanted();
    if (next.from === this.#range.from && next.to === this.#range.to) return false;
    this.#range = next;
    this.#place();
    return true;
  }

  /** Writes what changed in the rows in the document. */
  patch(frame: Frame, context: LineContext): void {
    for (const row of this.#rows.values()) row.patch(frame, context);
  }

  /** Writes sources and ages of the rows in the document. */
  patchSources(frame: Pick<Frame, "scope" | "now">, context: LineContext): void {
    for (const row of this.#rows.values()) row.patchSource(frame, context);
  }

  /** Sets which groups are open. */
  setOpen(isOpen: (line: TableLine) => boolean): void {
    for (const row of this.#rows.values()) {
      if (row.line.kind !== "leg") row.setOpen(isOpen(row.line));
    }
  }

  /** Index of the line that holds an element, -1 when none does. */
  indexOf(element: Element | null): number {
    const key = element?.closest<HTMLElement>("tr[data-k]")?.dataset.k;
    return key === undefined ? -1 : this.#lines.findIndex((line) => line.key === key);
  }

  /** Moves the focus to a line, scrolling it into sight. */
  focus(index: number): void {
    const line = this.#lines[index];
    if (line === undefined) return;
    if (index < this.#range.from || index >= this.#range.to) {
      const top = this.#body.getBoundingClientRect().top + globalThis.scrollY;
      globalThis.scrollTo({ top: top + index * this.#rowHeight - innerHeight / 2 });
      this.follow();
    }
    const row = this.#rows.get(line.key)?.element;
    const button = row?.querySelector<HTMLElement>("button");
    (button ?? row)?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  #dropMoved(lines: readonly TableLine[]): void {
    const placeOf = new Map(this.#lines.map((line, i) => [line.key, i]));
    lines.forEach((line, i) => {
      const before = placeOf.get(line.key);
      if (before === undefined || before === i) return;
      this.#rows.get(line.key)?.element.remove();
      this.#rows.delete(line.key);
    });
  }

  #measure(): void {
    const height = this.#body.rows[0]?.getBoundingClientRect().height ?? 0;
    if (height > 0 && this.#body.rows[0] !== this.#above) this.#rowHeight = height;
  }

  #wanted(): Range {
    const top = this.#body.getBoundingClientRect().top;
    return visibleRange(this.#lines.length, top, innerHeight, this.#rowHeight);
  }

  #place(): void {
    const { from, to } = this.#range;
    const focused = this.indexOf(this.#body.ownerDocument.activeElement);
    const wanted = this.#lines.slice(from, to);
    if (focused >= 0 && focused < from) wanted.unshift(this.#lines[focused]);
    if (focused >= to) wanted.push(this.#lines[focused]);
    const keys = new Set(wanted.map((line) => line.key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    this.#order(wanted);
    const isPinnedAbove = focused >= 0 && focused < from;
    this.#space(this.#above, from - (isPinnedAbove ? 1 : 0), true);
    this.#space(this.#below, this.#lines.length - to - (focused >= to ? 1 : 0), false);
  }

  /** Puts the rows into their order, moving only those that are out of place. */
  #order(wanted: readonly TableLine[]): void {
    let at: ChildNode | null = this.#body.firstChild;
    if (at === this.#above) at = at.nextSibling;
    for (const line of wanted) {
      let row = this.#rows.get(line.key);
      if (row === undefined) {
        row = new RowNodes(this.#draw(line), line, this.#columns);
        this.#rows.set(line.key, row);
      }
      row.line = line;
      row.setLast(line.isLast);
      if (row.element === at) at = at.nextSibling;
      else this.#body.insertBefore(row.element, at);
    }
  }

  #space(row: HTMLTableRowElement, lines: number, isAbove: boolean): void {
    if (lines <= 0) return row.remove();
    row.style.setProperty("--lines-height", `${lines * this.#rowHeight}px`);
    if (isAbove) this.#body.prepend(row);
    else this.#body.append(row);
  }
}

function spacer(document: Document): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.className = "spacer";
  row.setAttribute("aria-hidden", "true");
  const cell = document.createElement("td");
  row.append(cell);
  return row;
}
