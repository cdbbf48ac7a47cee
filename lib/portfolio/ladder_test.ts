import assert from "node:assert/strict";
import { absenceReason } from "../base/absence.ts";
import { GREEKS_SOURCES, ROW_F32, ROW_F32_AT, type RowF32, STALENESS } from "../domain/measures.ts";
import { createEuropeanValue, valueEuropean } from "../pricing/european.ts";
import {
  anEquity,
  anOption,
  aPosition,
  close,
  EXPIRES_AT,
  greeks,
  near,
  quote,
  START_AT,
  TestDesk,
  type TestEvent,
} from "./desk_fixture_test.ts";

const CALL = anOption();
const YEARS = 45 / 365;
const CARRY = { underlying: "XYZ", riskFreeRate: 0.04, dividendYield: 0.01 };
const SPOT = quote("XYZ", 99.99, 100.01);
const BROKER = greeks(CALL.key, 0.3, 0.4, 0.03, -0.05, 0.1, 0.02);

function aDesk(...events: TestEvent[]): TestDesk {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.book.setCarry(CARRY);
  desk.hold(aPosition({ instrumentKey: CALL.key, signedQuantity: 1 }));
  return events.length === 0 ? desk : desk.send(...events);
}

function sourceOf(desk: TestDesk): string {
  return GREEKS_SOURCES[desk.code("greeksSource", CALL.key)];
}

function reasonOf(desk: TestDesk): string {
  return absenceReason(desk.code("greeksAbsence", CALL.key));
}

function stateOf(desk: TestDesk): string {
  return STALENESS[desk.code("staleness", CALL.key)];
}

/** Age of the input that the Greeks rest on, ms. */
function aged(desk: TestDesk): number {
  return desk.now - desk.value("greeksAt", CALL.key);
}

function shown(desk: TestDesk, field: RowF32): number {
  return desk.book.rowF32[desk.index(CALL.key) * ROW_F32.length + ROW_F32_AT[field]];
}

/** The call at a volatility: what an oracle says. */
function callAt(spot: number, volatility: number, yearsToExpiry = YEARS) {
  const value = createEuropeanValue();
  const terms = { right: "call" as const, spot, strike: 105, yearsToExpiry, volatility };
  valueEuropean({ ...terms, riskFreeRate: 0.04, dividendYield: 0.01 }, value);
  return value;
}

Deno.test("G-037: ladder: the broker's Greeks come before the model's", () => {
  const desk = aDesk(SPOT, quote(CALL.key, 1.7, 1.8), BROKER);

  assert.equal(sourceOf(desk), "broker");
  near(desk.value("positionDelta", CALL.key), 40);
  near(shown(desk, "iv"), 0.3, 1e-6);
});

Deno.test("G-041: ladder: a quote under the broker's Greeks is priced at their volatility", () => {
  const desk = aDesk(SPOT, quote(CALL.key, 1.7, 1.8), BROKER);
  desk.send(greeks(CALL.key, 0.25, 0.35, 0.03, -0.05, 0.1, 0.02)).send(quote(CALL.key, 1.5, 1.6));

  near(desk.value("marketValue", CALL.key), 155);
  near(desk.value("positionDelta", CALL.key), 35);
  near(shown(desk, "probItm"), 0.2885678585, 1e-6);
});

Deno.test("ladder: an event under the broker's Greeks finds quote or Greeks that missed", () => {
  const desk = aDesk(SPOT, quote(CALL.key, 1.7, 1.8), BROKER);
  const handle = desk.book.handleOf(CALL.key);
  desk.board.register(handle, { ...CALL, feed: "f", cadenceMs: 1000, isDerived: false });
  desk.now += 15_001;
  desk.send(close(CALL.key, 1.5));
  assert.deepEqual([sourceOf(desk), stateOf(desk)], ["broker", "stale"]);
  desk.send(quote(CALL.key, 1.7, 1.8));
  assert.deepEqual([sourceOf(desk), stateOf(desk)], ["broker", "current"]);
  // A full minute looks at everything anew; the moment after it has only this quote.
  desk.now = START_AT + 60_000;
  desk.send(quote(CALL.key, 1.7, 1.8));
  assert.equal(sourceOf(desk), "broker");
  desk.now += 1;
  desk.send(quote(CALL.key, 1.7, 1.8));
  assert.deepEqual([sourceOf(desk), stateOf(desk)], ["model", "current"]);
});

Deno.test("G-037, G-041: ladder: without broker Greeks the model takes the mid's IV", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price - 0.01, price + 0.01));

  assert.equal(sourceOf(desk), "model");
  near(shown(desk, "iv"), 0.25, 1e-6);
  near(desk.value("positionDelta", CALL.key), 100 * callAt(100, 0.25).delta, 1e-9);
  near(shown(desk, "probItm"), 0.2885678585, 1e-6);
  assert.equal(desk.total("modelledLegs"), 1);
  near(desk.total("modelledDollarDelta"), desk.total("dollarDelta"));
});

Deno.test("G-038: every volatility has its source and the time of its own input", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price), BROKER);
  const told = () => [sourceOf(desk), Number(shown(desk, "iv").toFixed(6)), aged(desk)];
  assert.deepEqual(told(), ["broker", 0.3, 0]);
  desk.now += 7_000;
  desk.send(greeks(CALL.key, NaN, NaN, NaN, NaN, NaN, NaN));
  assert.deepEqual(told(), ["model", 0.25, 7_000], "of the mid, as old as its quote");
  desk.now += 2_000;
  desk.send(quote(CALL.key, 0.5, 1.5));
  assert.deepEqual(told(), ["modelLastIv", 0.25, 9_000], "the last good one keeps its time");
  desk.now += 1_000;
  desk.send(quote(CALL.key, price - 0.01, price + 0.01));
  assert.deepEqual(told(), ["model", 0.25, 0]);
});

Deno.test("ladder: Greeks of a broker that miss one value are no Greeks", () => {
  const desk = aDesk(SPOT, greeks(CALL.key, NaN, 0.4, NaN, -0.05, 0.1, 0.02));

  assert.equal(sourceOf(desk), "none");
  assert.equal(reasonOf(desk), "noQuote");
});

Deno.test("ladder: a rho that the broker does not send comes from the model", () => {
  const desk = aDesk(SPOT, greeks(CALL.key, 0.25, 0.32, 0.04, -0.04, 0.125, NaN));

  assert.equal(sourceOf(desk), "broker");
  near(desk.total("rho"), 100 * 0.03717193583, 1e-8);
});

Deno.test("ladder: spot and quote of one message are solved together, whatever their order", () => {
  const option = quote(CALL.key, 2.09, 2.11);
  const first = aDesk(SPOT, quote(CALL.key, 1.7, 1.8));
  const second = aDesk(SPOT, quote(CALL.key, 1.7, 1.8));

  first.send(option, quote("XYZ", 101.99, 102.01));
  second.send(quote("XYZ", 101.99, 102.01), option);

  const iv = shown(first, "iv");
  near(callAt(102, iv).price, 2.1, 1e-7);
  assert.equal(shown(second, "iv"), iv);
});

Deno.test("ladder: a pure spot tick keeps the volatility and takes Greeks at the new spot", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price));

  desk.send(quote("XYZ", 102.99, 103.01));

  near(shown(desk, "iv"), 0.25, 1e-6);
  near(desk.value("positionDelta", CALL.key), 100 * callAt(103, 0.25).delta, 1e-9);
});

Deno.test("ladder: a quote before any spot is solved at the first spot", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(quote(CALL.key, price, price));
  assert.equal(reasonOf(desk), "noUnderlying");

  desk.send(SPOT);

  near(shown(desk, "iv"), 0.25, 1e-6);
});

Deno.test("ladder: a quote that waited is solved at the spot of its message", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, BROKER, quote(CALL.key, price, price));
  desk.send(quote("XYZ", 109.99, 110.01));

  desk.send(greeks(CALL.key, NaN, NaN, NaN, NaN, NaN, NaN));

  assert.equal(sourceOf(desk), "model");
  near(shown(desk, "iv"), 0.25, 1e-6);
  near(desk.value("positionDelta", CALL.key), 100 * callAt(110, 0.25).delta, 1e-9);
});

Deno.test("G-037: ladder: a spread over half of the mid keeps the last volatility, stale", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price));

  desk.send(quote(CALL.key, 0.749, 1.251));

  assert.equal(sourceOf(desk), "modelLastIv");
  assert.equal(stateOf(desk), "stale");
  near(shown(desk, "iv"), 0.25, 1e-6);
  assert.equal(desk.total("staleLegs"), 1);
});

Deno.test("ladder: a spread of exactly half of the mid is still a mid", () => {
  const desk = aDesk(SPOT, quote(CALL.key, 0.75, 1.25));

  assert.equal(sourceOf(desk), "model");
});

Deno.test("ladder: a wide first quote gives no Greeks and says why", () => {
  const desk = aDesk(SPOT, quote(CALL.key, 0.5, 1.5));

  assert.equal(sourceOf(desk), "none");
  assert.equal(reasonOf(desk), "wideSpread");
  assert.equal(desk.total("withoutGreeks"), 1);
  near(desk.total("marketValue"), 100);
});

Deno.test("ladder: less than half a tick of time value says nothing about volatility", () => {
  const deep = anOption({ strike: 20 });
  const intrinsic = 100 * Math.exp(-0.01 * YEARS) - 20 * Math.exp(-0.04 * YEARS);
  const desk = new TestDesk().add(anEquity(), deep);
  desk.book.setCarry(CARRY);
  desk.hold(aPosition({ instrumentKey: deep.key }));
  const why = () => absenceReason(desk.code("greeksAbsence", deep.key));

  desk.send(SPOT, quote(deep.key, intrinsic + 0.0049, intrinsic + 0.0049));
  assert.equal(why(), "noTimeValue");
  desk.send(quote(deep.key, intrinsic + 0.0051, intrinsic + 0.0051));
  assert.equal(why(), "present");
});

Deno.test("G-037: ladder: prices outside the bounds and missing quotes give their reasons", () => {
  assert.equal(reasonOf(aDesk(SPOT, quote(CALL.key, 100, 101))), "outOfBounds");
  assert.equal(reasonOf(aDesk(SPOT, quote(CALL.key, 2, 1))), "crossed");
  assert.equal(reasonOf(aDesk(SPOT, quote(CALL.key, 0, 0.05))), "noQuote");
});

Deno.test("ladder: without carry there is no model, with it the waiting quote is solved", () => {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.hold(aPosition({ instrumentKey: CALL.key }));
  const { price } = callAt(100, 0.25);
  desk.send(SPOT, quote(CALL.key, price, price));
  assert.equal(reasonOf(desk), "noRate");
  desk.send(quote("XYZ", 109.99, 110.01));

  desk.book.setCarry(CARRY);

  near(shown(desk, "iv"), 0.25, 1e-6);
});

Deno.test("ladder: new carry solves the volatility of the present mid again", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price));

  desk.book.setCarry({ underlying: "XYZ", riskFreeRate: 0.01, dividendYield: 0.03 });

  assert.notEqual(shown(desk, "iv"), Math.fround(0.25));
});

Deno.test("T-015: with the feed down the last values stay, stale, at the last volatility", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price), BROKER);

  desk.board.setFeedState("f", "down", desk.now);
  desk.book.advanceTime(desk.now);

  assert.equal(sourceOf(desk), "modelLastIv");
  assert.equal(stateOf(desk), "stale");
  near(desk.value("marketValue", CALL.key), 100 * price);
  near(shown(desk, "iv"), 0.25, 1e-6);
});

Deno.test("G-037: ladder: without an own volatility the broker's last one serves, stale", () => {
  const desk = aDesk(SPOT, BROKER);

  desk.board.setFeedState("f", "stale", desk.now);
  desk.book.advanceTime(desk.now);

  assert.equal(sourceOf(desk), "modelLastIv");
  near(desk.value("positionDelta", CALL.key), 100 * callAt(100, 0.3).delta, 1e-9);
});

Deno.test("ladder: when the feed lives again, its next event makes a contract current", () => {
  const desk = aDesk(SPOT, BROKER);
  desk.board.setFeedState("f", "down", desk.now);
  desk.board.setFeedState("f", "live", desk.now);
  desk.book.advanceTime(desk.now);
  assert.equal(stateOf(desk), "stale");

  desk.send(SPOT, BROKER);

  assert.equal(stateOf(desk), "current");
  assert.equal(sourceOf(desk), "broker");
});

Deno.test("ladder: a closed market is closed, and nothing in it is stale", () => {
  const desk = aDesk(SPOT, quote(CALL.key, 0.5, 1.5), BROKER);

  desk.board.setSessionOpen("equity", false);
  desk.book.advanceTime(desk.now);

  assert.equal(stateOf(desk), "closed");
  assert.equal(sourceOf(desk), "broker");
  assert.equal(desk.total("staleLegs"), 0);
});

Deno.test("ladder: a stale underlying makes its options stale", () => {
  const desk = aDesk(SPOT, BROKER);

  desk.send({ key: "XYZ", kind: "status", values: [1] });

  assert.equal(stateOf(desk), "stale");
  near(desk.total("staleDollarDelta"), desk.total("dollarDelta"));
});

Deno.test("ladder: an expired option has its intrinsic delta and no other Greek", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price), BROKER);
  desk.now = EXPIRES_AT + 1000;

  desk.send(quote("XYZ", 107, 107.02));

  assert.equal(sourceOf(desk), "model");
  near(desk.value("positionDelta", CALL.key), 100);
  assert.equal(desk.value("theta", CALL.key), 0);
  desk.send(quote("XYZ", 103, 103.02));
  near(desk.value("positionDelta", CALL.key), 0);
});

Deno.test("time: Greeks decay with the minute, and keep still within it", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price));
  const theta = desk.value("theta", CALL.key);

  desk.now = START_AT + 59_000;
  desk.book.advanceTime(desk.now);
  assert.equal(desk.value("theta", CALL.key), theta);
  desk.now = START_AT + 60_000;
  desk.book.advanceTime(desk.now);

  const later = YEARS - 60 / (365 * 86_400);
  near(desk.value("theta", CALL.key), 100 * callAt(100, 0.25, later).thetaPerDay, 1e-9);
});

Deno.test("time: on the last day Greeks decay with the second", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price));
  desk.now = EXPIRES_AT - 3_600_000;
  desk.book.advanceTime(desk.now);
  const theta = desk.value("theta", CALL.key);

  desk.now += 1_000;
  desk.book.advanceTime(desk.now);

  assert.notEqual(desk.value("theta", CALL.key), theta);
  const years = 3_599 / (365 * 86_400);
  near(desk.value("theta", CALL.key), 100 * callAt(100, 0.25, years).thetaPerDay, 1e-9);
});

Deno.test("divergence: deltas over 0.05 apart are listed while both are fresh", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price), BROKER);

  const found = desk.book.sweepDivergence();

  assert.equal(found?.length, 1);
  assert.equal(found[0].handle, desk.book.handleOf(CALL.key));
  near(found[0].modelDelta, 0.3188582632, 1e-8);
  desk.send(greeks(CALL.key, 0.25, 0.32, 0.04, -0.04, 0.12, 0.04));
  assert.deepEqual(desk.book.sweepDivergence(), []);
});

Deno.test("divergence: a stale pair raises no alarm", () => {
  const { price } = callAt(100, 0.25);
  const desk = aDesk(SPOT, quote(CALL.key, price, price), BROKER);

  desk.board.setFeedState("f", "down", desk.now);
  desk.book.advanceTime(desk.now);

  assert.deepEqual(desk.book.sweepDivergence(), []);
});

Deno.test("states: looked at a few at a time, every contract has its turn in one round", () => {
  const shares = ["AAA", "BBB", "CCC", "DDD", "EEE"].map((symbol) =>
    anEquity({ key: symbol, symbol })
  );
  const desk = new TestDesk().add(...shares);
  desk.hold(...shares.map(({ key }) => aPosition({ instrumentKey: key })));
  desk.send(...shares.map(({ key }) => quote(key, 99, 101)));
  const staleCount = () => shares.filter(({ key }) => desk.code("staleness", key) === 1).length;
  assert.equal(staleCount(), 0);

  desk.board.setFeedState("f", "stale", desk.now);
  const counts = [1, 2, 3].map(() => {
    desk.book.advanceTime(desk.now, 2);
    return staleCount();
  });

  assert.deepEqual(counts, [2, 4, 5]);
});
