import assert from "node:assert/strict";
import { DATA_LEVELS } from "../../domain/market_data.ts";
import { allAccounts } from "../totals.ts";
import { BookScope } from "../overview/scope.ts";
import {
  anEquity,
  anOption,
  aPosition,
  close,
  greeks,
  quote,
  START_AT,
  TestDesk,
} from "../desk_fixture_test.ts";
import { ConsoleTable } from "./lines.ts";

const CALL = anOption();

function twoLegs(): TestDesk {
  const spy = anEquity({ symbol: "SPY" });
  const desk = new TestDesk().add(anEquity(), CALL, spy).hold(
    aPosition({ signedQuantity: -200 }),
    aPosition({ instrumentKey: CALL.key, signedQuantity: 3 }),
    aPosition({ instrumentKey: "SPY", accountId: "B", signedQuantity: 10 }),
  );
  return desk.send(
    close("XYZ", 99),
    quote("XYZ", 99.9, 100.1),
    quote(CALL.key, 2, 2.2),
    greeks(CALL.key, 0.2, 0.5, 0.02, -0.05, 0.11, 0.04),
    close("SPY", 598),
    quote("SPY", 599.9, 600.1),
  );
}

/** Cells of a line, told apart by two spaces. */
function cells(line: string): string[] {
  return line.trim().split(/ {2,}/);
}

function shown(desk: TestDesk, table = new ConsoleTable()): readonly string[] {
  const scope = new BookScope(desk.book, allAccounts(desk.book));
  return table.lines(scope, desk.now);
}

Deno.test("G-073: one line per underlying and one for the book, in the alphabet's order", () => {
  const lines = shown(twoLegs());

  assert.deepEqual(lines.map((line) => cells(line)[1]), ["Price", "SPY", "XYZ", "Book"]);
  assert.ok(lines.slice(1).every((line) => line.startsWith("10:15:00  ")), lines.join("\n"));
});

Deno.test("G-073: the figures of a line are those of the book, signed", () => {
  const [, spy, xyz, book] = shown(twoLegs()).map(cells);

  // 3 calls of delta 0.5 on 100 shares each, and 200 shares short, at 100.
  assert.deepEqual(xyz.slice(2), [
    "100.00",
    "−50",
    "−5,000",
    "+600",
    "+33",
    "−15",
    "−200",
    "0.0\u202fs",
    "1 of 2 legs without P&L: no close",
  ]);
  assert.deepEqual(spy.slice(2, 8), ["600.00", "+10", "+6,000", "0", "0", "0"]);
  // Share deltas do not add: (−5,000 + 6,000) / 600 shares of SPY.
  assert.deepEqual(book.slice(2, 5), ["+2", "+1,000", "+600"]);
});

Deno.test("G-073: an absent figure is a dash and its line says why", () => {
  const desk = new TestDesk().add(anEquity(), CALL).hold(
    aPosition({ instrumentKey: CALL.key, signedQuantity: 1 }),
  );
  const [, line, book] = shown(desk);

  assert.deepEqual(cells(line).slice(2, 10), ["—", "—", "—", "—", "—", "—", "—", "—"]);
  assert.match(line, /no price: .*; 1 of 1 leg without Greeks: \w/);
  assert.match(
    book,
    /no Δ: no price of SPY; .*1 of 1 leg without Greeks; 1 of 1 leg without price/,
  );
  assert.doesNotMatch(`${line}${book}`, /NaN|undefined/);
});

Deno.test("G-073: age and staleness stand in the line", () => {
  const desk = twoLegs();
  desk.now += 42_000;
  desk.board.setFeedState("f", "stale", desk.now);
  desk.book.advanceTime(desk.now);
  const [, spy, , book] = shown(desk);

  assert.match(spy, /42\u202fs {2}stale$/);
  assert.match(book, /stale: 3 of 3 legs/);
});

Deno.test("G-005: an underlying with delayed data says so in its line", () => {
  const desk = twoLegs();
  const level = DATA_LEVELS.indexOf("delayed");
  desk.send({ key: "SPY", kind: "delivery", values: [level, NaN] }, quote("SPY", 599.9, 600.1));

  assert.match(shown(desk)[1], /SPY .* delayed$/);
  assert.doesNotMatch(shown(desk)[2], /delayed/);
});

Deno.test("an empty book is one line that says so", () => {
  const [, ...lines] = shown(new TestDesk());

  assert.equal(lines.length, 1);
  assert.match(lines[0], /Book .* no open position/);
});

Deno.test("columns stand under their head, widen when they must and never narrow", () => {
  const desk = twoLegs();
  const table = new ConsoleTable();
  const endOf = (line: string) => line.indexOf("−200") + 4;
  const narrow = shown(desk, table);
  assert.equal(endOf(narrow[2]), narrow[0].indexOf("P&L today") + "P&L today".length);
  const long = anEquity({ symbol: "LONGERTHANTHAT" });
  desk.add(long);
  desk.book.setPositions("B", [
    aPosition({ accountId: "B", instrumentKey: long.key, signedQuantity: 1 }),
  ]);
  const wide = shown(desk, table);
  assert.match(wide[0], /Price/, "the head again, since the columns moved");
  desk.book.setPositions("B", []);
  const again = shown(desk, table);
  const xyz = again.find((line) => line.includes("XYZ")) ?? "";
  assert.equal(endOf(xyz), endOf(wide.find((line) => line.includes("XYZ")) ?? ""));
  assert.ok(endOf(xyz) > endOf(narrow[2]));
});

Deno.test("the head comes again after forty lines and not with every snapshot", () => {
  const desk = twoLegs();
  const table = new ConsoleTable();
  const heads = Array.from({ length: 30 }, () => shown(desk, table)[0].includes("New York"));

  assert.equal(heads[0], true);
  assert.equal(heads.filter(Boolean).length, Math.ceil(30 * 3 / 42));
  assert.equal(desk.now, START_AT);
});
