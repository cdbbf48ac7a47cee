import assert from "node:assert/strict";
import type { Instrument } from "../../../domain/instrument.ts";
import { Drift, Fields } from "../../tastytrade/map/fields.ts";
import {
  readCryptocurrency,
  readEquity,
  readEquityOption,
  readFuture,
  readFutureOption,
} from "../../tastytrade/map/definitions.ts";
import type { ListedInstrument } from "../../tastytrade/map/listed_instrument.ts";
import {
  details,
  future,
  option,
  optionOnFuture,
  share,
} from "../contracts/details_fixture_test.ts";
import { instrumentOf } from "./instrument.ts";

type Values = Readonly<Record<string, unknown>>;

function read(
  reader: (fields: Fields) => ListedInstrument | null,
  values: Values,
): ListedInstrument {
  const fields = Fields.of(values, "test", new Drift());
  const listed = fields === null ? null : reader(fields);
  assert.ok(listed !== null);
  return listed;
}

function tastytradeOption(symbol: string, underlying: string, more: Values = {}): Instrument {
  const values = {
    symbol,
    "underlying-symbol": underlying,
    "shares-per-contract": 100,
    "expires-at": "2026-12-18T21:00:00Z",
    ...more,
  };
  const chain = {
    ticks: [],
    deliverable: Number(values["shares-per-contract"]),
    oddDelivery: null,
  };
  return read((fields) => readEquityOption(fields, chain), values).instrument;
}

const ES_TASTY = read((fields) => readFuture(fields), {
  symbol: "/ESZ6",
  "product-code": "ES",
  "notional-multiplier": "50.0",
  "expiration-date": "2026-12-18",
  "tick-size": "0.25",
});
const ES_IB = instrumentOf(future(495512563, "ESZ6", "202612"), null);

/** What must be the same at both brokers, so that its risk is added up (G-070). */
function identity(instrument: Instrument): Values {
  const { kind, key, underlying, multiplier, currency, sessionClass } = instrument;
  const base = { kind, key, underlying, multiplier, currency, sessionClass };
  if (instrument.kind !== "option" && instrument.kind !== "futureOption") return base;
  const { right, strike, expiry, settlement, underlyingKey, root, deliverable } = instrument;
  return { ...base, right, strike, expiry, settlement, underlyingKey, root, deliverable };
}

const PAIRS: readonly (readonly [string, Instrument, Instrument])[] = [
  [
    "a share",
    read(readEquity, { symbol: "AAPL" }).instrument,
    instrumentOf(share(265598, "AAPL"), null),
  ],
  [
    "a class share",
    read(readEquity, { symbol: "BRK/B" }).instrument,
    instrumentOf(share(72063691, "BRK B"), null),
  ],
  [
    "an index",
    read(readEquity, { symbol: "SPX", "is-index": true }).instrument,
    instrumentOf(
      details({ conId: 416904, symbol: "SPX", secType: "IND", exchange: "CBOE" }),
      null,
    ),
  ],
  [
    "a coin",
    read(readCryptocurrency, { symbol: "BTC/USD" }).instrument,
    instrumentOf(
      details({ conId: 479624278, symbol: "BTC", secType: "CRYPTO", exchange: "PAXOS" }),
      null,
    ),
  ],
  [
    "an option on a share",
    tastytradeOption("AAPL  261218C00250000", "AAPL"),
    instrumentOf(option(1, "AAPL  261218C00250000"), null),
  ],
  [
    "an option on a class share",
    tastytradeOption("BRKB  261218P00450000", "BRK/B"),
    instrumentOf(option(2, "BRKB  261218P00450000", { symbol: "BRK B" }), null),
  ],
  [
    "an index option that settles at the open, dated at IB by its last session",
    tastytradeOption("SPX   261218C05000000", "SPX", { "settlement-type": "AM" }),
    instrumentOf(
      option(3, "SPX   261218C05000000", { lastTradeDate: "20261217" }, { underSecType: "IND" }),
      null,
    ),
  ],
  [
    "the PM root of the same index, strike and date",
    tastytradeOption("SPXW  261218C05000000", "SPX", { "settlement-type": "PM" }),
    instrumentOf(
      option(4, "SPXW  261218C05000000", { symbol: "SPX" }, { underSecType: "IND" }),
      null,
    ),
  ],
  [
    "a contract of another size",
    tastytradeOption("AMC1  261218C00005000", "AMC", { "shares-per-contract": 10 }),
    instrumentOf(option(5, "AMC1  261218C00005000", { symbol: "AMC", multiplier: 10 }), null),
  ],
  [
    "a strike with three decimals",
    tastytradeOption("AAPL  261218P00012125", "AAPL"),
    instrumentOf(option(6, "AAPL  261218P00012125"), null),
  ],
  ["a future", ES_TASTY.instrument, ES_IB],
  [
    "a future whose symbol at IB is the currency's",
    read((fields) => readFuture(fields), {
      symbol: "/6EZ6",
      "product-code": "6E",
      "notional-multiplier": "125000",
      "expiration-date": "2026-12-14",
    }).instrument,
    instrumentOf(future(7, "6EZ6", "202612", { symbol: "EUR", multiplier: 125000 }), null),
  ],
  [
    "a future priced in cents",
    read((fields) => readFuture(fields), {
      symbol: "/ZCZ6",
      "product-code": "ZC",
      "notional-multiplier": "50",
      "expiration-date": "2026-12-14",
    }).instrument,
    instrumentOf({
      ...future(8, "ZCZ6", "202612", { multiplier: 5000, exchange: "CBOT" }),
      priceMagnifier: 100,
    }, null),
  ],
  [
    "an option on a future",
    read((fields) => readFutureOption(fields, ES_TASTY), {
      symbol: "./ESZ6 EW4X6 261127C5750",
      multiplier: "1.0",
    }).instrument,
    instrumentOf(
      optionOnFuture(9, "EW4X6 C5750", {
        symbol: "ES",
        tradingClass: "EW4",
        lastTradeDate: "20261127 15:00:00 US/Central",
        strike: 5750,
        right: "C",
      }, 495512563),
      ES_IB,
    ),
  ],
];

for (const [name, theirs, ours] of PAIRS) {
  Deno.test(`G-070, DAT-5: ${name} is one instrument at tastytrade and at IB`, () => {
    assert.deepEqual(identity(ours), identity(theirs));
  });
}

Deno.test("DAT-5: no two of the contracts share a key", () => {
  const keys = PAIRS.map(([, , { key }]) => key);
  assert.equal(new Set(keys).size, keys.length);
});
