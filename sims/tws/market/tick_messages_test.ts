import assert from "node:assert/strict";
import { type FieldWriter, frameOf } from "../wire/field_writer.ts";
import {
  marketDataType,
  NOT_COMPUTED,
  tickGeneric,
  tickNumber,
  tickOption,
  tickPrice,
  tickReqParams,
  tickSize,
  tickSnapshotEnd,
  tickString,
} from "./ticks.ts";

/** The fields of a message with a bar behind each, where the wire has a NUL. */
function wire(message: FieldWriter): string {
  return message.values.map((field) => `${field}|`).join("");
}

Deno.test("wire: prices with their size, sizes, values and texts", () => {
  assert.equal(wire(tickPrice(7, 1, 10.05, 300)), "1|6|7|1|10.05|300|1|");
  assert.equal(wire(tickPrice(7, 2, -1, 0)), "1|6|7|2|-1|0|0|", "no quote");
  assert.equal(wire(tickPrice(7, 4, 10.05, 100)), "1|6|7|4|10.05|100|0|");
  assert.equal(wire(tickSize(7, 8, 123400)), "2|6|7|8|123400|");
  assert.equal(wire(tickGeneric(7, 49, 0)), "45|6|7|49|0|");
  assert.equal(wire(tickString(7, 45, "1742393700")), "46|6|7|45|1742393700|");
});

Deno.test("wire: the bytes of a price, with its length in front", () => {
  const payload = new TextEncoder().encode("1\x006\x007\x001\x0010.05\x00300\x001\x00");
  const bytes = [0, 0, 0, 20, ...payload];
  assert.deepEqual([...frameOf(tickPrice(7, 1, 10.05, 300).values)], bytes);
});

Deno.test("wire: types, parameters and the end of a snapshot", () => {
  assert.equal(wire(marketDataType(7, 3)), "58|1|7|3|");
  assert.equal(wire(tickReqParams(7, 0.01, "9c0001")), "81|7|0.01|9c0001|3|");
  assert.equal(wire(tickSnapshotEnd(7)), "57|1|7|");
});

Deno.test("wire: a computation whole, with sentinels, and unset", () => {
  const whole = {
    impliedVol: 0.25,
    delta: -0.4,
    optPrice: 3.1,
    pvDividend: 0.2,
    gamma: 0.01,
    vega: 0.3,
    theta: -0.05,
    undPrice: 101.5,
  };
  assert.equal(wire(tickOption(7, 13, whole)), "21|7|13|0|0.25|-0.4|3.1|0.2|0.01|0.3|-0.05|101.5|");
  assert.equal(wire(tickOption(7, 10, NOT_COMPUTED)), "21|7|10|0|-1|-2|-1|-1|-2|-2|-2|-1|");
  const unset = "1.7976931348623157E308|".repeat(8);
  assert.equal(wire(tickOption(7, 10, NOT_COMPUTED, true)), `21|7|10|0|${unset}`);
});

Deno.test("delayed data has numbers of its own where the interface knows them", () => {
  const live = [1, 2, 4, 0, 3, 5, 6, 7, 8, 9, 14, 10, 11, 12, 13, 45, 49, 37];
  const delayed = [66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 80, 81, 82, 83, 88, 90, 37];
  assert.deepEqual(live.map((type) => tickNumber(type, true)), delayed);
  assert.deepEqual(live.map((type) => tickNumber(type, false)), live);
});
