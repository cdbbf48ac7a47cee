import { METRIC_STYLES } from "@/lib/portfolio/overview/metrics.ts";
import type { TodayPoints } from "@/lib/portfolio/overview/today_line.ts";
import { todayScale } from "@/lib/portfolio/overview/today_view.ts";
import { TodayChart, type TodayDrawing } from "@/components/live/today_chart.ts";
import { randomFrom } from "../../random.ts";
import type { MakeCandidate, Shown } from "../contract.ts";
import { box, hasInk } from "./ink.ts";
import { peerOf } from "./peers.ts";

/** Points at the start; every update appends one. */
const POINTS = 2_000;
const POINTS_MAX = 6_000;
const STEP_MS = 1_000;
const STARTS_AT = Date.UTC(2025, 2, 19, 14, 0);
const [WIDTH_PX, HEIGHT_PX] = [900, 158];

/** A day's profit as a walk, the same in every candidate. */
const WALK = (() => {
  const random = randomFrom(16);
  const value = new Float64Array(POINTS_MAX);
  for (let i = 1; i < POINTS_MAX; i++) {
    value[i] = Math.round((value[i - 1] + 200 * (random() - 0.5)) * 100) / 100;
  }
  const at = Float64Array.from(value, (_, i) => STARTS_AT + i * STEP_MS);
  return { at, value };
})();

function shown(host: HTMLElement, count: number, last: number): Shown {
  return { values: `${count} points, last ${last}`, isDrawn: hasInk(host), isSame: true };
}

function drawingOf(count: number): TodayDrawing {
  const points: TodayPoints = {
    at: WALK.at.subarray(0, count),
    value: WALK.value.subarray(0, count),
  };
  const scale = todayScale("profit", points) ?? { from: 0, to: 1, step: 1 };
  const span = { from: STARTS_AT, to: WALK.at[count - 1] };
  return { points, scale, span, style: METRIC_STYLES.profit };
}

const ours: MakeCandidate = (host) => {
  const plot = box(host, "plot is-live", WIDTH_PX, HEIGHT_PX);
  let drawing = drawingOf(POINTS);
  const chart = new TodayChart(plot, drawing, () => {});
  const [canvas] = host.getElementsByTagName("canvas");
  return {
    step: (i) => {
      drawing = drawingOf(POINTS + i + 1);
      chart.set(drawing);
    },
    shown: () => {
      const { value } = drawing.points;
      const isSame = host.querySelector("canvas") === canvas;
      return { ...shown(host, value.length, value[value.length - 1]), isSame };
    },
  };
};

const chartJs: MakeCandidate = (host) => {
  const plot = box(host, "", WIDTH_PX, HEIGHT_PX);
  const canvas = document.createElement("canvas");
  plot.append(canvas);
  const data = Array.from({ length: POINTS }, (_, i) => ({ x: WALK.at[i], y: WALK.value[i] }));
  const Chart = peerOf("chart.js").default;
  const chart = new Chart(canvas, {
    type: "line",
    data: { datasets: [{ data, borderWidth: 1.5, pointRadius: 0 }] },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      scales: { x: { type: "linear" }, y: { type: "linear" } },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
    },
  });
  return {
    step: (i) => {
      const at = POINTS + i;
      chart.data.datasets[0].data.push({ x: WALK.at[at], y: WALK.value[at] });
      chart.update("none");
    },
    shown: () => {
      const held = chart.data.datasets[0].data;
      return shown(host, held.length, held[held.length - 1].y);
    },
  };
};

const lightweight: MakeCandidate = (host) => {
  const plot = box(host, "", WIDTH_PX, HEIGHT_PX);
  const { createChart, LineSeries } = peerOf("lightweight-charts");
  const point = (i: number) => ({ time: WALK.at[i] / 1000, value: WALK.value[i] });
  const chart = createChart(plot, {
    width: WIDTH_PX,
    height: HEIGHT_PX,
    timeScale: { minBarSpacing: 0.05, timeVisible: true },
  });
  const series = chart.addSeries(LineSeries, { lineWidth: 1 });
  series.setData(Array.from({ length: POINTS }, (_, i) => point(i)));
  chart.timeScale().fitContent();
  return {
    step: (i) => series.update(point(POINTS + i)),
    shown: () => {
      const held = series.data();
      return shown(host, held.length, held[held.length - 1].value);
    },
  };
};

const echarts: MakeCandidate = (host) => {
  const plot = box(host, "", WIDTH_PX, HEIGHT_PX);
  const chart = peerOf("echarts").init(plot, null, { renderer: "canvas" });
  const data = Array.from({ length: POINTS }, (_, i) => [WALK.at[i], WALK.value[i]]);
  chart.setOption({
    animation: false,
    grid: { left: 52, right: 74, top: 14, bottom: 18 },
    xAxis: { type: "time" },
    yAxis: { type: "value" },
    series: [{ type: "line", showSymbol: false, lineStyle: { width: 1.5 }, data }],
  });
  return {
    step: (i) => {
      const at = POINTS + i;
      data.push([WALK.at[at], WALK.value[at]]);
      chart.setOption({ series: [{ data }] });
    },
    shown: () => shown(host, data.length, data[data.length - 1][1]),
  };
};

/** Row 16: a line of 2,000 points that grows by one. */
export const LINE_CANDIDATES = {
  ours,
  "chart.js": chartJs,
  "lightweight-charts": lightweight,
  echarts,
} as const;
