import type { Vital } from "@/lib/portfolio/overview/summary.ts";
import { DelayedBadge } from "@/components/DelayedBadge.tsx";
import { FigureText } from "@/components/Figure.tsx";

/** The figures that stay in sight beside every page. */
export function VitalsView(props: { vitals: readonly Vital[] }) {
  return (
    <section class="vitals" aria-label="Book now">
      <h2>
        Book now <DelayedBadge isShown={props.vitals.some(({ isDelayed }) => isDelayed)} />
      </h2>
      <dl>
        {props.vitals.map((vital) => (
          <div key={vital.id} data-id={vital.id}>
            <dt>{vital.label}</dt>
            <dd>
              <FigureText figure={vital.figure} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
