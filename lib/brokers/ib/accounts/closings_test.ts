import assert from "node:assert/strict";
import { Closings } from "./closings.ts";
import { AccountRig, LIVE, ONE } from "./account_rig_fixture_test.ts";

const at = (text: string) => Date.parse(text);

Deno.test("§6: the value of the close is the last one that was seen before it", () => {
  const closings = new Closings();
  closings.see("EUR", 1.1, at("2026-11-19T15:00:00Z"));
  closings.see("EUR", 1.11, at("2026-11-19T20:59:00Z"));
  closings.see("EUR", 1.2, at("2026-11-19T21:30:00Z"));
  assert.equal(closings.of("EUR", at("2026-11-19T22:00:00Z")), null);
  assert.equal(closings.of("EUR", at("2026-11-20T15:00:00Z")), 1.11);
  closings.see("EUR", 1.3, at("2026-11-20T15:00:00Z"));
  closings.see("EUR", 1.4, at("2026-11-20T16:00:00Z"));
  assert.equal(closings.of("EUR", at("2026-11-20T17:00:00Z")), 1.11);
  assert.equal(closings.of("EUR", at("2026-11-23T15:00:00Z")), 1.4);
  assert.equal(closings.of("GBP", at("2026-11-20T17:00:00Z")), null);
});

Deno.test("a session that nobody saw leaves no close", () => {
  const closings = new Closings();
  closings.see("EUR", 1.1, at("2026-11-18T15:00:00Z"));
  assert.equal(closings.of("EUR", at("2026-11-20T15:00:00Z")), null);
  closings.see("EUR", 1.2, at("2026-11-19T21:30:00Z"));
  assert.equal(closings.of("EUR", at("2026-11-20T15:00:00Z")), null);
});

Deno.test("G-058: a desk that ran over the close knows rates and cash of it", async () => {
  const rig = new AccountRig();
  await rig.load();
  // Over the weekend nothing is told: what was held at the close is what was told last.
  await rig.time.advanceSettling(3 * 86_400_000, 600_000);
  rig.accounts.startSession();
  rig.accounts.accountValue(ONE, "CashBalance", "50", "CHF");
  rig.accounts.accountValue(ONE, "ExchangeRate", "1.2", "EUR");
  rig.accounts.accountValue(ONE, "CashBalance", "900", "USD");
  await rig.pass();
  const euro = rig.told.rates.find(({ rate }) => rate === 1.2);
  assert.equal(euro?.previousClose, 1.1);
  const balances = await rig.settled(rig.accounts.balances(rig.id, LIVE));
  const cash = balances.ok ? balances.value.cash.map((one) => [one.amount, one.previousClose]) : [];
  assert.deepEqual(cash, [[900, 1000], [1000, 1000], [50, 0]]);
});

Deno.test("G-058: a currency that was given away before the close was none at it", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.accounts.accountValue(ONE, "CashBalance", "0", "EUR");
  await rig.pass();
  await rig.time.advanceSettling(3 * 86_400_000, 600_000);
  rig.accounts.startSession();
  rig.accounts.accountValue(ONE, "CashBalance", "300", "EUR");
  await rig.pass();
  const balances = await rig.settled(rig.accounts.balances(rig.id, LIVE));
  const euro = balances.ok ? balances.value.cash.find(({ currency }) => currency === "EUR") : null;
  assert.deepEqual([euro?.amount, euro?.previousClose], [300, 0]);
});
