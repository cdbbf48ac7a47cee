import assert from "node:assert/strict";
import { absenceReason } from "../base/absence.ts";
import { GREEKS_SOURCES, MARK_SOURCES, UNDERLYING_AT } from "../domain/measures.ts";
import {
  aFuture,
  anEquity,
  anOption,
  aPosition,
  greeks,
  near,
  quote,
  START_AT,
  TestDesk,
} from "./desk_fixture_test.ts";

const CARRY = { underlying: "XYZ", riskFreeRate: 0.04, dividendYield: 0.01 };
const CALL = anOption();
const GOLDEN_PRICE = 1.735256149;

/** The golden call of formulas §3, quoted so that its mid is the golden price. */
function goldenDesk(quantity: number): TestDesk {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.book.setCarry(CARRY);
  desk.hold(aPosition({ instrumentKey: CALL.key, signedQuantity: quantity }));
  return desk.send(quote("XYZ", 99.99, 100.01), quote(CALL.key, GOLDEN_PRICE, GOLDEN_PRICE));
}

Deno.test("golden §4: five short calls have the position metrics of formulas §4", () => {
  const desk = goldenDesk(-5);

  assert.equal(GREEKS_SOURCES[desk.code("greeksSource", CALL.key)], "model");
  near(desk.value("positionDelta", CALL.key), -159.4291316, 1e-8);
  near(desk.value("dollarDelta", CALL.key), -15942.91316, 1e-8);
  near(desk.total("deltaChange"), -20.32447399, 1e-8);
  near(desk.value("vega", CALL.key), -62.64392669, 1e-8);
  near(desk.value("theta", CALL.key), 18.61638464, 1e-8);
  near(desk.value("marketValue", CALL.key), -867.6280743, 1e-8);
  near(desk.total("dollarGamma"), -20.32447399 * 100, 1e-8);
});

Deno.test("G-033: the gamma P&L at 1 % follows from the sum of the delta change", () => {
  const desk = goldenDesk(-5);

  near(0.5 * desk.total("deltaChange") * 0.01 * 100, -10.162237, 1e-7);
});

Deno.test("T-005: a short put has a positive delta and a negative net liq", () => {
  const put = anOption({ right: "put" });
  const desk = new TestDesk().add(anEquity(), put);
  desk.book.setCarry(CARRY);
  desk.hold(aPosition({ instrumentKey: put.key, signedQuantity: -1 }));

  desk.send(quote("XYZ", 99.99, 100.01), quote(put.key, 6.33, 6.35));

  assert.ok(desk.value("positionDelta", put.key) > 0);
  assert.ok(desk.value("marketValue", put.key) < 0);
});

Deno.test("G-030, G-031: two short puts of δ −0.30 are +60 shares, at 200 each 12 000 $", () => {
  const put = anOption({ right: "put", strike: 190 });
  const desk = new TestDesk().add(anEquity(), put);
  desk.hold(
    aPosition({ instrumentKey: put.key, signedQuantity: -2 }),
    aPosition({ signedQuantity: 60 }),
  );

  desk.send(quote("XYZ", 199.5, 200.5), greeks(put.key, 0.3, -0.3, 0.02, -0.05, 0.2, -0.1));

  assert.equal(GREEKS_SOURCES[desk.code("greeksSource", put.key)], "broker");
  assert.equal(desk.value("positionDelta", put.key), 60);
  assert.equal(desk.value("dollarDelta", put.key), 12_000);
  assert.equal(desk.value("positionDelta", "XYZ"), 60);
  assert.equal(desk.value("dollarDelta", "XYZ"), 12_000);
});

Deno.test("G-032: the delta change at 1 % agrees with bumping the spot by half a percent", () => {
  const desk = goldenDesk(3);
  const change = desk.total("deltaChange");
  const deltaAt = (spot: number) => {
    desk.send(quote("XYZ", spot - 0.01, spot + 0.01));
    return desk.value("positionDelta", CALL.key);
  };

  const bumped = deltaAt(100.5) - deltaAt(99.5);

  assert.ok(Math.abs(change / bumped - 1) < 0.01);
});

Deno.test("G-034, G-035: a short option loses vega and earns theta", () => {
  const desk = goldenDesk(-5);

  assert.ok(desk.total("vega") < 0);
  assert.ok(desk.total("theta") > 0);
  near(desk.value("theta", CALL.key), 500 * 0.03723276928, 1e-8);
});

Deno.test("T-008: one contract at two accounts is two rows of one merge group", () => {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.hold(
    aPosition({ instrumentKey: CALL.key, signedQuantity: 2 }),
    aPosition({ instrumentKey: CALL.key, signedQuantity: -7, accountId: "B" }),
  );
  desk.send(quote("XYZ", 99.99, 100.01), greeks(CALL.key, 0.25, 0.3, 0.04, -0.04, 0.12, 0.04));

  assert.equal(desk.book.rowCount, 2);
  near(desk.value("positionDelta", CALL.key, "A"), 60);
  near(desk.value("positionDelta", CALL.key, "B"), -210);
  const groups = [0, 1].map((i) => desk.book.row(i).mergeGroup);
  assert.equal(groups[0], groups[1]);
  assert.notEqual(desk.book.row(0).id, desk.book.row(1).id);
});

Deno.test("T-009: an unsupported holding is listed with its reason and left out by count", () => {
  const desk = new TestDesk().add(anEquity());
  desk.hold(aPosition({ signedQuantity: 10 }), aPosition({ instrumentKey: "BOND 4% 2031" }));
  desk.send(quote("XYZ", 99.99, 100.01));

  assert.equal(desk.book.rowCount, 2);
  assert.equal(absenceReason(desk.code("markAbsence", "BOND 4% 2031")), "unsupported");
  assert.equal(absenceReason(desk.code("greeksAbsence", "BOND 4% 2031")), "unsupported");
  assert.equal(absenceReason(desk.code("dayPnlAbsence", "BOND 4% 2031")), "unsupported");
  assert.equal(desk.total("legs"), 2);
  assert.equal(desk.total("withoutMark"), 1);
  assert.equal(desk.total("withoutGreeks"), 1);
  near(desk.total("marketValue"), 1000);
});

Deno.test("T-009: a holding described later is valued from the next message on", () => {
  const desk = new TestDesk().hold(aPosition({ instrumentKey: "XYZ", signedQuantity: 10 }));
  assert.equal(absenceReason(desk.code("markAbsence", "XYZ")), "unsupported");
  const { id } = desk.book.row(0);

  desk.add(anEquity()).send(quote("XYZ", 99.99, 100.01));

  near(desk.value("marketValue", "XYZ"), 1000);
  assert.equal(desk.book.row(0).id, id);
});

Deno.test("T-013: a change of a hundredth of a cent moves the figures", () => {
  const cheap = anEquity({ symbol: "CHP", tickSize: 0.0001 });
  const desk = new TestDesk().add(cheap).hold(
    aPosition({ instrumentKey: "CHP", signedQuantity: 1_000_000 }),
  );
  desk.send(quote("CHP", 0.0101, 0.0103));
  const before = desk.value("marketValue", "CHP");

  desk.send(quote("CHP", 0.0102, 0.0104));

  near(desk.value("marketValue", "CHP") - before, 100);
});

Deno.test("T-014: Greeks move position delta, a quote the value, of that option alone", () => {
  const other = anOption({ strike: 110 });
  const desk = new TestDesk().add(anEquity(), CALL, other).hold(
    aPosition({ instrumentKey: CALL.key }),
    aPosition({ instrumentKey: other.key }),
  );
  desk.send(
    quote("XYZ", 99.99, 100.01),
    greeks(CALL.key, 0.25, 0.3, 0.04, -0.04, 0.12, 0.04),
    greeks(other.key, 0.25, 0.2, 0.03, -0.03, 0.1, 0.03),
    quote(CALL.key, 1.7, 1.8),
    quote(other.key, 0.8, 0.9),
  );
  const { tick } = desk.book;
  const otherChanged = desk.book.rowChanged[desk.index(other.key)];

  desk.send(greeks(CALL.key, 0.25, 0.31, 0.04, -0.04, 0.12, 0.04), quote(CALL.key, 1.8, 1.9));

  near(desk.value("positionDelta", CALL.key), 31);
  near(desk.value("marketValue", CALL.key), 185);
  assert.equal(desk.book.tick, tick + 1);
  assert.equal(desk.book.rowChanged[desk.index(CALL.key)], tick + 1);
  assert.equal(desk.book.rowChanged[desk.index(other.key)], otherChanged);
});

Deno.test("T-014: a quote of the underlying moves dollar delta and share value alone", () => {
  const desk = new TestDesk().add(anEquity(), CALL).hold(
    aPosition({ instrumentKey: CALL.key }),
    aPosition({ signedQuantity: 10 }),
  );
  desk.send(
    quote("XYZ", 99.99, 100.01),
    greeks(CALL.key, 0.25, 0.3, 0.04, -0.04, 0.12, 0.04),
    quote(CALL.key, 1.7, 1.8),
  );

  desk.send(quote("XYZ", 101.99, 102.01));

  near(desk.value("dollarDelta", CALL.key), 30 * 102);
  near(desk.value("marketValue", CALL.key), 175);
  near(desk.value("marketValue", "XYZ"), 1020);
});

Deno.test("X-02: an ES future option has m 50 and an adjusted contract delivers 10", () => {
  const future = aFuture();
  const futureOption = anOption({
    kind: "futureOption",
    underlying: "ES",
    underlyingKey: "ESM5",
    strike: 5700,
    multiplier: 50,
    deliverable: 1,
    sessionClass: "futures",
    tickSize: 0.05,
  });
  const adjusted = anOption({ multiplier: 10, deliverable: 10 });
  const desk = new TestDesk().add(anEquity(), future, futureOption, adjusted);
  desk.hold(
    aPosition({ instrumentKey: futureOption.key, signedQuantity: 2 }),
    aPosition({ instrumentKey: "ESM5", signedQuantity: -1 }),
    aPosition({ instrumentKey: adjusted.key, signedQuantity: 3 }),
  );

  desk.send(
    quote("ESM5", 5699.75, 5700.25),
    quote("XYZ", 99.99, 100.01),
    quote(futureOption.key, 79, 81),
    quote(adjusted.key, 1.7, 1.8),
    greeks(futureOption.key, 0.18, 0.5, 0.001, -1.2, 6, 0.5),
    greeks(adjusted.key, 0.25, 0.3, 0.04, -0.04, 0.12, 0.04),
  );

  near(desk.value("positionDelta", futureOption.key), 2 * 50 * 0.5);
  near(desk.value("dollarDelta", futureOption.key), 50 * 5700);
  near(desk.value("marketValue", futureOption.key), 2 * 50 * 80);
  near(desk.value("positionDelta", "ESM5"), -50);
  near(desk.value("dollarDelta", "ESM5"), -50 * 5700);
  assert.equal(desk.value("marketValue", "ESM5"), 0);
  near(desk.value("positionDelta", adjusted.key), 3 * 10 * 0.3);
  near(desk.value("marketValue", adjusted.key), 3 * 10 * 1.75);
});

Deno.test("X-03: without a price of the underlying an option has a value and no Greeks", () => {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.book.setCarry(CARRY);
  desk.hold(aPosition({ instrumentKey: CALL.key }));

  desk.send(quote(CALL.key, 1.7, 1.8));

  near(desk.value("marketValue", CALL.key), 175);
  assert.ok(Number.isNaN(desk.value("dollarDelta", CALL.key)));
  assert.equal(absenceReason(desk.code("greeksAbsence", CALL.key)), "noUnderlying");
  assert.equal(desk.total("withoutGreeks"), 1);
  assert.equal(desk.total("dollarDelta"), 0);
});

Deno.test("X-01: turning every quantity round turns every linear figure round", () => {
  const long = goldenDesk(5);
  const short = goldenDesk(-5);

  for (const field of ["positionDelta", "dollarDelta", "marketValue", "vega", "theta"] as const) {
    assert.equal(short.value(field, CALL.key), -long.value(field, CALL.key));
  }
});

Deno.test("book: carry that arrives first does not decide the currency of its underlying", () => {
  const euro = anEquity({ symbol: "EUX", currency: "EUR" });
  const desk = new TestDesk();
  desk.book.setCarry({ underlying: "EUX", riskFreeRate: 0.03, dividendYield: 0.02 });

  desk.add(euro).hold(aPosition({ instrumentKey: "EUX" }));

  assert.equal(desk.book.underlying(0).currency, "EUR");
  assert.equal(desk.book.underlyingF64[UNDERLYING_AT.dividendYield], 0.02);
});

Deno.test("book: the mark says where it comes from", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition());
  assert.equal(MARK_SOURCES[desk.code("markSource", "XYZ")], "none");

  desk.now = START_AT + 1000;
  desk.send({ key: "XYZ", kind: "trade", values: [99, 1, 1] });

  assert.equal(MARK_SOURCES[desk.code("markSource", "XYZ")], "last");
  assert.equal(desk.value("markAt", "XYZ"), START_AT + 1000);
});
