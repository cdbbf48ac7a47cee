import { aria } from "@/components/aria.ts";
import type { Ring, RingMeasure } from "@/lib/portfolio/overview/ring.ts";
import { Legend, RingFigure } from "@/components/overview/RingView.tsx";

const MEASURES: readonly (readonly [RingMeasure, string])[] = [
  ["dollarDelta", "Δ $"],
  ["netLiq", "Net liq"],
];

/** Allocation by underlying: the ring, its legend, the switch between delta and net liq. */
export function AllocationView(props: {
  readonly ring: Ring;
  readonly measure: RingMeasure;
  readonly onMeasure?: (measure: RingMeasure) => void;
}) {
  return (
    <section class="sec" id="allocation" aria-label="Allocation">
      <header>
        <h2>Allocation</h2>
        <span class="note">share of gross</span>
        <div class="tools">
          <div class="seg" role="group" aria-label="Allocation of">
            {MEASURES.map(([measure, name]) => (
              <button
                key={measure}
                type="submit"
                form="view"
                name="ring"
                value={measure}
                aria-pressed={aria(props.measure === measure)}
                onClick={(event) => {
                  if (props.onMeasure === undefined) return;
                  event.preventDefault();
                  props.onMeasure(measure);
                }}
              >
                {name}
              </button>
            ))}
          </div>
        </div>
      </header>
      {props.ring.gross === 0
        ? <p class="note calm">Nothing to divide: no leg has a value.</p>
        : null}
      <div class="ring" hidden={props.ring.gross === 0}>
        <RingFigure ring={props.ring} measure={props.measure} />
        <Legend ring={props.ring} />
      </div>
    </section>
  );
}
