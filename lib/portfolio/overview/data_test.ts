import assert from "node:assert/strict";
import { SAMPLE_NOW, sampleBook } from "@/tests/fixtures/sample_book.ts";
import { ACCOUNT_AT, STALENESS } from "../../domain/measures.ts";
import type { MarketStatus, PageMode } from "../../stream/protocol/messages.ts";
import { lineNumber } from "./lines.ts";
import { overviewData, type OverviewSource } from "./data.ts";
import { frozenView } from "./frozen_view.ts";
import { readPreferences } from "./preferences.ts";
import { BookScope } from "./scope.ts";
import { tableCsv } from "./table_csv.ts";
import { orderGroups, tableLines } from "./order.ts";

const CLOSED: MarketStatus = {
  session: "closed",
  sessionDate: "2025-03-19",
  since: Date.UTC(2025, 2, 19, 20),
  until: Date.UTC(2025, 2, 20, 13, 30),
  sourceSpeed: 1,
};

function source(change: Partial<OverviewSource> = {}): OverviewSource {
  const book = sampleBook();
  return {
    mode: "demo",
    view: () => book,
    snapshot: () => ({ epoch: "e", seq: 7, text: "{}" }),
    feeds: () => [],
    market: () => null,
    sourceNow: () => SAMPLE_NOW,
    recomputeMs: () => null,
    playback: () => null,
    recording: () => null,
    today: () => ({ stepMs: 1000, at: [], values: [[], [], []] }),
    ...change,
  };
}

function data(query = "", change: Partial<OverviewSource> = {}) {
  return overviewData(source(change), readPreferences(new URLSearchParams(query), null));
}

Deno.test("T-022: the page's data is plain JSON, so that server and island see the same", () => {
  const page = data("open=NVDA");

  assert.deepEqual(JSON.parse(JSON.stringify(page)), page);
});

Deno.test("T-006: accounts have name, type and the last four of their number, never more", () => {
  const [first] = data().accounts;

  assert.equal(first.name, "Individual");
  assert.equal(first.type, "Margin");
  assert.equal(first.title, "Margin, demo, number ending 0000");
  assert.equal(first.netLiq, "612k");
  assert.equal(first.slug, "individual");
});

Deno.test("P1: an account's net liq that the broker should have renewed is marked old", () => {
  const book = sampleBook();
  book.accountF64[ACCOUNT_AT.staleness] = STALENESS.indexOf("stale");
  const { accounts } = data("", { view: () => book });
  assert.deepEqual(accounts.map(({ isOld }) => isOld), [true, false, false]);
});

Deno.test("T-007: a filter changes every part of the first paint", () => {
  const all = data();
  const ira = data("accounts=ira");

  assert.deepEqual(ira.accounts.map((account) => account.isChosen), [false, true, false]);
  assert.deepEqual(ira.lines.map((line) => line.symbol), ["SPY", "NVDA"]);
  for (const part of ["headline", "stats", "sides", "ring", "total", "balance"] as const) {
    assert.notDeepEqual(ira[part], all[part], part);
  }
  assert.deepEqual(data("accounts=nobody").unknownAccounts, ["nobody"]);
});

Deno.test("ui §4: after the close ages give way to the close and nothing is late", () => {
  const page = data("", { market: () => CLOSED });

  assert.equal(page.context.closedAt, CLOSED.since);
  assert.equal(page.feedBar.isClosed, true);
});

Deno.test("G-060: a held display keeps its numbers and times while the book goes on", () => {
  const book = sampleBook();
  const held = frozenView(book);
  const before = new BookScope(held, [0, 1, 2]).total("dollarDelta");
  book.cellF64.fill(1);
  book.rowF64.fill(2);

  assert.equal(new BookScope(held, [0, 1, 2]).total("dollarDelta"), before);
  assert.equal(held.rowF64.includes(2), false);
  assert.equal(held.rowIndex(held.rowIds[3]), 3);
});

Deno.test("export: the copied table has unrounded numbers, reasons and the mode", () => {
  const scope = new BookScope(sampleBook(), [0, 1, 2]);
  const order = orderGroups(scope, { column: "name", isDescending: false }, "all");
  const lines = tableLines(scope, order, new Set(["NVDA"]));
  const context = {
    measure: "dollarDelta",
    barScale: 1,
    today: "2025-03-19",
    now: SAMPLE_NOW,
    closedAt: null,
  } as const;
  const exported = (mode: PageMode) =>
    tableCsv(scope, lines, ["name", "price", "dollarDelta", "source"], context, {
      mode,
      now: SAMPLE_NOW,
    });
  const csv = exported("demo");
  const rows = csv.trimEnd().split("\r\n");

  assert.match(rows[0], /^"Demo market: invented prices, no broker connected",2025-03-19 13:18:42/);
  assert.match(exported("live"), /^Live,/);
  assert.match(exported("sandbox"), /^"Sandbox: the broker's test system, not real money",/);
  assert.match(exported("simulator"), /^"Simulator: invented prices, not real money",/);
  assert.equal(
    rows[1],
    "Underlying,Leg,Account,Quantity,Expiry,Strike,Right,Price,Dollar delta,State",
  );
  assert.equal(rows.length, 2 + lines.length);
  const shown = lineNumber(scope, lines[0], "dollarDelta", context)?.value;
  assert.equal(Number(rows[2].split(",").at(-2)), shown);
  const absent = rows.find((row) => row.endsWith("absent: no quote"));
  assert.match(absent ?? "", /,,,absent: no quote$/);
});
