import { h, render } from "preact";
import { newYorkTime } from "@/lib/calendar/new_york.ts";
import type { ColumnId } from "@/lib/portfolio/overview/columns.ts";
import {
  cellFigure,
  type LineContext,
  lineNumber,
  lineView,
} from "@/lib/portfolio/overview/lines.ts";
import { barScale, heldScale, type TableLine, tableLines } from "@/lib/portfolio/overview/order.ts";
import { BookScope } from "@/lib/portfolio/overview/scope.ts";
import { isNumberColumn } from "@/lib/portfolio/overview/values.ts";
import { TableColumns, TableRow } from "@/components/overview/TableView.tsx";
import type { Frame } from "@/components/live/frame.ts";
import { TableWindow } from "@/components/live/table_window.ts";
import { ACCOUNTS, deskBook, sendGreeks, sendQuote } from "../../desk_book.ts";
import { priceOf } from "../../reference/black_scholes.ts";
import type { MakeCandidate, Shown } from "../contract.ts";

const COLUMNS: readonly ColumnId[] = [
  "name",
  "legs",
  "price",
  "day",
  "deltaShares",
  "dollarDelta",
  "bar",
  "gamma",
  "vega",
  "theta",
  "netLiq",
  "source",
];
const [UNDERLYINGS, LEGS] = [20, 480];
/** One leg in so many is quoted and one is given Greeks: a tenth of the cells change. */
const QUOTED_EVERY = 3;
const GREEKS_EVERY = 6;
const COMPARED_LINES = 30;

/** The book of 500 lines and what moves it; equal in every page. */
function liveBook() {
  const shape = { positions: LEGS, underlyings: UNDERLYINGS, seed: 17 };
  const desk = deskBook({ ...shape, hasBrokerGreeks: true });
  const scope = new BookScope(desk.book, Array.from({ length: ACCOUNTS }, (_, a) => a));
  const order = scope.underlyings();
  const open = new Set(order.map((u) => desk.book.underlying(u).symbol));
  const lines = tableLines(scope, order, open);
  const mids = desk.positions.map((position) => priceOf(position, position.volatility));
  const move = (i: number) => {
    for (const { index, handle, underlying } of desk.positions) {
      // Neighbours in the table take turns.
      const turn = Math.floor(index / UNDERLYINGS) + underlying + i;
      const wave = Math.sin(i + index);
      if (turn % QUOTED_EVERY === 0) sendQuote(desk, handle, mids[index] * (1 + 0.01 * wave));
      if ((turn + underlying) % GREEKS_EVERY === 0) sendGreeks(desk, handle, 0.5 + 0.4 * wave);
    }
    scope.update(desk.book, scope.accounts);
  };
  let scale = 0;
  const context = (): LineContext => {
    scale = heldScale(scale, barScale(scope, lines, "dollarDelta"));
    return {
      measure: "dollarDelta",
      barScale: scale,
      today: newYorkTime(desk.now).date,
      now: desk.now,
      closedAt: null,
    };
  };
  return { desk, scope, lines, open, move, context };
}

type LiveBook = ReturnType<typeof liveBook>;

function makeTable(host: HTMLElement): HTMLTableSectionElement {
  const table = document.createElement("table");
  table.className = "tbl fold expo";
  const part = document.createElement("div");
  render(h("table", null, h(TableColumns, { columns: COLUMNS })), part);
  const columns = part.querySelector("colgroup");
  if (columns !== null) table.append(columns);
  host.append(table);
  return table.createTBody();
}

function drawRow(book: LiveBook, context: LineContext, line: TableLine): HTMLTableRowElement {
  const host = document.createElement("tbody");
  const view = lineView(book.scope, line, COLUMNS, context, book.open);
  render(h(TableRow, { line: view, columns: COLUMNS, now: book.desk.now }), host);
  const row = host.rows[0];
  row.remove();
  return row;
}

/** Texts of the numbers of the first lines: what candidates must agree on. */
function shownRows(body: HTMLElement): Shown {
  const rows = [...body.querySelectorAll("tr")].slice(0, COMPARED_LINES);
  const numbers = rows.map((row) => [...row.querySelectorAll(".n")].map((n) => n.textContent));
  return { values: JSON.stringify(numbers), isDrawn: rows.length === COMPARED_LINES, isSame: true };
}

const windowed: MakeCandidate = (host) => {
  const book = liveBook();
  const body = makeTable(host);
  const first = book.context();
  const live = new TableWindow(body, (line) => drawRow(book, first, line));
  live.setLines(book.lines, COLUMNS);
  return {
    step: (i) => {
      book.move(i);
      const frame: Frame = {
        scope: book.scope,
        now: book.desk.now,
        at: performance.now(),
        // Every figure at every update, whatever its pace: what the peers do.
        isForced: true,
        tick: () => {},
        defer: () => {},
      };
      live.patch(frame, book.context());
    },
    shown: () => shownRows(body),
  };
};

/** Every row in the document; a text is formatted and written only when its number changed. */
const whole: MakeCandidate = (host) => {
  const book = liveBook();
  const body = makeTable(host);
  const first = book.context();
  const cells = book.lines.flatMap((line) => {
    const row = drawRow(book, first, line);
    body.append(row);
    return COLUMNS.flatMap((column, i) => {
      const text = row.children[i].querySelector(".n")?.firstChild;
      if (!isNumberColumn(column) || !(text instanceof Text)) return [];
      return [{ line, column, text, value: NaN }];
    });
  });
  return {
    step: (i) => {
      book.move(i);
      const context = book.context();
      for (const cell of cells) {
        const number = lineNumber(book.scope, cell.line, cell.column, context);
        if (number === null || Object.is(number.value, cell.value)) continue;
        cell.value = number.value;
        const { text } = cellFigure(number);
        if (text !== cell.text.data) cell.text.data = text;
      }
    },
    shown: () => shownRows(body),
  };
};

/** The body as one text, parsed anew by the browser. */
const replaced: MakeCandidate = (host) => {
  const book = liveBook();
  const body = makeTable(host);
  const first = book.context();
  const names = book.lines.map((line) => drawRow(book, first, line).cells[0].outerHTML);
  const draw = (context: LineContext) => {
    let html = "";
    book.lines.forEach((line, i) => {
      html += `<tr class="${line.kind === "group" ? "grp" : "leg"}">${names[i]}`;
      for (const column of COLUMNS) {
        if (column === "name") continue;
        const number = isNumberColumn(column)
          ? lineNumber(book.scope, line, column, context)
          : null;
        const text = number === null ? "" : `<span class="n">${cellFigure(number).text}</span>`;
        html += `<td data-c="${column}">${text}</td>`;
      }
      html += "</tr>";
    });
    body.innerHTML = html;
  };
  draw(first);
  return {
    step: (i) => {
      book.move(i);
      draw(book.context());
    },
    shown: () => shownRows(body),
  };
};

/** Row 17: 500 lines of 12 columns, a tenth of whose cells change. */
export const TABLE_CANDIDATES = { ours: windowed, whole, innerHTML: replaced } as const;
