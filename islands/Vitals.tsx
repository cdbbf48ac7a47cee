import { useEffect, useRef } from "preact/hooks";
import { type Vital, vitals } from "@/lib/portfolio/overview/summary.ts";
import { VitalsView } from "@/components/shell/VitalsView.tsx";
import { desk } from "@/components/live/desk.ts";
import { figureNodes } from "@/components/live/figure_list.ts";

/** "Book now" in the rail, live. */
export default function Vitals(props: { readonly vitals: readonly Vital[] }) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const nodes = figureNodes(root.current);
    return desk.onFrame((frame) => nodes.set(vitals(frame.scope), frame));
  }, []);
  return (
    <div ref={root}>
      <VitalsView vitals={props.vitals} />
    </div>
  );
}
