import { useEffect, useRef } from "preact/hooks";
import { type StatCell, statCells } from "@/lib/portfolio/overview/summary.ts";
import { StatStripView } from "@/components/overview/StatStripView.tsx";
import { desk } from "@/components/live/desk.ts";
import { figureNodes } from "@/components/live/figure_list.ts";

/** The stat strip, live: digits are written in place, nothing is drawn anew. */
export default function StatStrip(props: { readonly cells: readonly StatCell[] }) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const nodes = figureNodes(root.current);
    return desk.onFrame((frame) => nodes.set(statCells(frame.scope), frame));
  }, []);
  return (
    <div ref={root}>
      <StatStripView cells={props.cells} />
    </div>
  );
}
