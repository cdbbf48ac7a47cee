import { Chart } from "chart.js";
import type { Ring, RingSlice } from "@/lib/portfolio/overview/ring.ts";
import { RingChart } from "@/components/live/ring_chart.ts";
import type { MakeCandidate } from "../contract.ts";
import { box, hasInk } from "./ink.ts";
import { peerOf } from "./peers.ts";

const LONGS = 9;
const SEGMENTS = 12;
const SIDE_PX = 148;
const LABEL_FROM = 0.05;

/** Sizes of the segments at an update, largest first on each side. */
function sizesAt(i: number): number[] {
  return Array.from({ length: SEGMENTS }, (_, k) => {
    const base = k < LONGS ? 40_000 / (k + 1) : 9_000 / (k - LONGS + 1);
    return Math.round(base * (1 + 0.03 * Math.sin(i / 3 + k)));
  });
}

function ringAt(i: number): Ring {
  const sizes = sizesAt(i);
  const gross = sizes.reduce((sum, size) => sum + size, 0);
  const arcs = sizes.map((size, k): RingSlice => {
    const isLong = k < LONGS;
    return {
      label: `U${k}`,
      value: isLong ? size : -size,
      size,
      share: size / gross,
      direction: isLong ? "long" : "short",
      tint: isLong ? Math.max(0.35, 1 - k * 0.13) : 1,
    };
  });
  return { arcs, legend: [], net: arcs.reduce((sum, arc) => sum + arc.value, 0), gross };
}

const ours: MakeCandidate = (host) => {
  const figure = box(host, "ring-figure is-live", SIDE_PX, SIDE_PX);
  const canvas = document.createElement("canvas");
  figure.append(canvas);
  const ring = new RingChart(canvas, ringAt(0));
  const chart = Chart.getChart(canvas);
  return {
    step: (i) => ring.set(ringAt(i + 1)),
    shown: () => ({
      values: JSON.stringify(chart?.data.datasets[0].data),
      isDrawn: hasInk(host),
      isSame: chart !== undefined && Chart.getChart(canvas) === chart,
    }),
  };
};

const echarts: MakeCandidate = (host) => {
  const figure = box(host, "", SIDE_PX, SIDE_PX);
  const chart = peerOf("echarts").init(figure, null, { renderer: "canvas" });
  let data: { name: string; value: number }[] = [];
  const slices = (i: number) => {
    const { arcs } = ringAt(i);
    data = arcs.map((arc) => ({ name: arc.label, value: arc.size }));
    return arcs.map((arc, k) => ({
      ...data[k],
      label: { show: arc.share > LABEL_FROM },
    }));
  };
  chart.setOption({
    animation: false,
    series: [{
      type: "pie",
      radius: ["64%", "100%"],
      label: { position: "inside", formatter: "{d}%", fontSize: 11 },
      labelLine: { show: false },
      data: slices(0),
    }],
  });
  return {
    step: (i) => chart.setOption({ series: [{ data: slices(i + 1) }] }),
    shown: () => ({
      values: JSON.stringify(data.map((slice) => slice.value)),
      isDrawn: hasInk(host),
      isSame: true,
    }),
  };
};

/** Row 15: an allocation of 12 segments, all of which move. */
export const RING_CANDIDATES = { ours, echarts } as const;
