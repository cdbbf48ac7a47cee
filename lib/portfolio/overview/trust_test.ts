import assert from "node:assert/strict";
import { SAMPLE_NOW, sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC, type SampleLeg } from "@/tests/fixtures/sample_spec.ts";
import { MARK_SOURCES, ROW_U8_AT } from "@/lib/domain/measures.ts";
import { ABSENT_FIGURE, levelFigure, resultFigure, signedFigure, weaker } from "./figure.ts";
import { BookScope } from "./scope.ts";
import { legProvenance, legSource } from "./source.ts";
import { sideCells, statCells, vitals } from "./summary.ts";
import { groupState, hasDelayed, legAbsence, legState, totalState } from "./trust.ts";

const OPEN = { closedAt: null, now: SAMPLE_NOW };

function bookOf(legs: readonly SampleLeg[]) {
  return new BookScope(sampleBook({ ...SAMPLE_SPEC, legs }), [0, 1, 2]);
}

function shares(quantity: number, state?: SampleLeg["state"]): SampleLeg {
  return { underlying: "SPY", account: 0, quantity, mark: 683.42, delta: 1, dayPnl: 1, state };
}

Deno.test("X-03: NaN is the dash whatever the state, and never 0", () => {
  assert.deepEqual(levelFigure(NaN, 0, "live"), ABSENT_FIGURE);
  assert.deepEqual(signedFigure(NaN, 0, "stale"), ABSENT_FIGURE);
  assert.deepEqual(resultFigure(5, 0, "absent"), ABSENT_FIGURE);
  assert.equal(ABSENT_FIGURE.text, "\u2014");
});

Deno.test("ui §1: only a result has a tone", () => {
  assert.equal(resultFigure(-5, 0, "live").tone, "-");
  assert.equal(signedFigure(-5, 0, "live").tone, "");
  assert.equal(levelFigure(-5, 0, "live").tone, "");
});

Deno.test("ui §5: a derived number inherits the weakest state", () => {
  assert.equal(weaker("live", "modelled"), "modelled");
  assert.equal(weaker("stale", "modelled"), "stale");
  assert.equal(weaker("stale", "absent"), "absent");
});

Deno.test("ui §5: a stale part above 1 % of a sum makes it stale, a smaller one does not", () => {
  assert.equal(groupState(bookOf([shares(1000), shares(5, "stale")]), 2, "greeks"), "live");
  assert.equal(groupState(bookOf([shares(1000), shares(50, "stale")]), 2, "greeks"), "stale");
});

Deno.test("ui §5: a modelled part makes Greeks modelled, prices stay live", () => {
  const scope = bookOf([shares(1000), shares(50, "modelled")]);

  assert.equal(groupState(scope, 2, "greeks"), "modelled");
  assert.equal(groupState(scope, 2, "mark"), "live");
});

Deno.test("X-03: a sum without any value is absent; with some it is the sum of those", () => {
  const absent: SampleLeg = { ...shares(10), absent: "noQuote" };

  assert.equal(totalState(bookOf([absent]), "mark"), "absent");
  assert.equal(totalState(bookOf([absent, shares(10)]), "mark"), "live");
});

Deno.test("X-03: a leg says why it has no value", () => {
  const scope = bookOf([{ ...shares(10), absent: "crossed" }, shares(10, "closed")]);

  assert.equal(legAbsence(scope.view, 0), "crossed");
  assert.equal(legState(scope.view, 0, "mark"), "absent");
  assert.equal(legAbsence(scope.view, 1), "present");
  assert.equal(legState(scope.view, 1, "mark"), "live");
});

Deno.test("G-005: one delayed leg marks every tile that its price is in, and its own row", () => {
  const scope = bookOf([shares(1000), { ...shares(1), level: "delayed" }]);

  assert.equal(hasDelayed(scope), true);
  const marked = statCells(scope).filter(({ isDelayed }) => isDelayed).map(({ id }) => id);
  assert.deepEqual(marked, ["pnl", "dollarDelta", "deltaShares", "gamma", "vega", "theta"]);
  assert.ok([...sideCells(scope), ...vitals(scope)].every(({ isDelayed }) => isDelayed));
  assert.equal(legSource(scope.view, 0, OPEN).label, "mid");
  assert.equal(legSource(scope.view, 1, OPEN).label, "delayed");
});

Deno.test("G-045: a leg at the mid of a wide quote says so, beside it and in its tooltip", () => {
  const { view } = bookOf([shares(1000)]);
  view.rowU8[ROW_U8_AT.markSource] = MARK_SOURCES.indexOf("wideMid");

  assert.equal(legSource(view, 0, OPEN).label, "wide");
  assert.match(legProvenance(view, 0, "gbs-1"), /^mark: mid of a wide quote/);
});

Deno.test("G-005: nothing is marked without a delayed leg, nor by one of another account", () => {
  assert.equal(hasDelayed(bookOf([shares(1000)])), false);
  const view = sampleBook({
    ...SAMPLE_SPEC,
    legs: [shares(1000), { ...shares(1), account: 1, level: "delayed" }],
  });
  const scope = new BookScope(view, [0]);
  assert.equal(hasDelayed(scope), false);
  assert.ok(statCells(scope).every(({ isDelayed }) => !isDelayed));
  scope.update(view, [0, 1]);
  assert.equal(hasDelayed(scope), true);
});
