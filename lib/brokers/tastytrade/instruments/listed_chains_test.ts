import assert from "node:assert/strict";
import { rig, settled } from "../rest/scripted_http_fixture_test.ts";
import { TastytradeServices } from "../rest/services.ts";
import { InstrumentCache } from "./instrument_cache.ts";
import { InstrumentLookup } from "./instrument_lookup.ts";
import { ListedChains } from "./listed_chains.ts";

type Json = Record<string, unknown>;

function root(name: string, type: string, deliverables: readonly Json[], strike: Json = {}) {
  return {
    "underlying-symbol": "SPY",
    "root-symbol": name,
    "option-chain-type": type,
    "shares-per-contract": 100,
    deliverables,
    expirations: [{
      "expiration-date": "2026-12-18",
      "settlement-type": "PM",
      strikes: [{
        "strike-price": "500.0",
        call: `${name.padEnd(6)}261218C00500000`,
        put: `${name.padEnd(6)}261218P00500000`,
        ...strike,
      }],
    }],
  };
}

async function chainOf(...roots: readonly Json[]) {
  const run = rig(({ url }) => ({
    body: { data: { items: url.includes("chains") ? roots : [{ symbol: "SPY" }] } },
  }));
  const services = await TastytradeServices.load(run.transport);
  const cache = new InstrumentCache();
  const chains = new ListedChains(services, cache, new InstrumentLookup(services, cache));
  const chain = await settled(run.time, chains.chain("SPY", run.signal));
  assert.ok(chain.ok);
  return { cache, roots: chain.value.map((expiry) => expiry.root) };
}

const SHARES = { "deliverable-type": "Shares", symbol: "SPY", amount: "150.0" };
const CASH = { "deliverable-type": "Cash", amount: "100.0" };

Deno.test("DAT-5: of adjusted roots only those are listed whose delivery is known", async () => {
  const { cache, roots } = await chainOf(
    root("SPY", "Standard", []),
    root("SPY1", "Non-standard", [SHARES]),
    root("SPY2", "Non-standard", [CASH]),
    root("SPY3", "Non-standard", []),
    root("SPY4", "Non-standard", [SHARES, CASH]),
  );
  assert.deepEqual(roots, ["SPY", "SPY1"]);
  const adjusted = cache.bySymbol("SPY1  261218P00500000")?.instrument;
  assert.ok(adjusted?.kind === "option" && adjusted.deliverable === 150);
});

Deno.test("a chain without names of the feed has those that the symbols make", async () => {
  const named = { "call-streamer-symbol": ".SPY261218C500" };
  const { cache } = await chainOf(root("SPY", "Standard", [], named));
  const names = ["C", "P"].map((right) =>
    cache.bySymbol(`SPY   261218${right}00500000`)?.streamerSymbol
  );
  assert.deepEqual(names, [".SPY261218C500", ".SPY261218P500"]);
});
