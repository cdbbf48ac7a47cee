import assert from "node:assert/strict";
import { MemoryRig } from "../memory_rig.ts";
import { BLANK_SPEC } from "../wire/contract_fields.ts";

function withRegistry(
  work: (contracts: MemoryRig["sim"]["face"]["contracts"], rig: MemoryRig) => void,
  options: ConstructorParameters<typeof MemoryRig>[0] = {},
): void {
  const rig = new MemoryRig(options);
  work(rig.sim.face.contracts, rig);
  rig.close();
}

Deno.test("contracts: every instrument has an id of its own by which it is found again", () => {
  withRegistry((contracts, rig) => {
    const all = rig.sim.face.market.world.instruments().map((one) => contracts.of(one));
    assert.equal(new Set(all.map(({ conId }) => conId)).size, all.length);
    for (const contract of all) assert.equal(contracts.byId(contract.conId), contract);
  });
});

Deno.test("contracts: an id of a chain stands for the same contract in another run", () => {
  const spec = {
    ...BLANK_SPEC,
    symbol: "SPX",
    secType: "OPT",
    lastTradeDate: "202504",
    strike: 5650,
    right: "P",
    tradingClass: "SPX",
  } as const;
  let conId = 0;
  withRegistry((contracts) => {
    const [found, ...more] = contracts.find(spec);
    assert.deepEqual(more, []);
    assert.equal(found.localSymbol, "SPX   250417P05650000");
    conId = found.conId;
  });
  withRegistry((contracts) => {
    const found = contracts.byId(conId);
    assert.deepEqual(
      [found?.localSymbol, found?.lastTradeDate, found?.realExpiry],
      ["SPX   250417P05650000", "20250416", "20250417"],
    );
    const instrument = found && contracts.instrument(found);
    assert.equal(instrument?.option?.strike, 5650);
    assert.equal(contracts.byId(conId)?.conId, conId, "listed now");
    assert.equal(contracts.byId(conId ^ 1)?.conId === conId, false);
  });
});

Deno.test("contracts: settled at the open, an option may be named by its expiry instead", () => {
  withRegistry((contracts) => {
    const spec = { ...BLANK_SPEC, localSymbol: "SPX   250417P05650000", secType: "OPT" };
    assert.equal(contracts.find(spec)[0].lastTradeDate, "20250417");
  }, { hasLastTradeDay: false });
});

Deno.test("contracts: adjusted options and their plain neighbours never mix", () => {
  withRegistry((contracts) => {
    const spec = { ...BLANK_SPEC, symbol: "AMC", secType: "OPT", strike: 3, right: "C" } as const;
    const found = contracts.find({ ...spec, lastTradeDate: "202504" });
    const plain = found.filter(({ tradingClass }) => tradingClass === "AMC");
    const adjusted = found.filter(({ tradingClass }) => tradingClass === "AMC1");
    assert.equal(plain.length + adjusted.length, found.length);
    assert.deepEqual(adjusted.map(({ multiplier }) => multiplier), ["10"]);
    assert.ok(plain.length > 0 && plain.every(({ multiplier }) => multiplier === "100"));
    const one = { ...spec, lastTradeDate: "202504", multiplier: "10" };
    assert.deepEqual(contracts.find(one), adjusted);
    const resolved = contracts.resolve({ ...spec, lastTradeDate: "202504" });
    assert.equal(resolved.ok, false, "ambiguous");
  });
});

Deno.test("contracts: shares, indices, futures and currencies are found by description", () => {
  withRegistry((contracts) => {
    const named = (secType: string, symbol: string, more = {}) =>
      contracts.find({ ...BLANK_SPEC, secType, symbol, ...more }).map((one) => one.localSymbol);
    assert.deepEqual(named("STK", "SPY", { exchange: "SMART", currency: "USD" }), ["SPY"]);
    assert.deepEqual(named("STK", "SAP", { currency: "USD" }), []);
    assert.deepEqual(named("STK", "SAP", { currency: "EUR", exchange: "IBIS" }), ["SAP"]);
    assert.deepEqual(named("IND", "SPX", { exchange: "CBOE" }), ["SPX"]);
    assert.deepEqual(named("FUT", "ES", { lastTradeDate: "202506" }), ["ESM5"]);
    assert.deepEqual(named("FUT", "ES", { lastTradeDate: "202509" }), []);
    assert.deepEqual(named("CASH", "EUR", { currency: "USD", exchange: "IDEALPRO" }), ["EUR.USD"]);
    const future = named("FOP", "ES", { lastTradeDate: "20250417", strike: 5600, right: "C" });
    assert.deepEqual(future, ["E3DJ5 C5600"]);
  });
});
