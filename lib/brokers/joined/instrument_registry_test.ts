import assert from "node:assert/strict";
import fc from "fast-check";
import type { Equity, Instrument, Option } from "../../domain/instrument.ts";
import { InstrumentRegistry } from "./instrument_registry.ts";

function aShare(over: Partial<Equity> = {}): Equity {
  const symbol = over.symbol ?? "XYZ";
  return {
    kind: "equity",
    key: symbol,
    symbol,
    underlying: symbol,
    multiplier: 1,
    currency: "USD",
    exchange: "XNYS",
    sessionClass: "equity",
    tickSize: 0.01,
    ...over,
  };
}

function aCall(over: Partial<Option> = {}): Option {
  return {
    ...aShare(),
    kind: "option",
    key: "XYZ 2025-05-16 C 105 x100",
    multiplier: 100,
    right: "call",
    strike: 105,
    expiry: "2025-05-16",
    expiresAt: Date.UTC(2025, 4, 16, 20),
    settlement: "PM",
    underlyingKey: "XYZ",
    deliverable: 100,
    root: "XYZ",
    ...over,
  };
}

const BROKERS = ["tastytrade", "ib"];

Deno.test("DAT-5: descriptions that agree are one contract, whatever tick and exchange", () => {
  const registry = new InstrumentRegistry(BROKERS);
  for (const broker of [0, 1]) assert.equal(registry.place(broker, aShare()), null);
  assert.equal(registry.place(0, aCall()), null);
  assert.equal(registry.place(1, aCall({ exchange: "SMART", tickSize: 0.05 })), null);

  const { key } = aCall();
  assert.equal(registry.keyOf(0, key), key);
  assert.equal(registry.keyOf(1, key), key);
  assert.equal(registry.ownOf(key, 1)?.exchange, "SMART", "each is asked by its own words");
});

const CONTRADICTIONS: readonly (readonly [string, Partial<Option>])[] = [
  ["multiplier", { multiplier: 10 }],
  ["delivery", { deliverable: 150 }],
  ["expiry", { expiry: "2025-05-15" }],
  ["currency", { currency: "EUR" }],
  ["strike", { strike: 10.5 }],
  ["right", { right: "put" }],
  ["settlement", { settlement: "AM" }],
  ["root", { root: "XYZ1" }],
  ["driving price", { underlyingKey: "XYZ.OLD" }],
  ["underlying", { underlying: "XYW" }],
];

for (const [term, over] of CONTRADICTIONS) {
  Deno.test(`DAT-5: another ${term} under the same key stays apart and is told`, () => {
    const registry = new InstrumentRegistry(BROKERS);
    for (const broker of [0, 1]) registry.place(broker, aShare());
    registry.place(0, aCall());
    const apart = registry.place(1, aCall(over));

    assert.equal(apart?.difference.term, term);
    assert.deepEqual(apart?.brokers, [0, 1]);
    const key = `${aCall().key} @ib`;
    assert.equal(registry.keyOf(1, aCall().key), key);
    assert.equal(registry.keyOf(0, aCall().key), aCall().key);
    assert.equal(registry.instrument(key)?.multiplier, over.multiplier ?? 100);
    assert.equal(registry.ownOf(key, 0), null, "the other broker never speaks for it");
  });
}

Deno.test("DAT-5: shares of one symbol in two currencies keep their options apart as well", () => {
  const registry = new InstrumentRegistry(BROKERS);
  registry.place(0, aShare());
  registry.place(0, aCall());
  assert.equal(registry.place(1, aShare({ currency: "CAD" }))?.difference.term, "currency");
  assert.ok(registry.place(1, aCall({ currency: "CAD" })) !== null);

  const option = registry.instrument(`${aCall().key} @ib`);
  assert.ok(option?.kind === "option");
  assert.equal(option.underlyingKey, "XYZ @ib", "priced by its own share");
  assert.equal(option.underlying, "XYZ @ib", "and summed with it");
});

Deno.test("DAT-5: an option whose share is another one is another option", () => {
  const registry = new InstrumentRegistry(BROKERS);
  registry.place(0, aShare());
  registry.place(0, aCall());
  registry.place(1, aShare({ currency: "CAD" }));
  // In every term of its own it is the same.
  assert.equal(registry.place(1, aCall())?.difference.term, "underlying");
});

Deno.test("DAT-5: what a broker does not describe is nobody else's, also once described", () => {
  const registry = new InstrumentRegistry(BROKERS);
  registry.place(0, aShare());
  assert.equal(registry.placeUndescribed(1, "XYZ"), "XYZ @ib");
  assert.deepEqual(registry.undescribed("XYZ @ib"), { broker: 1, key: "XYZ" });
  assert.equal(registry.instrument("XYZ @ib"), null);
  registry.place(1, aShare());

  assert.equal(registry.undescribed("XYZ @ib"), null);
  assert.equal(registry.keyOf(1, "XYZ"), "XYZ @ib", "a row keeps its key");
  assert.equal(registry.instrument("XYZ @ib")?.currency, "USD");
});

Deno.test("what the desk cannot value is never one with another broker's", () => {
  const registry = new InstrumentRegistry(BROKERS);
  const bond: Instrument = {
    ...aShare({ symbol: "912828" }),
    kind: "unsupported",
    description: "",
  };
  registry.place(0, bond);
  registry.place(1, bond);
  assert.equal(registry.keyOf(1, "912828"), "912828 @ib");
});

/** A few contracts of which several share a key and differ in a term. */
const described = fc.record({
  broker: fc.nat(2),
  share: fc.nat(2),
  multiplier: fc.constantFrom(100, 10),
  deliverable: fc.constantFrom(100, 150),
  currency: fc.constantFrom("USD", "CAD"),
});

/** Which descriptions ended in one contract, as sorted groups of their own indices. */
function groupsOf(order: readonly number[], all: readonly (readonly [number, Instrument])[]) {
  const registry = new InstrumentRegistry(["a", "b", "c"]);
  const groups = new Map<string, number[]>();
  const shares = order.filter((i) => all[i][1].kind === "equity");
  const options = order.filter((i) => all[i][1].kind !== "equity");
  for (const i of [...shares, ...options]) registry.place(...all[i]);
  for (const i of order) {
    const key = registry.keyOf(all[i][0], all[i][1].key) ?? "";
    groups.set(key, [...groups.get(key) ?? [], i].sort((x, y) => x - y));
  }
  return [...groups.values()].map(String).sort();
}

Deno.test("DAT-5, property: which contracts are one does not depend on who comes first", () => {
  fc.assert(fc.property(
    fc.uniqueArray(described, {
      maxLength: 12,
      selector: ({ broker, share }) => `${broker} ${share}`,
    })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all.keys()], {
            minLength: all.length,
            maxLength: all.length,
          }),
        )
      ),
    ([all, shuffled]) => {
      const placed = all.flatMap(({ broker, share, multiplier, deliverable, currency }) => {
        const symbol = `S${share}`;
        const own = { symbol, underlying: symbol, currency };
        const option = aCall({ ...own, key: `${symbol} C`, root: symbol, underlyingKey: symbol });
        return [
          [broker, aShare({ ...own })] as const,
          [broker, { ...option, multiplier, deliverable }] as const,
        ];
      });
      const order = placed.map((_, i) => i);
      const other = shuffled.flatMap((i) => [2 * i, 2 * i + 1]);
      assert.deepEqual(groupsOf(other, placed), groupsOf(order, placed));
    },
  ));
});
