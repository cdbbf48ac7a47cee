import type { TodayPoints } from "@/lib/portfolio/overview/today_line.ts";

/** A diagonal hatch in a colour; `size` is its period in CSS px. */
export function hatch(
  target: CanvasRenderingContext2D,
  color: string,
  size: number,
  width = 1.2,
): CanvasPattern | string {
  const ratio = devicePixelRatio;
  const side = Math.round(size * ratio * Math.SQRT2);
  const tile = target.canvas.ownerDocument.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const ctx = tile.getContext("2d");
  if (ctx === null) return color;
  ctx.strokeStyle = color;
  ctx.lineWidth = width * ratio;
  ctx.beginPath();
  for (const shift of [-side, 0, side]) {
    ctx.moveTo(shift - 1, side + 1);
    ctx.lineTo(shift + side + 1, -1);
  }
  ctx.stroke();
  return target.createPattern(tile, "repeat") ?? color;
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
