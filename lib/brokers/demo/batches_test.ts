import assert from "node:assert/strict";
import { MARKET_EVENT, MARKET_STRIDE } from "../../domain/market_data.ts";
import { STATUS } from "../../world/mod.ts";
import { DemoBatches } from "./batches.ts";
import type { EventColumns } from "./wire/messages.ts";

/** Events of a kind; event `i` has the values 10·i, 10·i + 1, … and the time 1000 + i. */
function columns(kind: number, handles: readonly number[]): EventColumns {
  const values = handles.flatMap((_, i) =>
    Array.from({ length: MARKET_STRIDE }, (_, at) => 10 * i + at)
  );
  return {
    count: handles.length,
    kind: Uint8Array.from(handles, () => kind),
    handle: Int32Array.from(handles),
    eventAt: Float64Array.from(handles, (_, i) => 1000 + i),
    values: Float64Array.from(values),
  };
}

Deno.test("R09: of a batch on its way only what is still wanted gets through, whole", () => {
  const batches = new DemoBatches();
  batches.want([3, 1, 2]);
  batches.want([2, 7]);

  const batch = batches.wanted(columns(MARKET_EVENT.quote, [1, 2, 3, 7, 1, 2, 900]));

  assert.deepEqual([...batch.handle.slice(0, batch.count)], [2, 7, 2]);
  assert.deepEqual([...batch.eventAt.slice(0, batch.count)], [1001, 1003, 1005]);
  const first = (event: number) => batch.values[event * MARKET_STRIDE];
  const last = (event: number) => batch.values[(event + 1) * MARKET_STRIDE - 1];
  assert.deepEqual([first(0), first(1), first(2)], [10, 30, 50]);
  assert.deepEqual([last(0), last(2)], [10 + MARKET_STRIDE - 1, 50 + MARKET_STRIDE - 1]);
});

Deno.test("R09: a change leaves the rest wanted; a handle in both parts is wanted", () => {
  const batches = new DemoBatches();
  batches.want([1, 2, 3]);
  batches.change([3, 40], [3, 2]);
  batches.change([9], [500]);

  const batch = batches.wanted(columns(MARKET_EVENT.quote, [1, 2, 3, 9, 40, 500]));

  assert.deepEqual([...batch.handle.slice(0, batch.count)], [1, 3, 9, 40]);
});

Deno.test("demo: halted is 1 and every other status of the market is 0", () => {
  const batches = new DemoBatches();
  batches.want([1]);
  const statuses = Object.values(STATUS);
  const halted = statuses.map((status) => {
    const events = columns(MARKET_EVENT.status, [1]);
    events.values[0] = status;
    return batches.wanted(events).values[0];
  });

  assert.deepEqual(halted, statuses.map((status) => status === STATUS.halted ? 1 : 0));
  assert.ok(halted.includes(1) && halted.includes(0));
});
