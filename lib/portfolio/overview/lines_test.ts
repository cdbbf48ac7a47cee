import assert from "node:assert/strict";
import { SAMPLE_NOW, sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC } from "@/tests/fixtures/sample_spec.ts";
import { DEFAULT_COLUMNS } from "./columns.ts";
import { type Cell, type LineContext, lineView, totalView } from "./lines.ts";
import { orderGroups, tableLines } from "./order.ts";
import { BookScope } from "./scope.ts";
import { closeLabel, legProvenance, sourceAge } from "./source.ts";

const CONTEXT: LineContext = {
  measure: "dollarDelta",
  barScale: 1_000_000,
  today: "2025-03-19",
  now: SAMPLE_NOW,
  closedAt: null,
};

function sampleLines(open: readonly string[], context = CONTEXT, book = sampleBook()) {
  const scope = new BookScope(book, [0, 1, 2]);
  const opened = new Set(open);
  const order = orderGroups(scope, { column: "name", isDescending: false }, "all");
  return tableLines(scope, order, opened)
    .map((line) => lineView(scope, line, DEFAULT_COLUMNS, context, opened));
}

function cellText(cell: Cell): string {
  switch (cell.kind) {
    case "number":
      return cell.figure?.text ?? "";
    case "text":
      return cell.text + (cell.unit === "" ? "" : ` ${cell.unit}`);
    case "bar":
      return `${cell.bar.direction} ${cell.bar.length}`;
    case "source":
      return `${cell.source.kind}: ${cell.source.label}`;
  }
}

function cellOf(lines: ReturnType<typeof sampleLines>, at: number, column: string): string {
  return cellText(lines[at].cells[DEFAULT_COLUMNS.indexOf(column as "name")]);
}

Deno.test("T-024: a group row has legs, price, deltas, net liq; legs open below it", () => {
  const closed = sampleLines([]);
  const open = sampleLines(["SPY", "@SPY"]);

  assert.deepEqual(closed.map((line) => line.symbol), ["NVDA", "QQQ", "SAP", "SPX", "SPY"]);
  assert.equal(cellOf(closed, 0, "legs"), "5 + stock");
  assert.equal(open.length, closed.length + 4);
  assert.deepEqual(open.slice(4).map((line) => [line.kind, line.isLast]), [
    ["group", false],
    ["contract", false],
    ["leg", false],
    ["leg", false],
    ["leg", true],
  ]);
});

Deno.test("T-024: a leg is named by quantity, expiry, strike, right; by its root if other", () => {
  const spx = sampleLines(["SPX"]);
  const qqq = sampleLines(["QQQ"]);
  const spy = sampleLines(["SPY", "@SPY"]);

  assert.equal(cellOf(spx, 4, "name"), "\u22122 SPXW 21 Mar 6,900 call");
  assert.equal(cellOf(qqq, 2, "name"), "+5 16 Jan 26 600 put");
  assert.equal(cellOf(spy, 5, "name"), "+1,115 shares");
  assert.equal(cellOf(spy, 5, "legs"), "2 accounts");
  assert.equal(cellOf(spy, 6, "name"), "+700 shares");
  assert.equal(cellOf(spy, 7, "legs"), "IRA");
});

Deno.test("ui §1: the mark follows the sign of the dollar delta, so a bought put is short", () => {
  const line = sampleLines(["QQQ"])[2];

  assert.equal(line.direction, "short");
});

Deno.test("X-03: a leg without a quote shows dashes and its reason, never 0", () => {
  const lines = sampleLines(["NVDA"]);
  const at = lines.findIndex((line) =>
    line.title !== "" && line.direction === null && line.kind === "leg"
  );

  for (const column of ["price", "day", "deltaShares", "dollarDelta", "pnl"]) {
    assert.equal(cellOf(lines, at, column), "\u2014");
  }
  assert.equal(cellOf(lines, at, "source"), "absent: no quote");
});

Deno.test("a part of a share is not written as none, and nothing is", () => {
  const shares = (quantity: number) => {
    const legs = [{ ...SAMPLE_SPEC.legs[0], underlying: "NVDA", quantity, delta: 1 }];
    return cellOf(sampleLines([], CONTEXT, sampleBook({ ...SAMPLE_SPEC, legs })), 0, "deltaShares");
  };

  assert.deepEqual([0.25, -0.25, 0.001, 0.6, 3].map(shares), [
    "+0.25",
    "\u22120.25",
    "0",
    "+1",
    "+3",
  ]);
});

Deno.test("T-015: a stale leg keeps its value and says stale; its group counts it", () => {
  const lines = sampleLines(["NVDA"]);
  const stale = lines.find((line) => line.cells.some((cell) => cellText(cell) === "stale: mid"));

  assert.equal(cellOf(lines, 0, "source"), "stale: 1 stale");
  const price = stale?.cells[DEFAULT_COLUMNS.indexOf("price")];
  assert.equal(price?.kind === "number" && price.figure?.state, "stale");
  assert.equal(price?.kind === "number" && price.figure?.text, "0.14");
});

Deno.test("T-024: a figure in another currency names it beside the symbol", () => {
  const lines = sampleLines([]);

  assert.equal(cellOf(lines, 2, "name"), "SAP EUR");
  assert.match(lines[2].title, /1 EUR = 1.09 USD/);
});

Deno.test("T-001: share deltas of different underlyings are not summed, dollars are", () => {
  const scope = new BookScope(sampleBook(), [0, 1, 2]);
  const total = totalView(scope, DEFAULT_COLUMNS);
  const cell = (id: string) => total.cells[DEFAULT_COLUMNS.indexOf(id as "name")];

  assert.equal(cell("deltaShares").kind, "noSum");
  assert.equal(cell("gamma").kind, "noSum");
  assert.equal(cell("dollarDelta").kind, "number");
  assert.equal(total.label, "All, 13 legs");
  assert.equal(total.names, "5 names");
});

Deno.test("X-04: a leg's tooltip says source, event time, receive time and model version", () => {
  const book = sampleBook();
  const row = SAMPLE_SPEC.legs.findIndex((leg) => leg.state === "modelled");

  assert.equal(
    legProvenance(book, row, "gbs-1"),
    "mark: mid · Greeks: model · quoted 13:18:41 · received 13:18:41 · model gbs-1",
  );
});

Deno.test("T-029: ages are written from the source's clock; the close replaces them", () => {
  assert.equal(sourceAge(SAMPLE_NOW - 2_400, SAMPLE_NOW), "2.4\u202fs");
  assert.equal(sourceAge(null, SAMPLE_NOW), "");
  assert.equal(closeLabel(Date.UTC(2025, 2, 19, 20)), "close, 16:00");
  assert.equal(closeLabel(null), "close");
});
