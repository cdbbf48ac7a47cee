import assert from "node:assert/strict";
import { dayOfIso } from "./civil.ts";
import { Core } from "./core.ts";
import { assignEarly, settleExpired } from "./lifecycle.ts";
import { LISTINGS } from "./listings.ts";
import { Prng } from "./prng.ts";
import { sessionOn } from "./session.ts";
import type { Right } from "./types.ts";

const SESSION = sessionOn(dayOfIso("2025-04-17"));

interface Held {
  readonly root: string;
  readonly strike: number;
  readonly right: Right;
  readonly quantity: number;
}

/** A core whose first account holds one option that expires on SESSION. */
function holding(held: Held): { core: Core; option: number; share: number } {
  const core = new Core(1);
  LISTINGS.forEach((listing, u) => {
    const instrument = listing.kind === "future"
      ? core.table.listFuture(u, dayOfIso("2025-06-20"), "M5")
      : core.table.listUnderlying(u);
    core.announce(instrument, 0, NaN);
  });
  core.quotes.prevSpot.fill(100);
  const underlying = LISTINGS.findIndex((one) => one.classes.some((c) => c.root === held.root));
  const optionClass = LISTINGS[underlying].classes.findIndex((c) => c.root === held.root);
  const { strike, right, quantity } = held;
  const terms = { underlying, optionClass, dayNo: SESSION.dayNo, strike, right };
  const option = core.list(terms, SESSION.openAt - 1);
  core.ledgers[0].deposit(0, 100_000);
  core.ledgers[0].transferIn(option, quantity, 3, 3);
  return { core, option, share: core.table.current[underlying] };
}

function settleAt(core: Core, share: number, level: number, at: number): void {
  const u = core.table.underlyingOf[share];
  core.quotes.closeSpot[u] = level;
  core.quotes.spot[u] = level;
  settleExpired(core, at);
}

function outcome(core: Core, option: number, share: number) {
  const ledger = core.ledgers[0];
  const event = core.events.take().find((one) => one.kind === "lifecycle");
  return {
    how: event?.kind === "lifecycle" ? event.lifecycle.how : "none",
    option: ledger.quantityOf(option),
    shares: ledger.quantityOf(share),
    cash: ledger.balances(0, 1).cash.USD,
  };
}

Deno.test("lifecycle: a short put in the money is assigned: 100 shares at the strike", () => {
  const { core, option, share } = holding({ root: "KO", strike: 100, right: "put", quantity: -1 });
  settleAt(core, share, 95, SESSION.regularCloseAt);

  assert.deepEqual(outcome(core, option, share), {
    how: "assigned",
    option: 0,
    shares: 100,
    cash: 90_000,
  });
  assert.equal(core.ledgers[0].position(share).averagePrice, 100);
  // Formulas §6: premium 3.00, S 95, m 100 → −200 since the premium was received.
  core.quotes.bid[share] = 95;
  core.quotes.ask[share] = 95;
  const { netLiq } = core.ledgers[0].balances(0, 1);
  assert.equal(netLiq - (100_000 - 300), -200);
});

Deno.test("lifecycle: a short call in the money delivers shares at the strike", () => {
  const { core, option, share } = holding({ root: "KO", strike: 90, right: "call", quantity: -2 });
  settleAt(core, share, 95, SESSION.regularCloseAt);

  assert.deepEqual(outcome(core, option, share), {
    how: "assigned",
    option: 0,
    shares: -200,
    cash: 118_000,
  });
});

Deno.test("lifecycle: long options are exercised from one cent in the money on", () => {
  const call = holding({ root: "KO", strike: 95, right: "call", quantity: 3 });
  settleAt(call.core, call.share, 95.01, SESSION.regularCloseAt);
  const put = holding({ root: "KO", strike: 95, right: "put", quantity: 1 });
  settleAt(put.core, put.share, 95, SESSION.regularCloseAt);

  assert.deepEqual(outcome(call.core, call.option, call.share), {
    how: "exercised",
    option: 0,
    shares: 300,
    cash: 71_500,
  });
  assert.deepEqual(outcome(put.core, put.option, put.share), {
    how: "expired",
    option: 0,
    shares: 0,
    cash: 100_000,
  });
});

Deno.test("lifecycle: an adjusted contract delivers ten shares", () => {
  const { core, option, share } = holding({ root: "AMC1", strike: 3, right: "put", quantity: 4 });
  settleAt(core, share, 2.5, SESSION.regularCloseAt);

  assert.deepEqual(outcome(core, option, share), {
    how: "exercised",
    option: 0,
    shares: -40,
    cash: 100_120,
  });
});

Deno.test("lifecycle: a PM index option settles in cash at the close and not before", () => {
  const held = { root: "SPXW", strike: 5600, right: "put", quantity: -1 } as const;
  const { core, option, share } = holding(held);
  settleAt(core, share, 5588.4, SESSION.regularCloseAt - 1);
  assert.equal(core.ledgers[0].quantityOf(option), -1);

  settleAt(core, share, 5588.4, SESSION.regularCloseAt);

  assert.deepEqual(outcome(core, option, share), {
    how: "cashSettled",
    option: 0,
    shares: 0,
    cash: 98_840,
  });
  assert.equal(core.table.isLive[option], false);
});

Deno.test("lifecycle: an AM index option settles at the open of its date", () => {
  const held = { root: "SPX", strike: 5600, right: "call", quantity: 1 } as const;
  const { core, option, share } = holding(held);
  const u = core.table.underlyingOf[share];
  core.quotes.closeSpot[u] = 5500;
  core.quotes.spot[u] = 5612.34;
  settleExpired(core, SESSION.openAt);

  assert.equal(outcome(core, option, share).cash, 101_234);
});

Deno.test("lifecycle: an option on a future opens the future at the strike", () => {
  const held = { root: "EW", strike: 5600, right: "call", quantity: 2 } as const;
  const { core, option, share } = holding(held);
  settleAt(core, share, 5610, SESSION.regularCloseAt);
  core.quotes.bid[share] = 5610;
  core.quotes.ask[share] = 5610;

  assert.deepEqual(outcome(core, option, share), {
    how: "exercised",
    option: 0,
    shares: 2,
    cash: 101_000,
  });
});

Deno.test("lifecycle: early assignment meets deep short share options alone", () => {
  const early = (held: Held): number => {
    const { core, option, share } = holding(held);
    const u = core.table.underlyingOf[share];
    core.quotes.closeSpot[u] = 100;
    const payoff = Math.max(0, core.table.sign[option] * (100 - held.strike));
    core.quotes.bid[option] = payoff;
    core.quotes.ask[option] = payoff + 0.02;
    const random = new Prng(1, "early");
    for (let n = 0; n < 100; n++) assignEarly(core, random, SESSION.openAt);
    return core.ledgers[0].quantityOf(share);
  };

  assert.equal(early({ root: "KO", strike: 75, right: "call", quantity: -1 }), -100);
  assert.equal(early({ root: "KO", strike: 130, right: "put", quantity: -1 }), 100);
  assert.equal(early({ root: "KO", strike: 75, right: "call", quantity: 1 }), 0);
  assert.equal(early({ root: "KO", strike: 97, right: "call", quantity: -1 }), 0);
  assert.equal(early({ root: "SPXW", strike: 75, right: "call", quantity: -1 }), 0);
});
