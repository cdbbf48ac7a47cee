import assert from "node:assert/strict";
import fc from "fast-check";
import { BLOCK_SAMPLES, extremesOf } from "./block.ts";
import { M4, type PixelSpan, type Run } from "./m4.ts";
import { bruteLine, type Point } from "./testing/brute.ts";

const series = fc.record({
  gaps: fc.array(
    fc.record({
      steps: fc.oneof({ weight: 20, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 40 })),
      value: fc.oneof(
        { weight: 10, arbitrary: fc.integer({ min: -50, max: 50 }) },
        fc.constant(NaN),
      ),
    }),
    { maxLength: 300, size: "max" },
  ),
  stepMs: fc.constantFrom(1, 7, 1000, 60_000),
  from: fc.integer({ min: -20, max: 250 }),
  length: fc.integer({ min: 1, max: 600 }),
  pixels: fc.constantFrom(1, 2, 3, 10, 50, 390, 1000),
  cuts: fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 12, size: "max" }),
});

function pointsOf(gaps: readonly { steps: number; value: number }[], stepMs: number): Point[] {
  let at = 1_000_000;
  return gaps.map(({ steps, value }) => ({ at: at += steps * stepMs, value, stepMs }));
}

function runOf(points: readonly Point[]): Run {
  return {
    at: Float64Array.from(points, ({ at }) => at),
    values: Float64Array.from(points, ({ value }) => value),
    start: 0,
    end: points.length,
    stepMs: points[0].stepMs,
  };
}

Deno.test("M4 of random series, cuts, spans and widths is the one worked out by hand", () => {
  fc.assert(
    fc.property(series, ({ gaps, stepMs, from, length, pixels, cuts }) => {
      const points = pointsOf(gaps, stepMs);
      const start = 1_000_000 + from * stepMs;
      const span: PixelSpan = { from: start, to: start + length * stepMs, pixels };
      const m4 = new M4(span);
      let rest = points;
      for (const cut of [...cuts, Infinity]) {
        const piece = rest.slice(0, cut);
        rest = rest.slice(cut);
        if (piece.length === 0) break;
        const run = runOf(piece);
        const lastAt = run.at[run.end - 1];
        if (m4.isOnePixel(run.at[0], lastAt)) {
          const stretch = { firstAt: run.at[0], lastAt, stepMs };
          m4.addExtremes(extremesOf(run.at, run.values), stretch);
        } else m4.addRun(run);
      }
      const expected = bruteLine(points, span);
      const drawn = m4.finish();
      assert.deepEqual([...drawn.at], expected.at);
      assert.deepEqual([...drawn.value], expected.value);
      assert.equal(m4.sampleCount, expected.sampleCount);
    }),
    { numRuns: 500 },
  );
});

Deno.test("M4 keeps the extremes of what it draws and at most four points a pixel", () => {
  const count = BLOCK_SAMPLES;
  const at = Float64Array.from({ length: count }, (_, i) => i * 1000);
  const values = Float64Array.from({ length: count }, (_, i) => Math.sin(i / 3) * (i % 97));
  const m4 = new M4({ from: 0, to: count * 1000, pixels: 100 });

  m4.addRun({ at, values, start: 0, end: count, stepMs: 1000 });

  const { value } = m4.finish();
  assert.ok(value.length <= 400);
  assert.equal(Math.max(...value), Math.max(...values));
  assert.equal(Math.min(...value), Math.min(...values));
  assert.equal(m4.sampleCount, count);
});

Deno.test("M4 breaks the line after a pause of more than three steps, not of three", () => {
  const drawnWith = (pauseMs: number) => {
    const m4 = new M4({ from: 0, to: 100_000, pixels: 100 });
    const at = Float64Array.of(1000, 1000 + pauseMs);
    m4.addRun({ at, values: Float64Array.of(1, 2), start: 0, end: 2, stepMs: 1000 });
    return m4.finish();
  };

  assert.deepEqual([...drawnWith(3000).value], [1, 2]);
  assert.deepEqual([...drawnWith(3001).value], [1, NaN, 2]);
  assert.deepEqual([...drawnWith(4000).at], [1000, 3000, 5000]);
});

Deno.test("M4 breaks the line before a block taken by its head that begins without values", () => {
  const m4 = new M4({ from: 0, to: 40, pixels: 2 });
  m4.addRun({ at: Float64Array.of(18), values: Float64Array.of(1), start: 0, end: 1, stepMs: 2 });
  const at = Float64Array.of(20, 22);
  const values = Float64Array.of(NaN, 5);

  m4.addExtremes(extremesOf(at, values), { firstAt: 20, lastAt: 22, stepMs: 2 });

  assert.deepEqual([...m4.finish().value], [1, NaN, 5]);
});
