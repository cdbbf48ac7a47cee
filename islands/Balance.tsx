import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FxRateStatus } from "@/lib/stream/protocol/messages.ts";
import { type BalanceLine, balanceLines } from "@/lib/portfolio/overview/summary.ts";
import { BalanceView } from "@/components/overview/BalanceView.tsx";
import { desk } from "@/components/live/desk.ts";
import { figureNodes } from "@/components/live/figure_list.ts";

/** Net liq from its parts, live. */
export default function Balance(props: {
  readonly lines: readonly BalanceLine[];
  readonly baseCurrency: string;
  readonly rates: readonly FxRateStatus[];
  readonly now: number;
}) {
  const rates = useSignal(props.rates);
  const now = useSignal(props.now);
  useEffect(() =>
    desk.onBeat((frame) => {
      rates.value = desk.rates.peek();
      // Without a rate nothing of it is drawn anew.
      if (rates.peek().length > 0) now.value = frame.now;
    }), []);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const nodes = figureNodes(root.current);
    return desk.onFrame((frame) => nodes.set(balanceLines(frame.scope), frame));
  }, []);
  return (
    <div ref={root}>
      <BalanceView
        lines={props.lines}
        baseCurrency={props.baseCurrency}
        rates={rates.value}
        now={now.value}
      />
    </div>
  );
}
