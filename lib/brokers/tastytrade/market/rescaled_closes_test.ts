import assert from "node:assert/strict";
import { MARKET_EVENT, MARKET_STRIDE, marketBatch } from "../../../domain/market_data.ts";
import { SUMMARY_SLOT } from "../feed/map.ts";
import { closeInUnitsOfNow, RescaledCloses } from "./rescaled_closes.ts";

Deno.test("a close before a split is read in the units that today's price lies next to", () => {
  assert.equal(closeInUnitsOfNow(100, 2, 51), 50);
  assert.equal(closeInUnitsOfNow(50, 2, 51), 50);
  assert.equal(closeInUnitsOfNow(10, 0.1, 104), 100);
  assert.equal(closeInUnitsOfNow(100, 0.1, 104), 100);
});

Deno.test("a close whose units cannot be told is none", () => {
  assert.equal(closeInUnitsOfNow(100, 2, 71), null);
  assert.equal(closeInUnitsOfNow(100, 1.1, 95), null);
  for (const price of [null, 0, -1, NaN]) assert.equal(closeInUnitsOfNow(100, 2, price), null);
  assert.equal(closeInUnitsOfNow(NaN, 2, 50), null);
});

Deno.test("R36: summaries of what was split tell the close in the units of now", () => {
  const noticed: string[][] = [];
  const rescaled = new RescaledCloses((keys) => void noticed.push([...keys]));
  const close = (handle: number, told: number, opened: number): number => {
    const batch = marketBatch(1);
    batch.count = 1;
    batch.kind[0] = MARKET_EVENT.summary;
    batch.handle[0] = handle;
    batch.values.fill(NaN, 0, MARKET_STRIDE);
    batch.values[SUMMARY_SLOT.prevDayClosePrice] = told;
    batch.values[SUMMARY_SLOT.dayOpenPrice] = opened;
    rescaled.settle(batch, (one) => one === 0 ? "SPY" : "QQQ");
    return batch.values[SUMMARY_SLOT.prevDayClosePrice];
  };
  assert.equal(close(0, 100, 51), 100, "nothing was split");
  rescaled.note([{ instrumentKey: "SPY", ratio: 2 }]);
  rescaled.note([{ instrumentKey: "SPY", ratio: 2 }]);
  assert.deepEqual(noticed, [["SPY"]]);
  assert.equal(close(0, 100, 51), 50);
  assert.equal(close(0, 50, 51), 50);
  assert.equal(close(1, 100, 51), 100);
  assert.ok(Number.isNaN(close(0, 100, NaN)), "before the first price nobody knows");
  rescaled.startDay();
  assert.equal(close(0, 100, 51), 100);
});
