import assert from "node:assert/strict";
import { createWorld, type Instrument } from "../../lib/world/mod.ts";
import {
  apiSymbol,
  contractOfApi,
  contractOfStreamer,
  futureOptionRoot,
  streamerSymbol,
} from "./symbols.ts";

const world = createWorld({ positions: 400 });

function underlyingOf(instrument: Instrument): Instrument {
  return world.instruments()[instrument.underlyingId];
}

Deno.test("every listed option is found again from its REST and its feed symbol", () => {
  const seen = new Set<string>();
  for (const instrument of world.instruments()) {
    const api = apiSymbol(instrument, underlyingOf(instrument));
    const streamer = streamerSymbol(instrument);
    assert.equal(seen.has(api) || seen.has(streamer), false, `${api} ${streamer} twice`);
    seen.add(api).add(streamer);
    const { option, root } = instrument;
    if (option === undefined) continue;
    const { expiry, strike, right } = option;
    assert.deepEqual(contractOfApi(api), { root, expiry, strike, right }, api);
    assert.deepEqual(contractOfStreamer(streamer), { root, expiry, strike, right }, streamer);
  }
});

Deno.test("symbols have the forms of the protocol page", () => {
  const forms = new Map(
    world.instruments().map((one) => [apiSymbol(one, underlyingOf(one)), streamerSymbol(one)]),
  );
  assert.equal(forms.get("SPX"), "SPX");
  assert.equal(forms.get("/ESM5"), "/ESM25:XCME");
  for (const [api, streamer] of forms) {
    if (!api.startsWith("./")) continue;
    assert.match(api, /^\.\/ESM5 E[W1-5][1-5A-D][A-Z]5 \d{6}[CP]\d+$/);
    assert.match(streamer, /^\.\/E[W1-5][1-5A-D][A-Z]25[CP]\d+:XCME$/);
  }
  assert.equal(futureOptionRoot("2025-03-21"), "EW3");
  assert.equal(futureOptionRoot("2025-03-17"), "E3A");
});

Deno.test("what is no option symbol names no contract", () => {
  for (const text of ["SPY", "/ESM5", ".SPY25P5", "SPY 250321C00500000", "./ESM5 X", ""]) {
    assert.equal(contractOfApi(text), null, text);
  }
  for (const text of ["SPY", "/ESM25:XCME", ".SPY2503P5", "./EW3H25C5:X"]) {
    assert.equal(contractOfStreamer(text), null, text);
  }
  assert.equal(contractOfStreamer(".SPY250321P152.625")?.strike, 152.625);
});
