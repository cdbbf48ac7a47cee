import assert from "node:assert/strict";
import type { ComparedAccount } from "./account.ts";
import { type AccountAnswer, ANSWER_FORMAT, type ReconciliationAnswer } from "./answer.ts";
import { reconcileView, SHOWN_MAX } from "./page_view.ts";
import {
  aFeed,
  anOptionFact,
  compared,
  NOW,
  ourPosition,
  theirPosition,
  told,
} from "./reconcile_fixture_test.ts";

function account(nickname: string, of: ComparedAccount | null, problem: string | null = null) {
  return {
    account: nickname.toLowerCase(),
    nickname,
    type: "IRA",
    accountNumber: "\u2022\u2022\u2022\u20221234",
    compared: of,
    problem: problem === null ? null : { message: problem, fix: null },
    differsSince: null,
  } satisfies AccountAnswer;
}

function answer(...accounts: AccountAnswer[]): ReconciliationAnswer {
  return {
    format: ANSWER_FORMAT,
    mode: "live",
    broker: "tastytrade",
    baseCurrency: "USD",
    now: NOW,
    isTold: true,
    accounts,
  };
}

const AGREEING = compared();
const OFF = compared({
  netLiquidation: told(9688, NOW),
  positions: [theirPosition({ mark: told(0.44) })],
}, { positions: new Map([["XYZ C", ourPosition({ markSource: "last" })]]) });

Deno.test("reconcile: the headline says that both agree, and on how many accounts", () => {
  const view = reconcileView(answer(account("Main", AGREEING), account("IRA", AGREEING)));
  assert.equal(view.headline, "The broker and the desk agree on 2 accounts.");
  assert.match(view.stand, /^Of 2 positions all agree\. /);
  assert.deepEqual(view.positions.map(({ finding }) => finding), ["agrees", "agrees"]);
});

Deno.test("reconcile: the headline names the gravest difference with its cause", () => {
  const { headline, positions } = reconcileView(
    answer(account("Main", AGREEING), account("IRA", OFF)),
  );
  assert.equal(
    headline,
    "Net liq of IRA differs by 312 USD: 1 position is marked here at last.",
  );
  assert.equal(positions[0].account, "IRA");
  assert.equal(
    positions[0].finding,
    "mark: marked here at the last trade: no two-sided quote",
  );
});

Deno.test("reconcile: figures are drawn with sign, cents, difference and tolerance", () => {
  const [{ figures, note }] = reconcileView(answer(account("IRA", OFF))).accounts;
  assert.equal(note, "compared 10:15:00 New York");
  const [netLiq, dayPnl, positions, cash] = figures;
  assert.deepEqual(
    [netLiq.theirs.text, netLiq.ours.text, netLiq.difference.text, netLiq.tolerance.text],
    ["9,688.00", "10,000.00", "+312.00", "4.01"],
  );
  assert.equal(dayPnl.ours.text, "+100.00");
  assert.deepEqual([positions.label, cash.label], ["Positions at mark", "Cash"]);
  assert.equal(cash.finding, "agrees");
});

Deno.test("reconcile: what a side does not tell is a dash with its reason, never 0", () => {
  const of = compared({ netLiquidation: null, positions: [theirPosition({ mark: null })] });
  const view = reconcileView(answer(account("IRA", of)));
  const [netLiq] = view.accounts[0].figures;
  assert.deepEqual([netLiq.theirs.state, netLiq.difference.state], ["absent", "absent"]);
  assert.equal(netLiq.finding, "the broker does not tell it");
  const mark = view.positions[0].columns.find(({ id }) => id === "mark");
  assert.equal(mark?.theirs.state, "absent");
  assert.equal(view.positions[0].finding, "the broker does not tell it");
});

Deno.test("reconcile: what is no option has no Greeks, and that is no dash", () => {
  const share = ourPosition({ option: null, multiplier: 1 });
  const of = compared({ positions: [theirPosition({ multiplier: 1 })] }, {
    positions: new Map([["XYZ C", share]]),
  });
  const [{ columns, finding }] = reconcileView(answer(account("IRA", of))).positions;
  const delta = columns.find(({ id }) => id === "delta");
  assert.deepEqual([delta?.theirs.text, delta?.ours.state], ["", "live"]);
  assert.equal(finding, "agrees");
});

Deno.test("reconcile: a position that agrees says which Greek does not", () => {
  const found = (option: Parameters<typeof anOptionFact>[0]) => {
    const positions = new Map([["XYZ C", ourPosition({ option: anOptionFact(option) })]]);
    return reconcileView(answer(account("IRA", compared({}, { positions })))).positions[0].finding;
  };
  assert.equal(
    found({ feed: aFeed({ thetaPerDay: -0.2 }) }),
    "agrees but for theta: same volatility: rate or dividend yield differ",
  );
  assert.equal(found({ model: "noTimeValue" }), "agrees; no Greeks here: no time value");
});

Deno.test("reconcile: a silent broker is the headline until something is known", () => {
  const silent = account("IRA", null, "the broker did not answer within 10 s");
  assert.equal(
    reconcileView(answer(silent)).headline,
    "The broker does not answer: the broker did not answer within 10 s.",
  );
  const view = reconcileView(answer(account("Main", AGREEING), silent));
  assert.equal(
    view.headline,
    "The broker and the desk agree on 1 account; IRA cannot be compared now.",
  );
  assert.match(view.accounts[1].problem, /did not answer/);
  assert.equal(reconcileView(answer(account("IRA", null))).headline, "The broker is being asked.");
});

Deno.test("X-01: an agreement from before the broker fell silent is none of now", () => {
  const silent = account("IRA", AGREEING, "the broker did not answer within 10 s");
  assert.equal(
    reconcileView(answer(account("Main", AGREEING), silent)).headline,
    "The broker and the desk agree on 1 account; IRA cannot be compared now.",
  );
  assert.equal(reconcileView(answer(silent)).headline, "Nothing can be compared now.");
});

Deno.test("reconcile: a recording has nobody to compare with", () => {
  const view = reconcileView({ ...answer(account("IRA", null)), isTold: false });
  assert.match(view.headline, /recording has no figures/);
  assert.deepEqual([view.accounts, view.positions], [[], []]);
});

Deno.test("reconcile: the page is bounded and says what it leaves out", () => {
  const keys = Array.from({ length: SHOWN_MAX + 40 }, (_, i) => `K${i}`);
  const positions = new Map(
    keys.map((instrumentKey) => [instrumentKey, ourPosition({ instrumentKey })]),
  );
  const theirs = keys.map((instrumentKey) => theirPosition({ instrumentKey }));
  const view = reconcileView(
    answer(account("IRA", compared({ positions: theirs }, { positions }))),
  );
  assert.equal(view.positions.length, SHOWN_MAX);
  assert.equal(view.unlisted, "40 more agree and are not listed");
});

Deno.test("P1: figures from before the broker fell silent are drawn as old, on both sides", () => {
  const [told] = reconcileView(answer(account("IRA", AGREEING))).accounts[0].figures;
  assert.deepEqual([told.theirs.state, told.ours.state], ["live", "live"]);
  const silent = reconcileView(answer(account("IRA", AGREEING, "it did not answer")));
  const [netLiq] = silent.accounts[0].figures;
  assert.deepEqual([netLiq.theirs.state, netLiq.ours.state], ["stale", "stale"]);
  const mark = silent.positions[0].columns.find(({ id }) => id === "mark");
  assert.deepEqual([mark?.theirs.state, mark?.ours.state], ["stale", "stale"]);
});

Deno.test("T-006: an account whose name does not say its type says it beside", () => {
  const [ira, main] = reconcileView(answer(account("IRA", null), account("Main", null))).accounts;
  assert.equal(ira.note, "not compared yet");
  assert.equal(main.note, "IRA, not compared yet");
});
