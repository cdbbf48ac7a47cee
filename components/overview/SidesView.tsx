import { aria } from "@/components/aria.ts";
import type { Side } from "@/lib/portfolio/overview/order.ts";
import type { SideCell } from "@/lib/portfolio/overview/summary.ts";
import { FigureText } from "@/components/Figure.tsx";
import { VIEW_FORM } from "@/components/overview/TableView.tsx";

const SIDE_OF: Readonly<Record<SideCell["id"], Side | null>> = {
  long: "long",
  short: "short",
  net: "all",
  gross: null,
};

function SideContent(props: { cell: SideCell }) {
  const { cell } = props;
  const isMarked = cell.id === "long" || cell.id === "short";
  return (
    <>
      <span class="l">
        {isMarked && <i class={`dir ${cell.id}`} />}
        {cell.label}
      </span>
      <FigureText figure={cell.figure} />
      <span class="u r">{cell.context}</span>
    </>
  );
}

/** Long, short, net and gross exposure; long and short narrow the table to their side. */
export function SidesView(props: {
  readonly cells: readonly SideCell[];
  readonly side: Side;
  readonly onSide?: (side: Side) => void;
}) {
  return (
    <div class="sides" role="group" aria-label="Exposure by side">
      {props.cells.map((cell) => {
        const side = SIDE_OF[cell.id];
        if (side === null) {
          return (
            <div
              class="side"
              key={cell.id}
              data-id={cell.id}
            >
              <SideContent cell={cell} />
            </div>
          );
        }
        return (
          <button
            key={cell.id}
            type="submit"
            class="side"
            form={VIEW_FORM}
            name="side"
            value={side}
            data-id={cell.id}
            aria-pressed={aria(props.side === side)}
            onClick={(event) => {
              if (props.onSide === undefined) return;
              event.preventDefault();
              props.onSide(props.side === side ? "all" : side);
            }}
          >
            <SideContent cell={cell} />
          </button>
        );
      })}
    </div>
  );
}
