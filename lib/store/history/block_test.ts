import assert from "node:assert/strict";
import fc from "fast-check";
import {
  HEAD_BYTES,
  pack,
  type PackedBlock,
  type SampleColumns,
  unpackColumn,
  unpackHead,
  unpackTimes,
} from "./block.ts";
import { checksum } from "./checksum.ts";

const samples = fc.record({
  gaps: fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 200, size: "max" }),
  isRegular: fc.boolean(),
  seed: fc.array(fc.double().map((value) => value + 0), { minLength: 1, maxLength: 20 }),
  stepMs: fc.constantFrom(1000, 60_000),
}).map(({ gaps, isRegular, seed, stepMs }): SampleColumns => {
  let instant = 1_742_392_800_000;
  const at = Float64Array.from(gaps, (gap) => instant += isRegular ? stepMs : gap);
  const value = (i: number) => seed[i % seed.length];
  const columns = [
    Float64Array.from(gaps, (_, i) => value(i)),
    Float64Array.from(gaps, () => value(0)),
    new Float64Array(gaps.length).fill(NaN),
  ];
  return { at, columns, stepMs };
});

function headBytes(block: PackedBlock, column: number): Uint8Array<ArrayBuffer> {
  return block.heads.slice(column * HEAD_BYTES, (column + 1) * HEAD_BYTES);
}

Deno.test("a block holds what was packed, every column by itself", () => {
  fc.assert(
    fc.property(samples, (given) => {
      const block = pack(given);
      const at = unpackTimes(block.shape, block.times);
      assert.ok(at.ok);
      assert.deepEqual(at.value, given.at);
      given.columns.forEach((values, c) => {
        const head = unpackHead(headBytes(block, c), block.shape);
        assert.ok(head.ok);
        const column = unpackColumn(head.value, block.shape.count, block.data[c]);
        assert.ok(column.ok);
        assert.deepEqual([...column.value], [...values]);
        const valid = values.filter((value) => !Number.isNaN(value));
        assert.equal(head.value.validCount, valid.length);
        assert.equal(head.value.min, valid.length === 0 ? NaN : Math.min(...valid));
        assert.equal(head.value.max, valid.length === 0 ? NaN : Math.max(...valid));
      });
    }),
  );
});

Deno.test("a constant column, one without values and regular times take no data", () => {
  const at = Float64Array.of(1000, 2000, 3000);
  const columns = [Float64Array.of(5, 5, 5), Float64Array.of(NaN, NaN, NaN)];

  const block = pack({ at, columns, stepMs: 1000 });

  assert.deepEqual([block.times, ...block.data], [null, null, null]);
});

Deno.test("DSK-3: every single flipped bit of a block is noticed when it is read", () => {
  const at = Float64Array.of(1000, 2000, 3500);
  const block = pack({ at, columns: [Float64Array.of(1, 2, -3)], stepMs: 1000 });
  const head = headBytes(block, 0);
  const clean = unpackHead(head, block.shape);
  assert.ok(clean.ok && block.times !== null && block.data[0] !== null);
  const flips = (bytes: Uint8Array<ArrayBuffer>, isRefused: (bytes: Uint8Array) => boolean) => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      assert.ok(isRefused(flipped), `bit ${bit}`);
    }
  };

  flips(head, (bytes) => !unpackHead(bytes, block.shape).ok);
  flips(block.times, (bytes) => !unpackTimes(block.shape, bytes).ok);
  flips(block.data[0], (bytes) => !unpackColumn(clean.value, 3, bytes).ok);
  for (const field of ["firstAt", "lastAt", "stepMs", "count", "intervalMs"] as const) {
    const shape = { ...block.shape, [field]: block.shape[field] + 1 };
    assert.ok(!unpackHead(head, shape).ok, field);
  }
});

Deno.test("the checksum tells bytes apart by order and length", () => {
  const of = (...bytes: number[]) => checksum(Uint8Array.from(bytes));

  const sums = [of(), of(0), of(0, 0), of(1, 2, 3, 4, 5), of(5, 4, 3, 2, 1), of(1, 2, 3, 4, 6)];

  assert.equal(new Set(sums).size, sums.length);
});
