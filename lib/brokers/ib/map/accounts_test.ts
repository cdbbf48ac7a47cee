import assert from "node:assert/strict";
import { missingWords } from "./accounts.ts";

Deno.test("G-003: named accounts that the login has not are told by their last four", () => {
  const login = ["U1234567", "U7654321", ""];

  assert.equal(missingWords(login, []), null);
  assert.equal(missingWords(login, ["u1234567", "U7654321"]), null);
  assert.equal(
    missingWords(login, ["U1234567", "U9998888"]),
    "no account is named ••••8888, nothing of it is loaded",
  );
});
