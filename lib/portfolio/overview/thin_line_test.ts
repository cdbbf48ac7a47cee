import assert from "node:assert/strict";
import fc from "fast-check";
import { thinLine } from "./thin_line.ts";
import type { TodayPoints } from "./today_line.ts";

function pointsOf(values: readonly number[]): TodayPoints {
  return { at: Float64Array.from(values.keys()), value: Float64Array.from(values) };
}

function thin(points: TodayPoints, pixels: number, length = points.at.length): TodayPoints {
  return thinLine(points, { position: (at) => at, length, pixels });
}

Deno.test("ui §7: a line has at most four points a pixel, whatever is missing in it", () => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  );
  const values = fc.array(value, { minLength: 1, maxLength: 2_000 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 60 }), (list, pixels) => {
      const { at, value } = thin(pointsOf(list), pixels);

      assert.ok(at.length <= 4 * pixels, `${at.length} on ${pixels}`);
      assert.equal(value.length, at.length);
      for (let i = 0; i < at.length; i++) {
        assert.ok(i === 0 || at[i] > at[i - 1]);
        assert.ok(Object.is(value[i], list[at[i]]), "points are the line's own");
      }
    }),
  );
});

Deno.test("ui §7: first and last value, least and greatest of the whole line are kept", () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
    minLength: 50,
    maxLength: 1_000,
  });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 12 }), (list, pixels) => {
      const { value } = thin(pointsOf(list), pixels);

      assert.equal(value[0], list[0]);
      assert.equal(value[value.length - 1], list[list.length - 1]);
      assert.equal(Math.min(...value), Math.min(...list));
      assert.equal(Math.max(...value), Math.max(...list));
    }),
  );
});

Deno.test("ui §7: each pixel shows what the whole line shows there", () => {
  const list = Array.from({ length: 5_000 }, (_, i) => Math.sin(i / 37) * (i % 100));
  const { at, value } = thin(pointsOf(list), 100);

  for (let pixel = 0; pixel < 100; pixel++) {
    const kept = [...value].filter((_, i) => Math.floor(at[i] / 50) === pixel);
    const all = list.slice(50 * pixel, 50 * pixel + 50);
    assert.deepEqual([Math.min(...kept), Math.max(...kept)], [Math.min(...all), Math.max(...all)]);
    assert.deepEqual([kept[0], kept[kept.length - 1]], [all[0], all[49]]);
  }
});

Deno.test("ui §7: a break between pixels stays, one inside a pixel has no place", () => {
  const list = Array.from({ length: 1_000 }, (_, i) => i % 7);
  list.fill(NaN, 300, 340);
  list[705] = NaN;
  const { at, value } = thin(pointsOf(list), 100);
  const breaks = [...at].filter((_, i) => Number.isNaN(value[i]));

  assert.deepEqual(breaks, [339]);
});

Deno.test("ui §7: a line with few points stays as it is", () => {
  const points = pointsOf([1, NaN, 2]);

  assert.equal(thin(points, 1), points);
});
