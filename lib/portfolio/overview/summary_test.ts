import assert from "node:assert/strict";
import { absenceCode } from "../../base/absence.ts";
import { SAMPLE_NOW, sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC, type SampleSpec } from "@/tests/fixtures/sample_spec.ts";
import type { FeedStatus } from "../../stream/protocol/messages.ts";
import { headline, phraseShape, phraseText } from "./headline.ts";
import { needCount, needs } from "./needs.ts";
import { BookScope } from "./scope.ts";
import { ACCOUNT_AT, ACCOUNT_F64, ROW_U8_AT, STALENESS } from "../../domain/measures.ts";
import {
  balanceLines,
  dayResult,
  hasDifference,
  leftOutText,
  pnlApart,
  sideCells,
  statCells,
  vitals,
} from "./summary.ts";

function scopeOf(spec: Partial<SampleSpec> = {}, accounts = [0, 1, 2]): BookScope {
  return new BookScope(sampleBook({ ...SAMPLE_SPEC, ...spec }), accounts);
}

function stat(scope: BookScope, id: string) {
  const cell = statCells(scope).find((item) => item.id === id);
  assert.ok(cell !== undefined);
  return cell;
}

/** Nothing hinders recording, and no broker is compared with. */
const QUIET = { recording: null, lasting: null };

Deno.test("T-023: the strip has delta, P&L, net liq and positions, signs shown", () => {
  const scope = scopeOf();

  assert.equal(stat(scope, "netLiq").figure.text, "1,415,497");
  assert.equal(stat(scope, "netLiq").context, "USD, broker value");
  assert.equal(stat(scope, "pnl").figure.text, "+4,177");
  assert.equal(stat(scope, "pnl").figure.tone, "+");
  assert.equal(stat(scope, "dollarDelta").figure.tone, "");
  assert.match(stat(scope, "dollarDelta").figure.text, /^[+\u2212]\d/);
  assert.equal(stat(scope, "positions").figure.text, "13");
});

Deno.test("T-001: the delta in SPY shares is the dollar delta over SPY's price, named so", () => {
  const scope = scopeOf();
  const expected = Math.round(scope.total("dollarDelta") / 683.42);

  const cell = stat(scope, "deltaShares");
  assert.equal(Number(cell.figure.text.replace("\u2212", "-").replaceAll(",", "")), expected);
  assert.equal(cell.context, "not beta-weighted");
});

Deno.test("X-03: without SPY's price the delta in its shares is absent, not 0", () => {
  const underlyings = SAMPLE_SPEC.underlyings.map((u) =>
    u.symbol === "SPY" ? { ...u, price: NaN } : u
  );
  const legs = SAMPLE_SPEC.legs.filter((leg) => leg.underlying !== "SPY");

  const cell = stat(scopeOf({ underlyings, legs }), "deltaShares");
  assert.equal(cell.figure.state, "absent");
  assert.equal(cell.context, "no SPY price");
});

Deno.test("T-003: net liq falls back to its parts, tagged, when an account reports none", () => {
  const accounts = SAMPLE_SPEC.accounts.map((a, i) => i === 0 ? { ...a, netLiq: null } : a);
  const cell = stat(scopeOf({ accounts }), "netLiq");

  assert.equal(cell.figure.state, "modelled");
  assert.equal(cell.context, "USD, computed here");
});

Deno.test("T-003: positions, cash and the account's value stand apart and are reconciled", () => {
  const lines = balanceLines(scopeOf());
  const value = (id: string) => {
    const text = lines.find((line) => line.id === id)?.figure.text ?? "";
    return Number(text.replace("\u2212", "-").replaceAll(",", ""));
  };

  assert.deepEqual(lines.map((line) => line.id), [
    "positions",
    "cash",
    "accrued",
    "computed",
    "broker",
    "difference",
  ]);
  assert.ok(Math.abs(value("positions") + value("cash") - value("computed")) <= 1);
  assert.ok(Math.abs(value("computed") - value("broker") - value("difference")) <= 1);
  assert.deepEqual(lines.filter((line) => line.isSum).map((line) => line.id), ["computed"]);
});

Deno.test("P&L today is of positions and cash; an unknown cash part is said", () => {
  const known = scopeOf();
  const accounts = SAMPLE_SPEC.accounts.map((a) => ({ ...a, cashPnl: NaN }));
  const unknown = scopeOf({ accounts });

  assert.equal(dayResult(known).value, known.total("dayPnl") + 41);
  assert.equal(dayResult(unknown).value, unknown.total("dayPnl"));
  assert.ok(needs(unknown, [], SAMPLE_NOW, QUIET).some((need) => need.id === "cashPnl"));
});

Deno.test("G-062: long, short, net and gross add up", () => {
  const scope = scopeOf();
  const [long, short, net, gross] = sideCells(scope).map((cell) =>
    Number(cell.figure.text.replace("\u2212", "-").replaceAll(/[+,]/g, ""))
  );

  assert.ok(Math.abs(long + short - net) <= 1);
  assert.ok(Math.abs(long - short - gross) <= 1);
});

Deno.test("headline: says delta, result and what needs the reader", () => {
  const scope = scopeOf();

  assert.match(
    phraseText(headline(scope, 2, false).sentence),
    /^You are short [\d,]+\u00a0USD of delta; today stands at \+4,177; two things need you\.$/,
  );
  assert.match(phraseText(headline(scope, 0, false).sentence), /\+4,177; nothing needs you\.$/);
  assert.match(phraseText(headline(scope, 1, false).sentence), /; one thing needs you\.$/);
});

Deno.test("headline: after the close it tells the book as it closed", () => {
  const text = phraseText(headline(scopeOf(), 3, true).sentence);

  assert.match(
    text,
    /^The book closed at 1,415,497, short [\d,]+\u00a0USD of delta; the day made \+4,177\.$/,
  );
});

Deno.test("headline: an empty book is an answer, an unknown delta is said", () => {
  const empty = headline(scopeOf({ legs: [] }), 0, false);
  const absent = SAMPLE_SPEC.legs.map((leg) => ({ ...leg, absent: "noGreeks" as const }));

  assert.equal(phraseText(empty.sentence), "No open positions in these accounts.");
  assert.match(phraseText(empty.standfirst), /^The desk watches 3 accounts/);
  assert.match(
    phraseText(headline(scopeOf({ legs: absent }), 0, false).sentence),
    /^You are of unknown delta; today\u2019s result is not known; nothing needs you\.$/,
  );
});

Deno.test("headline: only digits change as long as the sentence is the same", () => {
  const scope = scopeOf();
  const shape = phraseShape(headline(scope, 0, false).sentence);

  assert.equal(phraseShape(headline(scope, 0, false).sentence), shape);
  assert.notEqual(phraseShape(headline(scope, 1, false).sentence), shape);
});

Deno.test("X-03: absent parts are counted in words", () => {
  assert.equal(leftOutText(scopeOf()), "1 leg left out");
  assert.match(
    phraseText(headline(scopeOf(), 0, false).standfirst),
    /1 leg is stale, 1 leg left out\.$/,
  );
});

Deno.test("needs: stale, absent and unsupported legs and differences are told apart", () => {
  const legs = [...SAMPLE_SPEC.legs, {
    underlying: "SAP",
    account: 2,
    quantity: 3,
    mark: 0,
    delta: 0,
    dayPnl: 0,
    absent: "unsupported" as const,
    unsupported: "SAP 2031 bond",
  }];
  const list = needs(scopeOf({ legs }), [], SAMPLE_NOW, QUIET);

  assert.deepEqual(list.map((need) => need.id), ["stale", "absent", "unsupported", "difference"]);
  assert.equal(list[0].title, "1 quote is stale");
  assert.equal(list[0].since, "13:18");
  assert.match(list[0].text, /^NVDA \(42\u202fs\)\. Left out of automatic decisions\.$/);
  assert.match(list[1].text, /^NVDA \(no quote\)/);
  assert.match(list[2].text, /^SAP 2031 bond/);
  assert.equal(needCount(list), 3);
});

Deno.test("X-03: a leg that lacks its result of the day alone is told apart", () => {
  const scope = scopeOf();
  const absent = () => needs(scope, [], SAMPLE_NOW, QUIET).find(({ id }) => id === "absent");
  const before = absent();
  scope.view.rowU8[ROW_U8_AT.dayPnlAbsence] = absenceCode("noRate");
  const list = needs(scope, [], SAMPLE_NOW, QUIET);
  assert.deepEqual(absent(), before);
  const need = list.find(({ id }) => id === "dayless");
  assert.equal(need?.title, "1 leg has no P&L of today");
  assert.match(need?.text ?? "", /no rate/);
});

Deno.test("needs: a difference within 0.1 % of net liq is none", () => {
  const quiet = scopeOf();
  const parts = quiet.accountSum("cash") + quiet.total("marketValue");
  const accounts = SAMPLE_SPEC.accounts.map((a, i) => ({ ...a, netLiq: i === 0 ? parts : 0 }));

  assert.ok(
    !needs(scopeOf({ accounts }), [], SAMPLE_NOW, QUIET).some((need) => need.id === "difference"),
  );
});

Deno.test("formulas §6: a P&L that net liq does not confirm needs the reader", () => {
  const legs = SAMPLE_SPEC.legs.filter((leg) => leg.underlying === "NVDA" && leg.account === 2);
  const cash = 100_000;
  const worth = cash + 191.36 * 1000;
  const of = (flows: number) => {
    const moved = 4010 + 500 + flows;
    const account = { name: "A", cash, netLiq: worth, previousNetLiq: worth - moved, flows };
    return needs(
      scopeOf({ legs: [{ ...legs[0], account: 0 }], accounts: [account] }, [0]),
      [],
      SAMPLE_NOW,
      QUIET,
    );
  };
  const found = of(0).find((need) => need.id === "identity");
  assert.equal(found?.title, "P&L today and net liq are −500 USD apart");
  assert.ok(of(20_000).some((need) => need.id === "identity"));
  const whole = {
    name: "A",
    cash,
    netLiq: worth,
    previousNetLiq: worth - 4010 - 9000,
    flows: 9000,
  };
  const scope = scopeOf({ legs: [{ ...legs[0], account: 0 }], accounts: [whole] }, [0]);
  assert.deepEqual(needs(scope, [], SAMPLE_NOW, QUIET), []);
});

Deno.test("vitals: every figure of the rail is one of the strip", () => {
  const scope = scopeOf();
  const strip = new Map(statCells(scope).map((cell) => [cell.id, cell.figure.text]));

  for (const vital of vitals(scope)) assert.equal(vital.figure.text, strip.get(vital.id));
});

Deno.test("needs: what is not recorded says why, since when and what helps", () => {
  const since = Date.UTC(2025, 2, 19, 17, 2);
  const told = {
    since,
    message: "history: the disk is full",
    fix: "free some space",
    damage: null,
  };
  const of = (recording: Parameters<typeof needs>[3]["recording"]) =>
    needs(scopeOf({ legs: [] }), [], SAMPLE_NOW, { recording, lasting: null }).filter(({ id }) =>
      id === "recording"
    );

  assert.deepEqual(of(told), [{
    id: "recording",
    rank: "caution",
    title: "Recording has stopped",
    since: "13:02",
    text: "History: the disk is full. Figures are live all the same. What helps: free some space.",
  }]);
  assert.deepEqual(of({ since, message: null, fix: null, damage: null }), []);
  assert.deepEqual(of(null), []);
  assert.ok(!of({ ...told, fix: null })[0].text.includes("helps"));
});

Deno.test("needs: feeds that are out for one reason are one need, with what to do", () => {
  const feed = (change: Partial<FeedStatus>): FeedStatus => ({
    feed: "market",
    label: "Market data",
    state: "down",
    since: SAMPLE_NOW - 60_000,
    lastByteAt: null,
    lastHeartbeatAt: null,
    lastEventAt: null,
    eventsPerSecond: null,
    dropped: {},
    detail: "sign-in at the broker needed: make a new grant",
    ...change,
  });
  const of = (...feeds: FeedStatus[]) =>
    needs(scopeOf({ legs: [] }), feeds, SAMPLE_NOW, QUIET).filter(({ id }) => /^feed/.test(id));
  const accounts = feed({ feed: "accounts", label: "Accounts", since: SAMPLE_NOW });

  const [both] = of(feed({}), accounts);
  assert.equal(both.title, "Market data and Accounts are down");
  assert.equal(both.since, "13:17");
  assert.match(
    both.text,
    /^Sign-in at the broker needed: make a new grant\.$/,
  );
  assert.equal(both.more?.href, "/connect");
  const apart = of(feed({}), { ...accounts, detail: "the connection broke" });
  assert.deepEqual(apart.map(({ title }) => title), ["Market data is down", "Accounts is down"]);
  const silent = of(feed({ state: "stale", detail: null }), feed({ feed: "x", state: "live" }));
  assert.deepEqual(silent.map(({ title }) => title), ["Market data is silent"]);
  assert.equal(silent[0].text, "What it brings stays as it was.");
  const notice = "Opened since the start: Roth IRA \u2022\u2022\u2022\u20220077.";
  const [news] = needs(scopeOf(), [feed({ state: "live", notice })], SAMPLE_NOW, QUIET);
  assert.deepEqual([news.rank, news.text], ["caution", notice]);
});

Deno.test("DSK-3: a damaged stretch of the record is a note, not a stop", () => {
  const recording = { since: 0, message: null, fix: null, damage: "3 stretches are lost; restore" };

  const [need] = needs(scopeOf({ legs: [] }), [], SAMPLE_NOW, { recording, lasting: null })
    .filter(({ id }) => id.startsWith("recording"));

  assert.equal(need.rank, "note");
  assert.ok(need.text.startsWith("3 stretches are lost; restore."));
});

Deno.test("T-003: a lasting difference calls with its cause in place of what flickers", () => {
  const scope = scopeOf({ legs: [] });
  const lasting = [{
    index: scope.accounts[0],
    account: "ira",
    nickname: "IRA",
    title: "Net liq of IRA differs by 312 USD",
    text: "2 positions are marked here at last",
    since: SAMPLE_NOW - 60_000,
  }, {
    index: 99,
    account: "other",
    nickname: "Other",
    title: "Cash of Other differs by 1 USD",
    text: "no known cause",
    since: SAMPLE_NOW,
  }];
  const list = needs(scope, [], SAMPLE_NOW, { recording: null, lasting });
  const found = list.filter(({ id }) => id.startsWith("difference"));
  assert.deepEqual(found.map(({ id, more, rank }) => [id, more?.href, rank]), [
    ["difference-ira", "/reconcile", "caution"],
  ]);
  assert.match(found[0].text, /^2 positions are marked here at last\. /);
  const none = needs(scope, [], SAMPLE_NOW, { recording: null, lasting: [] });
  assert.ok(!none.some(({ id }) => id.startsWith("difference")));
});

Deno.test("P1: net liq and cash that the broker should have renewed are drawn as old", () => {
  const book = sampleBook(SAMPLE_SPEC);
  book.accountF64[ACCOUNT_F64.length + ACCOUNT_AT.staleness] = STALENESS.indexOf("stale");
  book.accountF64[ACCOUNT_F64.length + ACCOUNT_AT.netLiquidation] += 1e6;
  const scope = new BookScope(book, [0, 1, 2]);

  assert.equal(stat(scope, "netLiq").figure.state, "stale");
  assert.match(stat(scope, "netLiq").context, /^USD, broker value of \d\d:\d\d$/);
  const states = balanceLines(scope).map(({ id, figure }) => [id, figure.state]);
  assert.deepEqual(Object.fromEntries(states), {
    positions: "live",
    cash: "stale",
    accrued: states[2][1],
    computed: "stale",
    broker: "stale",
    difference: "stale",
  });
  assert.equal(hasDifference(scope), false, "an old figure proves no difference");
  assert.ok(Number.isNaN(pnlApart(scope)));
  const others = new BookScope(book, [0, 2]);
  assert.equal(stat(others, "netLiq").figure.state, "live");
});
