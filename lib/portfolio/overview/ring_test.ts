import assert from "node:assert/strict";
import { sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC, type SampleSpec } from "@/tests/fixtures/sample_spec.ts";
import { allocationRing, ringName } from "./ring.ts";
import { BookScope } from "./scope.ts";

function ringOf(spec: SampleSpec = SAMPLE_SPEC, measure: "dollarDelta" | "netLiq" = "dollarDelta") {
  return allocationRing(new BookScope(sampleBook(spec), [0, 1, 2]), measure);
}

Deno.test("T-025: longs by size clockwise, then shorts reversed, told apart by direction", () => {
  const ring = ringOf();

  assert.deepEqual(ring.arcs.map((arc) => [arc.label, arc.direction]), [
    ["SPY", "long"],
    ["NVDA", "long"],
    ["SAP", "long"],
    ["QQQ", "short"],
    ["SPX", "short"],
  ]);
  assert.ok(ring.arcs[0].tint > ring.arcs[1].tint);
});

Deno.test("T-025: shares are of the gross and fill the ring", () => {
  const ring = ringOf();
  const sum = ring.arcs.reduce((total, arc) => total + arc.share, 0);

  assert.ok(Math.abs(sum - 1) < 1e-12);
  assert.ok(Math.abs(ring.net) < ring.gross);
  assert.equal(ring.legend[0].label, "SPX");
});

Deno.test("T-025: over seven names fold into one line with their net", () => {
  const names = Array.from({ length: 10 }, (_, i) => `N${i}`);
  const ring = ringOf({
    ...SAMPLE_SPEC,
    underlyings: names.map((symbol) => ({ symbol, price: 100, previousClose: 100 })),
    legs: names.map((underlying, i) => ({
      underlying,
      account: 0,
      quantity: i % 2 === 0 ? 10 + i : -10 - i,
      mark: 100,
      delta: 1,
      dayPnl: 0,
    })),
  });

  assert.equal(ring.legend.length, 8);
  assert.equal(ring.legend[7].label, "3 more");
  assert.equal(ring.legend[7].direction, null);
  assert.equal(ring.arcs.length, 10);
});

Deno.test("X-03: a name without a value is not in the ring, an empty ring has no size", () => {
  const legs = SAMPLE_SPEC.legs.map((leg) =>
    leg.underlying === "SPX" ? { ...leg, absent: "noQuote" as const } : leg
  );

  assert.ok(!ringOf({ ...SAMPLE_SPEC, legs }).arcs.some((arc) => arc.label === "SPX"));
  assert.equal(ringOf({ ...SAMPLE_SPEC, legs: [] }).gross, 0);
});

Deno.test("ui §7: the ring is named with its net for who does not see it", () => {
  assert.match(ringName(ringOf(), "dollarDelta"), /^Dollar delta by underlying: long clockwise/);
  assert.match(ringName(ringOf(SAMPLE_SPEC, "netLiq"), "netLiq"), /net \+\d/);
});
