import assert from "node:assert/strict";
import {
  combinationTouch,
  firstTrigger,
  nextTrigger,
  type Pricing,
  tradePrice,
  tradeSize,
} from "./matching.ts";

const BLANK: Pricing = {
  type: "MKT",
  isBuy: true,
  limit: null,
  trigger: null,
  trailAmount: null,
  trailPercent: null,
  limitOffset: null,
};

function touch(bid: number, ask: number) {
  return { bid, ask, bidSize: 300, askSize: 200 };
}

Deno.test("matching: a market order takes the other side, a limit order within its limit", () => {
  const awake = firstTrigger(BLANK);
  assert.equal(tradePrice(BLANK, awake, touch(10, 10.02)), 10.02);
  assert.equal(tradePrice({ ...BLANK, isBuy: false }, awake, touch(10, 10.02)), 10);
  const limit = { ...BLANK, type: "LMT" as const, limit: 10.01 };
  assert.equal(tradePrice(limit, awake, touch(10, 10.02)), null);
  assert.equal(tradePrice(limit, awake, touch(9.99, 10)), 10);
  assert.equal(tradePrice({ ...limit, isBuy: false }, awake, touch(10.02, 10.04)), 10.02);
  assert.equal(tradePrice({ ...limit, isBuy: false }, awake, touch(10, 10.04)), null);
});

Deno.test("matching: nothing trades against a side without price or size", () => {
  const none = { bid: NaN, ask: NaN, bidSize: NaN, askSize: NaN };
  assert.equal(tradePrice(BLANK, firstTrigger(BLANK), none), null);
  assert.equal(
    tradePrice({ ...BLANK, isBuy: false }, firstTrigger(BLANK), {
      bid: 0,
      ask: 0.05,
      bidSize: 0,
      askSize: 10,
    }),
    null,
  );
});

Deno.test("matching: a stop sleeps until the market reaches it; its limit then holds", () => {
  const stop = { ...BLANK, type: "STP LMT" as const, isBuy: false, trigger: 9.9, limit: 9.85 };
  let trigger = nextTrigger(stop, firstTrigger(stop), touch(9.95, 9.97));
  assert.deepEqual(trigger, { isAwake: false, stop: 9.9 });
  assert.equal(tradePrice(stop, trigger, touch(9.95, 9.97)), null);
  trigger = nextTrigger(stop, trigger, touch(9.9, 9.92));
  assert.equal(trigger.isAwake, true);
  assert.equal(tradePrice(stop, trigger, touch(9.8, 9.82)), null);
  assert.equal(tradePrice(stop, trigger, touch(9.86, 9.88)), 9.86);
});

Deno.test("matching: a trailing sell stop rises with the market and never falls", () => {
  const trail = { ...BLANK, type: "TRAIL" as const, isBuy: false, trailAmount: 0.5 };
  let trigger = nextTrigger(trail, firstTrigger(trail), touch(10, 10.02));
  assert.deepEqual(trigger, { isAwake: false, stop: 9.5 });
  trigger = nextTrigger(trail, trigger, touch(11, 11.02));
  assert.deepEqual(trigger, { isAwake: false, stop: 10.5 });
  trigger = nextTrigger(trail, trigger, touch(10.6, 10.62));
  assert.deepEqual(trigger, { isAwake: false, stop: 10.5 });
  trigger = nextTrigger(trail, trigger, touch(10.5, 10.52));
  assert.equal(trigger.isAwake, true);
});

Deno.test("matching: a buy stop trails by per cent above the market", () => {
  const trail = { ...BLANK, type: "TRAIL" as const, trailPercent: 10 };
  const trigger = nextTrigger(trail, firstTrigger(trail), touch(9.98, 10));
  assert.deepEqual(trigger, { isAwake: false, stop: 11 });
});

Deno.test("matching: no more trades than is shown, and at least one", () => {
  assert.equal(tradeSize(true, 500, touch(1, 2)), 200);
  assert.equal(tradeSize(false, 500, touch(1, 2)), 300);
  assert.equal(tradeSize(true, 50, touch(1, 2)), 50);
});

Deno.test("matching: a combination buys at its legs' far sides; a credit is negative", () => {
  const combination = combinationTouch([
    { ratio: 1, touch: { bid: 2, ask: 2.1, bidSize: 10, askSize: 20 } },
    { ratio: -2, touch: { bid: 1.5, ask: 1.6, bidSize: 9, askSize: 30 } },
  ]);
  assert.deepEqual(combination, { bid: -1.2, ask: -0.9, bidSize: 10, askSize: 4 });
});
