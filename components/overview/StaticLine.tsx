import { type Scale, scaleLines } from "@/lib/portfolio/overview/axis.ts";
import { type LinePicture, PICTURE_BOX } from "@/lib/portfolio/overview/line_picture.ts";
import { compactText, formatLevel, formatSigned } from "@/lib/format/number.ts";

/** Room of the plot in px: left axis, right tag, top, bottom. */
export const PLOT = { left: 52, right: 74, top: 14, bottom: 18, height: 158 } as const;

const INNER = PLOT.height - PLOT.top - PLOT.bottom;

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

/** A percentage of the plot's width. */
function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** Borders between sessions, and what is missing as hatched bands with their length above. */
function Missing(props: Pick<LinePicture, "bands" | "borders">) {
  return (
    <svg class="inner" x={PLOT.left} y={PLOT.top} height={INNER}>
      {props.borders.map((at) => (
        <line key={at} class="grid" x1={percent(at)} x2={percent(at)} y1="0" y2={INNER} />
      ))}
      {props.bands.map(({ from, to, text }) => (
        <g key={from}>
          <rect class="gap" x={percent(from)} width={percent(to - from)} height={INNER} />
          <text x={percent((from + to) / 2)} y="-4" text-anchor="middle">{text}</text>
        </g>
      ))}
    </svg>
  );
}

/** The line as the server draws it, at the page's own width. */
export function StaticLine(props: LinePicture) {
  const { scale, last } = props;
  const text = props.isSigned ? formatSigned : formatLevel;
  return (
    <svg class="live" aria-hidden="true">
      <defs>
        <pattern id="gap-hatch" width="5.6" height="5.6" patternUnits="userSpaceOnUse">
          <path d="M-1 6.6L6.6-1M-1 1L1-1M4.6 6.6L6.6 4.6" />
        </pattern>
      </defs>
      {scale !== null && <Grid scale={scale} isSigned={props.isSigned} />}
      <Missing bands={props.bands} borders={props.borders} />
      <svg
        class="inner"
        x={PLOT.left}
        y={PLOT.top}
        height={INNER}
        viewBox={`0 0 ${PICTURE_BOX.width} ${PICTURE_BOX.height}`}
        preserveAspectRatio="none"
      >
        <path class="line" d={props.path} />
      </svg>
      <svg class="inner" x={PLOT.left} y={PLOT.height - PLOT.bottom} height={PLOT.bottom}>
        {props.labels.map(({ at, text }) => (
          <text
            key={at}
            x={percent(at)}
            y="14"
            text-anchor={props.areLabelsCentred ? "middle" : "start"}
          >
            {text}
          </text>
        ))}
      </svg>
      {last !== null && <text class="last" x="100%" y="10" text-anchor="end">{text(last)}</text>}
    </svg>
  );
}
