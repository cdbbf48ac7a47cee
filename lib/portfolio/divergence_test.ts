import assert from "node:assert/strict";
import fc from "fast-check";
import type { Divergence } from "./divergence.ts";
import { anEquity, anOption, aPosition, greeks, quote, TestDesk } from "./desk_fixture_test.ts";

const SHARE = anEquity();

/** Calls of which every third has a broker's delta far from the model's. */
function aDesk(count: number): { readonly desk: TestDesk; readonly diverging: number[] } {
  const calls = Array.from({ length: count }, (_, i) => anOption({ strike: 100 + i }));
  const desk = new TestDesk().add(SHARE, ...calls)
    .hold(...calls.map(({ key }) => aPosition({ instrumentKey: key, signedQuantity: 1 })));
  desk.book.setCarry({ underlying: SHARE.underlying, riskFreeRate: 0.04, dividendYield: 0.01 });
  desk.send(quote(SHARE.key, 99.99, 100.01));
  for (const [i, { key }] of calls.entries()) {
    const delta = i % 3 === 0 ? 0.999 : 0.3;
    desk.send(quote(key, 1.72, 1.75), greeks(key, 0.25, delta, 0.04, -0.04, 0.12, 0.04));
  }
  const found = desk.book.sweepDivergence() ?? assert.fail("a whole round");
  assert.ok(found.length > 0);
  return { desk, diverging: handlesOf(found) };
}

function handlesOf(found: readonly Divergence[]): number[] {
  return found.map(({ handle }) => handle).sort((a, b) => a - b);
}

Deno.test("divergence: a round in parts finds what a whole one finds, each contract once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 25 }), (count, part) => {
      const { desk, diverging } = aDesk(count);
      for (let round = 0; round < 3; round++) {
        let calls = 1;
        let found = desk.book.sweepDivergence(part);
        for (; found === null; calls++) found = desk.book.sweepDivergence(part);
        assert.equal(calls, Math.ceil(count / part));
        assert.deepEqual(handlesOf(found), diverging);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("divergence: a book that shrinks during a round ends it", () => {
  const { desk, diverging } = aDesk(9);
  assert.equal(desk.book.sweepDivergence(4), null);
  desk.book.setPositions("A", []);

  const found = desk.book.sweepDivergence(4) ?? desk.book.sweepDivergence(4);

  assert.ok(found !== null && found.length <= diverging.length);
});
