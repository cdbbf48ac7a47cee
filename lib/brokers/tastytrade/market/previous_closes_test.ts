import assert from "node:assert/strict";
import { fail, ok } from "../../../base/result.ts";
import type { BrokerError } from "../../../ports/broker.ts";
import { InstrumentCache } from "../instruments/instrument_cache.ts";
import { Drift } from "../map/fields.ts";
import { listedShare, unsupported } from "../map/listed_instrument.ts";
import { readMarketData } from "../map/market_data.ts";
import type { TypedSymbol } from "../rest/services.ts";
import { RescaledCloses } from "./rescaled_closes.ts";
import { previousCloses } from "./previous_closes.ts";

const { signal } = new AbortController();

function begin(count: number, failures: readonly (BrokerError["code"] | null)[] = []) {
  const cache = new InstrumentCache();
  const asked: (readonly TypedSymbol[])[] = [];
  const keys = Array.from({ length: count }, (_, n) => {
    const facts = { kind: "equity", isCoin: false, exchange: "", tickSize: 0.01 } as const;
    const instrument = listedShare(`S${n}`, facts);
    const names = { apiSymbol: `S${n}`, instrumentType: "Equity", streamerSymbol: null, ticks: [] };
    return cache.add({ ...names, instrument }).instrument.key;
  });
  const services = {
    marketData: (symbols: readonly TypedSymbol[]) => {
      const code = failures[asked.length] ?? null;
      asked.push(symbols);
      if (code !== null) return Promise.resolve(fail({ code, message: "", fix: null }));
      const rows = symbols.map(({ symbol }) => ({
        symbol,
        "prev-close": "10.5",
        "prev-close-date": "2026-10-29",
        "summary-date": "2026-10-30",
      }));
      return Promise.resolve(ok(readMarketData(rows, new Drift())));
    },
  };
  const rescaled = new RescaledCloses(() => {});
  const ask = (...more: string[]) =>
    previousCloses({ services, cache, rescaled }, [...keys, ...more], "2026-10-30", signal);
  return { cache, asked, ask };
}

Deno.test("closes: a hundred symbols a call, a list that fails takes only its own", async () => {
  const { ask, asked } = begin(250, [null, "refused"]);
  const closes = await ask();
  assert.deepEqual(asked.map((list) => list.length), [100, 100, 50]);
  assert.equal(closes.ok && closes.value.length, 150);
  assert.deepEqual(closes.ok && closes.value[0], {
    instrumentKey: "S0",
    close: 10.5,
    session: "2026-10-29",
  });
});

Deno.test("closes: not served are none, an ended call and an unknown key fail", async () => {
  const sandbox = begin(250, ["unsupported"]);
  assert.deepEqual(await sandbox.ask(), ok([]));
  assert.equal(sandbox.asked.length, 1);
  const ended = await begin(1, ["canceled"]).ask();
  assert.equal(ended.ok ? "" : ended.error.code, "canceled");
  const unknown = await begin(1).ask("NOSUCH");
  assert.equal(unknown.ok ? "" : unknown.error.code, "unknownInstrument");
});

Deno.test("an unsupported holding has no close to ask for", async () => {
  const { cache, ask, asked } = begin(0);
  const facts = { underlying: null, multiplier: 10 };
  const bond = cache.add(unsupported("912797KX4", "Bond", "not valued", facts));
  assert.deepEqual(await ask(bond.instrument.key), ok([]));
  assert.equal(asked.length, 0);
});
