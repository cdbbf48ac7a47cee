import type { ColumnId } from "@/lib/portfolio/overview/columns.ts";
import {
  type Bar,
  holdingsText,
  lineBar,
  type LineContext,
  lineDirection,
  lineNumber,
  lineQuantity,
  lineSource,
} from "@/lib/portfolio/overview/lines.ts";
import { legLabel } from "@/lib/portfolio/overview/leg_label.ts";
import type { TableLine } from "@/lib/portfolio/overview/order.ts";
import { sourceAge, type SourceCell } from "@/lib/portfolio/overview/source.ts";
import { isNumberColumn, type NumberColumn } from "@/lib/portfolio/overview/values.ts";
import { barGeometry } from "@/components/overview/TableView.tsx";
import { FigureNode, textNode } from "@/components/live/figure_node.ts";
import type { Frame } from "@/components/live/frame.ts";

/** The exposure bar of a row: one rectangle, moved when its rounded length changed. */
class BarNode {
  readonly #rect: Element;
  #length = -1;
  #direction = "";

  constructor(rect: Element) {
    this.#rect = rect;
  }

  set(bar: Bar): void {
    if (bar.length === this.#length && bar.direction === this.#direction) return;
    const { x, width } = barGeometry(bar);
    this.#rect.setAttribute("x", x);
    this.#rect.setAttribute("width", width);
    if (bar.direction !== this.#direction) {
      this.#rect.setAttribute("class", bar.direction);
      if (bar.direction === "short") this.#rect.setAttribute("fill", "url(#hatch-short)");
      else this.#rect.removeAttribute("fill");
    }
    this.#length = bar.length;
    this.#direction = bar.direction;
  }
}

/** Source and age of a row: three texts in a fixed slot. */
class SourceNode {
  readonly #box: HTMLElement;
  readonly #label: Text;
  readonly #age: Text;
  readonly #after: Text;
  #at: number | null = null;

  constructor(box: HTMLElement) {
    this.#box = box;
    const [label, age, after] = box.children;
    this.#label = textNode(label);
    this.#age = textNode(age);
    this.#after = textNode(after);
  }

  set(source: SourceCell, now: number): void {
    if (this.#box.dataset.k !== source.kind) {
      this.#box.dataset.k = source.kind;
      this.#box.className = source.kind === "stale" ? "src stale" : "src";
    }
    if (this.#label.data !== source.label) this.#label.data = source.label;
    if (this.#after.data !== source.after) this.#after.data = source.after;
    this.#at = source.at;
    this.age(now);
  }

  age(now: number): void {
    const text = sourceAge(this.#at, now);
    if (this.#age.data !== text) this.#age.data = text;
  }
}

/** The nodes of one row of the table, and the line that they show. */
export class RowNodes {
  readonly element: HTMLTableRowElement;
  readonly #numbers: (readonly [NumberColumn, FigureNode])[] = [];
  #bar: BarNode | null = null;
  #source: SourceNode | null = null;
  #name: Text | null = null;
  #mark: HTMLElement | null = null;
  #holdings: Text | null = null;
  #quantity = NaN;
  #direction = "";
  line: TableLine;

  constructor(element: HTMLTableRowElement, line: TableLine, columns: readonly ColumnId[]) {
    this.element = element;
    this.line = line;
    columns.forEach((column, i) => this.#adopt(column, element.children[i]));
  }

  #adopt(column: ColumnId, cell: Element | undefined): void {
    if (cell === undefined) return;
    if (isNumberColumn(column)) {
      const figure = cell.querySelector<HTMLElement>(".n");
      if (figure !== null) this.#numbers.push([column, new FigureNode(figure)]);
      return;
    }
    if (column === "bar") {
      const rect = cell.querySelector("rect");
      if (rect !== null) this.#bar = new BarNode(rect);
    } else if (column === "source") {
      const box = cell.querySelector<HTMLElement>(".src");
      if (box !== null) this.#source = new SourceNode(box);
    } else if (column === "name" && this.line.kind !== "group") {
      this.#mark = cell.querySelector<HTMLElement>(".dir");
      const label = cell.querySelector(".name");
      this.#name = label === null ? null : textNode(label);
    } else if (column === "legs" && this.line.kind === "group") {
      this.#holdings = textNode(cell);
    }
  }

  /** Writes what changed. */
  patch(frame: Frame, context: LineContext): void {
    const { scope } = frame;
    for (const [column, node] of this.#numbers) {
      const number = lineNumber(scope, this.line, column, context);
      if (number !== null) node.setNumber(number, frame);
    }
    this.#bar?.set(lineBar(scope, this.line, context));
    if (this.line.kind !== "group") this.#patchLeg(frame, context);
  }

  #patchLeg(frame: Frame, context: LineContext): void {
    const { scope } = frame;
    const row = this.line.index;
    const direction = lineDirection(scope, this.line) ?? "none";
    if (this.#mark !== null && direction !== this.#direction) {
      this.#direction = direction;
      this.#mark.className = `dir ${direction}`;
    }
    const quantity = lineQuantity(scope, this.line);
    if (this.#name === null || quantity === this.#quantity) return;
    this.#quantity = quantity;
    const { view } = scope;
    const { symbol } = view.underlying(view.underlyingOfRow(row));
    const year = Number(context.today.slice(0, 4));
    const label = legLabel(view.row(row), quantity, symbol, year);
    if (this.#name.data !== label) this.#name.data = label;
  }

  /** Writes source and age, and what a group holds: at the pace of ages. */
  patchSource(frame: Pick<Frame, "scope" | "now">, context: LineContext): void {
    this.#source?.set(lineSource(frame.scope, this.line, context), frame.now);
    if (this.#holdings === null) return;
    const text = holdingsText(frame.scope, this.line.index);
    if (this.#holdings.data !== text) this.#holdings.data = text;
  }

  /** Writes the state of the line's button. */
  setOpen(isOpen: boolean): void {
    const button = this.element.querySelector("[aria-expanded]");
    if (button !== null && button.getAttribute("aria-expanded") !== String(isOpen)) {
      button.setAttribute("aria-expanded", String(isOpen));
    }
  }

  /** Marks the last leg of a group. */
  setLast(isLast: boolean): void {
    if (this.line.kind !== "group") this.element.classList.toggle("last", isLast);
  }
}
