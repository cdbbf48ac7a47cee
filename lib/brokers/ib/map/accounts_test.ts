import assert from "node:assert/strict";
import { mapAccount, missingWords } from "./accounts.ts";

Deno.test("G-003: named accounts that the login has not are told by their last four", () => {
  const login = ["U1234567", "U7654321", ""];

  assert.equal(missingWords(login, []), null);
  assert.equal(missingWords(login, ["u1234567", "U7654321"]), null);
  assert.equal(
    missingWords(login, ["U1234567", "U9998888"]),
    "no account is named ••••8888, nothing of it is loaded",
  );
});

Deno.test("paper money is told by the number of the account: DU, of an advisor DF", () => {
  const kinds = ["DU1234567", "DF1234567", "U1234567", "F1234567", "I1234567", "UD123456"];
  const accounts = kinds.map((number) => mapAccount(number, "INDIVIDUAL", "USD"));

  assert.deepEqual(accounts.map(({ isPaper }) => isPaper === true), [
    ...[true, true, false, false, false, false],
  ]);
  assert.equal(accounts[0].nickname, "Paper Individual");
});
