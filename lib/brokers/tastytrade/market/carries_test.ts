import assert from "node:assert/strict";
import { fail, ok } from "../../../base/result.ts";
import type { BrokerError, Carry } from "../../../ports/broker.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { Drift } from "../map/fields.ts";
import { readMetrics } from "../map/metrics.ts";
import { Carries } from "./carries.ts";

const { signal } = new AbortController();

function begin() {
  const time = new VirtualTime(Date.UTC(2026, 9, 30, 14));
  const told: Carry[] = [];
  const broker = { code: null as BrokerError["code"] | null, asked: 0 };
  const carries = new Carries({
    services: {
      riskFreeRate: () => Promise.resolve(ok(0.04)),
      metrics: (symbols) => {
        broker.asked++;
        if (broker.code !== null) {
          return Promise.resolve(fail({ code: broker.code, message: "", fix: null }));
        }
        const rows = symbols.filter((one) => one !== "THIN")
          .map((symbol) => ({ symbol, "dividend-yield": "0.012" }));
        return Promise.resolve(ok(readMetrics(rows, new Drift())));
      },
    },
    timers: time,
    today: () => "2026-10-30",
    later: (carry) => void told.push(carry),
  });
  return { time, told, broker, carries };
}

Deno.test("carry is continuous, a future's yield the rate, an unknown one none", async () => {
  const { carries, time } = begin();
  const all = await carries.of(["SPY", "/ES", "THIN"], signal);
  assert.ok(all.ok);
  assert.deepEqual(all.value.map(({ underlying }) => underlying), ["SPY", "/ES"]);
  const [spy, es] = all.value;
  assert.equal(spy.riskFreeRate, Math.log1p(0.04));
  assert.equal(spy.dividendYield, Math.log1p(0.012));
  assert.equal(es.dividendYield, es.riskFreeRate);
  assert.equal(time.pendingCount, 0);
});

Deno.test("carry that fails is asked for again and told later", async () => {
  const { carries, time, told, broker } = begin();
  broker.code = "unreachable";
  const now = await carries.of(["SPY", "/ES"], signal);
  assert.deepEqual(now.ok && now.value.map(({ underlying }) => underlying), ["/ES"]);
  await time.advanceSettling(60_000, 60_000);
  assert.equal(told.length, 0);
  broker.code = null;
  await time.advanceSettling(60_000, 60_000);
  assert.deepEqual(told.map(({ underlying }) => underlying), ["SPY"]);
  assert.equal(time.pendingCount, 0);
});

Deno.test("carry: what is not served is asked once, a refused login is an error", async () => {
  const { carries, time, broker } = begin();
  broker.code = "unsupported";
  assert.deepEqual(await carries.of(["SPY"], signal), ok([]));
  await time.advanceSettling(300_000, 60_000);
  assert.equal(broker.asked, 1);
  broker.code = "unauthorized";
  const refused = await carries.of(["SPY"], signal);
  assert.equal(refused.ok ? "" : refused.error.code, "unauthorized");
  broker.code = "unreachable";
  await carries.of(["SPY"], signal);
  carries.close();
  assert.equal(time.pendingCount, 0);
});
