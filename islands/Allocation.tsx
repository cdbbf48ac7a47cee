import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { allocationRing, type Ring, type RingMeasure } from "@/lib/portfolio/overview/ring.ts";
import { AllocationView } from "@/components/overview/AllocationView.tsx";
import { keep } from "@/components/live/cookies.ts";
import { desk } from "@/components/live/desk.ts";
import { RingChart } from "@/components/live/ring_chart.ts";
import { onThemeChange } from "@/components/live/theme.ts";

/** The ring moves at this pace: a canvas drawn anew costs more than a digit. */
const PACE_MS = 500;

/** The allocation ring, live: one chart on one canvas for the life of the page. */
export default function Allocation(props: {
  readonly ring: Ring;
  readonly measure: RingMeasure;
}) {
  const ring = useSignal(props.ring);
  const measure = useSignal(props.measure);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const canvas = root.current?.querySelector("canvas");
    if (canvas === null || canvas === undefined) return;
    canvas.hidden = false;
    canvas.closest(".ring-figure")?.classList.add("is-live");
    const chart = new RingChart(canvas, ring.peek());
    let [drawnAt, hasChanged] = [-Infinity, false];
    const unlisten = desk.onChange(() => hasChanged = true);
    const remove = desk.onCanvasFrame({
      isDue: (frame) => {
        const isDue = hasChanged && frame.at - drawnAt >= PACE_MS;
        if (hasChanged && !isDue) frame.defer();
        return isDue;
      },
      draw: (frame) => {
        [drawnAt, hasChanged] = [frame.at, false];
        ring.value = allocationRing(frame.scope, measure.peek());
        chart.set(ring.value);
      },
    });
    const unwatch = onThemeChange(() => chart.recolor());
    return () => {
      unlisten();
      remove();
      unwatch();
      chart.dispose();
    };
  }, []);
  return (
    <div ref={root}>
      <AllocationView
        ring={ring.value}
        measure={measure.value}
        onMeasure={(next) => {
          measure.value = next;
          keep("ring", next);
          desk.refresh();
        }}
      />
    </div>
  );
}
