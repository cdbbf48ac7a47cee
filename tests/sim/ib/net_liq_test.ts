import assert from "node:assert/strict";
import type { BrokerSink } from "@/lib/ports/broker.ts";
import { IbRun } from "@/tests/contract/ib_run.ts";

const LIVE = new AbortController().signal;
const SILENT: BrokerSink = {
  market: () => {},
  positions: () => {},
  balances: () => {},
  fxRate: () => {},
  previousClose: () => {},
  fill: () => {},
  order: () => {},
  carry: () => {},
  health: () => {},
  lifecycle: () => {},
  session: () => {},
};

Deno.test("T-003, G-058: cash by its rates and what is held make IB's own net liq", async () => {
  const run = new IbRun({ positions: 60, fillGapMs: 3_600_000 });
  const { broker } = run;
  const ask = async <T>(work: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>) => {
    const answer = await run.during(work);
    assert.ok(answer.ok, answer.ok ? "" : JSON.stringify(answer.error));
    return answer.value;
  };
  await ask(broker.connect(SILENT, LIVE));
  const rates = new Map((await ask(broker.fxRates(LIVE))).map((one) => [one.currency, one.rate]));
  assert.ok((rates.get("EUR") ?? 0) > 1);
  const accounts = await ask(broker.accounts(LIVE));
  assert.equal(accounts.length, 3);
  for (const { id } of accounts) {
    const figures = await ask(broker.figures(id, LIVE));
    const balances = await ask(broker.balances(id, LIVE));
    const keys = figures.positions.map(({ instrumentKey }) => instrumentKey);
    const instruments = await ask(broker.instruments(keys, LIVE));
    let sum = balances.accrued;
    for (const { currency, amount } of balances.cash) sum += amount * (rates.get(currency) ?? 1);
    for (const [index, { mark, signedQuantity, multiplier }] of figures.positions.entries()) {
      const { kind, currency } = instruments[index];
      assert.ok(mark !== null && multiplier !== null);
      // The value of a future is no part of net liq.
      if (kind === "future") continue;
      sum += signedQuantity * multiplier * mark.value * (rates.get(currency) ?? 1);
    }
    const told = figures.netLiquidation?.value ?? NaN;
    assert.ok(Math.abs(sum - told) < 0.001 * Math.abs(told), `${sum} and ${told}`);
    assert.equal(figures.unreadCount, 0);
  }
  await broker.close();
  run.sim.close();
});
