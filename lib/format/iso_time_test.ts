import assert from "node:assert/strict";
import fc from "fast-check";
import { isoTime } from "./iso_time.ts";

const EDGES = [
  0,
  -1,
  0.75,
  -0.75,
  Date.UTC(2024, 1, 29, 23, 59, 59, 999),
  Date.UTC(2000, 1, 29),
  Date.UTC(1900, 1, 28, 23, 59, 59, 999),
  Date.UTC(1900, 2, 1),
  Date.UTC(2100, 11, 31, 23, 59, 59, 999),
  -62_167_219_200_000,
  -62_167_219_200_001,
  -62_162_035_200_000,
  253_402_300_799_999,
  253_402_300_800_000,
  8_640_000_000_000_000,
];

Deno.test("an instant is written as the platform's own Date writes it, at every edge", () => {
  for (const ms of EDGES) assert.equal(isoTime(ms), new Date(ms).toISOString(), String(ms));
});

Deno.test("an instant is written as the platform's own Date writes it, wherever it lies", () => {
  const near = fc.double({ min: 0, max: Date.UTC(2100, 0, 1), noNaN: true });
  const anywhere = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true });
  const fourDigits = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });
  fc.assert(
    fc.property(fc.oneof(near, anywhere, fourDigits), (ms) => {
      assert.equal(isoTime(ms), new Date(ms).toISOString());
    }),
    { numRuns: 5000 },
  );
});

Deno.test("every day of 800 years is the platform's", () => {
  for (let ms = Date.UTC(1600, 0, 1); ms < Date.UTC(2400, 0, 1); ms += 86_400_000) {
    assert.equal(isoTime(ms), new Date(ms).toISOString());
  }
});

Deno.test("what is no instant has no text", () => {
  for (const ms of [NaN, Infinity, -Infinity, 8.64e15 + 1, -8.64e15 - 1]) {
    assert.equal(isoTime(ms), null);
  }
});
