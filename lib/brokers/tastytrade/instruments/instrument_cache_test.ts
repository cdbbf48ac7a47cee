import assert from "node:assert/strict";
import fc from "fast-check";
import { optionKey } from "../../../domain/instrument.ts";
import { type ListedInstrument, listedOption } from "../map/listed_instrument.ts";
import { parseOcc } from "../map/symbols.ts";
import { InstrumentCache } from "./instrument_cache.ts";
import { parseOptionKey } from "../../option_name.ts";

function listed(apiSymbol: string, occ = apiSymbol): ListedInstrument {
  const contract = parseOcc(occ);
  assert(contract !== null);
  const instrument = listedOption(contract, {
    underlyingSymbol: "SPY",
    multiplier: 100,
    deliverable: null,
    settlement: "PM",
    expiresAt: null,
    exchange: "",
    tickSize: 0.01,
  });
  assert(instrument !== null);
  const instrumentType = "Equity Option";
  return { instrument, apiSymbol, instrumentType, streamerSymbol: null, ticks: [] };
}

const PUT = "SPY   261218P00500000";

Deno.test("the cache finds an instrument by the broker's symbol and by the desk's key", () => {
  const cache = new InstrumentCache();
  const put = cache.add(listed(PUT));
  assert.equal(cache.bySymbol(PUT), put);
  assert.equal(cache.byKey("SPY 2026-12-18 P 500 x100"), put);
  assert.equal(cache.keyOf(PUT), "SPY 2026-12-18 P 500 x100");
  assert.equal(cache.byKey("SPY 2026-12-18 C 500 x100"), null);
});

Deno.test("DAT-5: a second contract of the same name is unsupported, never the first", () => {
  const cache = new InstrumentCache();
  const put = cache.add(listed(PUT));
  const other = cache.add(listed("SPY*  261218P00500000", PUT));
  assert.equal(other.instrument.kind, "unsupported");
  assert.equal(other.instrument.key, "SPY*  261218P00500000");
  assert.equal(cache.byKey(put.instrument.key), put);
});

Deno.test("DAT-5: a name in the feed that is another contract's gives nobody its prices", () => {
  const cache = new InstrumentCache();
  const wrong = cache.add({ ...listed(PUT), streamerSymbol: ".SPY261218C500" });
  assert.ok(wrong.instrument.kind === "unsupported");
  assert.match(wrong.instrument.description, /is \.SPY261218C500 in the feed/);
  assert.equal(wrong.streamerSymbol, null);
  const right = cache.add({ ...listed(PUT), streamerSymbol: ".SPY261218P500" });
  assert.equal(right.instrument.kind, "option");
});

Deno.test("a new day asks anew and still knows what it held", () => {
  const cache = new InstrumentCache();
  cache.add(listed(PUT));
  cache.noteUnknown("NOSUCH");
  assert.ok(cache.isAsked(PUT) && cache.isAsked("NOSUCH"));
  cache.startDay();
  assert.ok(!cache.isAsked(PUT) && !cache.isAsked("NOSUCH"));
  assert.notEqual(cache.byKey("SPY 2026-12-18 P 500 x100"), null);
});

Deno.test("an option's key reads back to its parts, any other text to nothing", () => {
  const day = fc.date({
    min: new Date("2020-01-01"),
    max: new Date("2039-12-31"),
    noInvalidDate: true,
  });
  const option = fc.record({
    root: fc.stringMatching(/^[A-Z]{1,5}[0-9]?$/),
    expiry: day.map((date) => date.toISOString().slice(0, 10)),
    right: fc.constantFrom("call" as const, "put" as const),
    strike: fc.integer({ min: 1, max: 9_999_999 }).map((mills) => mills / 1000),
    multiplier: fc.constantFrom(1, 10, 50, 100, 1000),
  });
  fc.assert(fc.property(option, (one) => {
    assert.deepEqual(parseOptionKey(optionKey(one)), { ...one });
  }));
  for (const text of ["SPY", "/ESZ6", "SPY 2026-13-18 P 500 x100", "SPY 2026-12-18 P 500.0 x100"]) {
    assert.equal(parseOptionKey(text), null, text);
  }
});
