import assert from "node:assert/strict";
import fc from "fast-check";
import {
  AXIS_HOLD_MS,
  ScaleHold,
  scaleLines,
  scaleTexts,
  timeSpan,
  timeTicks,
  valueScale,
} from "./axis.ts";

Deno.test("ui §7: a scale has whole steps around the range, zero where asked", () => {
  assert.deepEqual(valueScale(-2104, 3911, true), { from: -4000, to: 4000, step: 2000 });
  assert.deepEqual(scaleLines(valueScale(-2104, 3911, true)), [-4000, -2000, 0, 2000, 4000]);
  assert.deepEqual(valueScale(0, 0, true).from < 0, true);
});

Deno.test("ui §7: any range lies inside its scale with three to seven lines", () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(fc.property(value, value, fc.boolean(), (a, b, hasZero) => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const scale = valueScale(low, high, hasZero);

    assert.ok(scale.from <= low + 1e-6 * scale.step && scale.to >= high - 1e-6 * scale.step);
    const lines = scaleLines(scale).length;
    assert.ok(lines >= 2 && lines <= 8, `${lines} lines`);
  }));
});

Deno.test("ui §6: an axis moves at most once in 5 s, and at once for another metric", () => {
  const hold = new ScaleHold();
  const small = valueScale(0, 10, true);
  const large = valueScale(0, 1000, true);

  assert.equal(hold.next(small, "profit", 0), small);
  assert.equal(hold.next(large, "profit", AXIS_HOLD_MS - 1), small);
  assert.equal(hold.next(large, "profit", AXIS_HOLD_MS), large);
  assert.equal(hold.next(valueScale(0, 900, true), "profit", 3 * AXIS_HOLD_MS), large);
  assert.equal(hold.next(small, "vega", 3 * AXIS_HOLD_MS), small);
});

Deno.test("ui §7: the first value of an empty line is never outside its scale", () => {
  const hold = new ScaleHold();
  const [empty, first] = [valueScale(0, 0, true), valueScale(-1200, -1200, true)];

  assert.equal(hold.next(empty, null, 0), empty);
  assert.equal(hold.next(first, "profit", 1), first);
  assert.equal(hold.next(empty, "profit", 2), first);
});

Deno.test("axis: time spans grow in whole steps and leave the line room", () => {
  const minute = 60_000;
  const span = (elapsed: number) => timeSpan(0, elapsed * minute).to / minute;

  assert.deepEqual([span(0), span(4), span(4.7), span(59), span(300)], [5, 5, 10, 90, 330]);
  for (const elapsed of [0, 3, 30, 200, 1000, 5000]) assert.ok(span(elapsed) >= elapsed);
});

Deno.test("axis: times are round, at most seven", () => {
  const minute = 60_000;
  for (const minutes of [5, 10, 30, 90, 405, 1440]) {
    const ticks = timeTicks(13 * minute, (13 + minutes) * minute);
    assert.ok(ticks.length >= 2 && ticks.length <= 7, `${minutes}: ${ticks.length}`);
    for (const tick of ticks) assert.equal(tick % minute, 0);
  }
});

Deno.test("ui §7: labels of a scale tell its lines apart and say their values", () => {
  assert.deepEqual(scaleTexts({ from: -5_000, to: 5_000, step: 2_500 }, true), [
    "\u22125.0k",
    "\u22122.5k",
    "0",
    "+2.5k",
    "+5.0k",
  ]);
  assert.deepEqual(scaleTexts({ from: 1_450_000, to: 1_465_000, step: 5_000 }, false), [
    "1.450M",
    "1.455M",
    "1.460M",
    "1.465M",
  ]);
  fc.assert(
    fc.property(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.double({ min: 1, max: 1e7, noNaN: true }),
      fc.boolean(),
      (low, size, hasZero) => {
        const texts = scaleTexts(valueScale(low, low + size, hasZero), true);
        assert.equal(new Set(texts).size, texts.length, texts.join());
      },
    ),
  );
});
