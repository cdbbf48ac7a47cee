import assert from "node:assert/strict";
import fc from "fast-check";
import { SAMPLE_NOW, sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC, type SampleLeg } from "@/tests/fixtures/sample_spec.ts";
import { contractName, contractState, contractValue } from "./contracts.ts";
import { DEFAULT_COLUMNS } from "./columns.ts";
import { lineDirection, lineNumber, lineView } from "./lines.ts";
import { tableLines } from "./order.ts";
import { BookScope } from "./scope.ts";
import { NO_MOMENT, rowValue } from "./values.ts";

const ACCOUNTS = [
  { name: "Individual", broker: "tastytrade", cash: 0, netLiq: 1 },
  { name: "IRA", broker: "tastytrade", cash: 0, netLiq: 1 },
  { name: "Individual", broker: "ib", cash: 0, netLiq: 1 },
];

function aCall(account: number, quantity: number, over: Partial<SampleLeg> = {}): SampleLeg {
  return {
    underlying: "NVDA",
    account,
    quantity,
    strike: 195,
    right: "call",
    expiry: "2025-03-21",
    mark: 0.5,
    delta: 0.2,
    gamma: 0.07,
    vega: 0.1,
    theta: -0.2,
    dayPnl: 10 * quantity,
    ...over,
  };
}

function scopeOf(legs: readonly SampleLeg[], accounts = [0, 1, 2]): BookScope {
  return new BookScope(sampleBook({ ...SAMPLE_SPEC, accounts: ACCOUNTS, legs }), accounts);
}

const CONTEXT = {
  measure: "dollarDelta",
  barScale: 1,
  today: "2025-03-19",
  now: SAMPLE_NOW,
  closedAt: null,
} as const;

/** Lines with every group open, and this contract too. */
function linesOf(scope: BookScope, opened: readonly string[] = []) {
  const nvda = Array.from({ length: scope.view.underlyingCount }, (_, u) => u)
    .filter((u) => scope.view.underlying(u).symbol === "NVDA");
  return tableLines(scope, nvda, new Set(["NVDA", ...opened]));
}

const KINDS = (lines: readonly { readonly kind: string }[]) => lines.map(({ kind }) => kind);

Deno.test("G-070: two accounts with the same contract are one row, opened by account", () => {
  const scope = scopeOf([aCall(0, -2), aCall(2, 5), aCall(1, 1, { strike: 200 })]);
  const closed = linesOf(scope);
  assert.deepEqual(KINDS(closed), ["group", "contract", "leg"]);
  const [, contract] = closed;
  const open = linesOf(scope, [contractName(scope.view, contract.index)]);

  assert.deepEqual(KINDS(open), ["group", "contract", "leg", "leg", "leg"]);
  assert.deepEqual(open.map(({ isPart }) => isPart), [false, false, true, true, false]);
  assert.equal(open.at(-1)?.isLast, true);
  const view = lineView(scope, contract, DEFAULT_COLUMNS, CONTEXT, new Set());
  assert.deepEqual(view.cells[0], { kind: "text", text: "+3 21 Mar 195 call", unit: "" });
  assert.deepEqual(view.cells[1], { kind: "text", text: "2 accounts", unit: "" });
  assert.equal(view.direction, "long");
  const names = open.slice(2, 4).map((line) =>
    lineView(scope, line, DEFAULT_COLUMNS, CONTEXT, new Set()).cells[1]
  );
  // One name at two brokers: the broker tells them apart.
  assert.deepEqual(names.map((cell) => cell.kind === "text" && cell.text), [
    "Individual, tastytrade",
    "Individual, IB",
  ]);
});

Deno.test("G-070: the filter's accounts alone make a row one or several", () => {
  const legs = [aCall(0, -2), aCall(2, 5)];
  assert.deepEqual(KINDS(linesOf(scopeOf(legs, [0]))), ["group", "leg"]);
  assert.deepEqual(KINDS(linesOf(scopeOf(legs, [0, 2]))), ["group", "contract"]);
});

Deno.test("DAT-5: legs that differ in what they deliver are two rows", () => {
  const scope = scopeOf([aCall(0, 1), aCall(2, 1, { deliverable: 150, root: "NVDA1" })]);
  assert.deepEqual(KINDS(linesOf(scope)), ["group", "leg", "leg"]);
});

Deno.test("G-070: what one holder lacks is left out, and the row says the weakest state", () => {
  const scope = scopeOf([aCall(0, 1), aCall(2, 1, { state: "stale" })]);
  const rows = linesOf(scope)[1].rows;
  assert.equal(contractState(scope, rows, "dollarDelta"), "stale");
  const absent = scopeOf([aCall(0, 1, { absent: "noQuote" }), aCall(2, 1, { absent: "noQuote" })]);
  const line = linesOf(absent)[1];
  assert.equal(lineNumber(absent, line, "dollarDelta", CONTEXT)?.state, "absent");
  assert.equal(lineDirection(absent, line), null);
});

Deno.test("G-070, property: a contract's money is the sum of its holders', in any order", () => {
  const quantities = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 3 });
  fc.assert(fc.property(quantities, (all) => {
    const legs = all.map((quantity, account) => aCall(account, quantity));
    const [one, other] = [legs, legs.toReversed()].map((list) => {
      const scope = scopeOf(list);
      const { rows } = linesOf(scope)[1];
      for (const column of ["dollarDelta", "netLiq", "pnl", "vega"] as const) {
        const field = ({ netLiq: "marketValue", pnl: "dayPnl" } as const)[column as "netLiq"] ??
          column;
        const sum = rows.reduce((total, row) => total + rowValue(scope.view, row, field), 0);
        const found = contractValue(scope, rows, column, NO_MOMENT) ?? NaN;
        assert.ok(Math.abs(found - sum) < 1e-6, column);
      }
      return contractValue(scope, rows, "dollarDelta", NO_MOMENT) ?? NaN;
    });
    assert.ok(Math.abs(one - other) < 1e-6);
  }));
});
