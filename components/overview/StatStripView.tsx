import type { StatCell } from "@/lib/portfolio/overview/summary.ts";
import { DelayedBadge } from "@/components/DelayedBadge.tsx";
import { FigureText } from "@/components/Figure.tsx";

/** The stat strip: label, figure, context; widths are fixed before data arrives. */
export function StatStripView(props: { cells: readonly StatCell[] }) {
  return (
    <dl class="stats" aria-label="The book now">
      {props.cells.map((cell) => (
        <div
          class="stat"
          key={cell.id}
          data-id={cell.id}
          title={cell.title}
        >
          <dt>
            {cell.label}
            <DelayedBadge isShown={cell.isDelayed} />
          </dt>
          <dd>
            <FigureText figure={cell.figure} />
          </dd>
          <dd class="s">{cell.context}</dd>
        </div>
      ))}
    </dl>
  );
}
