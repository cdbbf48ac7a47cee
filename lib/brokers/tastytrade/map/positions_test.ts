import assert from "node:assert/strict";
import fc from "fast-check";
import { expiryInstant } from "../../../calendar/expiry.ts";
import { isOption } from "../../../domain/instrument.ts";
import { readEquity, readEquityOption, readFuture, readFutureOption } from "./definitions.ts";
import { Drift, Fields } from "./fields.ts";
import { heldInstrument, type HeldRow, mapPosition, readHeldRows } from "./positions.ts";

type Json = Record<string, unknown>;

const SHORT_PUT = {
  "account-number": "5WZ00042",
  symbol: "SPY   261218P00500000",
  "instrument-type": "Equity Option",
  "underlying-symbol": "SPY",
  "streamer-symbol": ".SPY261218P500",
  quantity: 2,
  "quantity-direction": "Short",
  "close-price": "7.42",
  "average-open-price": "9.15",
  multiplier: 100,
  "cost-effect": "Debit",
  "expires-at": "2026-12-18T21:00:00.000+00:00",
  "updated-at": "2026-10-30T20:01:02.003+00:00",
};

function rows(...items: unknown[]) {
  const drift = new Drift();
  return { ...readHeldRows(items, drift), counts: drift.counts() };
}

function row(changes: Json): HeldRow {
  return rows({ ...SHORT_PUT, ...changes }).rows[0];
}

function fields(json: Json): Fields {
  const read = Fields.of(json, "test", new Drift());
  assert(read !== null);
  return read;
}

Deno.test("T-005: a short put is negative, so that its delta is positive and its value not", () => {
  const [held] = rows(SHORT_PUT).rows;
  const { instrument } = heldInstrument(held, null);
  const position = mapPosition(held, {
    accountId: "a",
    instrumentKey: instrument.key,
    changedToday: 0,
    asOf: 1,
  });
  assert(position !== null && isOption(instrument));
  assert.equal(position.signedQuantity, -2);
  assert.equal(position.averagePrice, 9.15);
  assert.equal(instrument.right, "put");
  const units = position.signedQuantity * instrument.multiplier;
  assert.equal(-0.3 * units, 60);
  assert.equal(7.42 * units, -1484);
});

Deno.test("T-005: every direction with every writing of the quantity has its sign", () => {
  const cases = [
    [1, "Long", 1],
    ["1.0", "Long", 1],
    ["0.25", "Long", 0.25],
    ["3", "Short", -3],
    [-3, "Short", -3],
    [0, "Zero", 0],
    ["0", "Long", 0],
    [5, "Zero", 0],
    [-1, "Long", null],
    [1, "Sideways", null],
    ["one", "Long", null],
    ["NaN", "Short", null],
    [undefined, "Long", null],
    [1, undefined, null],
  ] as const;
  for (const [quantity, direction, expected] of cases) {
    const read = row({ quantity, "quantity-direction": direction });
    assert.equal(read.signedQuantity, expected, `${quantity} ${direction}`);
  }
});

Deno.test("BRK-8: a field that is missing or of another type is absent and counted", () => {
  const read = rows({ ...SHORT_PUT, multiplier: [100], "average-open-price": undefined });
  assert.equal(read.rows[0].multiplier, null);
  assert.equal(read.rows[0].averagePrice, null);
  assert.deepEqual(read.counts, {
    "position.multiplier: type": 1,
    "position.average-open-price: missing": 1,
  });
  const odd = rows(null, "text", { quantity: 1 }, SHORT_PUT);
  assert.equal(odd.rows.length, 1);
  assert.equal(odd.unreadCount, 3);
});

Deno.test("BRK-8: an instrument type never heard of is kept as text, listed and counted", () => {
  const read = rows({ ...SHORT_PUT, "instrument-type": "Perpetual Swap", symbol: "X-PERP" });
  assert.equal(read.rows[0].instrumentType, "Perpetual Swap");
  assert.deepEqual(read.counts, { "position.instrument-type: unknown": 1 });
  const { instrument } = heldInstrument(read.rows[0], null);
  assert(instrument.kind === "unsupported");
  assert.match(instrument.description, /Perpetual Swap X-PERP/);
});

Deno.test("T-009: every kind is either valued or listed with a reason", () => {
  const cases = [
    [{ symbol: "SPY", "instrument-type": "Equity", multiplier: 1 }, "equity", "SPY"],
    [{}, "option", "SPY 2026-12-18 P 500 x100"],
    [
      {
        symbol: "/ESZ6",
        "instrument-type": "Future",
        multiplier: "50.0",
        "expires-at": "2026-12-18T14:30:00.000+00:00",
      },
      "future",
      "/ESZ6",
    ],
    [
      { symbol: "./ESZ6 EW4X6 261127C5750", "instrument-type": "Future Option", multiplier: 50 },
      "futureOption",
      "EW4 2026-11-27 C 5750 x50",
    ],
    [
      { symbol: "BTC/USD", "instrument-type": "Cryptocurrency", multiplier: 1 },
      "equity",
      "BTC/USD",
    ],
    [
      { symbol: "912797KX4", "instrument-type": "Bond", multiplier: 10 },
      "unsupported",
      "912797KX4",
    ],
    [{ symbol: "not OCC" }, "unsupported", "not OCC"],
    [{ multiplier: undefined }, "unsupported", "SPY   261218P00500000"],
  ] as const;
  for (const [changes, kind, key] of cases) {
    const { instrument } = heldInstrument(row(changes), null);
    assert.equal(instrument.kind, kind, key);
    assert.equal(instrument.key, key);
  }
});

Deno.test("AM and PM options of an index on one day have two instants and two keys", () => {
  const read = (root: string, settlement: string) =>
    readEquityOption(
      fields({
        symbol: `${root.padEnd(6)}261218C06000000`,
        "underlying-symbol": "SPX",
        "shares-per-contract": 100,
        "settlement-type": settlement,
      }),
      null,
    )?.instrument;
  const [am, pm] = [read("SPX", "AM"), read("SPXW", "PM")];
  assert(am?.kind === "option" && pm?.kind === "option");
  assert.equal(am.expiresAt, Date.parse("2026-12-18T14:30:00Z"));
  assert.equal(pm.expiresAt, Date.parse("2026-12-18T21:00:00Z"));
  const late = expiryInstant({ expiry: "2026-12-18", settlement: "PM" });
  assert.deepEqual(late, { ok: true, value: pm.expiresAt });
  assert.notEqual(am.key, pm.key);
  assert.equal(am.underlyingKey, "SPX");
  assert.equal(am.sessionClass, "lateOption");
});

Deno.test("an index is known by its definition; steps of prices are kept", () => {
  const index = readEquity(fields({
    symbol: "SPX",
    "is-index": true,
    "tick-sizes": [{ value: "0.01" }],
  }));
  assert.equal(index?.instrument.kind, "index");
  assert.equal(index?.streamerSymbol, "SPX");
});

Deno.test("a future option takes the multiplier of the future beneath, times its count", () => {
  const future = readFuture(fields({
    symbol: "/ESZ6",
    "streamer-symbol": "/ESZ26:XCME",
    "product-code": "ES",
    "notional-multiplier": "50.0",
    "tick-size": "0.25",
    "expiration-date": "2026-12-18",
    "expires-at": "2026-12-18T14:30:00.000+00:00",
  }));
  const option = (changes: Json) =>
    readFutureOption(
      fields({
        symbol: "./ESZ6 EW4X6 261127C5750",
        "streamer-symbol": "./EW4X26C5750:XCME",
        "settlement-type": "PM",
        ...changes,
      }),
      future,
    );
  const plain = option({});
  assert(plain?.instrument.kind === "futureOption");
  assert.equal(plain.instrument.multiplier, 50);
  assert.equal(plain.instrument.underlyingKey, "/ESZ6");
  assert.equal(plain.instrument.underlying, "/ES");
  assert.equal(plain.streamerSymbol, "./EW4X26C5750:XCME");
  assert.equal(option({ "underlying-count": "2.0" })?.instrument.multiplier, 100);
  // As the broker sends it, its own multiplier counts futures.
  assert.equal(option({ multiplier: "1.0" })?.instrument.multiplier, 50);
  assert.equal(option({ "settlement-type": "Future" })?.instrument.multiplier, 50);
});

Deno.test("DAT-5: adjusted contracts keep their delivery, and odd ones are not valued", () => {
  const json = {
    symbol: "AAPL1 261218C00150000",
    "underlying-symbol": "AAPL",
    "shares-per-contract": 100,
  };
  const simple = readEquityOption(fields(json), { ticks: [], deliverable: 150, oddDelivery: null });
  assert(simple?.instrument.kind === "option");
  assert.equal(simple.instrument.deliverable, 150);
  assert.equal(simple.instrument.root, "AAPL1");
  const odd = readEquityOption(fields(json), {
    ticks: [],
    deliverable: null,
    oddDelivery: "delivers 100 shares of AAPL and $12.50",
  });
  assert(odd?.instrument.kind === "unsupported");
  assert.match(odd.instrument.description, /12\.50/);
});

Deno.test("DAT-5: what an adjusted contract delivers is not guessed from its symbol", () => {
  const held = row({ symbol: "AAPL1 261218C00150000", "underlying-symbol": "AAPL" });
  assert.equal(heldInstrument(held, null).instrument.kind, "unsupported");
  const json = {
    symbol: held.symbol,
    "underlying-symbol": "AAPL",
    "shares-per-contract": 100,
    "option-chain-type": "Non-standard",
  };
  const cash = { ticks: [], deliverable: null, oddDelivery: null };
  for (const chain of [null, cash]) {
    assert.equal(readEquityOption(fields(json), chain)?.instrument.kind, "unsupported");
  }
  const shares = readEquityOption(fields(json), { ...cash, deliverable: 150 });
  assert.equal(shares?.instrument.kind, "option");
  const plain = row({ symbol: "BRKB  261218C00490000", "underlying-symbol": "BRK/B" });
  assert.equal(heldInstrument(plain, null).instrument.kind, "option");
});

Deno.test("a definition with another multiplier than the row's is not used", () => {
  const known = readEquityOption(
    fields({ symbol: SHORT_PUT.symbol, "underlying-symbol": "SPY", "shares-per-contract": 10 }),
    null,
  );
  const { instrument } = heldInstrument(row({}), known);
  assert(instrument.kind === "unsupported");
  assert.match(instrument.description, /multiplier 100, listed with 10/);
});

Deno.test("what was held overnight is what today's fills leave", () => {
  const names = { accountId: "a", instrumentKey: "BTC/USD", asOf: 1 };
  const coins = row({ quantity: "0.3", "quantity-direction": "Long" });
  assert.equal(mapPosition(coins, { ...names, changedToday: 0.1 })?.overnightQuantity, 0.2);
  assert.equal(mapPosition(coins, { ...names, changedToday: 0.3 })?.overnightQuantity, 0);
  const unknown = row({ quantity: "x" });
  assert.equal(mapPosition(unknown, { ...names, changedToday: 0 }), null);
});

Deno.test("BRK-8: any JSON in any field maps without throwing and without a made-up number", () => {
  const names = Object.keys(SHORT_PUT);
  fc.assert(fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
    for (const read of rows({ ...SHORT_PUT, [name]: value }).rows) {
      const { instrument } = heldInstrument(read, null);
      assert(instrument.multiplier > 0);
      assert(read.signedQuantity === null || Number.isFinite(read.signedQuantity));
    }
  }));
});
