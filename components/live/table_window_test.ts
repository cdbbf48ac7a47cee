import assert from "node:assert/strict";
import fc from "fast-check";
import { visibleRange, WINDOW_FROM } from "./table_window.ts";

Deno.test("window: a short table is drawn whole", () => {
  assert.deepEqual(visibleRange(WINDOW_FROM - 1, -10_000, 900, 24), {
    from: 0,
    to: WINDOW_FROM - 1,
  });
});

Deno.test("window: of 500 rows only those in sight and a few around them are drawn", () => {
  const range = visibleRange(500, 600, 900, 24);
  const scrolled = visibleRange(500, -2_400, 900, 24);

  assert.deepEqual(range, { from: 0, to: 19 });
  assert.deepEqual(scrolled, { from: 94, to: 144 });
});

Deno.test("window: everything in sight is drawn wherever the table stands, never all", () => {
  const top = fc.integer({ min: -30_000, max: 3_000 });
  const viewport = fc.integer({ min: 300, max: 2_000 });
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 1_000 }), top, viewport, (lines, at, height) => {
      const { from, to } = visibleRange(lines, at, height, 24);

      assert.ok(from >= 0 && from <= to && to <= lines);
      assert.ok(to - from <= Math.ceil(height / 24) + 13);
      for (let line = 0; line < lines; line++) {
        const y = at + line * 24;
        const isInSight = y + 24 > 0 && y < height;
        if (isInSight) assert.ok(line >= from && line < to, `line ${line}`);
      }
    }),
  );
});
