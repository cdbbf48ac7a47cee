import assert from "node:assert/strict";
import { fail, ok } from "../../../base/result.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { readAccounts } from "../map/accounts.ts";
import { Drift } from "../map/fields.ts";
import { NewAccounts } from "./new_accounts.ts";

function records(...numbers: string[]) {
  const items = numbers.map((number) => ({
    "account-number": number,
    "account-type-name": "Roth IRA",
    "is-closed": number.startsWith("closed"),
  }));
  return readAccounts(items, new Drift());
}

Deno.test("T-006: an account opened while the desk runs is named, with what shows it", async () => {
  const time = new VirtualTime(0);
  let [numbers, isDown, calls, changes] = [["5WZ00042"], false, 0, 0];
  const look = new NewAccounts({
    services: {
      accounts: () => {
        calls++;
        const down = { code: "unreachable", message: "", fix: null } as const;
        return Promise.resolve(isDown ? fail(down) : ok(records(...numbers)));
      },
    },
    timers: time,
    known: records("5WZ00042").map(({ account }) => account),
    changed: () => void changes++,
  });
  look.start();
  await time.advanceSettling(600_000, 60_000);
  assert.deepEqual([calls, changes, look.notice()], [1, 0, null]);

  numbers = ["5WZ00042", "5WZ00077", "closed1"];
  await time.advanceSettling(600_000, 60_000);
  assert.equal(changes, 1);
  assert.equal(
    look.notice(),
    "Opened at tastytrade since the desk started: Roth IRA ••••0077. " +
      "Start the desk anew to see it.",
  );
  isDown = true;
  await time.advanceSettling(600_000, 60_000);
  assert.match(look.notice() ?? "", /0077/, "a failure forgets nothing");
  assert.equal(changes, 1);
  look.close();
  await time.advanceSettling(3_600_000, 600_000);
  assert.equal(calls, 3);
});
