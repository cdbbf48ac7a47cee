import uPlot from "uplot";
import { newYorkTime } from "@/lib/calendar/new_york.ts";
import { compactText, formatLevel, formatSigned } from "@/lib/format/number.ts";
import { formatMinute, spokenAge } from "@/lib/format/time.ts";
import { type Scale, scaleLines, timeTicks } from "@/lib/portfolio/overview/axis.ts";
import {
  type Gap,
  gapsOf,
  lastValue,
  type TodayPoints,
} from "@/lib/portfolio/overview/today_line.ts";
import { type MetricStyle } from "@/lib/portfolio/overview/metrics.ts";
import { PLOT } from "@/components/overview/StaticLine.tsx";
import { fillArea, hatch } from "@/components/live/canvas.ts";
import { type Palette, readPalette } from "@/components/live/theme.ts";

/** What the chart shows. Times in ms. */
export interface TodayDrawing {
  readonly points: TodayPoints;
  readonly scale: Scale;
  readonly span: { readonly from: number; readonly to: number };
  readonly style: MetricStyle;
}

const FONT = '11px "Source Sans 3 Variable", "Source Sans 3", sans-serif';
const TAG_FONT = '600 12px "Source Sans 3 Variable", "Source Sans 3", sans-serif';

/**
 * The line of today on one canvas for the life of the page: data is set in place, nothing is ever
 * made anew. Gaps are hatched bands, a result has its area, the last value is a tag at the edge.
 */
export class TodayChart {
  readonly #plot: uPlot;
  readonly #observer: ResizeObserver;
  #drawing: TodayDrawing;
  #gaps: readonly Gap[] = [];
  #palette: Palette;

  constructor(host: HTMLElement, drawing: TodayDrawing, onCursor: (text: string) => void) {
    this.#drawing = drawing;
    this.#gaps = gapsOf(drawing.points);
    this.#palette = readPalette();
    const width = Math.max(1, host.clientWidth);
    this.#plot = new uPlot(this.#options(width, host.clientHeight || PLOT.height, onCursor), [
      drawing.points.at,
      drawing.points.value,
    ], host);
    const canvas = this.#plot.ctx.canvas;
    canvas.id = "today-canvas";
    this.#observer = new ResizeObserver(() => this.#resize(host));
    this.#observer.observe(host);
  }

  /** Shows other data on the same canvas. */
  set(drawing: TodayDrawing): void {
    this.#drawing = drawing;
    this.#gaps = gapsOf(drawing.points);
    this.#plot.setData([drawing.points.at, drawing.points.value], true);
  }

  /** Draws with the colours of another theme. */
  recolor(): void {
    this.#palette = readPalette();
    this.#plot.redraw(true);
  }

  /** Ends the chart. */
  dispose(): void {
    this.#observer.disconnect();
    this.#plot.destroy();
  }

  #resize(host: HTMLElement): void {
    const [width, height] = [host.clientWidth, host.clientHeight];
    const isSame = width === this.#plot.width && height === this.#plot.height;
    if (width > 0 && height > 0 && !isSame) this.#plot.setSize({ width, height });
  }

  #options(width: number, height: number, onCursor: (text: string) => void): uPlot.Options {
    return {
      width,
      height,
      ms: 1,
      pxAlign: 1,
      padding: [PLOT.top, PLOT.right, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [this.#drawing.span.from, this.#drawing.span.to] },
        y: { range: () => [this.#drawing.scale.from, this.#drawing.scale.to] },
      },
      series: [{}, {
        stroke: () => this.#palette.ink,
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      }],
      axes: [
        {
          stroke: () => this.#palette["ink-3"],
          font: FONT,
          size: PLOT.bottom,
          gap: 3,
          grid: { show: false },
          ticks: { show: false },
          splits: () => timeTicks(this.#drawing.span.from, this.#drawing.span.to),
          values: (_, splits) => splits.map((at) => formatMinute(newYorkTime(at))),
        },
        {
          stroke: () => this.#palette["ink-3"],
          font: FONT,
          size: PLOT.left,
          gap: 6,
          ticks: { show: false },
          splits: () => scaleLines(this.#drawing.scale),
          values: (_, splits) => splits.map((v) => compactText(v, this.#drawing.style.isSigned)),
          grid: { stroke: () => this.#palette.rule, width: 1 },
        },
      ],
      hooks: {
        drawClear: [() => this.#drawBehind()],
        draw: [() => this.#drawFront()],
        setCursor: [(plot) => onCursor(this.#cursorText(plot.cursor.idx ?? null))],
      },
    };
  }

  #text(value: number): string {
    return this.#drawing.style.isSigned ? formatSigned(value) : formatLevel(value);
  }

  #cursorText(index: number | null): string {
    if (index === null) return "";
    const { at, value } = this.#drawing.points;
    const known = value[index];
    if (known === undefined || Number.isNaN(known)) return "";
    return `${formatMinute(newYorkTime(at[index]))} ${this.#text(known)}`;
  }

  #x(at: number): number {
    return Math.round(this.#plot.valToPos(at, "x", true));
  }

  #y(value: number): number {
    return Math.round(this.#plot.valToPos(value, "y", true));
  }

  #drawBehind(): void {
    const { ctx, bbox } = this.#plot;
    const { points, style } = this.#drawing;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    if (style.isResult) {
      const path = fillArea(points, (at) => this.#x(at), (value) => this.#y(value));
      const zero = this.#y(0);
      this.#fillPart(path, this.#palette.profitSoft, bbox.top, zero);
      this.#fillPart(path, hatch(ctx, this.#palette.loss, 5), zero, bbox.top + bbox.height);
    }
    ctx.restore();
    for (const gap of this.#gaps) this.#drawGap(gap);
  }

  #fillPart(path: Path2D, fill: string | CanvasPattern, top: number, bottom: number): void {
    const { ctx, bbox } = this.#plot;
    if (bottom <= top) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, top, bbox.width, bottom - top);
    ctx.clip();
    ctx.fillStyle = fill;
    ctx.fill(path);
    ctx.restore();
  }

  #drawGap(gap: Gap): void {
    const { ctx, bbox } = this.#plot;
    const [from, to] = [this.#x(gap.from), this.#x(gap.to)];
    const width = Math.max(2, to - from);
    ctx.save();
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = hatch(ctx, this.#palette["ink-3"], 4);
    ctx.fillRect(from, bbox.top, width, bbox.height);
    ctx.globalAlpha = 1;
    const text = `no data ${spokenAge(gap.to - gap.from)}`;
    ctx.font = scaled(FONT);
    ctx.fillStyle = this.#palette["ink-3"];
    ctx.textAlign = "center";
    const half = ctx.measureText(text).width / 2;
    const middle = Math.min(
      bbox.left + bbox.width - half,
      Math.max(bbox.left + half, from + width / 2),
    );
    if (width > 12 * devicePixelRatio) ctx.fillText(text, middle, bbox.top - 4 * devicePixelRatio);
    ctx.restore();
  }

  #drawFront(): void {
    const { ctx, bbox } = this.#plot;
    const { points, scale, style } = this.#drawing;
    const value = lastValue(points);
    if (Number.isNaN(value)) return;
    const ratio = devicePixelRatio;
    const right = bbox.left + bbox.width;
    const y = Math.min(bbox.top + bbox.height, Math.max(bbox.top, this.#y(value)));
    ctx.save();
    if (style.hasZero || (scale.from < 0 && scale.to > 0)) {
      ctx.fillStyle = this.#palette.ink;
      ctx.fillRect(bbox.left, this.#y(0), bbox.width, Math.max(1, Math.round(ratio)));
    }
    ctx.strokeStyle = this.#palette["ink-3"];
    ctx.setLineDash([1.5 * ratio, 2.5 * ratio]);
    ctx.lineWidth = ratio;
    ctx.beginPath();
    ctx.moveTo(this.#x(points.at[points.at.length - 1]), y);
    ctx.lineTo(right + 4 * ratio, y);
    ctx.stroke();
    ctx.font = scaled(TAG_FONT);
    ctx.fillStyle = this.#palette.ink;
    ctx.fillRect(right + 4 * ratio, y - 9 * ratio, (PLOT.right - 4) * ratio, 18 * ratio);
    ctx.fillStyle = this.#palette.onInk;
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    ctx.fillText(this.#text(value), right + (PLOT.right - 6) * ratio, y + ratio / 2);
    ctx.restore();
  }
}

function scaled(font: string): string {
  return font.replace(/(\d+)px/, (_, size) => `${Number(size) * devicePixelRatio}px`);
}
