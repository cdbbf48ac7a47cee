import { type Scale, scaleLines, scaleTexts } from "@/lib/portfolio/overview/axis.ts";
import { type LinePicture, PICTURE_BOX } from "@/lib/portfolio/overview/line_picture.ts";
import { formatLevel, formatSigned } from "@/lib/format/number.ts";

/** Room of the plot in px: left axis, right tag, top, bottom. */
export const PLOT = { left: 52, right: 74, top: 14, bottom: 18, height: 158 } as const;

const INNER = PLOT.height - PLOT.top - PLOT.bottom;

function levelY(scale: Scale, value: number): number {
  return Math.round((1 - (value - scale.from) / (scale.to - scale.from)) * INNER) + 0.5;
}

/** Labels of the scale's lines. */
function ScaleLabels(props: { scale: Scale; isSigned: boolean }) {
  const { scale, isSigned } = props;
  const texts = scaleTexts(scale, isSigned);
  return (
    <>
      {scaleLines(scale).map((value, i) => (
        <text
          key={value}
          x={PLOT.left - 6}
          y={PLOT.top + levelY(scale, value) + 4}
          text-anchor="end"
        >
          {texts[i]}
        </text>
      ))}
    </>
  );
}

/** A percentage of the plot's width. */
function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** Lines of the scale, borders between sessions, and what is missing with its length above. */
function Ground(props: Pick<LinePicture, "bands" | "borders" | "scale">) {
  const { scale } = props;
  return (
    <>
      {props.bands.map(({ from, to, text }) => (
        <g key={from}>
          <rect class="gap" x={percent(from)} width={percent(to - from)} height={INNER} />
          <text x={percent((from + to) / 2)} y="-4" text-anchor="middle">{text}</text>
        </g>
      ))}
      {props.borders.map((at) => (
        <line key={at} class="grid" x1={percent(at)} x2={percent(at)} y1="0" y2={INNER} />
      ))}
      {scale !== null && scaleLines(scale).map((value) => {
        const y = levelY(scale, value);
        return (
          <line key={value} class={value === 0 ? "axis" : "grid"} x1="0" x2="100%" y1={y} y2={y} />
        );
      })}
    </>
  );
}

/** Labels below the plot. */
function Labels(props: { labels: LinePicture["labels"]; isCentred: boolean; only?: string }) {
  return (
    <g class={props.only}>
      {props.labels.map(({ at, text }) => (
        <text
          key={at}
          x={percent(at)}
          y={INNER + 14}
          text-anchor={props.isCentred ? "middle" : "start"}
        >
          {text}
        </text>
      ))}
    </g>
  );
}

/** The line as the server draws it, at the page's own width. */
export function StaticLine(props: LinePicture) {
  const { scale, last } = props;
  const text = props.isSigned ? formatSigned : formatLevel;
  return (
    <div class="live" aria-hidden="true">
      <svg>
        {scale !== null && <ScaleLabels scale={scale} isSigned={props.isSigned} />}
        {last !== null && scale !== null && (
          <text class="last" x="100%" y={PLOT.top + levelY(scale, last) + 4} text-anchor="end">
            {text(last)}
          </text>
        )}
      </svg>
      <svg class="inner">
        <Ground bands={props.bands} borders={props.borders} scale={scale} />
        <svg
          height={INNER}
          viewBox={`0 0 ${PICTURE_BOX.width} ${PICTURE_BOX.height}`}
          preserveAspectRatio="none"
        >
          <path class="line" d={props.path} />
        </svg>
        <Labels
          labels={props.labels}
          isCentred={props.areLabelsCentred}
          only={props.narrowLabels === null ? undefined : "hide-s"}
        />
        {props.narrowLabels !== null && (
          <Labels labels={props.narrowLabels} isCentred={false} only="only-s" />
        )}
      </svg>
    </div>
  );
}
