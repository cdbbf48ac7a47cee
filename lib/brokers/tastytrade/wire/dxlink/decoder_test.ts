import assert from "node:assert/strict";
import fc from "fast-check";
import { MARKET_EVENT } from "../../../../domain/market_data.ts";
import { EVENT_MAPPINGS, TYPE_BIT } from "../../feed/map.ts";
import { decoding } from "./decoding_fixture_test.ts";

const QUOTE = ["eventSymbol", "bidPrice", "askPrice", "bidSize", "askSize"];
const TAIL = [null, null, null, null];

Deno.test("decoder: every [type, values] pair of one message is read", () => {
  const wire = decoding(["SPY"]);
  wire.layouts.merge({
    Quote: QUOTE,
    Trade: ["eventSymbol", "price", "time"],
    Summary: ["prevDayClosePrice", "eventSymbol"],
  });

  wire.data(
    "Quote",
    ["SPY", 1, 2, 3, 4],
    "Trade",
    ["SPY", 1.5, 1790000000000],
    "Summary",
    [7, "SPY"],
  );

  assert.deepEqual(wire.seen, [
    { kind: MARKET_EVENT.quote, handle: 100, at: null, values: [1, 2, 3, 4, ...TAIL] },
    {
      kind: MARKET_EVENT.trade,
      handle: 100,
      at: 1790000000000,
      values: [1.5, null, null, null, ...TAIL],
    },
    { kind: MARKET_EVENT.summary, handle: 100, at: null, values: [7, null, null, null, ...TAIL] },
  ]);
  assert.equal(wire.confirmed[0], TYPE_BIT.quote | TYPE_BIT.trade | TYPE_BIT.summary);
  assert.deepEqual(wire.counters.read(), {});
});

Deno.test("DAT-1: texts, null and overflow become absences, odd ones are counted", () => {
  const wire = decoding(["A"]);
  wire.layouts.merge({ Quote: QUOTE });

  wire.frame(
    '{"type":"FEED_DATA","channel":1,"data":["Quote",["A","NaN",null,"Infinity",1e999,' +
      '"A","","5.5",true,-1]]}',
  );

  assert.deepEqual(wire.seen.map(({ values }) => values.slice(0, 4)), [
    [null, null, null, null],
    [null, null, null, -1],
  ]);
  assert.deepEqual(wire.counters.read(), { infinite: 2, badValue: 3 });
});

Deno.test("R35: an empty text where a number belongs costs that number only", () => {
  const wire = decoding(["A"]);
  wire.layouts.merge({ Quote: QUOTE });

  wire.data("Quote", ["A", "", 2, 3, 4]);

  assert.deepEqual(wire.seen[0].values.slice(0, 4), [null, 2, 3, 4]);
  assert.equal(wire.counters.count("badValue"), 1);
});

Deno.test("decoder: a switch to FULL and back in mid-session, before and after its notice", () => {
  const wire = decoding(["A"]);
  wire.layouts.merge({ Quote: QUOTE });
  const full = { eventType: "Quote", eventSymbol: "A", bidPrice: 3, bidTime: 1790000000000 };

  wire.data("Quote", ["A", 1, 2, 3, 4]);
  wire.data(full);
  wire.frame('{"type":"FEED_CONFIG","channel":1,"dataFormat":"FULL"}');
  wire.data(full, { ...full, bidPrice: 4 });
  wire.data("Quote", ["A", 5, 6, 7, 8]);

  assert.deepEqual(wire.seen.map(({ values }) => values[0]), [1, 3, 3, 4, 5]);
  assert.deepEqual(wire.seen[1].values.slice(0, 4), [3, null, null, null]);
  assert.equal(wire.seen[1].at, 1790000000000);
  assert.deepEqual(wire.counters.read(), {});
});

Deno.test("R34: unknown types, fields, channels' extras and shapes cost only themselves", () => {
  const wire = decoding(["A"]);
  wire.layouts.merge({ Quote: ["fresh", ...QUOTE], Novelty: ["eventSymbol", "x"] });

  wire.data(
    "Novelty",
    ["A", 1],
    "Quote",
    ["?", "A", 1, 2, 3, 4],
    7,
    null,
    { eventType: "Later", eventSymbol: "A" },
    { eventSymbol: "A" },
    "Quote",
    "text",
    "Quote",
    ["?", "Z", 1, 2, 3, 4],
  );

  assert.deepEqual(wire.seen.map(({ values }) => values.slice(0, 4)), [[1, 2, 3, 4]]);
  assert.deepEqual(wire.counters.read(), { unknownType: 2, malformed: 4, unknownSymbol: 1 });
  assert.deepEqual(wire.counters.names(), { "unknownType Novelty": 1, "unknownType Later": 1 });
});

Deno.test("decoder: halted, trading and an undefined status", () => {
  const wire = decoding(["SPY"], 0);
  wire.layouts.merge({ Profile: ["eventSymbol", "tradingStatus"] });

  wire.data("Profile", ["SPY", "UNDEFINED"]);
  assert.equal(wire.seen.length, 0);
  assert.equal(wire.confirmed[0], TYPE_BIT.profile);
  wire.data("Profile", ["SPY", "HALTED"]);
  assert.ok(wire.decoder.reference.isHalted);
  wire.data({ eventType: "Profile", eventSymbol: "SPY", tradingStatus: "ACTIVE" });

  assert.ok(!wire.decoder.reference.isHalted);
  assert.deepEqual(wire.seen.map(({ kind, values }) => [kind, values[0]]), [[5, 1], [5, 0]]);
});

Deno.test("decoder: a removal confirms its symbol and is no value", () => {
  const wire = decoding(["A"]);
  wire.layouts.merge({ Greeks: ["eventSymbol", "eventFlags", "delta"] });

  wire.data("Greeks", ["A", 2, 0.5]);

  assert.equal(wire.seen.length, 0);
  assert.equal(wire.confirmed[0], TYPE_BIT.greeks);
  assert.equal(wire.counters.count("removed"), 1);
});

Deno.test("decoder: the reference symbol is read like any other, row after row", () => {
  const wire = decoding(["A", "SPY"], 1);
  wire.layouts.merge({ Quote: QUOTE });

  wire.data("Quote", ["A", 1, 2, 3, 2, "SPY", 5, 6, 7, 2, "SPY", 8, 9, 10, 2]);

  assert.deepEqual(wire.seen.map(({ values }) => values[0]), [1, 5, 8]);
  assert.equal(wire.decoder.reference.eventCount, 2);
  assert.equal(wire.counters.count("removed"), 0);
});

Deno.test("decoder: what a newer connection delivers is passed over here", () => {
  const wire = decoding(["A", "B"]);
  wire.layouts.merge({ Quote: QUOTE });
  wire.decoder.superseded = Uint8Array.of(TYPE_BIT.quote, TYPE_BIT.trade);

  wire.data("Quote", ["A", 1, 2, 3, 4, "B", 5, 6, 7, 8]);

  assert.deepEqual(wire.seen.map(({ handle }) => handle), [101]);
  assert.equal(wire.counters.count("duplicate"), 1);
});

Deno.test("decoder: a message longer than a batch loses nothing", () => {
  const wire = decoding(["A"]);
  wire.layouts.merge({ Trade: ["eventSymbol", "price"] });

  wire.data("Trade", Array.from({ length: 5000 }, (_, i) => ["A", i]).flat());

  assert.deepEqual(wire.seen.map(({ values }) => values[0]), [...Array(5000).keys()]);
});

Deno.test("decoder: any order and choice of granted fields gives the same columns", () => {
  const symbols = ["A", "B/C", ".SPY261218P500"];
  const row = fc.record({
    symbol: fc.constantFrom(...symbols),
    numbers: fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat()), {
      minLength: 8,
      maxLength: 8,
    }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...EVENT_MAPPINGS.filter(({ type }) => type !== "Profile")),
      fc.infiniteStream(fc.nat()),
      fc.array(row, { minLength: 1, maxLength: 6 }),
      (mapping, picks, rows) => {
        const names = [...mapping.fields.slice(1), "eventType", "sequence"];
        const granted = [
          "eventSymbol",
          ...names.filter(() => Number(picks.next().value) % 4 !== 0),
        ];
        granted.sort(() => Number(picks.next().value) % 3 - 1);
        const valueOf = (name: string, at: number) =>
          name === "eventSymbol"
            ? rows[at].symbol
            : name === "eventType"
            ? mapping.type
            : /[tT]ime/.test(name)
            ? 1790000000000 + at
            : rows[at].numbers[names.indexOf(name)];
        const objects = rows.map((_, at) =>
          Object.fromEntries(granted.map((name) => [name, valueOf(name, at)]))
        );
        const compact = decoding(symbols);
        compact.layouts.merge({ [mapping.type]: granted });
        const full = decoding(symbols);

        compact.data(
          mapping.type,
          objects.flatMap((object) => granted.map((name) => object[name])),
        );
        full.data(...objects.map((object) => ({ ...object, eventType: mapping.type })));

        assert.deepEqual(compact.seen, full.seen);
        assert.equal(compact.seen.length, rows.length);
        for (const [at, { values }] of compact.seen.entries()) {
          for (const [name, { slot }] of Object.entries(mapping.values)) {
            const expected = granted.includes(name) ? valueOf(name, at) : null;
            assert.equal(values[slot], expected === null ? null : Number(expected) + 0);
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});
