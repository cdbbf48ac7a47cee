import { type Contract, EventName, OptionType, SecType } from "@stoqey/ib";
import assert from "node:assert/strict";
import type { TwsSim } from "../../../sims/tws/mod.ts";
import { type Official, until, VERSIONS, withOfficial } from "./rig.ts";

const STILL = { eventRate: 0, fillGapMs: 1e12 };

function contractOf(sim: TwsSim, symbol: string): Contract {
  const { market, contracts } = sim.face;
  const instrument = market.instrument(market.world.instrumentOf(symbol)!);
  return { conId: contracts.of(instrument).conId, exchange: "SMART" };
}

function optionOf(sim: TwsSim) {
  const { market } = sim.face;
  return market.world.instruments().find((one) =>
    one.kind === "option" && market.latest(one).bid > 1 && market.latest(one).greeksAt > 0
  )!;
}

/** Values of a line by tick type, the last of each. */
function ticks(official: Official, name: EventName, reqId: number): Map<number, unknown> {
  return new Map(
    official.of(name).filter(([id]) => id === reqId).map(([, type, value]) => [
      Number(type),
      value,
    ]),
  );
}

function computation(official: Official, reqId: number, type: number): unknown[] {
  const all = official.of(EventName.tickOptionComputation);
  return [...all.findLast((args) => args[0] === reqId && args[1] === type) ?? []].slice(2);
}

for (const serverVersion of VERSIONS) {
  const at = `at ${serverVersion}`;

  Deno.test(`quotes, trades and generic ticks of a line are the market's ${at}`, async () => {
    await withOfficial({ serverVersion, ...STILL }, async (official, sim) => {
      const { market } = sim.face;
      const generics = "100,101,104,106,165,221,233,236,456";
      official.api.reqMktData(1, contractOf(sim, "AAPL"), generics, false, false);
      await until("mark", () => ticks(official, EventName.tickPrice, 1).has(37));
      await until("trades", () => ticks(official, EventName.tickString, 1).has(48));
      const latest = market.latest(market.instrument(market.world.instrumentOf("AAPL")!));
      const prices = ticks(official, EventName.tickPrice, 1);
      const sizes = ticks(official, EventName.tickSize, 1);
      assert.deepEqual([1, 2, 4, 9].map((type) => prices.get(type)), [
        latest.bid,
        latest.ask,
        latest.last,
        latest.prevClose,
      ]);
      assert.deepEqual([sizes.get(0), sizes.get(3)], [latest.bidSize, latest.askSize]);
      assert.equal(sizes.get(8), latest.dayVolume);
      assert.deepEqual(official.of(EventName.marketDataType), [[1, 1]]);
      assert.equal(official.of(EventName.tickReqParams).length, 1);
      for (const type of [27, 28, 29, 30, 21, 89]) assert.ok(sizes.has(type), String(type));
      const values = ticks(official, EventName.tickGeneric, 1);
      for (const type of [23, 24, 46, 49]) assert.ok(values.has(type), String(type));
    });
  });

  Deno.test(`option computations and every sentinel of them arrive as such ${at}`, async () => {
    await withOfficial({ serverVersion, ...STILL }, async (official, sim) => {
      const option = optionOf(sim);
      official.api.reqMktData(1, contractOf(sim, option.symbol), "", false, false);
      await until("the model", () => computation(official, 1, 13).length > 0);
      const [price, iv, delta, gamma, theta, vega] = sim.face.market.latest(option).greeks;
      const wanted = [iv, delta, price, null, gamma, vega, theta, null];
      const [attribute, ...values] = computation(official, 1, 13).map(Number);
      assert.equal(attribute, 0);
      for (const [n, value] of wanted.entries()) {
        if (value !== null) assert.ok(Math.abs(values[n] - value) < 1e-7, String(n));
      }
      for (const [n, isUnset] of [false, true].entries()) {
        sim.face.plan.clear();
        sim.inject({ on: "market", do: "sentinels", isUnset });
        official.api.reqMktData(10 + n, contractOf(sim, option.symbol), "", false, false);
        await until("sentinels", () => computation(official, 10 + n, 13).length > 0);
        const none = new Array(8).fill(undefined);
        assert.deepEqual(computation(official, 10 + n, 13), [0, ...none]);
      }
    });
  });

  Deno.test(`without permission: 354, then delayed types after type 3 ${at}`, async () => {
    const faults = { faults: [{ on: "market", do: "noData", symbol: "SPY" }] } as const;
    await withOfficial({ serverVersion, faults }, async (official, sim) => {
      const { api } = official;
      api.reqMktData(1, contractOf(sim, "SPY"), "", false, false);
      await until("354", () => official.codes().includes(354));
      api.reqMarketDataType(3);
      api.reqMktData(2, contractOf(sim, "SPY"), "", false, false);
      api.reqMktData(3, contractOf(sim, "QQQ"), "", false, false);
      await until("delayed", () => ticks(official, EventName.tickPrice, 2).has(66));
      await until("live", () => ticks(official, EventName.tickPrice, 3).has(1));
      assert.ok(official.codes().includes(10167));
      assert.ok(!ticks(official, EventName.tickPrice, 2).has(1));
      assert.deepEqual(official.of(EventName.marketDataType), [[2, 3], [3, 1]]);
      api.reqMktData(4, contractOf(sim, "IWM"), "", true, false);
      await until(
        "the end of the snapshot",
        () => official.of(EventName.tickSnapshotEnd).length > 0,
      );
      api.cancelMktData(2);
      api.cancelMktData(99);
      await until("300", () => official.codes().includes(300));
    });
  });

  Deno.test(`a combination and an ambiguous contract ${at}`, async () => {
    await withOfficial({ serverVersion, ...STILL }, async (official, sim) => {
      const [first, second] = sim.face.market.world.instruments().filter((one) =>
        one.kind === "option" && one.underlying === "SPY" && sim.face.market.latest(one).bid > 1
      );
      const comboLegs = [first, second].map((one, n) => ({
        conId: contractOf(sim, one.symbol).conId,
        ratio: 1,
        action: n === 0 ? "BUY" : "SELL",
        exchange: "SMART",
      }));
      const bag = { symbol: "SPY", secType: SecType.BAG, currency: "USD", exchange: "SMART" };
      official.api.reqMktData(1, { ...bag, comboLegs } as Contract, "", false, false);
      await until("both sides", () => ticks(official, EventName.tickPrice, 1).size === 2);
      const { bid } = sim.face.market.latest(first);
      const { ask } = sim.face.market.latest(second);
      const told = Number(ticks(official, EventName.tickPrice, 1).get(1));
      assert.ok(Math.abs(told - (bid - ask)) < 1e-9);
      const many = { symbol: "SPY", secType: SecType.OPT, right: OptionType.Call };
      official.api.reqMktData(2, { ...many, currency: "USD", exchange: "SMART" }, "", false, false);
      await until("200", () => official.codes().includes(200));
    });
  });
}
