import assert from "node:assert/strict";
import { traceLine } from "@/components/live/canvas.ts";

Deno.test("ui §7: a line is never joined across a gap", () => {
  const drawn: string[] = [];
  const path = {
    moveTo: (x: number, y: number) => drawn.push(`M${x} ${y}`),
    lineTo: (x: number, y: number) => drawn.push(`L${x} ${y}`),
  };
  const points = {
    at: Float64Array.of(0, 1, 2, 3, 4, 5, 6),
    value: Float64Array.of(NaN, 10, 11, NaN, NaN, 12, 13),
  };
  traceLine(points, (at) => at, (value) => value, path);

  assert.deepEqual(drawn, ["M1 10", "L2 11", "M5 12", "L6 13"]);
});
