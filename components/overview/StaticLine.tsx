import { type Scale, scaleLines } from "@/lib/portfolio/overview/axis.ts";
import { compactText, formatLevel, formatSigned } from "@/lib/format/number.ts";

/** A line without a script: values as shares of the plot, 0 to 1 from left and bottom. */
export interface StaticLineProps {
  /** Runs of joined points; a gap starts a new run. */
  readonly runs: readonly (readonly (readonly [number, number])[])[];
  readonly scale: Scale | null;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly last: number | null;
  readonly isSigned: boolean;
}

/** Room of the plot in px: left axis, right tag, top, bottom. */
export const PLOT = { left: 52, right: 74, top: 14, bottom: 18, height: 158 } as const;

const INNER = PLOT.height - PLOT.top - PLOT.bottom;

function path(run: readonly (readonly [number, number])[]): string {
  return run.map(([x, y], i) =>
    `${i === 0 ? "M" : "L"}${(x * 1000).toFixed(1)} ${((1 - y) * INNER).toFixed(1)}`
  ).join("");
}

/** Lines of the scale with their labels. */
function Grid(props: { scale: Scale; isSigned: boolean }) {
  const { scale } = props;
  return (
    <>
      {scaleLines(scale).map((value) => {
        const share = (value - scale.from) / (scale.to - scale.from);
        const y = Math.round(PLOT.top + (1 - share) * INNER) + 0.5;
        return (
          <g key={value}>
            <line class={value === 0 ? "axis" : "grid"} x1={PLOT.left} x2="92%" y1={y} y2={y} />
            <text x={PLOT.left - 6} y={y + 4} text-anchor="end">
              {compactText(value, props.isSigned)}
            </text>
          </g>
        );
      })}
    </>
  );
}

/** The line of today as the server draws it, at the page's own width. */
export function StaticLine(props: StaticLineProps) {
  const { scale, last } = props;
  const text = props.isSigned ? formatSigned : formatLevel;
  return (
    <svg class="live" aria-hidden="true">
      {scale !== null && <Grid scale={scale} isSigned={props.isSigned} />}
      <svg
        class="inner"
        x={PLOT.left}
        y={PLOT.top}
        height={INNER}
        viewBox={`0 0 1000 ${INNER}`}
        preserveAspectRatio="none"
      >
        {props.runs.map((run, i) => <path key={i} class="line" d={path(run)} />)}
      </svg>
      <svg class="inner" x={PLOT.left} y={PLOT.height - PLOT.bottom} height={PLOT.bottom}>
        {props.ticks.map((tick) => (
          <text key={tick.text} x={`${tick.at * 100}%`} y="14" text-anchor="middle">
            {tick.text}
          </text>
        ))}
      </svg>
      {last !== null && <text class="last" x="100%" y="10" text-anchor="end">{text(last)}</text>}
    </svg>
  );
}
