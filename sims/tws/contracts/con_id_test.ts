import assert from "node:assert/strict";
import fc from "fast-check";
import { type ConIdParts, ConIds } from "./con_id.ts";

const part: fc.Arbitrary<ConIdParts> = fc.record({
  underlying: fc.integer({ min: 0, max: 20 }),
  classSlot: fc.integer({ min: 0, max: 2 }),
  isPut: fc.boolean(),
  strikeSteps: fc.integer({ min: 0, max: 4095 }),
  dayNo: fc.integer({ min: 20_000, max: 24_000 }),
});

Deno.test("contract ids: two contracts never share one, and each is a positive int32", () => {
  fc.assert(fc.property(fc.integer({ min: 0 }), part, part, (seed, a, b) => {
    const ids = new ConIds(seed);
    const [one, two] = [ids.of(a), ids.of(b)];
    assert.ok(one > 0 && one < 2_147_483_647 && Number.isInteger(one));
    assert.equal(one === two, JSON.stringify(a) === JSON.stringify(b));
    assert.equal(new ConIds(seed).of(a), one);
    assert.deepEqual(ids.partsOf(one), { ...a, dayNo: a.dayNo % 4096 });
  }));
});
