import assert from "node:assert/strict";
import { isOption } from "../../../domain/instrument.ts";
import { rig, settled } from "../rest/scripted_http_fixture_test.ts";
import { TastytradeServices } from "../rest/services.ts";
import { InstrumentCache } from "./instrument_cache.ts";
import { InstrumentLookup } from "./instrument_lookup.ts";

const STANDARD = "SPY   261218P00500000";
const ADJUSTED = "SPY1  261218P00500000";
const ON_FUTURE = "./ESZ6 EW4X6 261127C5750";

function option(symbol: string, changes: object = {}) {
  return {
    symbol,
    "streamer-symbol": ".SPY261218P500",
    "underlying-symbol": "SPY",
    "shares-per-contract": 100,
    "settlement-type": "PM",
    "option-chain-type": "Standard",
    ...changes,
  };
}

const EQUITY = {
  symbol: "SPY",
  "is-index": false,
  "tick-sizes": [{ value: "0.01" }],
  "option-tick-sizes": [{ value: "0.01" }, { value: "0.05", threshold: "3.0" }],
};
const FUTURE = {
  symbol: "/ESZ6",
  "product-code": "ES",
  "notional-multiplier": "50.0",
  "expiration-date": "2026-12-18",
  "expires-at": "2026-12-18T14:30:00.000+00:00",
  "tick-size": "0.25",
  "option-tick-sizes": [{ value: "0.05" }],
  "streamer-symbol": "/ESZ26:XCME",
};
const FUTURE_OPTION = {
  symbol: ON_FUTURE,
  multiplier: "1.0",
  "underlying-count": "1.0",
  "expires-at": "2026-11-27T21:00:00.000+00:00",
  "streamer-symbol": "./EW4X26C5750:XCME",
};
const CHAIN = {
  "underlying-symbol": "SPY",
  "root-symbol": "SPY1",
  "option-chain-type": "Non-standard",
  "shares-per-contract": 100,
  deliverables: [{ "deliverable-type": "Shares", symbol: "SPY", amount: "150.0" }],
  expirations: [],
};

/** What the broker defines, by the part of the path behind /instruments/ or the chain's. */
async function lookup(refused: string | null = null, isDown: () => boolean = () => false) {
  const all: Record<string, readonly Record<string, unknown>[]> = {
    "/instruments/equities": [EQUITY],
    "/instruments/equity-options": [
      option(STANDARD),
      option(ADJUSTED, {
        "option-chain-type": "Non-standard",
        "streamer-symbol": ".SPY1261218P500",
      }),
    ],
    "/instruments/futures": [FUTURE],
    "/instruments/future-options": [FUTURE_OPTION],
    "/option-chains/SPY/nested": [CHAIN],
  };
  const run = rig(({ url }) => {
    const { pathname, searchParams } = new URL(url);
    if (pathname === refused) return { status: 400, body: { error: { code: "validation_error" } } };
    if (pathname.startsWith("/option-chains") && isDown()) return { status: 503 };
    const wanted = searchParams.getAll("symbol[]");
    const items = all[pathname].filter(({ symbol }) =>
      wanted.length === 0 || wanted.includes(String(symbol))
    );
    return { body: { data: { items } } };
  });
  const services = await TastytradeServices.load(run.transport);
  const cache = new InstrumentCache();
  const asked = () => run.http.calls.map(({ url }) => new URL(url).pathname);
  return { ...run, cache, asked, lookup: new InstrumentLookup(services, cache) };
}

function named(...symbols: string[]) {
  return symbols.map((symbol) => ({ symbol, instrumentType: null }));
}

Deno.test("a future is learned before the option on it, whose multiplier it gives", async () => {
  const run = await lookup();
  const learned = await settled(run.time, run.lookup.learn(named(ON_FUTURE), run.signal));
  assert.ok(learned.ok);
  assert.deepEqual(run.asked(), ["/instruments/futures", "/instruments/future-options"]);
  const listed = run.cache.bySymbol(ON_FUTURE)?.instrument;
  assert.equal(listed?.multiplier, 50);
  assert.equal(listed?.tickSize, 0.05);
  assert.equal(listed?.key, "EW4 2026-11-27 C 5750 x50");
});

Deno.test("what was asked today is not asked again, unknown or not; tomorrow it is", async () => {
  const run = await lookup();
  const learn = () =>
    settled(run.time, run.lookup.learn(named("SPY", "NOSUCH", STANDARD), run.signal));
  await learn();
  const before = run.asked().length;
  await learn();
  assert.equal(run.asked().length, before);
  assert.equal(run.cache.bySymbol("NOSUCH"), null);
  run.cache.startDay();
  await learn();
  assert.ok(run.asked().length > before);
});

Deno.test("DAT-5: the chain of adjusted contracts alone is asked what they deliver", async () => {
  const run = await lookup();
  await settled(run.time, run.lookup.learn(named(STANDARD), run.signal));
  assert.ok(!run.asked().some((path) => path.includes("chains")));
  await settled(run.time, run.lookup.learn(named(ADJUSTED), run.signal));
  assert.ok(run.asked().includes("/option-chains/SPY/nested"));
  const standard = run.cache.bySymbol(STANDARD)?.instrument;
  const adjusted = run.cache.bySymbol(ADJUSTED)?.instrument;
  assert.ok(standard !== undefined && isOption(standard) && standard.deliverable === 100);
  assert.equal(standard.tickSize, 0.01);
  assert.ok(adjusted !== undefined && isOption(adjusted) && adjusted.deliverable === 150);
});

Deno.test("keys resolve in their order; one that the broker does not know fails them", async () => {
  const run = await lookup();
  const ask = (...keys: string[]) => settled(run.time, run.lookup.instruments(keys, run.signal));
  const found = await ask("SPY 2026-12-18 P 500 x100", "SPY", "/ESZ6");
  assert.deepEqual(found.ok && found.value.map(({ kind }) => kind), ["option", "equity", "future"]);
  const missing = await ask("SPY", "SPY 2026-12-18 P 501 x100");
  assert.equal(missing.ok ? "" : missing.error.code, "unknownInstrument");
  const other = await ask("SPY 2026-12-18 P 500 x10");
  assert.equal(other.ok ? "" : other.error.code, "unknownInstrument");
});

Deno.test("a kind that is refused takes nothing from others, once a day", async () => {
  const run = await lookup("/instruments/futures");
  const learn = () => settled(run.time, run.lookup.learn(named("/ESZ6", "SPY"), run.signal));
  assert.ok((await learn()).ok);
  assert.equal(run.cache.bySymbol("/ESZ6"), null);
  assert.notEqual(run.cache.bySymbol("SPY"), null);
  const before = run.asked().length;
  await learn();
  assert.equal(run.asked().length, before);
});

Deno.test("DAT-5: without its chain an adjusted contract has no value, others have", async () => {
  const run = await lookup("/option-chains/SPY/nested");
  const learned = run.lookup.learn(named(ADJUSTED, STANDARD), run.signal);
  assert.ok((await settled(run.time, learned)).ok);
  const adjusted = run.cache.bySymbol(ADJUSTED)?.instrument;
  assert.ok(adjusted?.kind === "unsupported");
  assert.match(adjusted.description, /what it delivers is not known/);
  assert.equal(run.cache.bySymbol(STANDARD)?.instrument.kind, "option");
});

Deno.test("BRK-8: a chain that fails for a while fails no load and is asked again", async () => {
  let isDown = true;
  const run = await lookup(null, () => isDown);
  const learn = () =>
    settled(run.time, run.lookup.learn(named(ADJUSTED, STANDARD, "SPY"), run.signal));
  assert.ok((await learn()).ok);
  assert.ok(run.asked().filter((path) => path.includes("chains")).length > 1, "retried at once");
  assert.equal(run.cache.bySymbol(STANDARD)?.instrument.kind, "option");
  assert.equal(run.cache.bySymbol(ADJUSTED)?.instrument.kind, "unsupported");
  isDown = false;
  assert.ok((await learn()).ok);
  const adjusted = run.cache.bySymbol(ADJUSTED)?.instrument;
  assert.ok(adjusted?.kind === "option" && adjusted.deliverable === 150);
  const before = run.asked().length;
  await learn();
  assert.equal(run.asked().length, before);
});

Deno.test("BRK-8: what options are held on is quoted where nothing is defined", async () => {
  const run = await lookup("/instruments/equities");
  const ask = (key: string) => settled(run.time, run.lookup.instruments([key], run.signal));
  assert.ok(!(await ask("SPY")).ok, "nobody named it");
  await settled(run.time, run.lookup.learn(named(STANDARD), run.signal));
  const found = await ask("SPY");
  assert.ok(found.ok && found.value[0].key === "SPY");
  assert.equal(run.cache.byKey("SPY")?.streamerSymbol, "SPY");
});
