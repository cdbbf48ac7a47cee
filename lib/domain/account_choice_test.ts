import assert from "node:assert/strict";
import type { Account } from "./account.ts";
import { accountSlugs, chooseAccounts } from "./account_choice.ts";

function anAccount(nickname: string, number: string): Account {
  return { id: number, broker: "demo", number, nickname, type: "margin", currency: "USD" };
}

const ACCOUNTS = [
  anAccount("Individual", "5WT00001"),
  anAccount("IRA", "5WT01234"),
  anAccount("IRA", "5WT05678"),
];

Deno.test("T-006: accounts have short unique names", () => {
  assert.deepEqual(accountSlugs(ACCOUNTS), ["individual", "ira-1234", "ira-5678"]);
  assert.deepEqual(accountSlugs([anAccount("", "X9999")]), ["margin"]);
  const elsewhere = { ...ACCOUNTS[0], id: "ib-1", broker: "ib" };
  assert.deepEqual(accountSlugs([ACCOUNTS[0], elsewhere]), [
    "individual-0001-demo",
    "individual-0001-ib",
  ]);
});

Deno.test("T-007: the filter takes a comma list and repeated parameters alike", () => {
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["individual,ira-5678"]).indices, [0, 2]);
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["ira-5678", "individual"]).indices, [0, 2]);
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["Individual", "1234"]).indices, [0, 1]);
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["ira"]).indices, [1, 2]);
});

Deno.test("G-003: an account is named by its whole number too, as IB's variables do", () => {
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["5wt01234"]).indices, [1]);
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["5WT0123"]).unknown, ["5WT0123"]);
});

Deno.test("T-007: no filter or an empty one chooses all accounts", () => {
  assert.deepEqual(chooseAccounts(ACCOUNTS, []).indices, [0, 1, 2]);
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["", " , "]).indices, [0, 1, 2]);
});

Deno.test("T-007: an unknown account is named and chooses nothing", () => {
  const choice = chooseAccounts(ACCOUNTS, ["nobody", "ira-1234"]);

  assert.deepEqual(choice.unknown, ["nobody"]);
  assert.deepEqual(choice.indices, [1]);
  assert.deepEqual(chooseAccounts(ACCOUNTS, ["nobody"]).indices, []);
});
