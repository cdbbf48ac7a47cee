import assert from "node:assert/strict";
import { Core, feesOf } from "./core.ts";
import { listingOf, LISTINGS } from "./listings.ts";
import { present } from "../base/assert.ts";

/** A core with every underlying listed and quoted at its level, and EURUSD at 1.09. */
function aCore(): Core {
  const core = new Core(1);
  LISTINGS.forEach((listing, u) => {
    const instrument = listing.kind === "future"
      ? core.table.listFuture(u, 20_259, "M5")
      : core.table.listUnderlying(u);
    core.announce(instrument, 0, NaN);
  });
  core.market.eurUsd = 1.09;
  return core;
}

function mark(core: Core, id: number, price: number): void {
  core.quotes.bid[id] = price;
  core.quotes.ask[id] = price;
}

function idOf(core: Core, root: string): number {
  return core.table.current[present(listingOf(root), root)];
}

Deno.test("ledger: the day of formulas §6 earns 118.20 after fees", () => {
  const core = aCore();
  const ledger = core.ledgers[0];
  const dayNo = 20_166;
  core.quotes.prevSpot.fill(100);
  const id = core.list(
    { underlying: 0, optionClass: 0, dayNo, strike: 105, right: "call" },
    0,
  );
  ledger.deposit(0, 10_000);
  ledger.transferIn(id, -5, 2, 2);
  mark(core, id, 2);
  const before = ledger.balances(0, 1.09).netLiq;

  core.book({ ledger, instrument: id, signedQuantity: 2, price: 1.8, kind: "trade", at: 1 });
  mark(core, id, 1.735);

  const after = ledger.balances(1, 1.09).netLiq;
  assert.ok(Math.abs(after - before - 118.2) < 1e-9);
  assert.equal(ledger.quantityOf(id), -3);
});

Deno.test("ledger: variation of a future is cash at once and its market value is zero", () => {
  const core = aCore();
  const ledger = core.ledgers[1];
  const id = idOf(core, "/ES");
  mark(core, id, 5600);
  ledger.deposit(0, 50_000);

  core.book({ ledger, instrument: id, signedQuantity: 2, price: 5600.25, kind: "trade", at: 0 });
  mark(core, id, 5610.125);
  const open = ledger.balances(0, 1);
  ledger.settleVariation();
  const settled = ledger.balances(0, 1);

  assert.equal(open.marketValue.USD, 0);
  assert.equal(open.cash.USD, 50_000 - 4.5 + 2 * 50 * 9.875);
  assert.deepEqual(settled.cash, open.cash);
  core.book({ ledger, instrument: id, signedQuantity: -2, price: 5612, kind: "trade", at: 0 });
  assert.equal(ledger.balances(0, 1).cash.USD, 50_000 - 9 + 2 * 50 * 11.75);
  assert.deepEqual(ledger.trialBalance(), [0, 0]);
});

Deno.test("ledger: a share in euros moves euro cash and counts at the rate", () => {
  const core = aCore();
  const ledger = core.ledgers[0];
  const id = idOf(core, "SAP");
  ledger.deposit(1, 30_000);

  core.book({ ledger, instrument: id, signedQuantity: 100, price: 245, kind: "trade", at: 0 });
  mark(core, id, 250);

  const balances = ledger.balances(0, 1.1);
  assert.equal(balances.cash.EUR, 30_000 - 24_500 - 12.25);
  assert.equal(balances.cash.USD, 0);
  assert.ok(Math.abs(balances.netLiq - (5487.75 + 25_000) * 1.1) < 1e-9);
});

Deno.test("ledger: average price grows with buys, stays on sells, restarts on a flip", () => {
  const core = aCore();
  const ledger = core.ledgers[0];
  const instrument = idOf(core, "AAPL");
  const trade = (signedQuantity: number, price: number) =>
    core.book({ ledger, instrument, signedQuantity, price, kind: "trade", at: 0 });

  trade(100, 200);
  trade(100, 210);
  assert.equal(ledger.position(instrument).averagePrice, 205);
  trade(-50, 220);
  assert.equal(ledger.position(instrument).averagePrice, 205);
  trade(-250, 215);
  assert.deepEqual(ledger.position(instrument), {
    account: ledger.account.id,
    instrument,
    signedQuantity: -100,
    averagePrice: 215,
  });
  trade(100, 215);
  assert.equal([...ledger.held()].length, 0);
});

Deno.test("ledger: net liq at official closes leaves later moves out", () => {
  const core = aCore();
  const ledger = core.ledgers[0];
  const id = idOf(core, "KO");
  mark(core, id, 70);
  core.quotes.officialClose[id] = 69;
  ledger.transferIn(id, 10, 69, 69);

  assert.equal(ledger.balances(0, 1).netLiq, 700);
  assert.equal(ledger.balances(0, 1, true).netLiq, 690);
});

Deno.test("fees: by kind and venue, in whole cents, with the minimum of a share order", () => {
  const core = aCore();
  core.quotes.prevSpot.fill(100);
  const fee = (id: number, quantity: number, price: number) =>
    feesOf(core.table.all[id], quantity, price);
  const call = { optionClass: 0, dayNo: 20_166, strike: 105, right: "call" } as const;
  const share = core.list({ ...call, underlying: 0 }, 0);
  const index = core.list({ ...call, underlying: present(listingOf("SPX"), "SPX") }, 0);

  assert.equal(fee(idOf(core, "KO"), -100, 70), 1);
  assert.equal(fee(idOf(core, "KO"), 1000, 70), 5);
  assert.equal(fee(idOf(core, "SAP"), 100, 245), 12.25);
  assert.equal(fee(idOf(core, "SAP"), 1, 245), 3);
  assert.equal(fee(idOf(core, "/ES"), -2, 5600), 4.5);
  assert.equal(fee(share, -3, 2), 1.95);
  assert.equal(fee(index, 1, 2), 1.3);
});
