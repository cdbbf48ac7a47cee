import type { TodayPoints } from "@/lib/portfolio/overview/today_line.ts";

/** Patterns kept; a page draws with a handful of colours and sizes. */
const PATTERNS_MAX = 32;
const patterns = new Map<string, CanvasPattern>();

/** A diagonal hatch in a colour; `size` is its period in CSS px. Made once per look. */
export function hatch(
  target: CanvasRenderingContext2D,
  color: string,
  size: number,
  width = 1.2,
): CanvasPattern | string {
  const key = `${color} ${size} ${width} ${devicePixelRatio}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const pattern = hatchPattern(target, color, size * devicePixelRatio, width * devicePixelRatio);
  if (pattern === null) return color;
  if (patterns.size >= PATTERNS_MAX) patterns.clear();
  patterns.set(key, pattern);
  return pattern;
}

function hatchPattern(
  target: CanvasRenderingContext2D,
  color: string,
  size: number,
  width: number,
): CanvasPattern | null {
  const side = Math.round(size * Math.SQRT2);
  const tile = target.canvas.ownerDocument.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const ctx = tile.getContext("2d");
  if (ctx === null) return null;
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  for (const shift of [-side, 0, side]) {
    ctx.moveTo(shift - 1, side + 1);
    ctx.lineTo(shift + side + 1, -1);
  }
  ctx.stroke();
  return target.createPattern(tile, "repeat");
}

/** Traces a line into a path; NaN breaks it, and nothing is drawn across a break. */
export function traceLine(
  points: TodayPoints,
  x: (at: number) => number,
  y: (value: number) => number,
  path: Pick<Path2D, "moveTo" | "lineTo">,
): void {
  let isOpen = false;
  for (let i = 0; i < points.at.length; i++) {
    const value = points.value[i];
    if (!Number.isNaN(value)) {
      if (isOpen) path.lineTo(x(points.at[i]), y(value));
      else path.moveTo(x(points.at[i]), y(value));
    }
    isOpen = !Number.isNaN(value);
  }
}

/** The area between a line and zero, broken where the line is. */
export function fillArea(
  points: TodayPoints,
  x: (at: number) => number,
  y: (value: number) => number,
): Path2D {
  const path = new Path2D();
  const zero = y(0);
  let isOpen = false;
  for (let i = 0; i < points.at.length; i++) {
    const value = points.value[i];
    if (Number.isNaN(value)) {
      if (isOpen) path.lineTo(x(points.at[i - 1]), zero);
      isOpen = false;
      continue;
    }
    if (!isOpen) path.moveTo(x(points.at[i]), zero);
    path.lineTo(x(points.at[i]), y(value));
    isOpen = true;
  }
  if (isOpen) path.lineTo(x(points.at[points.at.length - 1]), zero);
  return path;
}
