import {
  ArcElement,
  Chart,
  type ChartConfiguration,
  DoughnutController,
  type Plugin,
  Tooltip,
} from "chart.js";
import { formatPercent, formatSigned } from "@/lib/format/number.ts";
import { LABEL_SHARE_MIN, type Ring, type RingSlice } from "@/lib/portfolio/overview/ring.ts";
import { hatch } from "@/components/live/canvas.ts";
import { type Palette, readPalette } from "@/components/live/theme.ts";

Chart.register(ArcElement, DoughnutController, Tooltip);

/** A long segment's tint as a colour with alpha. */
function tinted(color: string, tint: number): string {
  return color.replace(/^rgb\((.*)\)$/, (_, parts) => `rgba(${parts}, ${tint})`);
}

/** Draws the share of every segment above the threshold into it (T-025). */
function labels(slices: () => readonly RingSlice[], palette: () => Palette): Plugin<"doughnut"> {
  return {
    id: "shares",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.font = '600 11px "Source Sans 3 Variable", "Source Sans 3", sans-serif';
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      slices().forEach((slice, i) => {
        const arc = chart.getDatasetMeta(0).data[i];
        if (slice.share <= LABEL_SHARE_MIN || !(arc instanceof ArcElement)) return;
        const { x, y } = arc.getCenterPoint(false);
        ctx.lineWidth = 3;
        ctx.strokeStyle = palette().paper;
        ctx.strokeText(formatPercent(slice.share, 0), x, y);
        ctx.fillStyle = palette().ink;
        ctx.fillText(formatPercent(slice.share, 0), x, y);
      });
      // The seam at the top parts longs from shorts.
      const middle = chart.chartArea.left + chart.chartArea.width / 2;
      ctx.fillStyle = palette().ink;
      ctx.fillRect(middle - 0.75, chart.chartArea.top, 1.5, chart.chartArea.height * 0.19);
      ctx.restore();
    },
  };
}

/**
 * The allocation ring on one canvas for the life of the page. Longs run clockwise from the top in
 * falling tint, shorts counter-clockwise and striped, so that the sign is never lost.
 */
export class RingChart {
  readonly #chart: Chart<"doughnut", number[], string>;
  readonly #canvas: HTMLCanvasElement;
  #ring: Ring;
  #palette: Palette;

  constructor(canvas: HTMLCanvasElement, ring: Ring) {
    this.#canvas = canvas;
    this.#ring = ring;
    this.#palette = readPalette();
    this.#chart = new Chart(canvas, this.#config());
  }

  /** Shows another allocation in place. */
  set(ring: Ring): void {
    this.#ring = ring;
    this.#fill();
    this.#chart.update("none");
  }

  /** Draws with the colours of another theme. */
  recolor(): void {
    this.#palette = readPalette();
    this.set(this.#ring);
  }

  /** Ends the chart. */
  dispose(): void {
    this.#chart.destroy();
  }

  #fill(): void {
    const { arcs } = this.#ring;
    const [data] = this.#chart.data.datasets;
    this.#chart.data.labels = arcs.map((slice) => slice.label);
    data.data = arcs.map((slice) => slice.size);
    data.backgroundColor = this.#colors();
    data.borderColor = this.#palette.paper;
  }

  #colors(): (string | CanvasPattern)[] {
    const ctx = this.#canvas.getContext("2d");
    const striped = ctx === null ? this.#palette.short : hatch(ctx, this.#palette.short, 3, 1.8);
    return this.#ring.arcs.map((slice) =>
      slice.direction === "long" ? tinted(this.#palette.long, slice.tint) : striped
    );
  }

  #config(): ChartConfiguration<"doughnut", number[], string> {
    const { arcs } = this.#ring;
    return {
      type: "doughnut",
      data: {
        labels: arcs.map((slice) => slice.label),
        datasets: [{
          data: arcs.map((slice) => slice.size),
          backgroundColor: this.#colors(),
          borderColor: this.#palette.paper,
          borderWidth: 2,
        }],
      },
      plugins: [labels(() => this.#ring.arcs, () => this.#palette)],
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        normalized: true,
        cutout: "64%",
        plugins: {
          tooltip: {
            animation: false,
            displayColors: false,
            callbacks: {
              label: (item) => {
                const slice = this.#ring.arcs[item.dataIndex];
                if (slice === undefined) return "";
                return `${formatSigned(slice.value)} · ${formatPercent(slice.share)}`;
              },
            },
          },
        },
      },
    };
  }
}
