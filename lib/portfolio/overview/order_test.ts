import assert from "node:assert/strict";
import { sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC } from "@/tests/fixtures/sample_spec.ts";
import {
  COLUMNS,
  DEFAULT_COLUMNS,
  DEFAULT_SORT,
  nextSort,
  parseColumns,
  parseMeasure,
  parseSort,
  sortText,
} from "./columns.ts";
import { barScale, heldScale, isSameOrder, orderGroups, parseSide, tableLines } from "./order.ts";
import { BookScope } from "./scope.ts";

function symbols(scope: BookScope, order: readonly number[]): string[] {
  return order.map((u) => scope.view.underlying(u).symbol);
}

function sample(): BookScope {
  return new BookScope(sampleBook(), [0, 1, 2]);
}

Deno.test("G-062: exposures sort by size, results by value, names by letter", () => {
  const scope = sample();
  const by = (column: "dollarDelta" | "pnl" | "name", isDescending: boolean) =>
    symbols(scope, orderGroups(scope, { column, isDescending }, "all"));

  assert.deepEqual(by("dollarDelta", true), ["SPX", "SPY", "NVDA", "QQQ", "SAP"]);
  assert.deepEqual(by("pnl", true), ["NVDA", "SPY", "QQQ", "SAP", "SPX"]);
  assert.deepEqual(by("pnl", false), ["SPX", "SAP", "QQQ", "SPY", "NVDA"]);
  assert.deepEqual(by("name", false), ["NVDA", "QQQ", "SAP", "SPX", "SPY"]);
});

Deno.test("G-062: long and short narrow the table to the sign of the dollar delta", () => {
  const scope = sample();

  assert.deepEqual(symbols(scope, orderGroups(scope, DEFAULT_SORT, "long")), [
    "SPY",
    "NVDA",
    "SAP",
  ]);
  assert.deepEqual(symbols(scope, orderGroups(scope, DEFAULT_SORT, "short")), ["SPX", "QQQ"]);
  assert.equal(parseSide("sideways"), "all");
});

Deno.test("X-03: a group without a value comes last, ascending and descending", () => {
  const underlyings = SAMPLE_SPEC.underlyings.map((u) =>
    u.symbol === "SPY" ? { ...u, price: NaN } : u
  );
  const scope = new BookScope(sampleBook({ ...SAMPLE_SPEC, underlyings }), [0, 1, 2]);

  for (const isDescending of [true, false]) {
    const order = orderGroups(scope, { column: "price", isDescending }, "all");
    assert.equal(symbols(scope, order).at(-1), "SPY");
  }
});

Deno.test("G-062: a press sorts the natural way first, then the other", () => {
  assert.deepEqual(nextSort(DEFAULT_SORT, "vega"), { column: "vega", isDescending: true });
  assert.deepEqual(nextSort({ column: "vega", isDescending: true }, "vega"), {
    column: "vega",
    isDescending: false,
  });
  assert.deepEqual(nextSort(DEFAULT_SORT, "name"), { column: "name", isDescending: false });
});

Deno.test("layout: a saved order or layout that is unusable is the default", () => {
  assert.deepEqual(parseSort("-theta"), { column: "theta", isDescending: false });
  assert.deepEqual(parseSort(sortText({ column: "pnl", isDescending: true })).column, "pnl");
  for (const text of [null, "", "bar", "__proto__", "-"]) {
    assert.deepEqual(parseSort(text), DEFAULT_SORT);
  }
  assert.deepEqual(parseColumns("vega.name"), ["name", "vega", "source"]);
  assert.deepEqual(parseColumns("nothing"), DEFAULT_COLUMNS);
  assert.equal(parseMeasure("weight"), "dollarDelta");
});

Deno.test("layout: one column at most takes what is left, the others are sized in digits", () => {
  assert.equal(COLUMNS.filter((column) => column.width === null).length, 1);
});

Deno.test("order: the same order is told from another", () => {
  assert.equal(isSameOrder([1, 2], [1, 2]), true);
  assert.equal(isSameOrder([1, 2], [2, 1]), false);
  assert.equal(isSameOrder([1], [1, 2]), false);
});

Deno.test("ui §1: bars share one scale, which holds while bars fit in half of it", () => {
  const scope = sample();
  const order = orderGroups(scope, DEFAULT_SORT, "all");
  const largest = barScale(scope, tableLines(scope, order, new Set()), "dollarDelta");

  assert.equal(largest, Math.abs(scope.group(order[0], "dollarDelta")));
  assert.equal(heldScale(100, 90), 100);
  assert.equal(heldScale(100, 120), 120);
  assert.equal(heldScale(100, 40), 40);
});

Deno.test("T-022: a line keeps its key while others come and go", () => {
  const scope = sample();
  const order = orderGroups(scope, DEFAULT_SORT, "all");
  const keys = (open: string[]) => tableLines(scope, order, new Set(open)).map((line) => line.key);

  const both = keys(["SPX", "SPY"]);
  assert.deepEqual(both.filter((key) => keys(["SPY"]).includes(key)), keys(["SPY"]));
  assert.equal(new Set(both).size, both.length);
});
