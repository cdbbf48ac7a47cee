import {
  LABEL_SHARE_MIN,
  type LegendLine,
  type Ring,
  type RingMeasure,
  ringName,
  type RingSlice,
} from "@/lib/portfolio/overview/ring.ts";
import { Still } from "@/components/Still.tsx";
import { compactText, formatPercent } from "@/lib/format/number.ts";

/** Outer and inner radius of the ring and its middle, in px. */
export const RING = { size: 148, outer: 72, inner: 46 } as const;

function point(radius: number, turn: number): string {
  const angle = 2 * Math.PI * turn;
  const x = RING.size / 2 + radius * Math.sin(angle);
  const y = RING.size / 2 - radius * Math.cos(angle);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}

function arcPath(from: number, to: number): string {
  // A full turn has no direction: it is drawn a hair short.
  const end = Math.min(to, from + 0.9999);
  const large = end - from > 0.5 ? 1 : 0;
  return `M${point(RING.outer, from)}A${RING.outer} ${RING.outer} 0 ${large} 1 ` +
    `${point(RING.outer, end)}L${point(RING.inner, end)}A${RING.inner} ${RING.inner} 0 ` +
    `${large} 0 ${point(RING.inner, from)}Z`;
}

function StaticArc(props: { slice: RingSlice; from: number }) {
  const { slice, from } = props;
  const middle = from + slice.share / 2;
  const [x, y] = point((RING.outer + RING.inner) / 2, middle).split(" ");
  const isLong = slice.direction === "long";
  return (
    <>
      <path
        class={isLong ? "arc long" : "arc short"}
        fill={isLong ? undefined : "url(#hatch-short)"}
        fill-opacity={slice.tint}
        d={arcPath(from, from + slice.share)}
      />
      {slice.share > LABEL_SHARE_MIN && (
        <text class="share" x={x} y={Number(y) + 4} text-anchor="middle">
          {formatPercent(slice.share, 0)}
        </text>
      )}
    </>
  );
}

/** The ring without a script; the island's canvas takes its place. */
function StaticRing(props: { ring: Ring }) {
  let turn = 0;
  return (
    <svg class="static" viewBox={`0 0 ${RING.size} ${RING.size}`} aria-hidden="true">
      {props.ring.arcs.map((slice) => {
        const from = turn;
        turn += slice.share;
        return <StaticArc key={slice.label} slice={slice} from={from} />;
      })}
    </svg>
  );
}

/** A line of the legend: name with its mark, signed value, share of the gross. */
function LegendRow(props: { line: LegendLine }) {
  const { line } = props;
  return (
    <tr>
      <td>
        <i class={line.direction === null ? "dir none" : `dir ${line.direction}`} />
        {line.label}
      </td>
      <td>
        <data class="n">{line.value.digits}</data>
        <span class="u">{line.value.unit}</span>
      </td>
      <td>
        <span class="r">{formatPercent(line.share)}</span>
      </td>
    </tr>
  );
}

/** The legend; the same data as the ring, readable. */
export function Legend(props: { ring: Ring }) {
  return (
    <table class="legend">
      <caption class="vh">Allocation by underlying</caption>
      <tbody>{props.ring.legend.map((line, i) => <LegendRow key={i} line={line} />)}</tbody>
    </table>
  );
}

/** Name and unit of what stands in the middle of the ring. */
export function ringMiddle(measure: RingMeasure): string {
  return measure === "netLiq" ? "in positions" : "net Δ $";
}

/** The figure of the ring: canvas or its static twin, the net in the middle. */
export function RingFigure(props: { ring: Ring; measure: RingMeasure }) {
  const { ring, measure } = props;
  return (
    <div class="ring-figure" role="img" aria-label={ringName(ring, measure)}>
      <Still>
        <StaticRing ring={ring} />
      </Still>
      <canvas id="allocation-canvas" hidden />
      <p class="ring-middle" aria-hidden="true">
        <b data-n="net">{compactText(ring.net, true)}</b>
        <span data-n="what">{ringMiddle(measure)}</span>
      </p>
    </div>
  );
}
