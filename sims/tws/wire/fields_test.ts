import assert from "node:assert/strict";
import fc from "fast-check";
import { readContract } from "./contract_fields.ts";
import { FieldError, FieldReader } from "./field_reader.ts";
import { doubleText, escaped, FieldWriter } from "./field_writer.ts";

Deno.test("fields: what is not set has the sentinels of TWS", () => {
  const { values } = new FieldWriter(94).int(5).double(NaN).double(undefined).int(undefined);
  assert.deepEqual(values, ["94", "5", "1.7976931348623157E308", "", ""]);
  assert.deepEqual(new FieldWriter(1).flag(true).flag(false).values, ["1", "1", "0"]);
});

Deno.test("fields: doubles are decimal text that reads back to ten decimals", () => {
  assert.deepEqual([0.1 + 0.2, -0, 5614.66, 1e-12, -1].map(doubleText), [
    "0.3",
    "0",
    "5614.66",
    "0",
    "-1",
  ]);
  const double = fc.double({ min: -1e8, max: 1e8, noNaN: true });
  fc.assert(fc.property(double, (value) => {
    assert.ok(Math.abs(new FieldReader(["1", doubleText(value)]).number() - value) <= 1e-9);
  }));
});

Deno.test("fields: text beyond ASCII goes as \\uXXXX, a NUL never into a field", () => {
  assert.equal(escaped("B\u00f6rse \u{1f600}"), "B\\u00f6rse \\ud83d\\ude00");
  assert.deepEqual(new FieldWriter(1).text("a\0b").values, ["1", "a b"]);
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 });
  fc.assert(fc.property(units.map((codes) => String.fromCharCode(...codes)), (value) => {
    assert.match(escaped(value), /^[\x20-\x7e]*$/);
    const back = escaped(value).replace(
      /\\u([0-9a-f]{4})/g,
      (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
    );
    if (!value.includes("\\u")) assert.equal(back, value);
  }));
});

Deno.test("fields: empty, 0, 0.0 and the sentinels all mean that a client says nothing", () => {
  const unset = ["", "0", "0.0", "1.7976931348623157E308", "Infinity"];
  for (const text of unset) assert.equal(new FieldReader(["1", text]).number(), 0, text);
  assert.equal(new FieldReader(["1", "2147483647"]).intOrNull(), null);
  assert.equal(new FieldReader(["1", ""]).intOrNull(), null);
  assert.deepEqual(
    ["1", "true", "0", "false", ""].map((one) => new FieldReader(["1", one]).flag()),
    [
      true,
      true,
      false,
      false,
      false,
    ],
  );
  for (const read of ["int", "number", "flag"] as const) {
    assert.throws(() => new FieldReader(["1", "x"])[read](), FieldError);
    assert.throws(() => new FieldReader(["1"])[read](), FieldError);
  }
});

Deno.test("fields: two clients' ways to name a contract are the same contract", () => {
  const theirs = ["9", "8", "10", "", "AAPL", "OPT", "", "", "", "", "SMART", "", "USD", "", ""];
  const others = [
    "9",
    "8",
    "10",
    "0",
    "AAPL",
    "OPT",
    "",
    "0.0",
    "",
    "",
    "SMART",
    "",
    "USD",
    "",
    "",
  ];
  const [one, two] = [theirs, others].map((fields) => {
    const reader = new FieldReader(fields);
    reader.skip(2);
    return readContract(reader);
  });
  assert.deepEqual(one, two);
  assert.deepEqual([one.conId, one.strike, one.secType], [0, 0, "OPT"]);
});
