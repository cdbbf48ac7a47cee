import assert from "node:assert/strict";
import { SAMPLE_NOW, sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC } from "@/tests/fixtures/sample_spec.ts";
import { accountItems } from "./overview/data.ts";
import { modeFlag, pageTitle } from "./overview/feed_bar.ts";
import { headline } from "./overview/headline.ts";
import { BookScope } from "./overview/scope.ts";
import { statCells } from "./overview/summary.ts";
import { tableCsv } from "./overview/table_csv.ts";
import { mixedWords, paperMode, paperStandIn } from "./paper.ts";

/** The sample's three accounts, of which these are paper money. */
function book(...paper: readonly number[]) {
  const accounts = SAMPLE_SPEC.accounts.map((account, i) =>
    paper.includes(i) ? { ...account, isPaper: true } : account
  );
  return sampleBook({ ...SAMPLE_SPEC, accounts });
}

const ALL = [0, 1, 2];

Deno.test("a live desk is marked by its accounts, any other by its mode", () => {
  const marks = [book(), book(1), book(0, 1, 2), sampleBook({ ...SAMPLE_SPEC, accounts: [] })];

  assert.deepEqual(marks.map((view) => paperMode("live", view)), [
    ...["live", "mixed", "paper", "live"],
  ]);
  assert.deepEqual(marks.map((view) => paperMode("paper", view)), [
    ...["live", "mixed", "paper", "live"],
  ]);
  assert.deepEqual(marks.map((view) => paperMode("sandbox", view)), Array(4).fill("sandbox"));
  assert.deepEqual(marks.map((view) => paperMode("demo", view)), Array(4).fill("demo"));
  assert.deepEqual(marks.map((view) => paperStandIn(view)), [null, "mixed", "paper", null]);
});

Deno.test("a book of both kinds of money says how many of the chosen accounts are paper", () => {
  assert.equal(mixedWords(book(1), ALL), "1 of 3 accounts is paper money");
  assert.equal(mixedWords(book(0, 2), ALL), "2 of 3 accounts are paper money");
  assert.equal(mixedWords(book(0, 2), [0, 2]), "all of it is paper money");
  assert.equal(mixedWords(book(0, 2), [0]), "this account is paper money");
  assert.equal(mixedWords(book(0, 2), [1]), "");
  assert.equal(mixedWords(book(), ALL), "");
  // There the whole page is marked.
  assert.equal(mixedWords(book(0, 1, 2), ALL), "");
});

Deno.test("where totals stand a mixed book is named as such", () => {
  const [mixed, real] = [book(0, 2), book()].map((view) => new BookScope(view, ALL));
  const standfirst = (scope: BookScope) =>
    headline(scope, 0, false).standfirst.map((one) => one.kind === "text" ? one.text : "").join("");

  assert.match(standfirst(mixed), /2 of 3 accounts are paper money\.$/);
  assert.doesNotMatch(standfirst(real), /paper/);
  assert.equal(statCells(mixed)[0].context, "USD, part paper money");
  assert.doesNotMatch(statCells(real)[0].context, /paper/);
  // Of the real accounts alone it is not.
  assert.doesNotMatch(standfirst(new BookScope(mixed.view, [1])), /paper/);
  assert.doesNotMatch(statCells(new BookScope(mixed.view, [1]))[0].context, /paper/);
});

Deno.test("the filter of a mixed book names paper accounts, once", () => {
  const [first, second] = accountItems(book(0), ALL);
  assert.deepEqual([first.type, second.type], ["Paper money, Margin", "Margin"]);
  const [named] = accountItems(
    sampleBook({
      ...SAMPLE_SPEC,
      accounts: SAMPLE_SPEC.accounts.map((one, i) => ({
        ...one,
        ...(i === 0 ? { name: "Paper IRA", isPaper: true } : {}),
      })),
    }),
    ALL,
  );
  assert.equal(named.type, "Margin");
  // Where all is paper money the page is marked as a whole.
  assert.equal(accountItems(book(0, 1, 2), ALL)[0].type, "Margin");
});

Deno.test("flag and title of a page say paper money, and which part", () => {
  assert.equal(pageTitle("paper", "Overview", "fine"), "Paper · Overview · Deltadesk");
  assert.equal(
    pageTitle("mixed", "Connect", "down"),
    "Feed down · Part paper · Connect · Deltadesk",
  );
  assert.equal(modeFlag("paper")?.name, "Paper money");
  assert.match(modeFlag("mixed")?.note ?? "", /some accounts are not real money/);
});

Deno.test("an export says whose money the accounts in it hold", () => {
  const context = {
    measure: "dollarDelta",
    barScale: 1,
    today: "2025-03-19",
    now: SAMPLE_NOW,
    closedAt: null,
  } as const;
  const exported = (view: ReturnType<typeof book>, accounts: readonly number[]) =>
    tableCsv(
      new BookScope(view, accounts),
      [],
      ["name"],
      context,
      { mode: paperMode("live", view), now: SAMPLE_NOW },
    );

  assert.match(
    exported(book(0, 2), ALL),
    /^Live and paper money: 2 of 3 accounts are paper money,/,
  );
  assert.match(exported(book(0, 2), [0, 2]), /^Paper money: nothing of it is real money,/);
  assert.match(exported(book(0, 2), [1]), /^Live,/);
  assert.match(exported(book(0, 1, 2), ALL), /^Paper money: nothing of it is real money,/);
  assert.match(exported(book(), ALL), /^Live,/);
});
