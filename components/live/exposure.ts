import type { Signal } from "@preact/signals";
import { h, render } from "preact";
import type { ColumnId, Measure, Sort } from "@/lib/portfolio/overview/columns.ts";
import { contractName } from "@/lib/portfolio/overview/contracts.ts";
import { lineContext } from "@/lib/portfolio/overview/data.ts";
import { type LineContext, lineView, totalView } from "@/lib/portfolio/overview/lines.ts";
import {
  barScale,
  heldScale,
  isSameOrder,
  orderGroups,
  type Side,
  type TableLine,
  tableLines,
} from "@/lib/portfolio/overview/order.ts";
import type { BookScope } from "@/lib/portfolio/overview/scope.ts";
import { NO_MOMENT } from "@/lib/portfolio/overview/values.ts";
import { TableRow } from "@/components/overview/TableView.tsx";
import { FigureNode, textNode } from "@/components/live/figure_node.ts";
import type { Frame } from "@/components/live/frame.ts";
import { desk } from "@/components/live/desk.ts";
import { TableWindow } from "@/components/live/table_window.ts";

/** What the reader set on the table. */
export interface TableState {
  readonly columns: Signal<readonly ColumnId[]>;
  readonly sort: Signal<Sort>;
  readonly measure: Signal<Measure>;
  readonly side: Signal<Side>;
  readonly open: Signal<ReadonlySet<string>>;
  /** What the symbols shown contain; "" shows all. */
  readonly find: Signal<string>;
  /** Set while another order waits for the reader. */
  readonly hasOtherOrder: Signal<boolean>;
}

/** An order that changed by itself is looked for this often. */
const ORDER_EVERY_MS = 3_000;

/**
 * Keeps the table equal to the book: builds its lines when the reader or the set of legs changes
 * it, and only writes numbers otherwise. While pointer or focus is inside, a changed order waits
 * and the state's `hasOtherOrder` offers it.
 */
export class ExposureTable {
  readonly #table: HTMLTableElement;
  readonly #state: TableState;
  readonly #window: TableWindow;
  #order: readonly number[] = [];
  #lines: readonly TableLine[] = [];
  #context: LineContext = { ...NO_MOMENT, measure: "dollarDelta", barScale: 0, closedAt: null };
  #version = -1;
  #totals: (FigureNode | null)[] = [];
  #foot: Element | null = null;
  #columns: readonly ColumnId[] = [];
  #orderedAt = 0;

  constructor(table: HTMLTableElement, state: TableState) {
    this.#table = table;
    this.#state = state;
    this.#window = new TableWindow(table.tBodies[0], (line) => this.#drawRow(line));
  }

  /** The lines as shown, and what they are written with. */
  get shown(): { readonly lines: readonly TableLine[]; readonly context: LineContext } {
    return { lines: this.#lines, context: this.#context };
  }

  /** Rows in the document. */
  get window(): TableWindow {
    return this.#window;
  }

  /**
   * Takes over from the server's rows, or builds anew: after the reader changed something, or
   * quietly when legs or their order changed by themselves.
   */
  rebuild(scope: BookScope, isQuiet = false): void {
    const { columns } = this.#state;
    const isFirst = this.#version < 0;
    const focused = this.#window.indexOf(document.activeElement);
    const key = this.#lines[focused]?.key;
    this.#order = this.#wantedOrder(scope);
    this.#layLines(scope);
    this.#context = this.#contextOf(scope, desk.now());
    if (isFirst) this.#window.adopt(this.#lines, columns.peek());
    else this.#window.setLines(this.#lines, columns.peek(), isQuiet);
    this.#window.setOpen((line) => this.#isOpen(scope, line));
    this.#version = scope.version;
    this.#columns = columns.peek();
    this.#state.hasOtherOrder.value = false;
    if (key !== undefined && document.activeElement === document.body) {
      this.#window.focus(this.#lines.findIndex((line) => line.key === key));
    }
    desk.refresh();
  }

  /** Draws a frame. */
  frame(frame: Frame): void {
    if (this.#mustRebuild(frame)) this.rebuild(frame.scope, !this.#isEngaged());
    else if (frame.at - this.#orderedAt > ORDER_EVERY_MS) this.#lookForOrder(frame);
    this.#context = this.#contextOf(frame.scope, frame.now);
    this.#window.patch(frame, this.#context);
    if (frame.isForced) this.#window.patchSources(frame, this.#context);
    this.#patchTotals(frame);
  }

  /** Writes ages. */
  beat(frame: Frame): void {
    this.#window.patchSources(frame, this.#context);
  }

  /** Follows a scroll: rows come and go, and new ones are written at once. */
  scrolled(): void {
    if (this.#window.follow()) desk.refresh();
  }

  #mustRebuild(frame: Frame): boolean {
    return this.#version !== frame.scope.version || this.#columns !== this.#state.columns.peek();
  }

  #isOpen(scope: BookScope, line: TableLine): boolean {
    return this.#state.open.peek().has(openName(scope, line));
  }

  #wantedOrder(scope: BookScope): number[] {
    const { sort, side, find } = this.#state;
    const order = orderGroups(scope, sort.peek(), side.peek());
    const text = find.peek().trim().toUpperCase();
    if (text === "") return order;
    return order.filter((u) => scope.view.underlying(u).symbol.toUpperCase().includes(text));
  }

  #layLines(scope: BookScope): void {
    this.#lines = tableLines(scope, this.#order, this.#state.open.peek());
    this.#table.setAttribute("aria-rowcount", String(this.#lines.length + 2));
  }

  #contextOf(scope: BookScope, now: number): LineContext {
    const measure = this.#state.measure.peek();
    const largest = barScale(scope, this.#lines, measure);
    const isSame = measure === this.#context.measure;
    const scale = isSame ? heldScale(this.#context.barScale, largest) : largest;
    return lineContext(desk.market.peek(), now, measure, scale);
  }

  #isEngaged(): boolean {
    return this.#table.matches(":hover") || this.#table.contains(document.activeElement);
  }

  #lookForOrder(frame: Frame): void {
    this.#orderedAt = frame.at;
    const next = this.#wantedOrder(frame.scope);
    const isSame = isSameOrder(next, this.#order);
    if (!isSame && !this.#isEngaged()) return this.rebuild(frame.scope, true);
    const { hasOtherOrder } = this.#state;
    if (hasOtherOrder.peek() === isSame) hasOtherOrder.value = !isSame;
  }

  #drawRow(line: TableLine): HTMLTableRowElement {
    const scope = desk.scope;
    const host = document.createElement("tbody");
    if (scope !== null) {
      const columns = this.#state.columns.peek();
      const view = lineView(scope, line, columns, this.#context, this.#state.open.peek());
      render(h(TableRow, { line: view, columns, now: desk.now() }), host);
    }
    const row = host.rows[0] ?? document.createElement("tr");
    row.remove();
    return row;
  }

  #patchTotals(frame: Frame): void {
    const cells = this.#table.tFoot?.rows[0]?.cells;
    if (cells === undefined) return;
    const columns = this.#state.columns.peek();
    if (cells.length !== columns.length) return;
    if (this.#foot !== cells[0]) {
      this.#foot = cells[0];
      this.#totals = [];
    }
    const total = totalView(frame.scope, columns);
    columns.forEach((column, i) => {
      const cell = total.cells[i];
      if (cell.kind === "number") this.#totalNode(cells[i], i)?.set(cell.figure, frame);
      const words = column === "name" ? total.label : column === "legs" ? total.names : null;
      if (words === null) return;
      const text = textNode(cells[i]);
      if (text.data !== words) text.data = words;
    });
  }

  #totalNode(cell: HTMLTableCellElement, i: number): FigureNode | null {
    const known = this.#totals[i];
    if (known !== undefined) return known;
    const element = cell.querySelector<HTMLElement>(".n");
    const node = element === null ? null : new FigureNode(element);
    this.#totals[i] = node;
    return node;
  }

  /** What opens and closes over a line: its contract, else its group; null when there is none. */
  groupOf(index: number): { index: number; symbol: string; isOpen: boolean } | null {
    const at = Math.min(index, this.#lines.length - 1);
    const isPart = this.#lines[at]?.isPart ?? false;
    for (let i = at; i >= 0; i--) {
      const line = this.#lines[i];
      const isOver = line.kind === "group" || (line.kind === "contract" && (isPart || i === at));
      if (!isOver || desk.scope === null) continue;
      const symbol = openName(desk.scope, line);
      return { index: i, symbol, isOpen: this.#state.open.peek().has(symbol) };
    }
    return null;
  }
}

function openName({ view }: BookScope, { kind, index }: TableLine): string {
  return kind === "contract" ? contractName(view, index) : view.underlying(index).symbol;
}
