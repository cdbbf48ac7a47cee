import assert from "node:assert/strict";
import { realClock } from "../host/clock.ts";
import { realRandom } from "../host/random.ts";
import { realTimers } from "../host/timers.ts";
import { claimMoney } from "./claim_money.ts";
import { openStore } from "./open_store.ts";

const IB = { id: "ib", name: "Interactive Brokers" };

async function withStore(directory: string, work: () => void): Promise<void> {
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
    work();
  } finally {
    await store.value.close();
  }
}

Deno.test("a folder keeps one kind of a broker's money, whatever comes later", async () => {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-money-" });
  try {
    await withStore(directory, () => {
      assert.ok(claimMoney(directory, IB, "paper").ok);
      assert.ok(claimMoney(directory, IB, "paper").ok);
    });
    // Another start.
    await withStore(directory, () => {
      const real = claimMoney(directory, IB, "real");
      assert.ok(!real.ok);
      assert.equal(real.error.code, "otherMoney");
      assert.equal(
        real.error.message,
        `${directory} holds paper money of Interactive Brokers; this login has real money`,
      );
      assert.match(real.error.fix, /another folder with --data/);
      assert.ok(claimMoney(directory, IB, "paper").ok, "the refusal changes nothing");
      assert.ok(claimMoney(directory, { id: "other", name: "Other" }, "real").ok);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
