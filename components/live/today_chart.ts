import uPlot from "uplot";
import { newYorkTime } from "@/lib/calendar/new_york.ts";
import { formatLevel, formatSigned } from "@/lib/format/number.ts";
import { formatExpiry, formatMinute } from "@/lib/format/time.ts";
import { scaleLines, scaleTexts, timeTicks } from "@/lib/portfolio/overview/axis.ts";
import type { Band, LineDrawing } from "@/lib/portfolio/overview/line_drawing.ts";
import { gapBands } from "@/lib/portfolio/overview/line_picture.ts";
import { lastValue } from "@/lib/portfolio/overview/today_line.ts";
import { PLOT } from "@/components/overview/StaticLine.tsx";
import { fillArea, hatch, traceLine } from "@/components/live/canvas.ts";
import {
  fillLine,
  fillToLevel,
  type LineColumns,
  lineColumns,
  pixelScale,
} from "@/components/live/dense_line.ts";
import { type Palette, readPalette } from "@/components/live/theme.ts";

/** What the chart shows. */
export type TodayDrawing = LineDrawing;

const FONT = '11px "Source Sans 3 Variable", "Source Sans 3", sans-serif';
const LINE_WIDTH = 1.5;
const TAG_FONT = '600 12px "Source Sans 3 Variable", "Source Sans 3", sans-serif';

/**
 * The line of today on one canvas for the life of the page: data is set in place, nothing is ever
 * made anew. Gaps are hatched bands, a result has its area, the last value is a tag at the edge.
 */
export class TodayChart {
  readonly #plot: uPlot;
  readonly #observer: ResizeObserver;
  #drawing: TodayDrawing;
  #bands: readonly Band[] = [];
  #palette: Palette;
  /** What the line covers while it has more points than the plot has pixels; else null. */
  #columns: LineColumns | null = null;

  constructor(
    host: HTMLElement,
    drawing: TodayDrawing,
    onCursor: (text: string) => void,
    onWidth = () => {},
  ) {
    this.#drawing = drawing;
    this.#bands = bandsOf(drawing);
    this.#palette = readPalette();
    const width = Math.max(1, host.clientWidth);
    this.#plot = new uPlot(this.#options(width, host.clientHeight || PLOT.height, onCursor), [
      drawing.points.at,
      drawing.points.value,
    ], host);
    const canvas = this.#plot.ctx.canvas;
    canvas.id = "today-canvas";
    this.#observer = new ResizeObserver(() => this.#resize(host, onWidth));
    this.#observer.observe(host);
  }

  /** Shows other data on the same canvas, drawn at once. */
  set(drawing: TodayDrawing): void {
    this.#drawing = drawing;
    this.#bands = bandsOf(drawing);
    this.#plot.axes[0].align = alignOf(drawing);
    // Without a batch it would draw after the frame has written its texts.
    this.#plot.batch(() => this.#plot.setData([drawing.points.at, drawing.points.value], true));
  }

  /** Width of the canvas, CSS px. */
  get width(): number {
    return this.#plot.width;
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

  #resize(host: HTMLElement, onWidth: () => void): void {
    const [width, height] = [host.clientWidth, host.clientHeight];
    const isSame = width === this.#plot.width && height === this.#plot.height;
    if (width === 0 || height === 0 || isSame) return;
    const isWider = width !== this.#plot.width;
    this.#plot.setSize({ width, height });
    if (isWider) onWidth();
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
        width: LINE_WIDTH,
        points: { show: false },
        spanGaps: false,
        paths: () => this.#columns === null ? this.#stroke() : null,
      }],
      axes: [
        {
          stroke: () => this.#palette["ink-3"],
          font: FONT,
          size: PLOT.bottom,
          gap: 3,
          grid: { show: false },
          ticks: { show: false },
          align: alignOf(this.#drawing),
          splits: () => this.#labelPlaces(),
          values: (_, splits) => this.#labelTexts(splits),
        },
        {
          stroke: () => this.#palette["ink-3"],
          font: FONT,
          size: PLOT.left,
          gap: 6,
          ticks: { show: false },
          splits: () => scaleLines(this.#drawing.scale),
          values: () => scaleTexts(this.#drawing.scale, this.#drawing.style.isSigned),
          grid: { stroke: () => this.#palette.rule, width: 1 },
        },
      ],
      hooks: {
        drawClear: [() => this.#drawBehind()],
        drawSeries: [() => this.#drawDense()],
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
    const { sessions } = this.#drawing;
    if (sessions === undefined) {
      return `${formatMinute(newYorkTime(at[index]))} ${this.#text(known)}`;
    }
    const time = newYorkTime(sessions.timeAt(at[index]));
    const date = formatExpiry(time.date, Number(time.date.slice(0, 4)));
    return `${date} ${formatMinute(time)} ${this.#text(known)}`;
  }

  #labelPlaces(): number[] {
    const { sessions, span } = this.#drawing;
    return sessions?.labels.map(({ at }) => at) ?? timeTicks(span.from, span.to);
  }

  #labelTexts(places: readonly number[]): string[] {
    const { sessions } = this.#drawing;
    return sessions?.labels.map(({ text }) => text) ??
      places.map((at) => formatMinute(newYorkTime(at)));
  }

  #x(at: number): number {
    return Math.round(this.#plot.valToPos(at, "x", true));
  }

  #y(value: number): number {
    return Math.round(this.#plot.valToPos(value, "y", true));
  }

  /** uPlot's own paths join a line across NaN; this one never does. */
  #stroke(): uPlot.Series.Paths {
    const stroke = new Path2D();
    traceLine(this.#drawing.points, (at) => this.#x(at), (value) => this.#y(value), stroke);
    return { stroke, fill: null, clip: null, flags: 0 };
  }

  #columnsOf(): LineColumns | null {
    const { bbox } = this.#plot;
    const { points, scale, span } = this.#drawing;
    if (points.at.length <= bbox.width) return null;
    const right = bbox.left + bbox.width;
    const x = pixelScale(span.from, span.to, bbox.left, right);
    const y = pixelScale(scale.from, scale.to, bbox.top + bbox.height, bbox.top);
    return lineColumns(points, x, y, { left: bbox.left, width: Math.round(bbox.width) });
  }

  #drawDense(): void {
    if (this.#columns === null) return;
    const { ctx, bbox } = this.#plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = this.#palette.ink;
    fillLine(ctx, this.#columns, LINE_WIDTH * devicePixelRatio);
    ctx.restore();
  }

  #drawBehind(): void {
    this.#columns = this.#columnsOf();
    const { ctx, bbox } = this.#plot;
    const { points, style } = this.#drawing;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    if (style.isResult && this.#columns !== null) {
      const zero = this.#y(0);
      ctx.fillStyle = this.#palette.profitSoft;
      fillToLevel(ctx, this.#columns, zero, true);
      ctx.fillStyle = hatch(ctx, this.#palette.loss, 5);
      fillToLevel(ctx, this.#columns, zero, false);
    } else if (style.isResult) {
      const path = fillArea(points, (at) => this.#x(at), (value) => this.#y(value));
      const zero = this.#y(0);
      this.#fillPart(path, this.#palette.profitSoft, bbox.top, zero);
      this.#fillPart(path, hatch(ctx, this.#palette.loss, 5), zero, bbox.top + bbox.height);
    }
    ctx.restore();
    this.#drawBorders();
    let free = -Infinity;
    for (const band of this.#bands) free = this.#drawBand(band, free);
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

  #drawBorders(): void {
    const { ctx, bbox } = this.#plot;
    ctx.fillStyle = this.#palette.rule;
    for (const at of this.#drawing.sessions?.borders ?? []) {
      ctx.fillRect(this.#x(at), bbox.top, Math.max(1, Math.round(devicePixelRatio)), bbox.height);
    }
  }

  /** Draws a band, and its text unless that would touch the one before; returns where that ends. */
  #drawBand(band: Band, free: number): number {
    const { ctx, bbox } = this.#plot;
    const [from, to] = [this.#x(band.from), this.#x(band.to)];
    const width = Math.max(2, to - from);
    ctx.save();
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = hatch(ctx, this.#palette["ink-3"], 4);
    ctx.fillRect(from, bbox.top, width, bbox.height);
    ctx.globalAlpha = 1;
    ctx.font = scaled(FONT);
    ctx.fillStyle = this.#palette["ink-3"];
    ctx.textAlign = "center";
    const half = ctx.measureText(band.text).width / 2;
    const middle = Math.min(
      bbox.left + bbox.width - half,
      Math.max(bbox.left + half, from + width / 2),
    );
    const hasRoom = middle - half > free;
    if (hasRoom) ctx.fillText(band.text, middle, bbox.top - 4 * devicePixelRatio);
    ctx.restore();
    return hasRoom ? middle + half + 6 * devicePixelRatio : free;
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
    this.#drawTag(right, y, Number.isNaN(points.value[points.value.length - 1]));
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    ctx.fillText(this.#text(value), right + (PLOT.right - 6) * ratio, y + ratio / 2);
    ctx.restore();
  }

  /** The box of the last value: full while the line goes on, dotted and empty while it does not. */
  #drawTag(right: number, y: number, isOut: boolean): void {
    const { ctx } = this.#plot;
    const ratio = devicePixelRatio;
    const box = [right + 4 * ratio, y - 9 * ratio, (PLOT.right - 4) * ratio, 18 * ratio] as const;
    ctx.font = scaled(TAG_FONT);
    ctx.fillStyle = this.#palette.ink;
    if (!isOut) {
      ctx.fillRect(...box);
      ctx.fillStyle = this.#palette.onInk;
      return;
    }
    const [left, top, width, height] = box;
    ctx.strokeRect(left + ratio, top, width - 2 * ratio, height);
  }
}

function bandsOf(drawing: LineDrawing): readonly Band[] {
  return drawing.sessions?.bands ?? gapBands(drawing);
}

/** Times stand in the middle of their label, a session's label begins where it does. */
function alignOf(drawing: LineDrawing): uPlot.Axis.Align | undefined {
  return drawing.sessions === undefined ? undefined : 1;
}

function scaled(font: string): string {
  return font.replace(/(\d+)px/, (_, size) => `${Number(size) * devicePixelRatio}px`);
}
