import assert from "node:assert/strict";
import type { PositionFigures } from "../../domain/broker_figures.ts";
import type { FeedGreeks, OptionFacts, OurPosition } from "./our_figures.ts";
import { comparePosition } from "./position.ts";
import {
  aFeed,
  aModel,
  anOptionFact,
  NOW,
  ourPosition,
  theirPosition,
  told,
} from "./reconcile_fixture_test.ts";

function pair(
  theirs: Partial<PositionFigures> | null,
  ours: Partial<OurPosition> | null,
  more: { lastFillAt?: number; markBefore?: number; isListWhole?: boolean } = {},
) {
  const own = ours === null ? null : ourPosition(ours);
  return comparePosition({
    theirs: theirs === null ? null : theirPosition(theirs),
    ours: own,
    markBefore: more.markBefore ?? own?.mark ?? null,
    isListWhole: more.isListWhole ?? true,
    context: { now: NOW, lastFillAt: more.lastFillAt ?? null },
  });
}

Deno.test("B-01: a position that both sides hold alike agrees in everything", () => {
  const found = pair({}, {});
  assert.equal(found.state, "agrees");
  assert.equal(found.valueDifference, 0);
  assert.equal(found.closeDifference, 0);
  assert.equal(found.greeks?.delta.state, "agrees");
});

Deno.test("B-01: a planted lot is found as a difference of quantity", () => {
  const { quantity, state, valueDifference } = pair({ signedQuantity: 3 }, {});
  assert.equal(state, "differs");
  assert.equal(quantity.difference, -1);
  assert.equal(quantity.cause?.code, "quantity");
  assert.equal(quantity.cause?.text, "the broker lists +3, the desk holds +2");
  assert.equal(valueDifference, -200);
});

Deno.test("B-01: a position of one list is missing in the other, unless a fill came", () => {
  assert.equal(pair(null, {}).quantity.cause?.code, "missingThere");
  assert.equal(pair({}, null).quantity.cause?.code, "missingHere");
  assert.equal(pair({}, null).label, "XYZ 250516C00105000");
  assert.equal(pair(null, {}, { lastFillAt: NOW - 5_000 }).quantity.cause?.code, "inFlight");
  assert.equal(pair(null, {}, { lastFillAt: NOW - 31_000 }).quantity.cause?.code, "missingThere");
});

Deno.test("B-01: a list that could not be read whole misses nothing for certain", () => {
  const { quantity, valueDifference } = pair(null, {}, { isListWhole: false });
  assert.deepEqual([quantity.state, quantity.doubt], ["notComparable", "absentTheirs"]);
  assert.equal(valueDifference, null);
});

Deno.test("B-01: another multiplier is found", () => {
  const { multiplier, valueDifference } = pair({ multiplier: 10 }, {});
  assert.equal(multiplier?.cause?.code, "multiplier");
  assert.equal(valueDifference, 360);
});

Deno.test("B-01: a mark of 3 % off is found, one inside the quote and a tick is not", () => {
  assert.equal(pair({ mark: told(2 * 1.03) }, {}).mark.state, "differs");
  for (const inside of [1.98, 1.99, 2.01, 2.02]) {
    assert.equal(pair({ mark: told(inside) }, {}).mark.state, "agrees", `${inside}`);
  }
  assert.equal(pair({ mark: told(2.03) }, {}).mark.state, "differs");
  assert.equal(pair({ mark: told(2.05) }, {}, { markBefore: 2.03 }).mark.state, "agrees");
});

const MARKS: readonly [string, Partial<PositionFigures>, Partial<OurPosition>][] = [
  ["perContract", { mark: told(200) }, {}],
  ["oldFigure", { mark: told(2.2, NOW - 61_000) }, { markAt: NOW - 30_000 }],
  ["oursIsLast", { mark: told(2.2) }, { markSource: "last" }],
  ["oursIsClose", { mark: told(2.2) }, { markSource: "previousClose" }],
  ["theirsIsLast", { mark: told(1.9) }, {}],
  ["theirsIsClose", { mark: told(1.5) }, {}],
  ["wideMarket", { mark: told(2.6) }, { bid: 1.5, ask: 2.5 }],
  ["unknown", { mark: told(2.2) }, {}],
];
for (const [code, theirs, ours] of MARKS) {
  Deno.test(`B-01: marks that differ name their cause: ${code}`, () => {
    const { mark } = pair(theirs, ours);
    assert.equal(mark.state, "differs");
    assert.equal(mark.cause?.code, code);
  });
}

Deno.test("B-01: marks prove nothing when ours is stale, theirs older or the market shut", () => {
  const far = { mark: told(3) };
  assert.equal(pair(far, { staleness: "stale" }).mark.doubt, "staleOurs");
  assert.equal(pair(far, { staleness: "closed" }).mark.doubt, "closed");
  const old = { mark: told(3, NOW - 120_000) };
  assert.equal(pair(old, {}).mark.doubt, "staleTheirs");
  assert.equal(pair(far, { staleness: "stale" }).state, "notComparable");
});

Deno.test("B-01: a quantity differs whatever the market does", () => {
  assert.equal(pair({ signedQuantity: 1 }, { staleness: "closed" }).state, "differs");
});

Deno.test("B-01: a mark that one side lacks is no mark of 0", () => {
  const { mark, valueDifference } = pair({ mark: null }, {});
  assert.deepEqual([mark.theirs, mark.doubt, valueDifference], [null, "absentTheirs", null]);
  assert.equal(pair({}, { mark: null, markSource: "none" }).mark.doubt, "absentOurs");
});

function greeksOf(feed: Partial<FeedGreeks> | null, over: Partial<OptionFacts> = {}) {
  const option = anOptionFact({ feed: feed === null ? null : aFeed(feed), ...over });
  return pair({}, { option }).greeks;
}

Deno.test("B-01: a delta is compared with the model's, 0.02 and the spread's worth apart", () => {
  assert.equal(greeksOf({ delta: 0.419 })?.delta.state, "agrees");
  assert.equal(greeksOf({ delta: 0.421 })?.delta.state, "differs");
  const model = aModel({ vanna: 0.1 });
  assert.equal(greeksOf({ delta: 0.424 }, { model })?.delta.state, "agrees");
  const steep = aModel({ vanna: 5 });
  assert.equal(greeksOf({ delta: 0.451 }, { model: steep })?.delta.state, "differs");
});

const GREEKS: readonly [string, Partial<FeedGreeks>, Partial<OptionFacts>][] = [
  ["oldFigure", { delta: 0.5, at: NOW - 61_000 }, {}],
  ["lastVolatility", { delta: 0.5 }, { model: aModel({ isOfLatestQuote: false }) }],
  ["americanExercise", { delta: 0.5 }, { isAmerican: true, right: "put" }],
  ["otherVolatility", { delta: 0.5, iv: 0.3 }, {}],
  ["otherCarry", { delta: 0.5 }, {}],
];
for (const [code, feed, over] of GREEKS) {
  Deno.test(`B-01: Greeks that differ name their cause: ${code}`, () => {
    assert.equal(greeksOf(feed, over)?.delta.cause?.code, code);
  });
}

Deno.test("B-01: Greeks of a wide market name it", () => {
  const option = anOptionFact({ feed: aFeed({ delta: 0.6 }) });
  const { greeks } = pair({}, { option, bid: 1.5, ask: 2.5 });
  assert.equal(greeks?.delta.cause?.code, "wideMarket");
});

Deno.test("B-01: without the broker's Greeks or the model's there is nothing to compare", () => {
  assert.equal(greeksOf(null)?.delta.doubt, "absentTheirs");
  assert.equal(greeksOf({}, { model: "noRate" })?.delta.doubt, "absentOurs");
  assert.equal(greeksOf({ delta: 0.9, isStale: true })?.delta.doubt, "staleTheirs");
});
