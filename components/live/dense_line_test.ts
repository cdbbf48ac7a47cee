import assert from "node:assert/strict";
import fc from "fast-check";
import { fillToLevel, lineColumns, pixelScale } from "./dense_line.ts";

const ONE = { factor: 1, offset: 0 };

function columnsOf(values: readonly number[], width: number) {
  const at = Float64Array.from(values, (_, i) => i);
  const x = pixelScale(0, values.length, 0, width);
  return lineColumns({ at, value: Float64Array.from(values) }, x, ONE, { left: 0, width });
}

Deno.test("a dense line: every column holds the extremes of its points", () => {
  fc.assert(fc.property(
    fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 40, maxLength: 200 }),
    fc.integer({ min: 1, max: 40 }),
    (values, width) => {
      const { top, bottom } = columnsOf(values, width);
      values.forEach((value, i) => {
        const column = Math.floor(i * (width / values.length));
        assert.ok(top[column] <= Math.fround(value) && bottom[column] >= Math.fround(value));
      });
      assert.ok(Math.min(...top) >= Math.min(...values.map(Math.fround)) - 1e-4);
      assert.ok(Math.max(...bottom) <= Math.max(...values.map(Math.fround)) + 1e-4);
    },
  ));
});

Deno.test("a dense line: neighbouring columns touch, a break stays open", () => {
  const joined = columnsOf([0, 0, 90, 90, 0, 0], 6);
  for (let column = 1; column < 6; column++) {
    const gap = joined.top[column] - joined.bottom[column - 1];
    const other = joined.top[column - 1] - joined.bottom[column];
    assert.ok(gap <= 0 && other <= 0, `column ${column}`);
  }
  const broken = columnsOf([5, 5, NaN, NaN, 7, 7], 6);
  assert.deepEqual([...broken.top].map(Number.isNaN), [false, false, true, true, false, false]);
});

Deno.test("a dense line: what lies outside its span is left out", () => {
  const points = { at: Float64Array.of(-5, 1, 2, 99), value: Float64Array.of(1, 2, 3, 4) };
  const { top } = lineColumns(points, ONE, ONE, { left: 0, width: 4 });
  assert.equal(top.length, 4);
  assert.equal(top[2], 3);
});

Deno.test("the area above zero and the one below it do not mix", () => {
  const filled: number[][] = [];
  const ctx = { fillRect: (...box: number[]) => filled.push(box) };
  const columns = { left: 10, top: Float32Array.of(2, 7, NaN), bottom: Float32Array.of(4, 8, NaN) };
  fillToLevel(ctx as unknown as CanvasRenderingContext2D, columns, 5, true);
  assert.deepEqual(filled.splice(0), [[10, 2, 1, 3]]);
  fillToLevel(ctx as unknown as CanvasRenderingContext2D, columns, 5, false);
  assert.deepEqual(filled, [[11, 5, 1, 3]]);
});
