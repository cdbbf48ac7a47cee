import assert from "node:assert/strict";
import { mapAccount } from "../../brokers/ib/map/accounts.ts";
import type { Account } from "../../domain/account.ts";
import { realClock } from "../../host/clock.ts";
import { realRandom } from "../../host/random.ts";
import { realTimers } from "../../host/timers.ts";
import { openStore } from "../../store/open_store.ts";
import { admitMoney } from "./admit_money.ts";

const PAPER = mapAccount("DU1044417", "INDIVIDUAL", "USD");
const REAL = mapAccount("U1044417", "INDIVIDUAL", "USD");
const ELSEWHERE: Account = { ...REAL, id: "tt-1", broker: "tastytrade" };

Deno.test("real money of IB does not follow its paper money into a folder", async () => {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-admit-" });
  const store = await openStore({
    directory,
    mode: "live",
    source: "ib",
    clock: realClock,
    timers: realTimers,
    random: realRandom,
    journal: { ballastBytes: 64 * 1024 },
  });
  assert.ok(store.ok);
  try {
    // Nothing of IB, nothing claimed: TWS may come later, with whatever it has.
    assert.ok(admitMoney(directory, [ELSEWHERE]).ok);
    assert.ok(admitMoney(directory, [ELSEWHERE, PAPER]).ok);
    for (const accounts of [[REAL], [ELSEWHERE, REAL], [PAPER, REAL]]) {
      const refused = admitMoney(directory, accounts);
      assert.ok(!refused.ok);
      assert.equal(refused.error.code, "refused");
      assert.match(refused.error.message, /holds paper money of Interactive Brokers/);
      assert.match(refused.error.fix ?? "", /--data/);
    }
    assert.ok(admitMoney(directory, [PAPER, ELSEWHERE]).ok);
  } finally {
    await store.value.close();
    await Deno.remove(directory, { recursive: true });
  }
});
