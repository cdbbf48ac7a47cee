import { BarSizeSetting, type Contract, EventName, WhatToShow } from "@stoqey/ib";
import assert from "node:assert/strict";
import type { TwsSim } from "../../../sims/tws/mod.ts";
import { type Official, until, VERSIONS, withOfficial } from "./rig.ts";

function contractOf(sim: TwsSim, symbol: string): Contract {
  const { market, contracts } = sim.face;
  const instrument = market.instrument(market.world.instrumentOf(symbol)!);
  return { conId: contracts.of(instrument).conId, exchange: "SMART" };
}

/** Bars of a request without the end marker, and whether that has come. */
function answer(official: Official, reqId: number): { bars: unknown[][]; isWhole: boolean } {
  const all = official.of(EventName.historicalData).filter(([id]) => id === reqId);
  const bars = all.filter(([, date]) => !String(date).startsWith("finished-"));
  return { bars: bars.map((bar) => bar.slice(1)), isWhole: bars.length < all.length };
}

for (const serverVersion of VERSIONS) {
  const at = `at ${serverVersion}`;

  Deno.test(`bars of the past are the world's, by date and by second ${at}`, async () => {
    await withOfficial({ serverVersion }, async (official, sim) => {
      const { api } = official;
      const contract = contractOf(sim, "AAPL");
      const end = "20250318 16:00:00 US/Eastern";
      const day = BarSizeSetting.DAYS_ONE;
      const half = BarSizeSetting.MINUTES_THIRTY;
      const { TRADES, BID } = { TRADES: WhatToShow.TRADES, BID: WhatToShow.BID };
      api.reqHistoricalData(1, contract, end, "5 D", day, TRADES, 1, 1, false);
      api.reqHistoricalData(2, contract, end, "1 D", half, TRADES, 1, 2, false);
      api.reqHistoricalData(3, contract, end, "1 D", half, BID, 1, 1, false);
      api.reqHistoricalData(4, contract, end, "1 D", day, WhatToShow.AGGTRADES, 1, 1, false);
      await until("three answers", () => [1, 2, 3].every((id) => answer(official, id).isWhole));
      const { world } = sim.face.market;
      const past = world.bars(world.instrumentOf("AAPL")!, 5);
      const told = answer(official, 1).bars.map((
        [date, ...prices],
      ) => [date, ...prices.slice(0, 5)]);
      assert.deepEqual(
        told,
        past.map(({ date, open, high, low, close, volume }) => [
          ...[date.replaceAll("-", ""), open, high, low, close, volume],
        ]),
      );
      const halves = answer(official, 2).bars;
      assert.deepEqual([halves.length, halves[0][1]], [13, past[4].open]);
      assert.equal(halves[0][0], String(Date.parse("2025-03-18T13:30:00Z") / 1000));
      const [bid] = answer(official, 3).bars;
      assert.equal(bid[0], "20250318 09:30:00 US/Eastern");
      assert.deepEqual(bid.slice(5, 8), [-1, -1, -1]);
      await until("321", () => official.codes().includes(321));
    });
  });

  Deno.test(`a kept query is updated, cancelled and then unknown ${at}`, async () => {
    await withOfficial(
      { serverVersion, eventRate: 2000, barUpdateMs: 100 },
      async (official, sim) => {
        const { api } = official;
        const size = BarSizeSetting.DAYS_ONE;
        const shown = WhatToShow.TRADES;
        api.reqHistoricalData(1, contractOf(sim, "SPY"), "", "3 D", size, shown, 1, 2, true);
        await until("the answer", () => answer(official, 1).isWhole);
        await until("an update", () => official.of(EventName.historicalDataUpdate).length > 0);
        const [id, date, open, high, low, close] = official.of(EventName.historicalDataUpdate)[0];
        assert.deepEqual([id, date], [1, answer(official, 1).bars.at(-1)![0]]);
        assert.ok(Number(high) >= Math.max(Number(open), Number(close)));
        assert.ok(Number(low) <= Math.min(Number(open), Number(close)));
        api.cancelHistoricalData(1);
        api.cancelHistoricalData(1);
        await until("366", () => official.codes().includes(366));
        assert.ok(official.codes().includes(162));
      },
    );
  });
}

Deno.test("head time stamp, real-time bars, and bars without data", async () => {
  await withOfficial({}, async (official, sim) => {
    const { api } = official;
    const spy = contractOf(sim, "SPY");
    api.reqHeadTimestamp(1, spy, WhatToShow.TRADES, true, 2);
    api.reqRealTimeBars(2, spy, 5, WhatToShow.TRADES, true);
    const size = BarSizeSetting.DAYS_ONE;
    const spx = { ...contractOf(sim, "SPX"), exchange: "CBOE" };
    api.reqHistoricalData(3, spx, "", "3 D", size, WhatToShow.BID, 1, 1, false);
    await until("the stamp", () => official.of(EventName.headTimestamp).length > 0);
    await until("162", () => official.codes().includes(162));
    await until("a bar", () => official.of(EventName.realtimeBar).length > 0);
    const [, time, open, high] = official.of(EventName.realtimeBar)[0].map(Number);
    assert.ok(time % 5 === 0 && high >= open);
    api.cancelRealTimeBars(2);
  });
});
