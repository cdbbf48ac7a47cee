import { DelayedBadge } from "@/components/DelayedBadge.tsx";
import { aria } from "@/components/aria.ts";
import type { ComponentChildren } from "preact";
import {
  type ColumnId,
  columnOf,
  type Measure,
  MEASURE_NAMES,
  MEASURES,
  type Sort,
} from "@/lib/portfolio/overview/columns.ts";
import type { LineView, TotalView } from "@/lib/portfolio/overview/lines.ts";
import type { Side } from "@/lib/portfolio/overview/order.ts";
import type { SideCell } from "@/lib/portfolio/overview/summary.ts";
import { SidesView } from "@/components/overview/SidesView.tsx";
import { StillBody } from "@/components/overview/StillBody.tsx";
import { TableColumns, TableFoot, TableHead, VIEW_FORM } from "@/components/overview/TableView.tsx";

/** What the exposure section is drawn from. */
export interface ExposureProps {
  readonly columns: readonly ColumnId[];
  readonly sort: Sort;
  readonly measure: Measure;
  readonly side: Side;
  readonly sides: readonly SideCell[];
  readonly lines: readonly LineView[];
  readonly total: TotalView;
  readonly now: number;
  /** "IB gateway down since 13:06": the section is dimmed. */
  readonly down: string;
  readonly onSort?: (column: ColumnId) => void;
  readonly onMeasure?: (measure: Measure) => void;
  readonly onSide?: (side: Side) => void;
  /** Offer of another order, beside the words that name the present one. */
  readonly offer?: ComponentChildren;
  /** Find field, column chooser, copy button. */
  readonly tools?: ComponentChildren;
}

function MeasureSwitch(props: Pick<ExposureProps, "measure" | "onMeasure">) {
  return (
    <div class="seg" role="group" aria-label="Measure">
      {MEASURES.map((measure) => (
        <button
          key={measure}
          type="submit"
          form={VIEW_FORM}
          name="measure"
          value={measure}
          aria-pressed={aria(props.measure === measure)}
          onClick={(event) => {
            if (props.onMeasure === undefined) return;
            event.preventDefault();
            props.onMeasure(measure);
          }}
        >
          {MEASURE_NAMES[measure]}
        </button>
      ))}
    </div>
  );
}

/** Exposure by underlying: sides, table with legs, sums. */
export function ExposureView(props: ExposureProps) {
  const { columns, sort } = props;
  return (
    <section class={props.down === "" ? "sec" : "sec old"} id="exposure" aria-label="Exposure">
      <header>
        <h2>Exposure by underlying</h2>
        <DelayedBadge isShown={props.sides.some(({ isDelayed }) => isDelayed)} />
        {props.down === ""
          ? (
            <span class="note">
              sorted by {columnOf(sort.column).name.toLowerCase()}
              {sort.isDescending ? "" : ", ascending"}
            </span>
          )
          : <span class="badge stale">{props.down}</span>}
        {props.offer}
        <div class="tools">
          <MeasureSwitch measure={props.measure} onMeasure={props.onMeasure} />
          {props.tools}
        </div>
      </header>
      <SidesView cells={props.sides} side={props.side} onSide={props.onSide} />
      <table class="tbl fold expo" id="exposure-table" aria-label="Exposure by underlying">
        <TableColumns columns={columns} />
        <TableHead columns={columns} sort={sort} onSort={props.onSort} />
        <StillBody lines={props.lines} columns={columns} now={props.now} />
        <TableFoot key={columns.join(".")} total={props.total} columns={columns} />
      </table>
    </section>
  );
}
