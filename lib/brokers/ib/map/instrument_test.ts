import assert from "node:assert/strict";
import fc from "fast-check";
import type { Instrument } from "../../../domain/instrument.ts";
import {
  details,
  future,
  option,
  optionOnFuture,
  share,
} from "../contracts/details_fixture_test.ts";
import type { IbContractDetails } from "../wire/contract.ts";
import { conIdOfKey, driverConId, instrumentOf } from "./instrument.ts";

function iso(instrument: Instrument): string {
  return "expiresAt" in instrument ? new Date(instrument.expiresAt).toISOString() : "";
}

function why(of: IbContractDetails, driver: Instrument | null = null): string {
  const instrument = instrumentOf(of, driver);
  assert.equal(instrument.kind, "unsupported");
  assert.equal(conIdOfKey(instrument.key), of.contract.conId);
  return instrument.kind === "unsupported" ? instrument.description : "";
}

Deno.test("G-036: AM options end at the open of their day, PM ones at its close", () => {
  const am = instrumentOf(option(1, "SPX   261218C05000000", { lastTradeDate: "20261217" }), null);
  const pm = instrumentOf(option(2, "SPXW  261218C05000000", { symbol: "SPX" }), null);
  assert.equal(iso(am), "2026-12-18T14:30:00.000Z");
  assert.equal(iso(pm), "2026-12-18T21:00:00.000Z");
});

Deno.test("an expiry with time and zone behind it is read by its first eight characters", () => {
  const of = option(1, "AAPL  261218C00250000", {
    lastTradeDate: "20261218 16:00:00 US/Eastern",
    localSymbol: "",
  }, { realExpirationDate: "" });
  const instrument = instrumentOf(of, null);
  assert.equal(instrument.key, "AAPL 2026-12-18 C 250 x100");
});

Deno.test("DAT-5: what cannot be named for certain is listed, and named for nothing else", () => {
  assert.match(why(option(1, "AAPL1 261218C00250000", { symbol: "AAPL" })), /adjusted contract/);
  assert.match(why(option(2, "2AAPL 261218C00250000", { symbol: "AAPL" })), /FLEX/);
  const different = /name and its description/;
  assert.match(why(option(3, "SPX   261218C05000000", { tradingClass: "SPXW" })), different);
  assert.match(why(option(3, "AAPL  261218C00250000", { strike: 255 })), different);
  assert.match(why(option(3, "AAPL  261218C00250000", { right: "P" })), different);
  const late = { lastTradeDate: "20261224" };
  const real = { realExpirationDate: "20261224" };
  assert.match(why(option(3, "AAPL  261218C00250000", late, real)), different);
  assert.match(why(option(4, "AAPL  261218C00250000", { multiplier: null })), /terms/);
  assert.match(why(future(5, "ESZ6", "202703")), /month/);
});

Deno.test("G-040: a mini contract carries its own multiplier, under its own key", () => {
  const mini = instrumentOf(
    option(1, "AAPL7 261218C00250000", { symbol: "AAPL", multiplier: 10 }),
    null,
  );
  assert.equal(mini.key, "AAPL7 2026-12-18 C 250 x10");
  assert.equal(mini.kind === "option" ? mini.deliverable : 0, 10);
  assert.equal(mini.underlying, "AAPL");
});

Deno.test("G-040: a share's multiplier is 1 without one, and its price may be in pence", () => {
  const apple = instrumentOf(share(265598, "AAPL"), null);
  assert.equal(apple.multiplier, 1);
  const pence = instrumentOf({
    ...details({ conId: 3, symbol: "BP.", secType: "STK", currency: "GBP", exchange: "LSE" }),
    priceMagnifier: 100,
  }, null);
  assert.equal(pence.multiplier, 0.01);
  assert.equal(pence.currency, "GBP");
});

Deno.test("G-047: a share of another currency is not the US share of that symbol", () => {
  const own = { symbol: "SAP", secType: "STK", localSymbol: "SAP" };
  const german = details({ ...own, conId: 14204, currency: "EUR", primaryExchange: "IBIS" });
  const us = share(85068, "SAP");
  assert.equal(instrumentOf(german, null).key, "SAP:EUR");
  assert.equal(instrumentOf(us, null).key, "SAP");
  const fund = details({
    conId: 75776072,
    symbol: "VOO",
    secType: "STK",
    primaryExchange: "LSEETF",
  });
  assert.equal(instrumentOf(fund, null).key, "VOO:LSEETF");
});

Deno.test("G-047: an option in another currency hangs on the share that IB names", () => {
  const german = instrumentOf(
    details({ conId: 14204, symbol: "SAP", secType: "STK", currency: "EUR", exchange: "IBIS" }),
    null,
  );
  const call = details({
    conId: 9,
    symbol: "SAP",
    secType: "OPT",
    lastTradeDate: "20261218",
    strike: 250,
    right: "C",
    multiplier: 100,
    exchange: "EUREX",
    currency: "EUR",
    localSymbol: "C SAP  20261218 250 M",
    tradingClass: "SAP",
  }, {
    underConId: 14204,
    underSymbol: "SAP",
    underSecType: "STK",
    timeZoneId: "MET",
    liquidHours: "20261120:0900-20261120:1730;20261121:CLOSED",
  });
  assert.equal(driverConId(call), 14204);
  const instrument = instrumentOf(call, german);
  assert.equal(instrument.key, "SAP:EUR 2026-12-18 C 250 x100");
  assert.equal(instrument.underlying, "SAP:EUR");
  assert.equal(iso(instrument), "2026-12-18T16:30:00.000Z");
  assert.match(why(call), /what it is on is not known/);
});

Deno.test("G-047: an option on a future needs the future that IB names", () => {
  const call = optionOnFuture(9, "G4MU4 C2475", {
    symbol: "GC",
    tradingClass: "G4M",
    multiplier: 100,
    lastTradeDate: "20240923",
    strike: 2475,
    right: "C",
  }, 552142063);
  assert.equal(driverConId(call), 552142063);
  assert.match(why(call), /future that it is on/);
  assert.match(why(call, instrumentOf(share(1, "GLD"), null)), /future that it is on/);
  const gold = instrumentOf(future(552142063, "GCZ4", "202412", { multiplier: 100 }), null);
  const instrument = instrumentOf(call, gold);
  assert.equal(instrument.key, "G4M 2024-09-23 C 2475 x100");
  assert.equal(instrument.kind === "futureOption" ? instrument.underlyingKey : "", "/GCZ4");
});

Deno.test("T-009: kinds that are not valued are listed with words", () => {
  for (const secType of ["CASH", "FUND", "BOND", "WAR", "CFD", "CMDTY", "BAG", "NEWKIND"]) {
    const text = why(details({ conId: 77, symbol: "EUR", secType, localSymbol: "EUR.USD" }));
    assert.match(text, new RegExp(`^${secType} EUR.USD: .{10,}`));
  }
});

Deno.test("R35: any details make an instrument, without an exception or NaN", () => {
  const text = fc.oneof(fc.constant(""), fc.constantFrom("AAPL", "ESZ6", "20261218"), fc.string());
  const number = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null });
  const any = fc.record({
    secType: fc.constantFrom("STK", "OPT", "FUT", "FOP", "IND", "CRYPTO", "CASH", ""),
    symbol: text,
    lastTradeDate: text,
    strike: number,
    right: fc.constantFrom("C", "P", null),
    multiplier: number,
    currency: fc.constantFrom("USD", "EUR", ""),
    localSymbol: text,
    tradingClass: text,
  });
  fc.assert(fc.property(any, text, text, (own, real, hours) => {
    const more = { realExpirationDate: real, contractMonth: real, liquidHours: hours };
    const instrument = instrumentOf(details({ conId: 5, ...own }, more), null);
    assert.ok(instrument.key !== "");
    if ("expiresAt" in instrument) assert.ok(Number.isFinite(instrument.expiresAt));
  }));
});
