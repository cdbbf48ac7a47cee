import assert from "node:assert/strict";
import fc from "fast-check";
import { decoding } from "./decoding_fixture_test.ts";
import { indexOfParts, indexParts, parseExactly } from "./values.ts";

Deno.test("index: a recorded Greeks index comes apart into its time and sequence", () => {
  assert.deepEqual(indexParts(7235129486797176832n), { timeMs: 1684559855338, sequence: 0 });
});

Deno.test("index: apart and together again is the same number", () => {
  fc.assert(fc.property(fc.nat(4e12), fc.nat(2 ** 22 - 1), (timeMs, sequence) => {
    const index = indexOfParts({ timeMs, sequence });
    assert.deepEqual(indexParts(index), { timeMs, sequence });
  }));
});

Deno.test("index: digits above 2^53 survive the parser", () => {
  assert.deepEqual(parseExactly('[7235129486797176833,-9007199254740993,5,1.5,"7"]'), [
    7235129486797176833n,
    -9007199254740993n,
    5,
    1.5,
    "7",
  ]);
});

Deno.test("index: candles that come with an index and no time lose none of its digits", () => {
  const wire = decoding([]);
  wire.layouts.merge({ Candle: ["eventSymbol", "index", "close"] });
  const indexes = [1, 2, 3].map((sequence) =>
    indexOfParts({ timeMs: 1684559855338, sequence }).toString()
  );

  wire.frame(
    `{"type":"FEED_DATA","channel":3,"data":["Candle",["S{=t}",${indexes[0]},1,"S{=t}",` +
      `${indexes[1]},2]]}`,
  );
  wire.frame(
    `{"type":"FEED_DATA","channel":3,"data":[{"eventType":"Candle","eventSymbol":"S{=t}",` +
      `"index":${indexes[2]},"close":3}]}`,
  );

  assert.deepEqual(
    wire.candles.map(({ startsAt, sequence, close }) => [startsAt, sequence, close]),
    [[1684559855338, 1, 1], [1684559855338, 2, 2], [1684559855338, 3, 3]],
  );
});
