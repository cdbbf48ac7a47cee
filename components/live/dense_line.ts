import type { TodayPoints } from "@/lib/portfolio/overview/today_line.ts";

/** A straight map from values to canvas pixels: `at * factor + offset`. */
export interface PixelScale {
  readonly factor: number;
  readonly offset: number;
}

/** What a line covers in every pixel column from `left`; NaN where it does not pass. */
export interface LineColumns {
  readonly left: number;
  /** Smallest and largest y in the column, canvas pixels. */
  readonly top: Float32Array;
  readonly bottom: Float32Array;
}

/** The map that takes two values to two pixels. */
export function pixelScale(from: number, to: number, fromPx: number, toPx: number): PixelScale {
  const factor = (toPx - fromPx) / (to - from);
  return { factor, offset: fromPx - from * factor };
}

function cover(columns: LineColumns, column: number, y: number): void {
  const { top, bottom } = columns;
  if (column < 0 || column >= top.length) return;
  if (!(top[column] <= y)) top[column] = y;
  if (!(bottom[column] >= y)) bottom[column] = y;
}

/**
 * The pixel columns that a line covers: extremes of every column, joined to their neighbours where
 * the line enters and leaves, broken at NaN. With more points than columns this is what a stroke of
 * all of them shows, at the price of one rectangle per column: a stroked path of 2,000 points costs
 * a page without a graphics card five times as much.
 */
export function lineColumns(
  points: TodayPoints,
  x: PixelScale,
  y: PixelScale,
  span: { readonly left: number; readonly width: number },
): LineColumns {
  const top = new Float32Array(span.width).fill(NaN);
  const columns = { left: span.left, top, bottom: top.slice() };
  let [beforeX, beforeY] = [NaN, NaN];
  for (let i = 0; i < points.at.length; i++) {
    const toY = points.value[i] * y.factor + y.offset;
    const toX = points.at[i] * x.factor + x.offset - span.left;
    if (!Number.isNaN(toY)) {
      const last = Math.floor(toX);
      // A break, or the first point, leaves nothing to join.
      const first = Number.isNaN(beforeY) ? last : Math.floor(beforeX);
      for (let edge = first + 1; edge <= last; edge++) {
        const crossed = beforeY + (toY - beforeY) * (edge - beforeX) / (toX - beforeX);
        cover(columns, edge - 1, crossed);
        cover(columns, edge, crossed);
      }
      cover(columns, last, toY);
    }
    beforeX = toX;
    beforeY = toY;
  }
  return columns;
}

/** Draws the line itself: every column as high as the line is thick, at least. */
export function fillLine(ctx: CanvasRenderingContext2D, columns: LineColumns, width: number): void {
  const { left, top, bottom } = columns;
  for (let column = 0; column < top.length; column++) {
    const from = top[column];
    if (Number.isNaN(from)) continue;
    ctx.fillRect(left + column, from - width / 2, 1, bottom[column] - from + width);
  }
}

/** Fills from a level to the line, only above the level or only below it. */
export function fillToLevel(
  ctx: CanvasRenderingContext2D,
  columns: LineColumns,
  level: number,
  isAbove: boolean,
): void {
  const { left, top, bottom } = columns;
  for (let column = 0; column < top.length; column++) {
    const height = isAbove ? level - top[column] : bottom[column] - level;
    if (height > 0) ctx.fillRect(left + column, isAbove ? level - height : level, 1, height);
  }
}
