import assert from "node:assert/strict";
import fc from "fast-check";
import { SHARED, testWith } from "@/tests/prerequisite.ts";
import { Oddities } from "../map/oddities.ts";
import { AccountRig, LIVE, ONE, rowsOf, TWO } from "./account_rig_fixture_test.ts";
import { AccountValues, AMOUNTS } from "./account_values.ts";
import { balancesOf, fxRatesOf } from "./balances.ts";

const NOW = Date.UTC(2026, 10, 20, 15);

function valuesOf(rows: readonly (readonly [string, string, string])[]) {
  const oddities = new Oddities();
  const values = new AccountValues(oddities);
  for (const [tag, value, currency] of rows) values.take({ tag, value, currency }, NOW);
  const balances = (cashCurrencies: readonly string[] = []) =>
    balancesOf(values, { accountId: "ib-1", cashCurrencies, now: NOW });
  return { values, oddities, balances };
}

Deno.test("G-058: cash by currency without rounding rests, rates with their time", async () => {
  const rig = new AccountRig();
  const balances = await rig.settled(rig.accounts.balances(rig.id, LIVE));
  assert.ok(balances.ok);
  assert.deepEqual(balances.value.cash, [
    { currency: "USD", amount: 1000, previousClose: null },
    { currency: "EUR", amount: 1000, previousClose: null },
  ]);
  assert.equal(balances.value.netLiquidation, 100000.5);
  assert.equal(balances.value.previousNetLiquidation, null);
  const rates = await rig.settled(rig.accounts.fxRates(LIVE));
  assert.deepEqual(rates.ok ? rates.value : [], [
    { currency: "EUR", base: "USD", rate: 1.1, previousClose: null, asOf: NOW },
    { currency: "GBP", base: "USD", rate: 1.25, previousClose: null, asOf: NOW },
  ]);
});

Deno.test("G-058: a list of currencies leaves the cash of others out", () => {
  const { balances } = valuesOf(rowsOf(ONE).map(([, ...row]) => row));
  assert.deepEqual(balances(["EUR"])?.cash.map(({ currency }) => currency), ["EUR"]);
});

Deno.test("§4: what futures made since their settlement is part of the cash", () => {
  const rows = [["CashBalance", "1000", "USD"], ["FuturesPNL", "-250.5", "USD"]] as const;
  assert.equal(valuesOf(rows).balances()?.cash[0].amount, 749.5);
});

Deno.test("G-058: rates into another base than the account's are crossed", () => {
  const { values } = valuesOf([
    ["NetLiquidation", "1", "AUD"],
    ["ExchangeRate", "1.00", "AUD"],
    ["ExchangeRate", "1.55", "EUR"],
    ["ExchangeRate", "1.5", "USD"],
    ["ExchangeRate", "0", "CHF"],
  ]);
  const rates = new Map(fxRatesOf(values, "USD").map((one) => [one.currency, one.rate]));
  assert.equal(rates.size, 2);
  assert.ok(Math.abs((rates.get("AUD") ?? 0) - 1 / 1.5) < 1e-15);
  assert.ok(Math.abs((rates.get("EUR") ?? 0) - 1.55 / 1.5) < 1e-15);
  assert.deepEqual(fxRatesOf(values, "JPY"), []);
});

Deno.test("no cash told is no cash of 0: the account is still loading", async () => {
  const rig = new AccountRig({ rows: [[ONE, "NetLiquidation", "5", "USD"]] });
  const answer = await rig.settled(rig.accounts.balances(rig.id, LIVE));
  assert.equal(answer.ok ? "" : answer.error.code, "notConnected");
});

Deno.test("R35: what is no number makes the one before it absent, and is counted", () => {
  const unset = ["", " ", "1.7976931348623157E308", "2147483647", "9223372036854775807", "NaN"];
  for (const text of [...unset, "Infinity", "-", "1,000", "0x10", "null"]) {
    const { values, oddities } = valuesOf([["NetLiquidation", "5", "USD"]]);
    values.take({ tag: "NetLiquidation", value: text, currency: "USD" }, NOW);
    assert.equal(values.total("NetLiquidation"), null, text);
    assert.deepEqual(oddities.counts(), { "account value NetLiquidation without a number": 1 });
  }
});

Deno.test("R35: any text is taken without an exception, and no NaN comes out", () => {
  const tag = fc.oneof(fc.constantFrom(...AMOUNTS, "$LEDGER-CashBalance"), fc.string());
  const currency = fc.oneof(fc.constantFrom("USD", "EUR", "BASE", ""), fc.string());
  const row = fc.tuple(tag, fc.oneof(fc.string(), fc.double().map(String)), currency);
  fc.assert(fc.property(fc.array(row), (rows) => {
    const { values, balances } = valuesOf(rows);
    const told = balances();
    for (const { amount } of told?.cash ?? []) assert.ok(Number.isFinite(amount));
    assert.ok(Number.isFinite(told?.accrued ?? 0));
    for (const { rate } of fxRatesOf(values, "USD")) assert.ok(rate > 0);
  }));
});

Deno.test("values that change are told together, once, and rates beside them", async () => {
  const rig = new AccountRig();
  await rig.load();
  const tell = (tag: string, value: string, currency: string) =>
    rig.accounts.accountValue(ONE, tag, value, currency);
  tell("CashBalance", "900", "USD");
  tell("NetLiquidation", "99000", "USD");
  tell("ExchangeRate", "1.2", "EUR");
  await rig.pass();
  assert.deepEqual(rig.told.balances.map(({ netLiquidation }) => netLiquidation), [99000]);
  assert.deepEqual(rig.told.rates.map(({ currency, rate }) => [currency, rate]), [["EUR", 1.2]]);
  tell("CashBalance", "900", "USD");
  await rig.pass();
  assert.equal(rig.told.balances.length, 1);
});

Deno.test("P1: balances are old soon after the connection ended", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.drop();
  const [last] = rig.told.balances;
  assert.equal(last.freshUntil, rig.time.now() + 60_000);
  rig.connect();
  rig.accounts.accountValue(ONE, "CashBalance", "901", "USD");
  await rig.pass();
  assert.equal(rig.told.balances.at(-1)?.freshUntil, undefined);
});

Deno.test("P1, R11: balances grow old while TWS is cut off from IB, and not after", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.accounts.upstream("down");
  await rig.pass();
  assert.ok((rig.told.balances.at(-1)?.freshUntil ?? 0) > rig.time.now());
  rig.accounts.upstream("up");
  await rig.pass();
  assert.equal(rig.told.balances.at(-1)?.freshUntil, undefined);
});

Deno.test("values of several accounts stay apart, and one summary serves all", async () => {
  const rig = new AccountRig({
    accounts: [ONE, TWO],
    rows: [
      [ONE, "NetLiquidation", "1", "USD"],
      [ONE, "CashBalance", "1", "USD"],
      [TWO, "NetLiquidation", "2", "EUR"],
      [TWO, "CashBalance", "2", "EUR"],
      ["U7", "NetLiquidation", "7", "USD"],
    ],
  });
  const accounts = await rig.settled(rig.accounts.accounts(LIVE));
  assert.ok(accounts.ok);
  assert.deepEqual(accounts.value.map(({ currency }) => currency), ["USD", "EUR"]);
  for (const [index, { id }] of accounts.value.entries()) {
    const balances = await rig.settled(rig.accounts.balances(id, LIVE));
    assert.equal(balances.ok ? balances.value.netLiquidation : 0, index + 1);
  }
  assert.equal(rig.link.sentAs("reqAccountSummary").length, 1);
});

interface RecordedRow {
  readonly account: string;
  readonly tag: string;
  readonly value: string;
  readonly currency: string;
}

testWith(["shared"], {
  name: "G-058: recorded account values of TWS in Australian dollars",
  fn: () => {
    const path = new URL("data/ib/account_values.json", SHARED);
    const rows: readonly RecordedRow[] = JSON.parse(Deno.readTextFileSync(path));
    const { values, oddities, balances } = valuesOf(
      rows.map(({ tag, value, currency }) => [tag, value, currency]),
    );
    assert.deepEqual([values.base, values.type, values.isLoading], ["AUD", "JOINT", false]);
    const told = balances();
    assert.equal(told?.netLiquidation, 1000000.24);
    assert.deepEqual(told?.cash, [
      { currency: "AUD", amount: -100000.79, previousClose: null },
      { currency: "EUR", amount: 429.72, previousClose: null },
      { currency: "USD", amount: 100000.27, previousClose: null },
    ]);
    assert.ok(Math.abs((told?.accrued ?? 0) - (279.86 - 159.62)) < 1e-9);
    const rates = fxRatesOf(values, "AUD").map(({ currency, rate }) => [currency, rate]);
    assert.deepEqual(rates, [["EUR", 1.5508992], ["USD", 1.5139472]]);
    assert.deepEqual(oddities.counts(), {});
  },
});

Deno.test("net liq is told in the currency that the account is listed in", async () => {
  const rig = new AccountRig({ rows: [] });
  const accounts = await rig.settled(rig.accounts.accounts(LIVE));
  assert.deepEqual(accounts.ok ? accounts.value.map(({ currency }) => currency) : [], ["USD"]);
  rig.accounts.accountValue(ONE, "NetLiquidation", "1000", "EUR");
  rig.accounts.accountValue(ONE, "CashBalance", "1000", "EUR");
  rig.accounts.accountValue(ONE, "AccruedCash", "-4", "EUR");
  const before = await rig.settled(rig.accounts.balances(rig.id, LIVE));
  assert.equal(before.ok ? before.value.netLiquidation : 0, null, "no rate: not known");
  rig.accounts.accountValue(ONE, "ExchangeRate", "0.8", "USD");
  const after = await rig.settled(rig.accounts.balances(rig.id, LIVE));
  assert.deepEqual(after.ok ? [after.value.netLiquidation, after.value.accrued] : [], [1250, -5]);
});

Deno.test("R11: balances are current again after 1101 as after 1102", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.accounts.upstream("down");
  rig.accounts.dataLost();
  rig.accounts.accountValue(ONE, "NetLiquidation", "99000", "USD");
  await rig.pass(1_000);
  assert.deepEqual(
    [rig.told.balances.at(-1)?.netLiquidation, rig.told.balances.at(-1)?.freshUntil],
    [99_000, undefined],
  );
});
