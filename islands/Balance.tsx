import { useEffect, useRef } from "preact/hooks";
import { type BalanceLine, balanceLines } from "@/lib/portfolio/overview/summary.ts";
import { BalanceView } from "@/components/overview/BalanceView.tsx";
import { desk } from "@/components/live/desk.ts";
import { figureNodes } from "@/components/live/figure_list.ts";

/** Net liq from its parts, live. */
export default function Balance(props: {
  readonly lines: readonly BalanceLine[];
  readonly baseCurrency: string;
}) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const nodes = figureNodes(root.current);
    return desk.onFrame((frame) => nodes.set(balanceLines(frame.scope), frame));
  }, []);
  return (
    <div ref={root}>
      <BalanceView lines={props.lines} baseCurrency={props.baseCurrency} />
    </div>
  );
}
