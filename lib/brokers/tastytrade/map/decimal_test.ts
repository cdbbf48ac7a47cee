import assert from "node:assert/strict";
import fc from "fast-check";
import { readDecimal, readInstant } from "./decimal.ts";

Deno.test("amounts keep their cents up to ten million millions", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.boolean(), (cents, isBelow) => {
    const text = `${isBelow ? "-" : ""}${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
    const value = readDecimal(text);
    assert(value !== null);
    assert.equal(Math.abs(value).toFixed(2), text.replace("-", ""));
    assert(Object.is(value, 0) || (value < 0) === isBelow);
  }));
});

Deno.test("BRK-8: text and number read alike, and what is no number is absent, never 0", () => {
  assert.equal(readDecimal("1.0"), 1);
  assert.equal(readDecimal(742), 742);
  assert.equal(readDecimal("-0.14"), -0.14);
  assert.equal(readDecimal("1E-7"), 1e-7);
  const others = [
    "NaN",
    "",
    " ",
    "Infinity",
    "0x10",
    "1,000.00",
    "12abc",
    "1e999",
    NaN,
    Infinity,
    true,
    null,
    undefined,
    [],
    {},
    "1_000",
    "--1",
  ];
  for (const value of others) assert.equal(readDecimal(value), null, String(value));
});

Deno.test("instants read in every writing of the broker, and without an offset not at all", () => {
  const at = Date.UTC(2026, 9, 30, 13, 30);
  assert.equal(readInstant("2026-10-30T13:30:00.000+00:00"), at);
  assert.equal(readInstant("2026-10-30T13:30:00Z"), at);
  assert.equal(readInstant("2026-10-30 13:30:00+00"), at);
  assert.equal(readInstant("2026-10-30T08:30:00.000-0500"), at);
  assert.equal(readInstant("2026-10-30T13:30:00.028000+00:00"), at + 28);
  assert.equal(readInstant("2026-10-30T13:30:00.5+00:00"), at + 500);
  assert.equal(readInstant(1793370600572), 1793370600572);
  for (
    const value of [0, -1, 1.5, "2026-10-30T13:30:00", "2026-10-30", "2026-13-30T13:30:00Z", ""]
  ) {
    assert.equal(readInstant(value), null, String(value));
  }
});

Deno.test("BRK-8: an instant in ms reads as number and as digits", () => {
  assert.equal(readInstant(1793370600572), 1793370600572);
  assert.equal(readInstant("1793370600572"), 1793370600572);
  for (const other of ["1793370600", "0", "-1793370600572", "1.7e12", 0, -1, 1.5]) {
    assert.equal(readInstant(other), null, String(other));
  }
});
