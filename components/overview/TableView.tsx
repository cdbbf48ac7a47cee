import { aria } from "@/components/aria.ts";
import {
  type Column,
  type ColumnId,
  columnOf,
  nextSort,
  type Sort,
  sortText,
} from "@/lib/portfolio/overview/columns.ts";
import type { Bar, Cell, LineView, TotalCell, TotalView } from "@/lib/portfolio/overview/lines.ts";
import type { SourceCell } from "@/lib/portfolio/overview/source.ts";
import { sourceAge } from "@/lib/portfolio/overview/source.ts";
import { FigureText } from "@/components/Figure.tsx";

/** Id of the form through which buttons work without a script. */
export const VIEW_FORM = "view";

function classOf(column: Column, more = ""): string | undefined {
  const align = column.align === "start" ? "t" : column.align === "center" ? "c" : "";
  const list = [align, column.priority, more].filter((name) => name !== "");
  return list.length === 0 ? undefined : list.join(" ");
}

/** Geometry of an exposure bar about its centre, as percentages of its slot. */
export function barGeometry(bar: Bar): { x: string; width: string } {
  const half = bar.length * 50;
  return { x: `${bar.direction === "long" ? 50 : 50 - half}%`, width: `${half}%` };
}

function BarCell(props: { bar: Bar }) {
  const { x, width } = barGeometry(props.bar);
  const isShort = props.bar.direction === "short";
  return (
    <svg class="xbar" aria-hidden="true">
      <line x1="50%" x2="50%" y1="0" y2="16" />
      <rect
        class={props.bar.direction}
        fill={isShort ? "url(#hatch-short)" : undefined}
        x={x}
        y="3"
        width={width}
        height="10"
      />
    </svg>
  );
}

function Source(props: { source: SourceCell; now: number }) {
  const { source } = props;
  return (
    <span class={source.kind === "stale" ? "src stale" : "src"} data-k={source.kind}>
      <i>{source.label}</i> <span class="a">{sourceAge(source.at, props.now)}</span>{" "}
      <span>{source.after}</span>
    </span>
  );
}

function CellContent(props: { cell: Cell; now: number }) {
  const { cell } = props;
  switch (cell.kind) {
    case "number":
      return cell.figure === null ? null : (
        <span class="f">
          <FigureText figure={cell.figure} />
        </span>
      );
    case "text":
      return (
        <>
          {cell.text}
          {cell.unit !== "" && <span class="u">{cell.unit}</span>}
        </>
      );
    case "bar":
      return <BarCell bar={cell.bar} />;
    case "source":
      return (
        <span class="f">
          <Source source={cell.source} now={props.now} />
        </span>
      );
  }
}

function OpenButton(props: { line: LineView; cell: Cell; now: number }) {
  return (
    <button
      type="submit"
      form={VIEW_FORM}
      name="toggle"
      value={props.line.symbol}
      aria-expanded={aria(props.line.isOpen)}
      data-act="toggle"
    >
      <span class="twist" />
      <span class="name">
        <CellContent cell={props.cell} now={props.now} />
      </span>
    </button>
  );
}

function NameCell(props: { line: LineView; cell: Cell; column: Column; now: number }) {
  const { line, cell, column, now } = props;
  return (
    <th scope="row" class={classOf(column)} data-a={column.area} data-c={column.id}>
      {line.kind !== "group" && (
        <span class={line.direction === null ? "dir none" : `dir ${line.direction}`} />
      )}
      {line.kind === "leg"
        ? (
          <span class="name">
            <CellContent cell={cell} now={now} />
          </span>
        )
        : <OpenButton line={line} cell={cell} now={now} />}
    </th>
  );
}

function rowClass({ kind, isPart, isLast }: LineView): string {
  if (kind === "group") return "grp";
  const names = ["leg", isPart ? "part" : "", kind === "contract" ? "merged" : ""];
  return [...names, isLast ? "last" : ""].filter((name) => name !== "").join(" ");
}

/** What a line is drawn with. */
export interface RowProps {
  readonly line: LineView;
  readonly columns: readonly ColumnId[];
  readonly now: number;
}

/** A line of the table; `data-k` is its stable name, `data-c` the column of a cell. */
export function TableRow(props: RowProps) {
  const { line, columns } = props;
  return (
    <tr class={rowClass(line)} data-k={line.key} tabindex={-1} title={line.title || undefined}>
      {columns.map((id, i) => {
        const column = columnOf(id);
        const cell = line.cells[i];
        if (id === "name") {
          return <NameCell key={id} line={line} cell={cell} column={column} now={props.now} />;
        }
        return (
          <td
            key={id}
            class={classOf(column, cell.kind === "text" ? "dim" : "")}
            data-a={column.area || undefined}
            data-h={column.areaHead || undefined}
            data-c={id}
          >
            <CellContent cell={cell} now={props.now} />
          </td>
        );
      })}
    </tr>
  );
}

/** Widths of the columns; the style sheet names them by `data-c`. */
export function TableColumns(props: { columns: readonly ColumnId[] }) {
  return (
    <colgroup>
      {props.columns.map((id) => (
        <col key={id} class={columnOf(id).priority || undefined} data-c={id} />
      ))}
    </colgroup>
  );
}

function HeadCell(props: { column: Column; sort: Sort; onSort?: (column: ColumnId) => void }) {
  const { column, sort } = props;
  const isSorted = sort.column === column.id;
  const direction = sort.isDescending ? "descending" : "ascending";
  return (
    <th
      scope="col"
      class={classOf(column)}
      data-a={column.area || undefined}
      data-c={column.id}
      title={column.title}
      aria-sort={isSorted ? direction : undefined}
    >
      {column.sort === null ? column.head : (
        <button
          type="submit"
          form={VIEW_FORM}
          name="sort"
          value={sortText(nextSort(sort, column.id))}
          onClick={(event) => {
            if (props.onSort === undefined) return;
            event.preventDefault();
            props.onSort(column.id);
          }}
        >
          {column.head}
        </button>
      )}
    </th>
  );
}

/** The head: names, and the order by a press. */
export function TableHead(props: {
  readonly columns: readonly ColumnId[];
  readonly sort: Sort;
  readonly onSort?: (column: ColumnId) => void;
}) {
  return (
    <thead>
      <tr>
        {props.columns.map((id) => (
          <HeadCell key={id} column={columnOf(id)} sort={props.sort} onSort={props.onSort} />
        ))}
      </tr>
    </thead>
  );
}

function TotalContent(props: { cell: TotalCell }) {
  const { cell } = props;
  switch (cell.kind) {
    case "number":
      return <FigureText figure={cell.figure} />;
    case "noSum":
      return <span class="no-sum" title={cell.why}>no sum</span>;
    case "blank":
      return null;
  }
}

/** The sum line, single rule above and double rule below. */
export function TableFoot(props: { total: TotalView; columns: readonly ColumnId[] }) {
  const { total } = props;
  return (
    <tfoot>
      <tr>
        {props.columns.map((id, i) => {
          const column = columnOf(id);
          if (id === "name") {
            return (
              <th key={id} scope="row" class={classOf(column)} data-a={column.area} data-c={id}>
                {total.label}
              </th>
            );
          }
          return (
            <td
              key={id}
              class={classOf(column)}
              data-a={column.area || undefined}
              data-h={column.areaHead || undefined}
              data-c={id}
            >
              {id === "legs" ? total.names : <TotalContent cell={total.cells[i]} />}
            </td>
          );
        })}
      </tr>
    </tfoot>
  );
}
