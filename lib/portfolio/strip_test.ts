import assert from "node:assert/strict";
import fc from "fast-check";
import { insertEntries, removeEntries } from "./strip.ts";

Deno.test("strip: removing and inserting do what splicing a list does, at every stride", () => {
  const entries = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 12 });
  const picks = fc.array(fc.nat(12), { maxLength: 8 });
  fc.assert(fc.property(entries, picks, picks, (list, removals, insertions) => {
    const removed = [...new Set(removals.filter((at) => at < list.length))].sort((a, b) => a - b);
    const left = list.filter((_, at) => !removed.includes(at));
    const positions = insertions.map((at) => Math.min(at, left.length)).sort((a, b) => a - b);
    const wanted: number[] = [];
    left.forEach((value, at) => {
      for (const position of positions) if (position === at) wanted.push(0);
      wanted.push(value);
    });
    for (const position of positions) if (position === left.length) wanted.push(0);
    const ints = new Int32Array(24);
    const pairs = new Float64Array(48).fill(-1);
    list.forEach((value, at) => {
      ints[at] = value;
      pairs.set([value, -value], at * 2);
    });
    const columns = [{ values: ints, stride: 1 }, { values: pairs, stride: 2 }];

    removeEntries(columns, list.length, removed);
    insertEntries(columns, left.length, positions);

    assert.deepEqual([...ints.subarray(0, wanted.length)], wanted);
    const both = wanted.flatMap((value) => value === 0 ? [NaN, NaN] : [value, -value]);
    assert.deepEqual([...pairs.subarray(0, both.length)], both);
  }));
});
