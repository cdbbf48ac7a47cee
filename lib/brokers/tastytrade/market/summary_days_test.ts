import assert from "node:assert/strict";
import { MARKET_EVENT, MARKET_STRIDE, marketBatch } from "../../../domain/market_data.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { decoding } from "../wire/dxlink/decoding_fixture_test.ts";
import { SummaryDays } from "./summary_days.ts";

const FRIDAY = Date.UTC(2026, 10, 20) / 86_400_000;
/** New York is five hours behind. */
const ON_FRIDAY = Date.UTC(2026, 10, 20, 17);
const ON_SUNDAY = Date.UTC(2026, 10, 22, 17);
const MONDAY_NIGHT = Date.UTC(2026, 10, 23, 7);

/** Previous close and open of a summary after it was settled at an instant. */
function settled(at: number, dayId: unknown): (number | null)[] {
  const wire = decoding(["SPY"]);
  const fields = ["eventSymbol", "dayClosePrice", "prevDayClosePrice", "dayId", "dayOpenPrice"];
  wire.layouts.merge({ Summary: fields });
  wire.data("Summary", ["SPY", 602, 601, dayId, 600]);
  const named = { eventType: "Summary", eventSymbol: "SPY", dayClosePrice: 602, dayId };
  wire.data({ ...named, prevDayClosePrice: 601, dayOpenPrice: 600 });
  const [compact, full] = wire.seen;
  assert.deepEqual(compact, full);
  const batch = marketBatch(2);
  batch.count = 2;
  batch.kind.set([MARKET_EVENT.quote, compact.kind]);
  batch.values.set(compact.values.map((value) => value ?? NaN), 0);
  batch.values.set(compact.values.map((value) => value ?? NaN), MARKET_STRIDE);
  new SummaryDays(new VirtualTime(at)).settle(batch);
  const rows = [...batch.values].map((value) => Number.isNaN(value) ? null : value);
  assert.deepEqual(rows.slice(0, 4), compact.values.slice(0, 4), "a quote stays as it is");
  assert.deepEqual(rows.slice(MARKET_STRIDE + 2), [null, null, null, null, null, null]);
  return rows.slice(MARKET_STRIDE, MARKET_STRIDE + 2);
}

Deno.test("the close before is the feed's previous one during its own day", () => {
  assert.deepEqual(settled(ON_FRIDAY, FRIDAY), [601, 600]);
  assert.deepEqual(settled(ON_SUNDAY, FRIDAY), [601, 600]);
});

Deno.test("in the night before the feed turns its day, the close of that day counts", () => {
  assert.deepEqual(settled(MONDAY_NIGHT, FRIDAY), [602, null]);
  assert.deepEqual(settled(MONDAY_NIGHT, FRIDAY + 3), [601, 600]);
});

Deno.test("a summary whose day is not told is taken as it is", () => {
  for (const none of [0, "NaN", null]) {
    assert.deepEqual(settled(MONDAY_NIGHT, none), [601, 600]);
  }
});
