import assert from "node:assert/strict";
import fc from "fast-check";
import { decoding } from "./decoding_fixture_test.ts";

const SYMBOLS = ["A", "B", "C", "D", "E"];
const FIELDS = ["bidPrice", "askPrice", "bidSize", "askSize"];

Deno.test("salvage: rows around a short one are kept, the loss is counted and reported", () => {
  const wire = decoding(SYMBOLS);
  wire.layouts.merge({
    Quote: ["eventSymbol", ...FIELDS],
    Trade: ["eventSymbol", "price"],
  });

  wire.data("Quote", ["A", 1, 2, 3, 4, "B", 5, 6, 7, "C", 8, 9, 10, 11], "Trade", ["A", 5]);

  assert.deepEqual(wire.seen.map(({ handle, values }) => [handle, ...values.slice(0, 4)]), [
    [100, 1, 2, 3, 4],
    [102, 8, 9, 10, 11],
    [100, 5, null, null, null],
  ]);
  assert.equal(wire.counters.count("badLength"), 1);
  assert.equal(wire.counters.count("lostRow"), 1);
  assert.deepEqual(wire.mismatches, [0]);
});

Deno.test("salvage: two faults that cancel in length put no number in a wrong place", () => {
  const wire = decoding(SYMBOLS);
  wire.layouts.merge({ Quote: ["eventSymbol", ...FIELDS] });

  wire.data("Quote", ["A", 1, 2, 3, "B", 5, 6, 7, 8, 8.5, "C", 9, 10, 11, 12]);

  assert.deepEqual(wire.seen.map(({ handle, values }) => [handle, ...values.slice(0, 4)]), [
    [102, 9, 10, 11, 12],
  ]);
});

Deno.test("BRK-8: values lost or doubled anywhere never become a number of another field", () => {
  fc.assert(
    fc.property(
      fc.nat(4),
      fc.array(fc.nat(24), { minLength: 1, maxLength: 3 }),
      // A loss and a doubling between the same two symbols cannot be seen by anybody.
      fc.boolean(),
      (symbolAt, places, isExtra) => {
        const fields = [...FIELDS.slice(0, symbolAt), "eventSymbol", ...FIELDS.slice(symbolAt)];
        // The value of field f in row r is 10 r + f, so that every number says where it belongs.
        const block: unknown[] = SYMBOLS.flatMap((symbol, row) =>
          fields.map((name) => name === "eventSymbol" ? symbol : 10 * row + FIELDS.indexOf(name))
        );
        for (const at of places) {
          // A symbol itself that is lost or doubled is a row of another kind of damage.
          if (typeof block[at] !== "number") continue;
          if (isExtra) block.splice(at, 0, 999);
          else block.splice(at, 1);
        }
        const wire = decoding(SYMBOLS);
        wire.layouts.merge({ Quote: fields });

        wire.data("Quote", block);

        for (const { handle, values } of wire.seen) {
          assert.deepEqual(
            values.slice(0, 4),
            [0, 1, 2, 3].map((field) => 10 * (handle - 100) + field),
            JSON.stringify(block),
          );
        }
      },
    ),
    { numRuns: 500 },
  );
});
